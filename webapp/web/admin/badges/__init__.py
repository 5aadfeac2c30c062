"""The pages on which staff see badges."""
