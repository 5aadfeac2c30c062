"""Who stands outside the rules: lists of them, and lists that come in as files."""
