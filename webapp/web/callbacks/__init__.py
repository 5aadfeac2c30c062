"""Which doors are for machines that know no session and no form token?"""
