"""What may somebody have meant whose text leads nowhere?"""
