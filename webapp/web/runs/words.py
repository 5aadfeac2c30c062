"""How is a run said to people: its state, what it does, and why learners were refused?"""

from datetime import datetime, timedelta

from webapp.domain import runs
from webapp.domain.certificates import eligibility as rules
from webapp.domain.runs import LEFT_OUT, STATE_LABELS, RunState, time_left
from webapp.models.certificates import GenerationRun
from webapp.web.cells import RUN_TONES
from webapp.wording import phrase, phrase_of

TONES = RUN_TONES

REFUSALS = {
    rules.COURSE_KNOWN.code: phrase("The platform has told nothing of the course run"),
    rules.NOT_CCX.code: phrase("A custom course (CCX) issues none by itself"),
    rules.NOT_BETA_TESTER.code: phrase("Beta tester"),
    rules.PASSED.code: phrase("No passing grade"),
    rules.VALID.code: phrase("Invalidated"),
    rules.ENROLLED.code: phrase("Not enrolled"),
    rules.MODE_EARNS.code: phrase("The enrollment mode earns none"),
    rules.ID_VERIFIED.code: phrase("The identity is not verified"),
    rules.NOT_ISSUED.code: phrase("Issued already"),
    rules.NOT_IN_FLIGHT.code: phrase("With the queue already"),
    rules.OPEN_STATUS.code: phrase("A status of the old platform"),
    rules.DELIVERABLE.code: phrase("No queue is configured for PDFs"),
    rules.NAMED.code: phrase("No name in the profile"),
    rules.ALLOWED.code: phrase("Restricted by the platform"),
    LEFT_OUT: phrase("On the allowlist: a run leaves theirs alone"),
}
"""Why nothing was made, shorter than on the learner's own page."""


MOST_MINUTES = 90
"""From here on hours are told."""


def state_of(run: GenerationRun) -> tuple[str, str]:
    """Give tone and word of a run's state."""
    return TONES[run.state], STATE_LABELS[run.state]


def task_of(run: GenerationRun) -> str:
    """Say what a run does."""
    return runs.task_of(run.purpose, run.among, run.statuses, chosen=run.selection_id is not None)


def question_of(run: GenerationRun) -> str:
    """Ask whether what a dry run foresaw shall be done: how many it changes at most."""
    task, number = task_of(run), f"{run.total - run.left_out:,}"
    if run.selection_id is not None:
        return phrase("{task}, {number}: this changes certificates.", task=task, number=number)
    return phrase("{task}, {number} learners: this changes certificates.", task=task, number=number)


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
