"""What follows when a certificate has moved."""
