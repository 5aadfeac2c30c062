"""What can be seen from outside of how the service does?"""
