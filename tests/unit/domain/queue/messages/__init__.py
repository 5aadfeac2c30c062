"""What does each message of XQueue say, and is everything broken refused in words?"""
