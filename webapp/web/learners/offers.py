"""Which acts fit a certificate as it is, and what does each of them do, in words?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flask import url_for

from webapp.domain.certificates import eligibility as rules
from webapp.domain.certificates.eligibility import Purpose, decide
from webapp.domain.certificates.transitions import Move, after_move
from webapp.domain.support.foresight import Act
from webapp.domain.verdicts import in_words
from webapp.services.certificates.explanation import Explanation
from webapp.web.learners.foreseen import Installation, Preview, previews
from webapp.web.learners.forms import ActForm, DatedForm, NotedForm, RegenerateForm
from webapp.web.learners.outcomes import listed
from webapp.wording import phrase

MENDED_BY_EXCEPTIONS = frozenset(
    check.code for check in (rules.NOT_CCX, rules.NOT_BETA_TESTER, rules.PASSED, rules.VALID)
)
"""Checks that fail until somebody makes an exception, or ends one."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One act: a button, or a button that opens a form where something has to be said first."""

    name: str
    label: str
    help: str
    form: ActForm | None = None
    tone: Literal["primary", "normal", "danger"] = "normal"
    asks: bool = True
    disabled_reason: str | None = None
    previews: Sequence[Preview] = ()
    """What it would do, if it were sent now."""

    @property
    def url(self) -> str:
        """Where its form is sent to."""
        return url_for(f"support.{self.name}")


def list_offers(explanation: Explanation, here: Installation) -> list[Offer]:
    """Give the acts that the certificate's status allows, the most likely first; each is checked again when it is done."""
    making = [_generate(explanation), _regenerate(explanation)]
    exceptions = [_allowlist(explanation), *_invalidation(explanation)]
    ends = [*_date(explanation), _delete(explanation)]
    excepted = MENDED_BY_EXCEPTIONS.intersection(explanation.decision.failed)
    found = [*exceptions, *making, *ends] if excepted else [*making, *exceptions, *ends]
    seen = [
        replace(offer, previews=previews(explanation, Act(offer.name), here)) for offer in found if offer is not None
    ]
    return sorted(seen, key=lambda offer: offer.disabled_reason is not None)


def regenerating_refused(explanation: Explanation) -> str | None:
    """Give why a certificate would not be made anew now, in words; None where it would."""
    decision = decide(explanation.facts, Purpose.REGENERATE)
    return None if decision.earned else listed(in_words(decision))


def form_for(kind: type[ActForm], explanation: Explanation, name: str) -> ActForm:
    """Give the form of an act, whose fields have names of their own on the page."""
    form = kind(formdata=None, learner=explanation.facts.learner_id, course_id=explanation.facts.course.course_id)
    for field in form:
        field.id = f"{name}-{field.name}"
    return form


def _generate(explanation: Explanation) -> Offer | None:
    facts, decision = explanation.facts, explanation.decision
    if facts.invalidated or after_move(facts.status, Move.ISSUE) is None:
        return None
    form = form_for(ActForm, explanation, "generate")
    if not decision.earned and explanation.valid:
        return Offer("generate", phrase("Generate"), _refused_and_stays(listed(in_words(decision))), form, asks=False)
    if not decision.earned:
        text = phrase(
            "It will be refused for now: the refusal is written down, so that the learner’s own page can say why."
        )
        return Offer("generate", phrase("Generate"), text, form, asks=False)
    text = (
        phrase("Nothing stands against it: it is issued at once.")
        if facts.course.html
        else phrase("Nothing stands against it: the queue is asked to make the PDF.")
    )
    return Offer("generate", phrase("Generate"), text, form, "primary", asks=False)


def _regenerate(explanation: Explanation) -> Offer | None:
    facts, certificate = explanation.facts, explanation.certificate
    if certificate is None or after_move(facts.status, Move.ISSUE_AGAIN) is None:
        return None
    was_issued = certificate.issued_at is not None or after_move(facts.status, Move.ISSUE) is None
    if not (was_issued or facts.invalidated):
        return None
    form = form_for(RegenerateForm, explanation, "regenerate")
    if not facts.invalidated:
        del form.end_invalidation
    text: str = phrase("Makes it anew with the name, grade and mode of today. The link stays the same.")
    refused = None if facts.invalidated else regenerating_refused(explanation)
    if refused:
        text = _refused_and_stays(refused)
    return Offer("regenerate", phrase("Regenerate"), text, form)


def _refused_and_stays(reasons: str) -> str:
    return phrase("It will be refused for now, and the certificate stays as it is, because {reasons}.", reasons=reasons)


def _allowlist(explanation: Explanation) -> Offer:
    facts = explanation.facts
    if facts.on_allowlist:
        text = phrase(
            "The learner is judged anew by the course’s own rules, and loses a certificate that these do not give."
        )
        form = form_for(NotedForm, explanation, "disallow")
        return Offer("disallow", phrase("Take off the allowlist"), text, form, "danger")
    text = phrase("For this course run the grade counts no more. Mode, enrollment, identity and restrictions still do.")
    reason = None
    if facts.invalidated:
        reason = phrase("Nobody is on the allowlist with an invalidated certificate: end the invalidation first.")
    elif facts.mode is None:
        reason = phrase("The learner has to be enrolled first.")
    return Offer(
        "allow", phrase("Put on the allowlist"), text, form_for(NotedForm, explanation, "allow"), disabled_reason=reason
    )


def _invalidation(explanation: Explanation) -> list[Offer]:
    facts = explanation.facts
    if facts.invalidated:
        text = phrase("The certificate may be issued again; generating or regenerating does that.")
        form = form_for(NotedForm, explanation, "end_invalidation")
        return [Offer("end_invalidation", phrase("End the invalidation"), text, form)]
    if not explanation.valid:
        return []
    text = phrase(
        "Declares it void: the link stays, and says that the certificate is not valid. "
        "Ending the invalidation and generating it again brings it back."
    )
    reason = phrase("The learner is on the allowlist: take them off it first.") if facts.on_allowlist else None
    form = form_for(NotedForm, explanation, "invalidate")
    return [Offer("invalidate", phrase("Invalidate"), text, form, "danger", disabled_reason=reason)]


def _date(explanation: Explanation) -> list[Offer]:
    held = explanation.certificate
    found = []
    if held is not None and held.date_override is not None:
        text = phrase("Its page shows again the day on which it was issued, or the course’s own.")
        form = form_for(NotedForm, explanation, "end_date_override")
        found.append(Offer("end_date_override", phrase("Show its own day again"), text, form))
    if explanation.counts:
        text = phrase(
            "Its page shows that day as the day of issue, at once. A PDF that the queue has made keeps the day printed in it."
        )
        form = form_for(DatedForm, explanation, "override_date")
        found.append(Offer("override_date", phrase("Show another day"), text, form))
    return found


def _delete(explanation: Explanation) -> Offer | None:
    if after_move(explanation.facts.status, Move.DELETE) is None:
        return None
    text = phrase("Its link says that it is gone. Generating it again brings it back, under the same link.")
    return Offer("delete", phrase("Delete"), text, form_for(NotedForm, explanation, "delete"), "danger")
