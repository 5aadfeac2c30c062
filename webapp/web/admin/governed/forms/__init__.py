"""What do the forms ask for by which changes are proposed?"""
