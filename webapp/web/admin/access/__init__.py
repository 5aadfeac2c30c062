"""Which roles have accounts?"""
