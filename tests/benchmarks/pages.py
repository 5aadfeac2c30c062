"""How long does the desk take for its pages? python -m tests.benchmarks.pages ADDRESS, of a server on a filled database.

Whatever the navigation leads to is asked for, and the pages of one learner and of one course run; one request at a
time, by the account that `tests.benchmarks.fill` makes. Prints the median and the 95th percentile in milliseconds.
"""

import re
import statistics
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar

from tests.benchmarks.fill import PASSWORD

WARMING, TIMES = 3, 30
NAVIGATION = re.compile(r'class="nav__link" href="([^"]+)"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LEARNER = re.compile(r'href="(/learners/[^"/]+)"')
COURSE = re.compile(r'href="(/courses/[^"]+)"')
SUPPORT = re.compile(r'href="(/learners/[^"/]+/[^"]+)"')
TYPED = ("/search?q=learner00", "/search?q=lerner00", "/search/suggestions?q=l", "/search/suggestions?q=hana+i")


class Reader:
    """Somebody at a browser without pictures."""

    def __init__(self, base: str) -> None:
        """Sign in."""
        self._base = base
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        token = TOKEN.findall(self.read("/login"))[0]
        form = {"username": "staff", "password": PASSWORD, "csrf_token": token}
        self._opener.open(f"{base}/login", urllib.parse.urlencode(form).encode()).read()

    def read(self, path: str) -> str:
        """Give a page."""
        with self._opener.open(self._base + path) as answer:
            return str(answer.read().decode())

    def time(self, path: str) -> list[float]:
        """Give how many milliseconds a page takes, the shortest first."""
        took = []
        for _ in range(WARMING + TIMES):
            began = time.perf_counter()
            self.read(path)
            took.append((time.perf_counter() - began) * 1000)
        return sorted(took[WARMING:])


def paths(reader: Reader) -> Iterator[str]:
    """Give what is asked for."""
    yield from NAVIGATION.findall(reader.read("/"))
    yield from COURSE.findall(reader.read("/admin/courses/"))[:1]
    learner = LEARNER.findall(reader.read("/search?q=learner00"))[0]
    yield learner
    yield from SUPPORT.findall(reader.read(learner))[:1]
    yield from TYPED


def main() -> None:
    """Print a line for each page."""
    reader = Reader(sys.argv[1].rstrip("/"))
    for path in dict.fromkeys(paths(reader)):
        took = reader.time(path)
        sys.stdout.write(f"| `{path}` | {statistics.median(took):.0f} | {took[int(TIMES * 0.95)]:.0f} |\n")


if __name__ == "__main__":
    main()
