"""What has come of an act, in words?"""

from dataclasses import dataclass

from webapp.domain.certificates.statuses import Status, label_of
from webapp.domain.verdicts import in_words
from webapp.services.generation.making import Made


@dataclass(frozen=True, slots=True)
class Said:
    """What the next page says first, and whether it is good news."""

    text: str
    category: str = "success"


def of_making(made: Made, *, ended_invalidation: bool = False) -> Said:
    """Say what came of generating or regenerating."""
    if not made.decision.earned:
        ended = " The invalidation is ended all the same." if ended_invalidation else ""
        return Said(f"Refused because {listed(in_words(made.decision))}. {_left(made)}{ended}", "warning")
    if made.queued:
        return Said("Sent to the queue. XQueue’s answer arrives here by itself, usually within minutes.")
    if made.before is Status.DOWNLOADABLE:
        return Said("Made anew. The link is the same as before.")
    return Said("Issued. The learner can open the certificate now.")


def of_judging(made: Made) -> Said:
    """Say what came of judging anew, once the learner was taken off the allowlist."""
    done = "Taken off the allowlist."
    if made.decision.earned:
        return Said(f"{done} The course’s own rules give the certificate too, so nothing else changes.")
    if not made.changed:
        return Said(f"{done} {_left(made)}")
    return Said(f"{done} The certificate is taken away because {listed(in_words(made.decision))}. {_left(made)}")


def of_deletion(made: Made) -> Said:
    """Say what came of a deletion."""
    if made.queued:
        return Said("Sent to the queue, which removes the file. The certificate is gone once it answers.")
    return Said("Deleted. Its link says that it is gone.")


def of_invalidation(_made: Made) -> Said:
    """Say what came of an invalidation."""
    return Said("Invalidated. Its link says that it is not valid any more; ending the invalidation undoes this.")


def listed(reasons: tuple[str, ...]) -> str:
    """Put reasons in a row, as a sentence has them."""
    *first, last = reasons
    return f"{', '.join(first)}, and {last}" if first else last


def _left(made: Made) -> str:
    if made.status is None:
        return "There is still no certificate."
    if made.changed and made.status is not made.before:
        return f"The status is now “{label_of(made.status)}”."
    return f"The status stays “{label_of(made.status)}”."
