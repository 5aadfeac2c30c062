"""How does a program talk to Certdesk? A whole small client, to start from; it needs Python 3.11 and httpx.

    CERTDESK_TOKEN=... python client.py http://127.0.0.1:8000 --username ada

lists a learner's certificates and says why there is one, or none. `CERTDESK_TOKEN` is what `certdesk accounts token`
printed, with the scopes certificates:read, configs:read and configs:propose.
"""

import argparse
import os
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx

TRIES = 5
WAIT_S = 2.0
PASSING = (429, 503)
"""Statuses that pass: nothing was done, and the same request may be sent again after a while."""
CLOSED = {"applied", "rejected", "withdrawn", "expired"}


class ProblemError(Exception):
    """What Certdesk refused. Go by `code`, which never changes; `errors` names each field that is wrong."""

    def __init__(self, answer: httpx.Response) -> None:
        """Read the problem (RFC 9457)."""
        said = answer.json() if answer.headers.get("Content-Type", "").endswith("json") else {}
        self.status = answer.status_code
        self.code: str = said.get("code", "")
        self.errors: list[dict[str, str]] = said.get("errors", [])
        self.change: str = said.get("change", "")
        super().__init__(f"{self.status} {self.code}: {said.get('detail', answer.reason_phrase)}")


class Certdesk:
    """Certdesk, as far as a token reaches. Every method raises ProblemError for what is refused."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connect at the first request."""
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=30, transport=transport)
        self._sleep = sleep
        self._seen: dict[str, tuple[str, Any]] = {}

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        """Ask, and ask again what is refused only for now: after as many seconds as Retry-After says."""
        for tried in range(1, TRIES + 1):
            answer = self._http.request(method, path, **more)
            if answer.status_code not in PASSING or tried == TRIES:
                break
            said = answer.headers.get("Retry-After", "")
            self._sleep(float(said) if said.isdecimal() else WAIT_S * tried)
        if answer.is_error:
            raise ProblemError(answer)
        return answer

    def get(self, path: str) -> tuple[Any, str]:
        """Give what lies at an address, and its ETag; what has not changed since the last time is not sent again."""
        tag, known = self._seen.get(path, ("", None))
        answer = self.send("GET", path, headers={"If-None-Match": tag} if tag else {})
        if answer.status_code != httpx.codes.NOT_MODIFIED:
            tag, known = answer.headers["ETag"], answer.json()
            self._seen[path] = tag, known
        return known, tag

    def certificates(self, **filters: str) -> Iterator[dict[str, Any]]:
        """Give every certificate that the filters let through, page by page, as the header Link leads."""
        answer = self.send("GET", "/api/v1/certificates", params={"limit": "100", **filters})
        while True:
            yield from answer.json()["results"]
            following = answer.links.get("next")
            if following is None:
                return
            answer = self.send("GET", following["url"])

    def explain(self, username: str, course_id: str) -> dict[str, Any] | None:
        """Say why a learner has, or has not, a certificate; None where there is no such learner or course run."""
        path = f"/api/v1/learners/{quote(username, safe='')}/courses/{quote(course_id, safe='')}/explanation"
        try:
            return dict(self.get(path)[0])
        except ProblemError as problem:
            if problem.code in ("unknown_learner", "unknown_course"):
                return None
            raise

    def propose(self, kind: str, key: str, payload: dict[str, Any], reason: str) -> str:
        """Propose a value, and give the address of the change request, or of the one that is open already.

        The key makes it safe to send again: the same request with the same key is done once.
        """
        body = {"kind": kind, "key": key, "payload": payload, "reason": reason}
        try:
            answer = self.send("POST", "/api/v1/changes", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        except ProblemError as problem:
            if problem.code == "open_request":
                return problem.change
            raise
        return answer.headers["Location"]

    def act(self, change: str, move: str, note: str) -> dict[str, Any]:
        """Do something with a change request as it was seen; looks again where somebody was quicker."""
        for _ in range(TRIES):
            seen, tag = self.get(change)
            if seen["state"] in CLOSED:
                return dict(seen)
            try:
                headers = {"If-Match": tag, "Idempotency-Key": str(uuid.uuid4())}
                return dict(self.send("POST", f"{change}/{move}", json={"note": note}, headers=headers).json())
            except ProblemError as problem:
                if problem.code != "revision_moved":
                    raise
        raise TimeoutError(f"{change} changes faster than it can be looked at")

    def wait_for(self, change: str, *, every_s: float = 60, most: int = 60) -> dict[str, Any]:
        """Look at a change request until people have decided on it; as long as it stays, each look costs a 304."""
        for _ in range(most):
            seen, _tag = self.get(change)
            if seen["state"] in CLOSED:
                break
            self._sleep(every_s)
        return dict(seen)


def main() -> None:
    """List a learner's certificates, each with what its checks say."""
    words = argparse.ArgumentParser(description="List a learner's certificates, and say why there is one, or none.")
    words.add_argument("address")
    words.add_argument("--username", required=True)
    asked = words.parse_args()
    desk = Certdesk(asked.address, os.environ["CERTDESK_TOKEN"])
    for one in desk.certificates(username=asked.username):
        print(one["course_id"], one["status"], one["certificate_url"] or "")
        said = desk.explain(one["username"], one["course_id"])
        for check in said["checks"] if said else []:
            print("  ", "yes" if check["passed"] else "no ", check["fact"])


if __name__ == "__main__":
    main()
