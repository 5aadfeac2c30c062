"""Do the pages that people see first do what they should?"""
