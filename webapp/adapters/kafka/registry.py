"""What does the schema registry say: the number of a schema of ours, and the schema of a number of others?"""

import json
from typing import Any

import fastavro
import httpx

from webapp.adapters.deadline import Deadline

REGISTRY_TIMEOUT_S = 5.0
AWAY = "the schema registry cannot be reached"
NO_SUCH_SCHEMA = 40403
FRAME = b"\x00"  # and four bytes of the schema's number: Confluent's frame


class RegistryFault(Exception):
    """The schema registry did not give a schema's number; the text says why."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Registry:
    """A schema registry that speaks Confluent's HTTP; what it said of a number is good for ever."""

    def __init__(self, url: str, *, timeout_s: float = REGISTRY_TIMEOUT_S) -> None:
        """Remember where it is; `timeout_s` is how long an answer may take, to its last byte."""
        self._timeout_s = timeout_s
        # Directly, whatever proxy the environment names.
        self._client = httpx.Client(
            base_url=url,
            timeout=timeout_s,
            limits=httpx.Limits(max_keepalive_connections=0),  # the deadline counts from when one is made
            trust_env=False,
            verify=httpx.create_ssl_context(),  # but SSL_CERT_FILE counts: the registry's certificate may be a private one
        )
        self._schemas: dict[int, Any] = {}

    def schema(self, number: int) -> Any:  # noqa: ANN401 - a schema as the library wants it
        """Give the schema of a number; raises RegistryFault, `for_good` where there is none that can be used."""
        if number not in self._schemas:
            answer = self.ask("GET", f"/schemas/ids/{number}")
            try:
                self._schemas[number] = fastavro.parse_schema(json.loads(answer["schema"]))
            except (KeyError, TypeError, ValueError, fastavro.schema.SchemaParseException) as problem:
                raise RegistryFault(f"schema {number} is no schema ({type(problem).__name__})", for_good=True) from None
        return self._schemas[number]

    def find_fault(self) -> str | None:
        """Give what is wrong; None where it answers."""
        try:
            self.ask("GET", "/subjects")
        except RegistryFault as problem:
            return str(problem)
        return None

    def ask(self, method: str, path: str, said: object = None) -> Any:  # noqa: ANN401 - JSON
        """Give what the registry answers; raises RegistryFault."""
        mime = "application/vnd.schemaregistry.v1+json"
        sent: dict[str, Any] = {"json": said, "headers": {"Content-Type": mime, "Accept": mime}}
        with Deadline(self._timeout_s) as deadline:
            try:
                answer = self._client.request(method, path, extensions={"trace": deadline.watch}, **sent)
            except httpx.TimeoutException:
                raise self._too_late() from None
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as problem:
                fault = RegistryFault(f"{AWAY} ({type(problem).__name__})")
                raise self._too_late() if deadline.passed else fault from None
            if deadline.passed:  # what was cut may look like a whole answer
                raise self._too_late()
        return _said(answer)

    def _too_late(self) -> RegistryFault:
        return RegistryFault(f"{AWAY} (no answer within {self._timeout_s:g} seconds)")


def _said(answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    if answer.status_code in (409, 422):
        raise RegistryFault(f"the schema registry refuses the schema (HTTP {answer.status_code})", for_good=True)
    if answer.status_code == 404 and _says(answer, NO_SUCH_SCHEMA):  # not only an address of ours that is wrong
        raise RegistryFault("the schema registry knows no such schema", for_good=True)
    if answer.status_code != 200:
        raise RegistryFault(f"the schema registry answered HTTP {answer.status_code}")
    try:
        return answer.json()
    except ValueError:
        raise RegistryFault("the schema registry gave no JSON") from None


def _says(answer: httpx.Response, code: int) -> bool:
    try:
        said = answer.json()
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("error_code") == code
