"""What XQueue was seen to send, byte for byte: does each answer do what it should, once?"""
