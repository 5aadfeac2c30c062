"""How are tracking events written as JSON lines, so that a process that is killed leaves none of them half?"""

import fcntl
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from webapp.ports import TrackingLost

PATIENCE_S = 5
LOOK_EVERY_S = 0.01  # flock waits for ever or not at all: to wait for so long, it is tried again and again
LONGEST_WRITE_BYTES = 1024 * 1024  # more than 500 events ever are
_BEGINNING = b'{"name":'


class TrackingFile:
    """Appends to one file that several processes share; whoever rotates it may take it away at any moment."""

    def __init__(self, path: str, *, patience_s: float = PATIENCE_S) -> None:
        """Write to the file, which is made when the first event comes; waits so long for others who write to it."""
        self._path = Path(path).absolute()
        self._patience_s = patience_s

    def write(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Append events in one go, and wait until they are on the disk; raises TrackingLost."""
        lines = "".join(f"{json.dumps(event, separators=(',', ':'))}\n" for event in events).encode()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                _lock(file, self._patience_s)
                _append(file, lines)
            finally:
                os.close(file)
        except OSError as problem:
            raise TrackingLost(f"the tracking file cannot be written: {problem.strerror}") from problem

    def find_fault(self) -> str | None:
        """Look whether the file may be written, or made where the first event would make it, and make none."""
        place = self._path
        try:
            while not place.exists() and place != place.parent:
                place = place.parent
            if not (place.is_file() if place == self._path else place.is_dir()):
                return f"cannot be written: {place} is no {'file' if place == self._path else 'folder'}"
        except OSError as problem:
            return f"cannot be written: {problem.strerror}"
        rights = os.W_OK | (os.R_OK if place == self._path else os.X_OK)
        return None if os.access(place, rights) else f"cannot be written: {place} is closed to us"


def _lock(file: int, patience_s: float) -> None:
    """Let nobody else write before the file is closed: the writes of several processes would mix when one is cut short."""
    until = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(LOOK_EVERY_S)
        else:
            return


def _append(file: int, lines: bytes) -> None:
    """Write all or nothing; what a killed process left of a line goes, since its events are written again."""
    end = os.fstat(file).st_size
    broken = _after_last_line(file, end)
    if broken and broken[: len(_BEGINNING)] == _BEGINNING[: len(broken)]:
        end -= len(broken)
        os.ftruncate(file, end)
    elif broken:  # not our words: they stay, as a line of their own
        lines = b"\n" + lines
    written = os.write(file, lines)
    if written != len(lines):
        os.ftruncate(file, end)
        raise TrackingLost("the tracking file was not written whole: is the disk full?")
    os.fsync(file)


def _after_last_line(file: int, end: int) -> bytes:
    start = max(0, end - LONGEST_WRITE_BYTES)
    return os.pread(file, end - start, start).rpartition(b"\n")[2]
