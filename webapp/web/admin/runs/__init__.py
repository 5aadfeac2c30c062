"""Runs for staff."""
