"""The business, pure: what do the rules say? No clock, no random, no database, no request."""
