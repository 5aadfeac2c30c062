"""What the platform's own clients ask for: whom their tokens stand for, and what their pages show."""
