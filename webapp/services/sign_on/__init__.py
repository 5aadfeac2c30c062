"""How do people sign in and out: by a password, a second factor, or the word of an issuer of identities?"""
