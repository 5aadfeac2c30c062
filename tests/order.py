"""In which order are tests run, so that those that wait and those that reckon are run at the same time?"""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_WAITING = tuple(_HERE / name for name in ("acceptance", "browser"))
"""Tests that wait for servers and browsers; each process of xdist begins with a stretch of its own."""


def spread(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Spread the files of tests that wait evenly among the others; a file's tests stay together, as their fixtures are."""
    files = [list(of_file) for _, of_file in groupby(items, key=lambda item: item.path)]
    waiting = [tests for tests in files if _waits(tests[0])]
    others = [tests for tests in files if not _waits(tests[0])]
    placed = [*_placed(waiting, by=[1] * len(waiting)), *_placed(others, by=[len(tests) for tests in others])]
    return [item for _, tests in sorted(placed, key=lambda one: one[0]) for item in tests]


def _waits(item: pytest.Item) -> bool:
    return any(item.path.is_relative_to(folder) for folder in _WAITING)


def _placed(files: list[list[pytest.Item]], *, by: list[int]) -> list[tuple[float, list[pytest.Item]]]:
    """Give each file its place between 0 and 1, by how much comes before it."""
    whole, before, placed = sum(by), 0.0, []
    for tests, weight in zip(files, by, strict=True):
        placed.append(((before + weight / 2) / whole, tests))
        before += weight
    return placed
