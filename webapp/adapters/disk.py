"""Is there room left where this process writes?"""

import shutil
from collections.abc import Mapping
from pathlib import Path

LEAST_BYTES = 64 * 1024 * 1024
"""Enough for what is in hand; with less SQLite, the tracking file or what is counted may fail any moment."""


class Disk:
    """The places where files of ours grow."""

    def __init__(self, places: Mapping[str, Path], *, least_bytes: int = LEAST_BYTES) -> None:
        """`places` are folders by what they hold; for one that is still to be made, the one above it counts."""
        self._places, self._least_bytes = places, least_bytes

    def full(self) -> str | None:
        """Give what the first place holds that has too little room, or cannot be asked; None where all have enough."""
        for what, folder in self._places.items():
            try:
                if shutil.disk_usage(_made(folder)).free < self._least_bytes:
                    return what
            except OSError:  # unmounted, or taken from us: nothing can be written there either
                return what
        return None


def _made(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
