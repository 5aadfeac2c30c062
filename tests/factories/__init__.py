"""Valid objects: a test names only what matters to it."""
