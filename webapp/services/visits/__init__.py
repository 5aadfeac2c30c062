"""Who looks at the public pages, and how often?"""
