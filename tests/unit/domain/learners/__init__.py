"""By what are learners found?"""
