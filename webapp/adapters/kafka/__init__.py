"""Kafka, for whoever has one: events that leave, and events that come in."""
