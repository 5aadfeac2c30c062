"""Does the approval of changes hold when many act at once, and when processes die?"""
