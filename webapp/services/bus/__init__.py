"""What the platform's event bus tells us: taken once each, in whatever order it comes."""
