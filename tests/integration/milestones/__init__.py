"""Who has passed which course run, and who is told?"""
