"""What has come of an act, in words?"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.domain.certificates.statuses import Status, label_of
from webapp.domain.verdicts import in_words
from webapp.services.generation.making import Made
from webapp.wording import joined, phrase, phrase_of


@dataclass(frozen=True, slots=True)
class Said:
    """What the next page says first, and whether it is good news."""

    text: str
    category: str = "success"


def of_making(made: Made, *, ended_invalidation: bool = False) -> Said:
    """Say what came of generating or regenerating."""
    if not made.decision.earned:
        said = {"reasons": listed(in_words(made.decision)), "left": _left(made)}
        if ended_invalidation:
            text = phrase("Refused because {reasons}. {left} The invalidation is ended all the same.", **said)
        else:
            text = phrase("Refused because {reasons}. {left}", **said)
        return Said(text, "warning")
    if made.queued:
        return Said(phrase("Sent to the queue. XQueue’s answer arrives here by itself, usually within minutes."))
    if made.before is Status.DOWNLOADABLE:
        return Said(phrase("Made anew. The link is the same as before."))
    return Said(phrase("Issued. The learner can open the certificate now."))


def of_judging(made: Made) -> Said:
    """Say what came of judging anew, once the learner was taken off the allowlist."""
    if made.decision.earned:
        return Said(
            phrase("Taken off the allowlist. The course’s own rules give the certificate too, so nothing else changes.")
        )
    left = _left(made)
    if not made.changed:
        return Said(phrase("Taken off the allowlist. {left}", left=left))
    reasons = listed(in_words(made.decision))
    return Said(
        phrase(
            "Taken off the allowlist. The certificate is taken away because {reasons}. {left}",
            reasons=reasons,
            left=left,
        )
    )


def of_deletion(made: Made) -> Said:
    """Say what came of a deletion."""
    if made.queued:
        return Said(phrase("Sent to the queue, which removes the file. The certificate is gone once it answers."))
    return Said(phrase("Deleted. Its link says that it is gone."))


def of_invalidation(_made: Made) -> Said:
    """Say what came of an invalidation."""
    return Said(
        phrase(
            "Invalidated. Its link says that it is not valid any more; to bring it back, end the invalidation and generate it again."
        )
    )


def of_nothing(problem: str) -> Said:
    """Say that nothing came of it, and why."""
    return Said(phrase("Nothing was changed. {problem}", problem=problem), "error")


def listed(reasons: Sequence[str]) -> str:
    """Put reasons in a row, as a sentence has them."""
    *first, last = reasons
    return phrase("{before}, and {last}", before=joined(first), last=last) if first else last


def first_two(reasons: Sequence[str]) -> str:
    """Give the two weightiest of some reasons, and how many there are more."""
    more = len(reasons) - 2
    if more <= 0:
        return listed(reasons) if reasons else ""
    return phrase_of(
        more,
        "{reasons}, and for {number} more reason",
        "{reasons}, and for {number} more reasons",
        reasons=listed(reasons[:2]),
    )


def _left(made: Made) -> str:
    if made.status is None:
        return phrase("There is still no certificate.")
    if made.changed and made.status is not made.before:
        return phrase("The status is now “{status}”.", status=label_of(made.status))
    return phrase("The status stays “{status}”.", status=label_of(made.status))
