"""Which doors do the platform's own clients knock at? Theirs, at their addresses and in their words (interface §5)."""
