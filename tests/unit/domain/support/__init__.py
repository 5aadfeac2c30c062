"""What support leaves behind, in the domain."""
