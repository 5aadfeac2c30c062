"""What other services of the platform are told on its event bus."""
