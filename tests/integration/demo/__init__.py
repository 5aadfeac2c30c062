"""Does the demonstration tell its stories, and can a newcomer play along?"""
