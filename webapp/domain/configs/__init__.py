"""What may the governed configuration say, and what does a change of it mean?"""
