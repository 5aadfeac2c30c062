"""Badges that a badge server issues in our place."""
