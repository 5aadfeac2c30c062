"""How do we speak with sign-ons outside?"""
