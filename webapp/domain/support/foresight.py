"""What would an act do to a certificate, if it were done now? The same rules as when it is done; nothing is written."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.bus.lifecycle import Happening, happenings
from webapp.domain.certificates import effects
from webapp.domain.certificates.eligibility import Decision, Purpose, decide
from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.statuses import PASSED, Status
from webapp.domain.certificates.transitions import Move, after_move


class Act(StrEnum):
    """What support can do about a certificate; the names of their doors."""

    GENERATE = "generate"
    REGENERATE = "regenerate"
    DELETE = "delete"
    ALLOW = "allow"
    DISALLOW = "disallow"
    INVALIDATE = "invalidate"
    END_INVALIDATION = "end_invalidation"
    OVERRIDE_DATE = "override_date"
    END_DATE_OVERRIDE = "end_date_override"


OF_DATES = frozenset({Act.OVERRIDE_DATE, Act.END_DATE_OVERRIDE})
"""Acts that change what a certificate shows, and move nothing."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What one act would leave behind."""

    act: Act
    before: Status | None
    after: Status | None
    decision: Decision | None
    """The verdict that says so; None where staff's word alone does."""
    move: Move | None
    """None where the certificate stays as it is."""
    valid_before: bool
    issues_badges: bool
    html: bool

    @property
    def queued(self) -> bool:
        """A job for XQueue would leave."""
        return self.move in (Move.SUBMIT, Move.SUBMIT_AGAIN, Move.REMOVE)

    @property
    def makes(self) -> bool:
        """A certificate would be made, or asked for."""
        return self.move in (Move.ISSUE, Move.ISSUE_AGAIN, Move.SUBMIT, Move.SUBMIT_AGAIN)

    @property
    def valid_after(self) -> bool:
        """The certificate would be valid: issued, or valid until now and only made anew (record 11)."""
        return (self.valid_before and not self.lost) or (self.move is not None and self.after is Status.DOWNLOADABLE)

    @property
    def lost(self) -> bool:
        """A valid certificate would be taken away."""
        return self.move is not None and effects.is_lost(self.after, was_valid=self.valid_before)

    @property
    def told_created(self) -> bool:
        """Tracking would be told of a passing generation."""
        return self.makes and (self.after in PASSED or self.queued)

    @property
    def happenings(self) -> tuple[Happening, ...]:
        """What the event bus would be told, in order."""
        if self.act in OF_DATES:
            return (Happening.CHANGED,)
        if self.after is None or self.move is None or not (self.makes or self.after is not self.before):
            return ()
        return happenings(self.before, self.after)


def foresee(facts: Facts, act: Act, *, valid: bool, removes: bool = False, end_invalidation: bool = False) -> Foreseen:
    """Say what an act would do. `valid` is whether the certificate is valid now, `removes` that a queue deletes files.

    Of `allow` it is what follows a moment later, once the learner is judged by the allowlist's rules.
    """
    decision, wanted = _judged(facts, act, end_invalidation=end_invalidation)
    if act is Act.DELETE:
        wanted = _leading_to(facts, Move.REMOVE if removes else Move.DELETE, None)
    elif act is Act.INVALIDATE:
        wanted = _leading_to(facts, Move.DOWNGRADE, Status.UNAVAILABLE)
    move, after = wanted or (None, facts.status)
    return Foreseen(act, facts.status, after, decision, move, valid, facts.course.issues_badges, facts.course.html)


def _judged(facts: Facts, act: Act, *, end_invalidation: bool) -> tuple[Decision | None, tuple[Move, Status] | None]:
    match act:
        case Act.GENERATE:
            decision = decide(facts, Purpose.GENERATE)
        case Act.REGENERATE:
            judged = facts._replace(invalidated=False) if end_invalidation else facts
            decision = decide(judged, Purpose.REGENERATE)
        case Act.ALLOW:
            decision = decide(facts._replace(on_allowlist=True), Purpose.GENERATE)
        case Act.DISALLOW:
            decision = decide(facts._replace(on_allowlist=False), Purpose.JUDGE_ANEW)
        case _:
            return None, None
    return decision, effects.move_to(decision)


def _leading_to(facts: Facts, move: Move, target: Status | None) -> tuple[Move, Status] | None:
    after = after_move(facts.status, move, target)
    return None if after is None else (move, after)
