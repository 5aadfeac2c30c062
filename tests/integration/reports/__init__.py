"""Tests of what the desk reports: a learner's status, a course run's sums, and the commands that print them."""
