"""How is a provider asked, neither for ever nor without end?"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from webapp.adapters.deadline import Deadline
from webapp.ports.sign_on import ProviderUnreachable

CONNECT_TIMEOUT_S = 3.05
ANSWER_TIMEOUT_S = 5.0
MOST_REPLY_BYTES = 256 * 1024
HEADERS = {"User-Agent": "Certdesk", "Accept": "application/json", "Accept-Encoding": "identity"}
NO_PROVIDER = "cannot connect to the provider"


class Wire:
    """Asks a provider; any number of threads may use one at once."""

    def __init__(self, timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Connect to nothing yet; `timeout_s` is how long an answer may take, to its last byte."""
        self._timeout_s = timeout_s
        self._client = httpx.Client(
            headers=HEADERS,
            timeout=httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,  # a proxy that is set for the world outside shall not see our secret
            follow_redirects=False,  # nor whoever the provider's address leads to
            verify=httpx.create_ssl_context(),  # but SSL_CERT_FILE counts: its certificate may be a private one
        )

    def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Give the JSON object at an address; raises ProviderUnreachable."""
        answer = self.send("GET", url, headers=headers)
        if answer.status_code != HTTPStatus.OK:
            raise ProviderUnreachable(f"unexpected HTTP status code [{answer.status_code}] from the provider")
        try:
            said = json.loads(answer.content)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise ProviderUnreachable("unexpected reply from the provider: no JSON object")
        return said

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: str | None = None
    ) -> httpx.Response:
        """Give what the provider answers, whatever that is; raises ProviderUnreachable."""
        with Deadline(self._timeout_s) as deadline:
            watched = {"trace": deadline.watch}
            try:
                with self._client.stream(
                    method, url, headers=dict(headers or {}), content=body, extensions=watched
                ) as response:
                    content = self._content(response, deadline)
                    return httpx.Response(response.status_code, content=content, request=response.request)
            # From None each: what the library raises carries the request, and with it our secret or a code.
            except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
                reason = f"{NO_PROVIDER} (no trusted TLS)" if "SSL" in str(problem) else NO_PROVIDER
                raise self._too_late() if deadline.passed else ProviderUnreachable(reason) from None
            except httpx.TimeoutException:
                raise self._too_late() from None
            except httpx.HTTPError:
                broke_off = ProviderUnreachable(f"{NO_PROVIDER} (the connection broke off)")
                raise self._too_late() if deadline.passed else broke_off from None
            except (httpx.InvalidURL, UnicodeError):
                raise ProviderUnreachable(f"{NO_PROVIDER} (no such address)") from None

    def _content(self, response: httpx.Response, deadline: Deadline) -> bytes:
        """Read the reply, but not without end; one that was cut at the deadline may look like a whole one."""
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > MOST_REPLY_BYTES:
                raise ProviderUnreachable("unexpected reply from the provider: it has no end")
        if deadline.passed:
            raise self._too_late()
        return bytes(body)

    def _too_late(self) -> ProviderUnreachable:
        return ProviderUnreachable(f"{NO_PROVIDER} (no answer within {self._timeout_s:g} seconds)")
