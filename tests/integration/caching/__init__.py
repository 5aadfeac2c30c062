"""What is kept ready, and whether it is ever an old answer."""
