"""Does a change of configuration do what whoever decides on it was shown?"""
