"""Does generation hold when many act at once, and when processes die?"""
