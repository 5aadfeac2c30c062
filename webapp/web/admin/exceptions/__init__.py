"""The allowlist and invalidations for staff."""
