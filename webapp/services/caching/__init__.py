"""What is kept ready so that it need not be made again, and why it is never an old answer (record 23)."""
