"""What some of the lists can do beside being looked at."""
