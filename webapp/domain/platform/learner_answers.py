"""What does a learner hear who asks for a certificate from a page of the platform (domain note §8.6)?"""

from webapp.domain.certificates.facts import Facts
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import IN_THE_MAKING

NOT_SIGNED_IN = "You must be signed in to create a certificate."
BAD_COURSE = "Course is not valid"
NOT_PASSED = "Your certificate will be available when you pass the course."
CREATED = "Certificate has already been created."
BEING_CREATED = "Certificate is being created."
EVERY_ANSWER = (NOT_SIGNED_IN, BAD_COURSE, NOT_PASSED, CREATED, BEING_CREATED)


def refusal_of(known: Facts) -> str | None:
    """Give why nothing is begun, in the order of old; None where the learner is to be judged.

    Whoever is on the allowlist need not have passed (decision 14). An error is told as something being made: it is the
    desk's affair.
    """
    if not known.passes:
        return NOT_PASSED
    if known.status is Status.DOWNLOADABLE:
        return CREATED
    return BEING_CREATED if known.status in IN_THE_MAKING else None
