"""Do mails get to a real mail server, and is it said why, where they do not?"""
