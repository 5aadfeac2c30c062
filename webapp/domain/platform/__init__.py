"""What the learning platform's tokens claim, and what its own clients are told in its own words."""
