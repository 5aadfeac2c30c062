"""Are people told what concerns them: on their page, in the head of every page, and by mail?"""
