"""The allowlist and invalidations over the API."""
