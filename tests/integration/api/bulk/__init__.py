"""Tests of what programs do to many learners at once."""
