"""The commands about the event bus."""
