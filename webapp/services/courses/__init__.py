"""Everything about one course run that decides over its certificates, as the page of the course run shows it."""
