"""What is told on the platform's event bus, in both directions: what comes in, and what others are told."""
