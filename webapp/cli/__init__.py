"""The commands of the certdesk program, one file a noun."""
