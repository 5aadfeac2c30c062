"""Does the audit keep, show, give and check what happened?"""
