"""What does the document say beside the routes: their problems, and examples of what is sent and given."""
