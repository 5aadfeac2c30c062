"""The tables of the event bus: what could not be taken, how far we have read, and whom its past leaves out."""

from webapp.models.bus.counts import EventCount, EventPartition
from webapp.models.bus.held_back import HeldBack
from webapp.models.bus.letters import DeadLetter

__all__ = ["DeadLetter", "EventCount", "EventPartition", "HeldBack"]
