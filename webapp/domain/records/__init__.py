"""What the learning platform tells as lines of records."""
