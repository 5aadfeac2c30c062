"""Was this asked before, of the very same state? Then what was made then is the answer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeVar

import msgspec
from sqlalchemy.orm import Session

from webapp.ports.caches import Cache
from webapp.services.caching.heads import Head, read_head

RELEASE = version("certdesk")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """All that an answer goes by, but the state that it is made of."""

    name: str
    """Of the cache: which list or view it is."""
    asked: Any
    """The filters and the place, as they were understood: two spellings of one question are one."""
    seen_by: tuple[str, ...]
    """What the one who asks may see."""

    def key(self, head: Head, kind: Any) -> str:  # noqa: ANN401 - a type
        """Give the key of the answer made of a state, in the form that this release gives it."""
        said = [RELEASE, repr(kind), self.name, self.asked, self.seen_by, head]
        return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def recall(session: Session, cache: Cache, question: Question, kind: type[T] | Any, make: Callable[[], T]) -> T:  # noqa: ANN401 - a type such as list[Config]
    """Give what was made of the ledger as this transaction sees it, or make it and keep it.

    It is kept only where the head is the same after the making: a version that came in between is in what was made, or
    is not, and no key says which. What cannot be read, as another release may have kept it, is made anew.
    """
    head = read_head(session)
    key = question.key(head, kind)
    kept = cache.find(question.name, key)
    if kept is not None:
        try:
            return msgspec.json.decode(kept, type=kind)
        except msgspec.MsgspecError:
            pass  # not of this form: what follows replaces it
    made = make()
    if read_head(session) == head:
        cache.keep(question.name, key, msgspec.json.encode(made, enc_hook=str))
    return made
