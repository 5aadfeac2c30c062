"""How is a provider asked, neither for ever nor without end?"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx

from webapp.adapters.asking import Asking
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
        client = httpx.Client(
            headers=HEADERS,
            timeout=httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,  # a proxy that is set for the world outside shall not see our secret
            follow_redirects=False,  # nor whoever the provider's address leads to
            verify=httpx.create_ssl_context(),  # but SSL_CERT_FILE counts: its certificate may be a private one
        )
        endless = "unexpected reply from the provider: it has no end"
        self._asking = Asking(client, timeout_s, NO_PROVIDER, ProviderUnreachable, MOST_REPLY_BYTES, endless)

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
        with self._asking.answer(method, url, headers=dict(headers or {}), content=body) as answer:
            response = answer.response
            return httpx.Response(response.status_code, content=answer.read(), request=response.request)
