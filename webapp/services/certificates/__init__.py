"""What can be done to certificates, and what can be asked about them?"""
