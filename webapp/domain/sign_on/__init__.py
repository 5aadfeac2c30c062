"""Who comes from another sign-on, and how do we know (interface note §4, decision 36)?"""
