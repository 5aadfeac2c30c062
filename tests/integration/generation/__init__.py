"""Are certificates made, refused and taken away as decided, and does each leave its trace?"""
