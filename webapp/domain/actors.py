"""Who acts? A person with an account, the queue, or whoever owns the machine."""

from dataclasses import dataclass

from webapp.domain.identifiers import folded
from webapp.wording import phrase


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from where; stands in every transition and audit event."""

    name: str
    id: int | None = None
    ip: str = ""
    request_id: str = ""
    by_token: bool = False
    """A program acts in the account's name: it proposes and never decides."""


QUEUE_NAME = "XQueue"
MACHINE_NAME = "command line"
SCHEDULE_NAME = "schedule"
DESK_NAME = "Certdesk"
"""Of what nobody asked for by name, and a visit made necessary."""
INSTALLER_NAME = "installation"
"""Of the first version of what is governed, which nobody proposed."""
ERASED_NAME = "erased"
"""Of a learner who was forgotten, where they acted themselves."""
STRANGER_NAME = "-"
"""Of somebody whom a sign-in elsewhere did not name."""

WORDS: dict[str, str] = {
    MACHINE_NAME: phrase("the command line"),
    SCHEDULE_NAME: phrase("Certdesk, on schedule"),
    INSTALLER_NAME: phrase("the installation of Certdesk"),
    ERASED_NAME: phrase("somebody who was erased since"),
    STRANGER_NAME: phrase("somebody not signed in"),
}
"""The names of whoever is no person -> as people read them; what is missing is a name by itself."""
_OURS = frozenset(folded(name) for name in (QUEUE_NAME, DESK_NAME, *WORDS))


def is_ours(name: str) -> bool:
    """Say whether a name, in whatever case, is one that no person is given: it stands for somebody else."""
    return folded(name) in _OURS


def words_for(name: str) -> str:
    """Give how people read who acted: a person's name as it is, words for what is no person."""
    return WORDS.get(name, name)
