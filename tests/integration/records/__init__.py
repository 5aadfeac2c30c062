"""Do programs get what the interface promises, and no more?"""
