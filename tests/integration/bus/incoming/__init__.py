"""What comes in from the platform's event bus, and what follows from it."""
