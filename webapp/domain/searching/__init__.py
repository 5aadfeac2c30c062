"""What does somebody mean who types into the search?"""
