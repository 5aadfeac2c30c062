"""How is a run said to people: its state, what it does, and why learners were refused?"""

from datetime import datetime, timedelta

from webapp.domain.certificates import eligibility as rules
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import label_of
from webapp.domain.runs import AMONG, LEFT_OUT, STATE_LABELS, RunState, time_left
from webapp.models.certificates import GenerationRun
from webapp.wording import phrase, phrase_of

TONES = {
    RunState.WAITING: "waiting",
    RunState.RUNNING: "progress",
    RunState.PAUSED: "warning",
    RunState.CANCELLED: "neutral",
    RunState.DONE: "good",
    RunState.FAILED: "bad",
}

REFUSALS = {
    rules.COURSE_KNOWN.code: "The platform has told nothing of the course run",
    rules.NOT_CCX.code: "A custom course (CCX) issues none by itself",
    rules.NOT_BETA_TESTER.code: "Beta tester",
    rules.PASSED.code: "No passing grade",
    rules.VALID.code: "Invalidated",
    rules.ENROLLED.code: "Not enrolled",
    rules.MODE_EARNS.code: "The enrollment mode earns none",
    rules.ID_VERIFIED.code: "The identity is not verified",
    rules.NOT_ISSUED.code: "Issued already",
    rules.NOT_IN_FLIGHT.code: "With the queue already",
    rules.OPEN_STATUS.code: "A status of the old platform",
    rules.DELIVERABLE.code: "No queue is configured for PDFs",
    rules.NAMED.code: "No name in the profile",
    rules.ALLOWED.code: "Restricted by the platform",
    LEFT_OUT: "On the allowlist: a run leaves theirs alone",
}
"""Why nothing was made, shorter than on the learner's own page."""


MOST_MINUTES = 90
"""From here on hours are told."""


def state_of(run: GenerationRun) -> tuple[str, str]:
    """Give tone and word of a run's state."""
    return TONES[run.state], STATE_LABELS[run.state]


def task_of(run: GenerationRun) -> str:
    """Say what a run does."""
    if run.selection_id is not None:
        again = run.purpose is Purpose.REGENERATE
        return phrase("Regenerate chosen certificates") if again else phrase("Generate for chosen certificates")
    if run.purpose is Purpose.GENERATE:
        return f"Generate for {AMONG[run.among]}"
    return f"Regenerate: {', '.join(label_of(status) for status in run.statuses)}"


def left_of(run: GenerationRun, now: datetime) -> str:
    """Say about how long a run still takes; empty where that is not known, or it does not go on."""
    if run.state is not RunState.RUNNING:
        return ""
    left = time_left(run.total - run.done, run.done - run.paced_from, run.paced_since, now=now)
    if left is None:
        return ""
    minutes = round(left / timedelta(minutes=1))
    if minutes < 1:
        return phrase("less than a minute left")
    if minutes < MOST_MINUTES:
        return phrase_of(minutes, "about {number} minute left", "about {number} minutes left")
    hours = round(left / timedelta(hours=1))
    return phrase_of(hours, "about {number} hour left", "about {number} hours left")


def reason_of(refused_by: str) -> str:
    """Say why learners were refused; empty where they were not."""
    return REFUSALS.get(refused_by, refused_by)
