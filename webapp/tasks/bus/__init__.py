"""Both ways of the event bus: what comes in, by a scheduled job or a command of its own, and what leaves."""
