"""The commands about learners themselves."""
