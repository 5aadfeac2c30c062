"""Which changes of configuration cannot be honoured? As in the package above: a stable code, and words that say what to do."""

from collections.abc import Sequence

from webapp.errors import WebappError
from webapp.wording import SEMICOLON, SPACE, joined, phrase


class UnknownKind(WebappError):
    """No kind of configuration has that name."""

    code = "unknown_kind"


class UnknownKey(WebappError):
    """The kind has no value of that key."""

    code = "unknown_key"


class UnknownChange(WebappError):
    """There is no change request of that number."""

    code = "unknown_change"


class InvalidPayload(WebappError):
    """What is asked for cannot be live; `problems` says for each field why."""

    code = "invalid"

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        """Keep each problem as its field and the reason."""
        self.problems = tuple(problems)
        super().__init__(joined(self.lines, SEMICOLON))

    @property
    def lines(self) -> list[str]:
        """Each problem in a line."""
        return [
            phrase("{field}: {reason}", field=field, reason=reason) if field else reason
            for field, reason in self.problems
        ]


class CautionsUnread(WebappError):
    """The change has consequences that its requester has not all confirmed; `cautions` gives their codes and texts."""

    code = "unconfirmed_warnings"

    def __init__(self, cautions: Sequence[tuple[str, str]]) -> None:
        """Keep each caution as its code and text."""
        self.cautions = tuple(cautions)
        super().__init__(joined((text for _, text in self.cautions), SPACE))


class Unchanged(WebappError):
    """The live value is just what is asked for."""

    code = "unchanged"


class ReasonMissing(WebappError):
    """The reason is too short to tell anybody anything."""

    code = "reason_missing"


class OpenRequest(WebappError):
    """Another request to change the same key is open; `change_id` is its number."""

    code = "open_request"

    def __init__(self, message: str, change_id: int) -> None:
        """Remember which request it is."""
        self.change_id = change_id
        super().__init__(message)


class StaleBase(WebappError):
    """The live value has moved since the change was made from it."""

    code = "stale_base"


class StaleChange(WebappError):
    """The live value has moved since the request was made: it has to be brought up to date."""

    code = "stale"


class MergeConflict(WebappError):
    """Both sides changed the same fields; `fields` names them, and somebody has to choose."""

    code = "conflict"

    def __init__(self, message: str, fields: Sequence[str]) -> None:
        """Remember which fields they are."""
        self.fields = tuple(fields)
        super().__init__(message)


class RevisionMoved(WebappError):
    """What somebody looked at is not what is there now.

    `tag` is that of what is there, "" where there is nothing.
    """

    code = "revision_moved"

    def __init__(self, message: str, tag: str) -> None:
        """Remember what is there."""
        self.tag = tag
        super().__init__(message)


class SelfApproval(WebappError):
    """Nobody decides on what they wrote."""

    code = "self_approval"


class RoleMissing(WebappError):
    """The account has no role that allows it."""

    code = "role"


class TokenDecides(WebappError):
    """A token proposes and never decides."""

    code = "token"


class WrongState(WebappError):
    """The request's state does not allow the move."""

    code = "state"


class AlreadyDecided(WebappError):
    """The account has approved the revision already."""

    code = "already_decided"


class ChangesFrozen(WebappError):
    """Nothing goes live for now."""

    code = "frozen"


class KeyNotTyped(WebappError):
    """The key was not typed again, letter for letter."""

    code = "typed_key"


class BadMoment(WebappError):
    """The moment lies in the past, or too far ahead."""

    code = "bad_moment"
