"""What is an answer about an example told?"""
