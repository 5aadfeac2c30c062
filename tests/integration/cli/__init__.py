"""Commands over a real database, with an XQueue that is none."""
