"""How is another service asked over HTTP so that it ends in time, and in which words is said that no answer came?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from webapp.adapters.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks one service through its client; whatever is no answer raises `unreachable` with words that begin as told."""

    client: httpx.Client
    within_s: float
    no_answer: str
    unreachable: Callable[[str], Exception]
    most_bytes: int
    endless: str
    """What is said of an answer that is longer."""

    @contextmanager
    def answer(self, method: str, url: str, **sent: Any) -> Iterator["Answer"]:  # noqa: ANN401 - what the client takes
        """Ask, and give what comes; `sent` is what the client takes, without extensions."""
        with Deadline(self.within_s) as deadline:
            try:
                with self.client.stream(method, url, extensions={"trace": deadline.watch}, **sent) as response:
                    yield Answer(self, response, deadline)
            # From None each: what the library raises carries the request, and with it secrets and addresses.
            except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
                raise self._fault(deadline, "no trusted TLS" if "SSL" in str(problem) else "") from None
            except httpx.TimeoutException:
                raise self.too_late() from None
            except httpx.HTTPError:
                raise self._fault(deadline, "the connection broke off") from None
            except (httpx.InvalidURL, UnicodeError):  # a host that no name server could know
                raise self.unreachable(f"{self.no_answer} (no such address)") from None

    def too_late(self) -> Exception:
        """Say that the time was over."""
        return self.unreachable(f"{self.no_answer} (no answer within {self.within_s:g} seconds)")

    def _fault(self, deadline: Deadline, why: str) -> Exception:
        if deadline.passed:
            return self.too_late()
        return self.unreachable(f"{self.no_answer} ({why})" if why else self.no_answer)


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, whose body is still to be read."""

    asking: Asking
    response: httpx.Response
    deadline: Deadline

    def read(self) -> bytes:
        """Read the body, but not without end; one that was cut at the deadline may look like a whole one."""
        body = bytearray()
        for chunk in self.response.iter_raw():
            body += chunk
            if len(body) > self.asking.most_bytes:
                raise self.asking.unreachable(self.asking.endless)
        if self.deadline.passed:
            raise self.asking.too_late()
        return bytes(body)
