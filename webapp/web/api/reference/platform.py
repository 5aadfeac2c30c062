"""Which refusals can come of what the platform's own clients ask: by code, by the name of a field, in old words?"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from werkzeug.routing import Rule

from webapp.web.api.blueprint import Operation
from webapp.web.api.reference.refusals import OURS, meaning_of
from webapp.web.auth.guards import READS, Door, PlatformGuard
from webapp.web.errors import STATUSES
from webapp.web.errors.problems import API


@dataclass(slots=True)
class Named:
    """What can be meant by a status."""

    codes: list[str] = field(default_factory=list)
    """`code` of the answer, where one of our doors or services refuses."""
    fields: tuple[str, ...] = ()
    """The names of fields that can be wrong; they stand beside the three texts."""
    words: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say all of it."""
        said = [f"`{code}`: {meaning_of(code)}" for code in self.codes]
        if self.fields:
            named = ", ".join(f"`{one}`" for one in self.fields)
            said.append(f"What cannot be taken stands by its name with a list of reasons: {named}.")
        if self.words:
            said.append("In words: " + " ".join(f"“{one}”" for one in self.words))
        return " ".join(said)


def named_of(rule: Rule, method: str, said: Operation, guard: object) -> dict[int, Named]:
    """Give each status with which one of the platform's own clients can be refused, in their order, and what it means."""
    found: defaultdict[int, Named] = defaultdict(Named)
    for status, code in (*_at_the_door(rule, method, guard), *_of_the_request(rule, said), *_of_services(said)):
        if code not in found[status].codes:
            found[status].codes.append(code)
    for status, words in said.words.items():
        found[status].words = tuple(words)
    if said.fields:
        found[400].fields = tuple(said.fields)
    for named in found.values():
        named.codes.sort()
    return dict(sorted(found.items()))


def _at_the_door(rule: Rule, method: str, guard: object) -> Iterator[tuple[int, str]]:
    if rule.rule.startswith(API):
        yield 429, "too_many_requests"
    if isinstance(guard, PlatformGuard):
        yield (403 if guard.door is Door.SUPPORT else 401), "unauthenticated"
        yield 403, "role"
        yield 403, "scope"
    if method not in READS:
        yield 403, "csrf"


def _of_the_request(rule: Rule, said: Operation) -> Iterator[tuple[int, str]]:
    if rule.arguments:
        yield 404, "not_found"
    if said.takes is not None or said.uploads:
        yield 413, "too_large"
    if said.takes is not None and not said.or_form:
        yield 400, "bad_json"


def _of_services(said: Operation) -> Iterator[tuple[int, str]]:
    for error in said.refuses:
        yield STATUSES[error], error.code
    ours = {status: codes for status, codes in OURS.items() if status not in said.gives}  # else it has words of its own
    for codes in (said.codes, ours):
        for status, several in codes.items():
            yield from ((status, code) for code in several)
