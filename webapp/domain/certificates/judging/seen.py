"""What does a check see of a learner in a course run, in words?"""

from webapp.domain.certificates.facts import APPROVED, Facts
from webapp.domain.certificates.statuses import label_of
from webapp.wording import phrase

ID_STATUSES = {
    "created": phrase("created"),
    "pending": phrase("pending"),
    APPROVED: phrase("approved"),
    "submitted": phrase("submitted"),
    "denied": phrase("denied"),
    "expired": phrase("expired"),
}
"""What the platform's events say of an ID verification; records may say it in other words, which stand as they are."""


def grade(facts: Facts) -> str:
    """Say how the learner did."""
    if facts.passed_by_staff:
        return phrase("Staff gave the grade {label}.", label=facts.forced_label)
    if facts.percent is None:
        return phrase("The platform has told no grade.")
    percent = f"{(facts.percent * 100).normalize():f}"
    if facts.letter:
        if facts.passed:
            return phrase("Grade {percent} %, {letter}: passing.", percent=percent, letter=facts.letter)
        return phrase("Grade {percent} %, {letter}: not passing.", percent=percent, letter=facts.letter)
    if facts.passed:
        return phrase("Grade {percent} %: passing.", percent=percent)
    return phrase("Grade {percent} %: not passing.", percent=percent)


def enrollment(facts: Facts) -> str:
    """Say in which mode the learner is enrolled."""
    if facts.mode is None:
        return phrase("No enrollment is known.")
    if facts.active:
        return phrase("Enrolled as {mode}.", mode=facts.mode)
    return phrase("Enrolled as {mode}, no longer active.", mode=facts.mode)


def identity(facts: Facts) -> str:
    """Say what is known of the identity (decision 12)."""
    if facts.mode is not None and not facts.course.asks_id(facts.mode):
        return phrase("The mode {mode} asks for no ID verification.", mode=facts.mode)
    if not facts.id_status:
        return phrase("The platform has told of no ID verification.")
    if facts.id_status == APPROVED and not facts.id_verified:
        return phrase("The ID verification has expired.")
    return phrase("ID verification: {status}.", status=ID_STATUSES.get(facts.id_status, facts.id_status))


def delivery(facts: Facts) -> str:
    """Say how the course run gives its certificates."""
    if facts.course.html:
        return phrase("The course issues web certificates.")
    if facts.course.queue_configured:
        return phrase("The course issues PDFs; a queue is configured.")
    return phrase("The course issues PDFs; no queue is configured.")


def invalidation(facts: Facts) -> str:
    """Say whether an invalidation is active."""
    if facts.invalidated:
        return phrase("Invalidated by {who}.", who=facts.invalidated_by)
    return phrase("No invalidation is active.")


def certificate(facts: Facts) -> str:
    """Say what certificate there is."""
    if facts.status is None:
        return phrase("There is no certificate yet.")
    return phrase("The certificate's status is {status}.", status=label_of(facts.status))
