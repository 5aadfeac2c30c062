"""What may anybody see?"""
