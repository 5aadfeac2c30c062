"""Do the pages of governed configuration show what is live, and end in change requests?"""
