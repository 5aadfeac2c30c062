"""How is configuration governed: what is proposed, what would it change, and what is in force?"""
