"""What is a learner told of a certificate, in plain words (domain note §2)?"""

from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import Publicity
from webapp.services.certificates.own.holdings import OwnCertificate
from webapp.wording import phrase

PLAIN_WORDS: dict[Status, str] = {
    Status.DOWNLOADABLE: phrase("Your certificate is ready."),
    Status.GENERATING: phrase("Your certificate is being made. This usually takes a few minutes."),
    Status.REGENERATING: phrase("Your certificate is being made anew. This usually takes a few minutes."),
    Status.ERROR: phrase("Your certificate is being made. This takes longer than usual; we know about it."),
    Status.NOT_PASSING: phrase("You have not passed this course yet."),
    Status.UNVERIFIED: phrase("Your identity has to be verified before you get a certificate."),
    Status.RESTRICTED: phrase("A certificate cannot be given to you here. Ask support why."),
}
NOT_SHOWN_YET = phrase("You have earned your certificate. You can open it once the course shows its certificates.")
MADE_ANEW_WORDS: dict[Status, str] = {
    Status.GENERATING: phrase(
        "Your certificate is being made anew; its page stays open. This usually takes a few minutes."
    ),
    Status.REGENERATING: phrase(
        "Your certificate is being made anew; its page stays open. This usually takes a few minutes."
    ),
    Status.ERROR: phrase(
        "Your certificate is being made anew; its page stays open. This takes longer than usual; we know about it."
    ),
}
"""What is said of a certificate that was issued before."""
WITHDRAWN = phrase("Your certificate was withdrawn. Ask your support team why.")
OTHER_WORDS = phrase("There is no certificate for this course at the moment.")
NOT_EARNED = phrase("There is no certificate for you yet. If you think that you have passed, ask your support team.")
ASK_WORDS = phrase("Once you have passed, ask for your certificate here.")


def words_for(one: OwnCertificate) -> str:
    """Give what a learner is told of what they hold."""
    if one.status is not Status.DOWNLOADABLE:
        words = MADE_ANEW_WORDS if one.url else PLAIN_WORDS
        return words.get(one.status, OTHER_WORDS if one.issued_at is None else WITHDRAWN)
    if one.seen is Publicity.GONE:
        return WITHDRAWN  # in a record of the platform that left it downloadable
    return PLAIN_WORDS[one.status] if one.url or one.seen is Publicity.SHOWN else NOT_SHOWN_YET
