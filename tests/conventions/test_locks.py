"""Can pip install what a lock says, whatever has been published since it was made?"""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)(?:\[(?P<extras>[a-z0-9,-]+)\])?==(?P<version>\S+)", re.MULTILINE)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
class TestGivenADependencyThatIsAskedForWithAnExtra:
    def test_the_lock_names_the_extra_or_pip_looks_for_a_newer_one(self, lock: str) -> None:
        pinned = {match["name"]: set(filter(None, (match["extras"] or "").split(","))) for match in _lines(lock)}

        missing = [
            f"{name} asks for {wanted}"
            for name, extras in pinned.items()
            for wanted in _wanted_by(name, extras)
            if wanted.extras - pinned.get(canonicalize_name(wanted.name), set())
        ]

        assert missing == []


def _lines(lock: str) -> Iterator[re.Match[str]]:
    return PINNED.finditer((ROOT / lock).read_text())


def _wanted_by(name: str, extras: set[str]) -> Iterator[Requirement]:
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        return  # a pin for another platform
    for line in lines:
        wanted = Requirement(line)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield wanted
