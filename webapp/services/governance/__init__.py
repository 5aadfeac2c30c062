"""How does configuration become live: proposed by one person, seen by another, kept for ever?"""
