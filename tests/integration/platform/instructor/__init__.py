"""Does the instructor dashboard's certificates page work as it stands (B1 to B10)?"""
