"""In-memory stand-ins for what lies outside."""

from collections import Counter
from datetime import UTC, datetime

from webapp.ports import Allowance

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""The moment at which tests happen."""


class FakeAttempts:
    """Counts in memory and never forgets; `refused` says for how long it refuses."""

    def __init__(self, refused_s: int = 60) -> None:
        """Begin with nothing counted."""
        self.counted: Counter[tuple[Allowance, str]] = Counter()
        self.refused_s = refused_s

    def seconds_refused(self, allowance: Allowance, source: str) -> int | None:
        """Refuse once the amount is used up."""
        return self.refused_s if self.counted[allowance, source] >= allowance.amount else None

    def answers(self) -> bool:
        """Say yes."""
        return True

    def count(self, allowance: Allowance, source: str) -> None:
        """Remember one more."""
        self.counted[allowance, source] += 1
