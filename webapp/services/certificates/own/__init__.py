"""What a learner sees of their own certificates, and may ask for."""
