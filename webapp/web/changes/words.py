"""How is a change request said to people: how it stands, what happened to it, and what a button does?"""

import json
from collections.abc import Sequence
from datetime import datetime

from webapp.domain.actors import words_for
from webapp.domain.approval.merge import ABSENT
from webapp.domain.approval.states import OPEN, Move, State
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services.audit import details_of
from webapp.services.governance.reading.listing import age
from webapp.services.governance.reading.review import Review
from webapp.wording import SPACE, joined, phrase, phrase_as, phrase_of

EVENTS: dict[str, tuple[str, str]] = {
    "change.proposed": (phrase("Proposed"), "neutral"),
    "change.edited": (phrase("Rewritten: another revision"), "warning"),
    "change.reworded": (phrase("Title, reason or who is asked changed"), "neutral"),
    "change.rebased": (phrase("Brought up to date: another revision"), "warning"),
    "change.approved": (phrase_as("a change", "Approved"), "good"),
    "change.scheduled": (phrase("Approved, scheduled"), "good"),
    "change.applied": (phrase("Live"), "good"),
    "change.held": (phrase("Put on hold"), "warning"),
    "change.resumed": (phrase("Resumed"), "neutral"),
    "change.rejected": (phrase("Rejected"), "bad"),
    "change.approval_taken_back": (phrase("Approval taken back"), "warning"),
    "change.emergency": (phrase("Live in an emergency, without approvals"), "bad"),
    "change.reviewed": (phrase("Emergency acknowledged"), "good"),
    "change.withdrawn": (phrase("Withdrawn"), "neutral"),
    "change.commented": (phrase("Comment"), "neutral"),
    "change.schedule_failed": (phrase("Could not go live at its moment"), "bad"),
    "change.expired": (phrase("Expired"), "neutral"),
}
"""Action of an event -> title and tone."""

DONE: dict[Move, str] = {
    Move.EDIT: phrase("Your changes are kept. If the content or the moment is another, it is another revision."),
    Move.REBASE: phrase(
        "The change is made from the live value again. It is another revision and needs its approvals anew."
    ),
    Move.HOLD: phrase("The change is on hold. Its approvals do not count until somebody resumes it."),
    Move.RESUME: phrase("The change goes on."),
    Move.REJECT: phrase("The change is rejected. Nothing was changed."),
    Move.WITHDRAW: phrase("The change is withdrawn. Nothing was changed."),
    Move.TAKE_BACK: phrase("Your approval of this revision is taken back."),
    Move.EMERGENCY: phrase("The change is live. Somebody else has to look at it within 24 hours."),
    Move.REVERT: phrase("This proposes what was live before. It needs its approvals like any other change."),
    Move.ACKNOWLEDGE: phrase("You have looked at it, and everybody can see that."),
    Move.COMMENT: phrase("Your comment stands below."),
}
"""What is said when a move is made; approving says what came of it."""


_ENOUGH = phrase("It has what it needs; an approver makes it live by approving it, be it once more.")


def state_line(review: Review) -> str:
    """Say in a sentence how a request stands, and by whose word."""
    change, names = review.change, [one.account_name for one in review.approvals]
    match change.state:
        case State.PENDING:
            counted: str = phrase("Pending: {count}.", count=_count(review, names))
            return counted if not review.seen.enough else joined((counted, _ENOUGH), SPACE)
        case State.ON_HOLD:
            return _held(review, names)
        case State.SCHEDULED:
            if not names:
                return phrase("Approved; it goes live by itself at its moment.")
            return phrase("Approved, by {names}; it goes live by itself at its moment.", names=_listed(names))
        case State.APPLIED:
            return _live(review, names)
        case State.REJECTED:
            by = _by_last(review, "change.rejected")
            return phrase("Rejected by {name}.", name=by) if by else phrase("Rejected.")
        case State.WITHDRAWN:
            return phrase("Withdrawn by {name}.", name=change.author_name)
        case State.EXPIRED:
            return phrase("Expired: nobody touched it for 14 days.")


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
        return phrase("What it was to change")
    return phrase("What would change") if state in OPEN else phrase("What would have changed")


def counts_for(review: Review) -> str:
    """Say which revision an approval is for, and who may give one."""
    change = review.change
    if change.revision > 1:
        return phrase(
            "An approval is for revision {number}; those of earlier revisions do not count.", number=change.revision
        )
    return phrase(
        "An approval is for revision {number}; what is edited later needs its approvals anew.", number=change.revision
    )


def who_decides(review: Review) -> str:
    """Say who may decide on a request, or that nobody can."""
    if not review.deciders:
        return phrase(
            "Nobody can decide on it: everybody with the role Approver wrote on it or is whom it is about, or there is nobody with the role."
        )
    names = _listed(review.deciders)
    if review.asked in review.deciders:
        return phrase("{names} can decide on it; {asked} is asked.", names=names, asked=review.asked)
    return phrase("{names} can decide on it.", names=names)


def approving(review: Review, now: datetime) -> str:
    """Say what one more approval does."""
    seen, until = review.seen, review.seen.waits_until(now)
    if seen.enough and until is not None:
        return phrase("It has all the approvals that it needs: it goes live on {moment}.", moment=moment(until))
    if seen.enough:
        return phrase("It has all the approvals that it needs: it goes live at once.")
    if (missing := seen.approvals_needed - seen.given - 1) > 0:
        return phrase_of(
            missing,
            "{number} more approval is needed after yours.",
            "{number} more approvals are needed after yours.",
        )
    if until is not None:
        return phrase("Yours is the last approval that it needs: it goes live on {moment}.", moment=moment(until))
    return phrase("Yours is the last approval that it needs: it goes live at once.")


def approved(state: State) -> str:
    """Say what came of an approval."""
    return {
        State.APPLIED: phrase("Approved, and live from now on."),
        State.SCHEDULED: phrase("Approved; it goes live by itself at its moment."),
    }.get(state, phrase("Approved. It needs another approval before it goes live."))


def moment(at: datetime) -> str:
    """Say a moment in UTC, where no tag can stand."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def title_of(event: AuditEvent) -> str:
    """Give what happened in a few words."""
    title = EVENTS.get(event.action, (event.action, ""))[0]
    if event.action != "change.commented":
        return (
            title
            if event.revision in (None, 1)
            else phrase("{title} (revision {number})", title=title, number=event.revision)
        )
    field = details_of(event).get("field") or ""
    return phrase("Comment on {field}", field=field) if field else title


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


def _count(review: Review, names: Sequence[str]) -> str:
    needed = review.change.approvals_needed
    if not names:
        return phrase_of(needed, "{given} of {number} approval", "{given} of {number} approvals", given=len(names))
    return phrase_of(
        needed,
        "{given} of {number} approval, by {names}",
        "{given} of {number} approvals, by {names}",
        given=len(names),
        names=_listed(names),
    )


def _held(review: Review, names: Sequence[str]) -> str:
    held: str = phrase("On hold: it could not go live at its moment")
    if review.holder:
        held = phrase("On hold, by {name}", name=review.holder)
    if not names:
        return phrase("{said}.", said=held)
    return phrase("{held}. {count}, to be counted once it is resumed.", held=held, count=_count(review, names))


def _live(review: Review, names: Sequence[str]) -> str:
    number, change = review.version, review.change
    if change.emergency:
        by, then = _by_last(review, "change.emergency"), _reviewed(change)
        if not by:
            return phrase("Live as version {number}, made live in an emergency; {then}.", number=number, then=then)
        return phrase(
            "Live as version {number}, made live in an emergency by {name}; {then}.", number=number, name=by, then=then
        )
    if not names:
        return phrase("Live as version {number}.", number=number)
    return phrase("Live as version {number}, approved by {names}.", number=number, names=_listed(names))


def _reviewed(change: ChangeRequest) -> str:
    if change.reviewed_at is not None:
        return phrase("{name} has looked at it", name=words_for(change.reviewed_by))
    if change.undone_by:
        return phrase("change {number} has undone it", number=change.undone_by)
    return phrase("nobody else has looked at it yet")


def _by_last(review: Review, action: str) -> str:
    found = next((event for event in review.events if event.action == action), None)
    return words_for(found.actor_name) if found else ""


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return phrase("{first} and {last}", first=joined(names[:-1]), last=names[-1])
