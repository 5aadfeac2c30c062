"""How is a change request said to people: how it stands, what happened to it, and what a button does?"""

import json
from collections.abc import Sequence
from datetime import datetime

from webapp.domain.approval.merge import ABSENT
from webapp.domain.approval.states import OPEN, Move, State
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services.audit import details_of
from webapp.services.governance.reading.listing import age
from webapp.services.governance.reading.review import Review

EVENTS: dict[str, tuple[str, str]] = {
    "change.proposed": ("Proposed", "neutral"),
    "change.edited": ("Rewritten: another revision", "warning"),
    "change.reworded": ("Title, reason or who is asked changed", "neutral"),
    "change.rebased": ("Brought up to date: another revision", "warning"),
    "change.approved": ("Approved", "good"),
    "change.scheduled": ("Approved, scheduled", "good"),
    "change.applied": ("Live", "good"),
    "change.held": ("Put on hold", "warning"),
    "change.resumed": ("Resumed", "neutral"),
    "change.rejected": ("Rejected", "bad"),
    "change.approval_taken_back": ("Approval taken back", "warning"),
    "change.emergency": ("Live in an emergency, without approvals", "bad"),
    "change.reviewed": ("Emergency acknowledged", "good"),
    "change.withdrawn": ("Withdrawn", "neutral"),
    "change.commented": ("Comment", "neutral"),
    "change.schedule_failed": ("Could not go live at its moment", "bad"),
    "change.expired": ("Expired", "neutral"),
}
"""Action of an event -> title and tone."""

DONE: dict[Move, str] = {
    Move.EDIT: "Your changes are kept. If the content or the moment is another, it is another revision.",
    Move.REBASE: "The change is made from the live value again. It is another revision and needs its approvals anew.",
    Move.HOLD: "The change is on hold. Its approvals do not count until somebody resumes it.",
    Move.RESUME: "The change goes on.",
    Move.REJECT: "The change is rejected. Nothing was changed.",
    Move.WITHDRAW: "The change is withdrawn. Nothing was changed.",
    Move.TAKE_BACK: "Your approval of this revision is taken back.",
    Move.EMERGENCY: "The change is live. Somebody else has to look at it within 24 hours.",
    Move.REVERT: "This proposes what was live before. It needs its approvals like any other change.",
    Move.ACKNOWLEDGE: "You have looked at it, and everybody can see that.",
    Move.COMMENT: "Your comment stands below.",
}
"""What is said when a move is made; approving says what came of it."""


def state_line(review: Review) -> str:
    """Say in a sentence how a request stands, and by whose word."""
    change, names = review.change, [one.account_name for one in review.approvals]
    by = f", by {_listed(names)}" if names else ""
    count = f"{len(names)} of {change.approvals_needed} approval{'' if change.approvals_needed == 1 else 's'}{by}"
    match change.state:
        case State.PENDING:
            return f"Pending: {count}."
        case State.ON_HOLD:
            held = f"On hold, by {review.holder}" if review.holder else "On hold: it could not go live at its moment"
            return f"{held}. {count}, to be counted once it is resumed." if names else f"{held}."
        case State.SCHEDULED:
            return f"Approved{by}; it goes live by itself at its moment."
        case State.APPLIED:
            return f"Live as version {review.version}{_by_what(review, names)}."
        case State.REJECTED:
            return f"Rejected{_by_last(review, 'change.rejected')}."
        case State.WITHDRAWN:
            return f"Withdrawn by {change.author_name}."
        case State.EXPIRED:
            return "Expired: nobody touched it for 14 days."


def last_word(review: Review) -> str:
    """Give what was said with the move that brought a request where it is, other than by approving."""
    moves = {
        State.ON_HOLD: ("change.held", "change.schedule_failed"),
        State.REJECTED: ("change.rejected",),
        State.WITHDRAWN: ("change.withdrawn",),
        State.EXPIRED: ("change.expired",),
        State.APPLIED: ("change.emergency",),
    }.get(review.change.state, ())
    return next((event.reason for event in review.events if event.action in moves), "")


def heading_of(state: State) -> str:
    """Give the heading of what a request changes."""
    if state is State.APPLIED:
        return "What changed"
    return "What would change" if state in OPEN else "What would have changed"


def counts_for(review: Review) -> str:
    """Say which revision an approval is for, and who may give one."""
    change = review.change
    rest = "what is edited later needs its approvals anew"
    if change.revision > 1:
        rest = "those of earlier revisions do not count"
    return f"An approval is for revision {change.revision}; {rest}."


def who_decides(review: Review) -> str:
    """Say who may decide on a request, or that nobody can."""
    if not review.deciders:
        return (
            "Nobody can decide on it: everybody with the role Approver wrote on it, or there is nobody with the role."
        )
    names = _listed(review.deciders)
    asked = f"; {review.asked} is asked" if review.asked else ""
    return f"{names} can decide on it{asked}."


def approving(review: Review, now: datetime) -> str:
    """Say what one more approval does."""
    change, missing = review.change, review.change.approvals_needed - len(review.approvals) - 1
    if missing > 0:
        return f"{missing} more approval{' is' if missing == 1 else 's are'} needed after yours."
    if review.seen.waits_until(now) is not None and change.apply_at is not None:
        return f"Yours is the last approval that it needs: it goes live on {moment(change.apply_at)}."
    return "Yours is the last approval that it needs: it goes live at once."


def approved(state: State) -> str:
    """Say what came of an approval."""
    return {
        State.APPLIED: "Approved, and live from now on.",
        State.SCHEDULED: "Approved; it goes live by itself at its moment.",
    }.get(state, "Approved. It needs another approval before it goes live.")


def moment(at: datetime) -> str:
    """Say a moment in UTC, where no tag can stand."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def title_of(event: AuditEvent) -> str:
    """Give what happened in a few words."""
    title = EVENTS.get(event.action, (event.action, ""))[0]
    if event.action != "change.commented":
        return title if event.revision in (None, 1) else f"{title} (revision {event.revision})"
    field = details_of(event).get("field") or ""
    return f"Comment on {field}" if field else title


def tone_of(event: AuditEvent) -> str:
    """Give the tone of what happened."""
    return EVENTS.get(event.action, ("", "neutral"))[1]


def value(found: object) -> str:
    """Write a value of a payload for people: texts as they are, all else as JSON; empty where there is none."""
    if found is ABSENT:
        return ""
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=2)


def age_of(since: datetime, now: datetime) -> str:
    """Say how old something is."""
    return age(since, now)


def _by_what(review: Review, names: Sequence[str]) -> str:
    if review.change.emergency:
        by = _by_last(review, "change.emergency")
        return f", made live in an emergency{by}; {_reviewed(review.change)}"
    return f", approved by {_listed(names)}" if names else ""


def _reviewed(change: ChangeRequest) -> str:
    if change.reviewed_at is not None:
        return f"{change.reviewed_by} has looked at it"
    return f"change {change.undone_by} has undone it" if change.undone_by else "nobody else has looked at it yet"


def _by_last(review: Review, action: str) -> str:
    found = next((event for event in review.events if event.action == action), None)
    return f" by {found.actor_name}" if found else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + (f" and {names[-1]}" if len(names) > 1 else names[0])
