"""The tables of the event bus: what could not be taken, and how far we have read."""

from webapp.models.bus.counts import EventCount, EventPartition
from webapp.models.bus.letters import DeadLetter

__all__ = ["DeadLetter", "EventCount", "EventPartition"]
