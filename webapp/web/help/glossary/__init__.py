"""The glossary: one word for one thing, each in a sentence or two."""
