"""How is a badge awarded, and what does the world get to see of it?"""
