"""Change requests for staff."""
