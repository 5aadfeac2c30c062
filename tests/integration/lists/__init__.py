"""Do the staff's lists do what they should?"""
