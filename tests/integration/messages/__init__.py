"""What becomes of the deliveries in the inbox?"""
