"""How is a whole list taken elsewhere, however long it is?"""
