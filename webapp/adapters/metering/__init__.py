"""Counting for Prometheus."""
