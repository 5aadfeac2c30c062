"""Do people who are known elsewhere get in here, and nobody else?"""
