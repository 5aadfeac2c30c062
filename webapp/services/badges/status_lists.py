"""Which signed badges are not valid any more, in one list for many of them?"""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.badges import credentials, status_lists
from webapp.domain.badges.identities import did_of
from webapp.models.badges import BadgeAward
from webapp.services.badges import standing

if TYPE_CHECKING:
    from webapp.services.badges.signing import Signer

READ_EVERY = timedelta(seconds=30)
"""So long a process answers with what it has read; however often it is asked, it reads no more."""
TYPE = "vc+jwt"


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list as it is sent."""

    token: str
    places: tuple[int, ...]
    at: datetime
    key_url: str
    read_at: datetime

    def says(self, places: tuple[int, ...], at: datetime, signer: "Signer") -> bool:
        """Say whether it holds the same, so that nothing has to be signed anew."""
        return (self.places, self.at, self.key_url) == (places, at, signer.key_url)

    def is_fresh(self, signer: "Signer", now: datetime) -> bool:
        """Say whether it was read just now, and is signed with the key that signs now."""
        return self.key_url == signer.key_url and timedelta(0) <= now - self.read_at < READ_EVERY


@dataclass(slots=True)
class StatusLists:
    """The lists as one process knows them; safe among threads."""

    _kept: dict[int, SignedList] = field(default_factory=dict)
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def find(
        self, session: Session, number_of_list: int, signer: "Signer", *, base_url: str, now: datetime
    ) -> SignedList | None:
        """Give a list; None for one that no award belongs to. One thread reads, the others wait for what it finds."""
        with self._reading:
            kept = self._kept.get(number_of_list)
            if kept is not None and kept.is_fresh(signer, now):
                return kept
            if kept is None and not _is_used(session, number_of_list):
                return None
            places, at = (
                standing.revoked_places(session, number_of_list),
                now.replace(minute=0, second=0, microsecond=0),
            )
            if kept is not None and kept.says(places, at, signer):
                found = replace(kept, read_at=now)
            else:
                said = credentials.status_list(number_of_list, places, did_of(base_url), base_url=base_url, at=at)
                found = SignedList(signer.sign(said, TYPE), places, at, signer.key_url, now)
            self._kept[number_of_list] = found
            return found

    def forget(self) -> None:
        """Read everything anew at the next question."""
        self._kept.clear()


def _is_used(session: Session, number_of_list: int) -> bool:
    numbers = status_lists.numbers_of(number_of_list)
    query = select(BadgeAward.id).where(BadgeAward.status_number.between(numbers.start, numbers.stop - 1)).limit(1)
    return session.scalar(query) is not None
