"""Which configuration is live, what was live, and what would it look like?"""
