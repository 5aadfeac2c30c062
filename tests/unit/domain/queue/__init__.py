"""What do we say to XQueue and hear from it, and what becomes of it?"""
