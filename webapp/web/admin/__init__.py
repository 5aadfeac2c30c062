"""Flask-Admin: the lists that staff work with."""
