"""The pages about the event bus."""
