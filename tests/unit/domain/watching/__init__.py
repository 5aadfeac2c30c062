"""Are badges made as they should be?"""
