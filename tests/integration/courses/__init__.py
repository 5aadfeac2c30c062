"""The page of a course run: what it shows, what can be done on it, and by whom."""
