"""The ways in beside a name and a password, and what follows a right password."""
