"""Certificates, and what hangs on them, for programs."""
