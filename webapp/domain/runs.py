"""How does a run over a whole course run go: what can it do, in which states is it, and who may move it to which?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import label_of
from webapp.wording import joined, phrase


class RunState(StrEnum):
    """How far a run is."""

    WAITING = "waiting"
    """Its next step has not begun yet."""
    RUNNING = "running"
    """It goes on step by step."""
    PAUSED = "paused"
    """Somebody lets it rest."""
    CANCELLED = "cancelled"
    """Somebody ended it; what it did stays."""
    DONE = "done"
    """It is through."""
    FAILED = "failed"
    """A step failed; it can be resumed."""


class RunMove(StrEnum):
    """What a person does with a run."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


class Among(StrEnum):
    """Whom a run that generates is for; the words are those of the instructor's page (ecosystem note §1.1, B8)."""

    EVERYBODY = "all"
    """Whoever is or was enrolled."""
    ALLOWLISTED = "allowlisted"
    """On the allowlist."""
    ALLOWLISTED_NOT_GENERATED = "allowlisted_not_generated"
    """On the allowlist, and without an issued certificate."""


GOING = frozenset({RunState.WAITING, RunState.RUNNING})
"""The job carries these forward."""

OPEN = GOING | {RunState.PAUSED}
"""A course run has one of these at a time, dry runs apart."""

AFTER_MOVE: dict[RunMove, tuple[frozenset[RunState], RunState]] = {
    RunMove.PAUSE: (GOING, RunState.PAUSED),
    RunMove.RESUME: (frozenset({RunState.PAUSED, RunState.FAILED}), RunState.WAITING),
    RunMove.CANCEL: (OPEN | {RunState.FAILED}, RunState.CANCELLED),
}
"""From where each move is possible, and where it leads; what is done or cancelled stays so."""

PURPOSES = {Purpose.GENERATE: phrase("Generate"), Purpose.REGENERATE: phrase("Regenerate")}
"""What a run can do with each learner, in words: judge whoever is or was enrolled, or make anew what some hold."""

AMONG = {
    Among.EVERYBODY: phrase("Everybody enrolled"),
    Among.ALLOWLISTED: phrase("Everybody on the allowlist"),
    Among.ALLOWLISTED_NOT_GENERATED: phrase("Everybody on the allowlist without a certificate"),
}
"""For whom a run generates, in words."""

_GENERATES = {
    Among.EVERYBODY: phrase("Generate for everybody enrolled"),
    Among.ALLOWLISTED: phrase("Generate for everybody on the allowlist"),
    Among.ALLOWLISTED_NOT_GENERATED: phrase("Generate for everybody on the allowlist without a certificate"),
}

LEFT_OUT = "on_allowlist"
"""Why a run does not make a certificate anew: its learner is on the allowlist (domain note §8.5). It stands where other
results name the check that refused."""

STATE_LABELS = {
    RunState.WAITING: phrase("Waiting"),
    RunState.RUNNING: phrase("Running"),
    RunState.PAUSED: phrase("Paused"),
    RunState.CANCELLED: phrase("Cancelled"),
    RunState.DONE: phrase("Done"),
    RunState.FAILED: phrase("Failed"),
}


STANDS = {
    RunState.WAITING: phrase("waiting"),
    RunState.RUNNING: phrase("running"),
    RunState.PAUSED: phrase("paused"),
    RunState.CANCELLED: phrase("cancelled"),
    RunState.DONE: phrase("done"),
    RunState.FAILED: phrase("failed"),
}
"""The same within a sentence."""


def after_move(state: RunState, move: RunMove) -> RunState | None:
    """Give the state that a move leads to, or None where it is refused."""
    allowed, leads_to = AFTER_MOVE[move]
    return leads_to if state in allowed else None


def time_left(ahead: int, done: int, since: datetime | None, *, now: datetime) -> timedelta | None:
    """Give how long the rest takes at the pace so far; None as long as no pace is known.

    `done` is what was done `since` it began, or was last resumed: the time that it rested is not counted.
    """
    if since is None or done <= 0 or now <= since:
        return None
    return (now - since) / done * max(ahead, 0)


def task_of(purpose: Purpose, among: Among, statuses: Iterable[str], *, chosen: bool) -> str:
    """Say what a run does; `chosen` where it is over certificates that somebody chose."""
    if chosen:
        again = purpose is Purpose.REGENERATE
        return phrase("Regenerate chosen certificates") if again else phrase("Generate for chosen certificates")
    if purpose is Purpose.GENERATE:
        return _GENERATES[among]
    return phrase("Regenerate: {statuses}", statuses=joined(label_of(status) for status in statuses))
