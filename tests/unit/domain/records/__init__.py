"""Are the lines of records read as they are meant?"""
