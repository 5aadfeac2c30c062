"""What leaves for the event bus, and what becomes of it?"""
