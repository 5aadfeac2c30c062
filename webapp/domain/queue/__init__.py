"""What do we say to XQueue, what does it say to us, and what becomes of each delivery?"""
