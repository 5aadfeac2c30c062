"""What must always hold?"""
