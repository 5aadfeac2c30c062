"""Is the installation as this version needs it?"""
