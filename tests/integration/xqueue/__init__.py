"""Do jobs get to XQueue, and is it said why, where they do not?"""
