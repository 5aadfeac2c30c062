"""What comes in from the event bus, taken by a scheduled job or by a command of its own."""
