"""How do the learning platform's facts come in, a batch of lines at a time?"""
