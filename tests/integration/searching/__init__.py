"""Is what was mistyped found all the same?"""
