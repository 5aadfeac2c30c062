"""How are messages kept on their way in and out?"""
