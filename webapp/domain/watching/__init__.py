"""What is told of how the desk does, beyond the single certificate?"""
