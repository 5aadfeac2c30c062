"""The allowlist and invalidations, for programs."""
