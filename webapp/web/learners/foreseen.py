"""What would an act do, in words: status, checks, link, PDF, badge, and who is told?"""

from dataclasses import dataclass

from webapp.domain.bus.lifecycle import Happening
from webapp.domain.certificates.statuses import HIDDEN, Status, label_of
from webapp.domain.support.foresight import Act, Foreseen, foresee
from webapp.domain.verdicts import in_words
from webapp.services.certificates.explanation import Explanation
from webapp.settings import Settings
from webapp.web.learners.outcomes import listed
from webapp.wording import SEMICOLON, joined, phrase, phrase_of

_BUS = {
    Happening.CHANGED: phrase("changed"),
    Happening.CREATED: phrase("created"),
    Happening.REVOKED: phrase("revoked"),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What one act would do, each effect under its name; `title` says on which condition, where there are two."""

    lines: tuple[tuple[str, str], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """What of the settings decides what follows from an act."""

    generates: bool
    removes: bool
    badges: bool
    tracking: bool
    bus: bool


def installation_of(settings: Settings) -> Installation:
    """Give what follows from an act as the settings say."""
    return Installation(
        settings.auto_generate,
        settings.queue_removes and settings.xqueue_url is not None,
        settings.badges,
        settings.tracking is not None,
        settings.kafka_bootstrap_servers is not None,
    )


def previews(explanation: Explanation, act: Act, here: Installation) -> list[Preview]:
    """Give what an act would do; twice where a tick of its form decides."""
    if act is Act.REGENERATE and explanation.facts.invalidated:
        return [
            _preview(explanation, act, here, phrase("With “End the invalidation first”"), end_invalidation=True),
            _preview(explanation, act, here, phrase("Without it")),
        ]
    return [_preview(explanation, act, here)]


def _preview(
    explanation: Explanation, act: Act, here: Installation, title: str = "", *, end_invalidation: bool = False
) -> Preview:
    held = explanation.certificate
    link, file = (held is not None and bool(held.verify_uuid)), held is not None and bool(held.download_uuid)
    removes = here.removes and file
    seen = foresee(explanation.facts, act, valid=explanation.valid, removes=removes, end_invalidation=end_invalidation)
    lines = [
        (phrase("Status"), _status(seen, here)),
        (phrase("Checks"), _checks(seen)),
        (phrase("Link"), _link(seen, there=link)),
        (phrase("PDF"), _pdf(seen, there=file, removes=removes)),
        (phrase("Badge"), _badge(seen, here)),
        (phrase("Told"), _told(seen, here)),
    ]
    return Preview(tuple(line for line in lines if line[1]), title)


def _status(seen: Foreseen, here: Installation) -> str:
    before = label_of(seen.before) if seen.before else phrase("None yet")
    if seen.act is Act.ALLOW and not here.generates:
        return phrase("“{status}”, until somebody presses Generate.", status=before)
    if seen.after is seen.before:
        if not seen.before:
            return phrase("There is still no certificate.")
        if seen.makes:
            return phrase("Stays “{status}”. Name, grade and mode are written anew.", status=before)
        return phrase("Stays “{status}”.", status=before)
    after = label_of(seen.after or "")
    if seen.act is Act.ALLOW:
        return phrase("“{before}” becomes “{after}” a moment later.", before=before, after=after)
    return phrase("“{before}” becomes “{after}”.", before=before, after=after)


def _checks(seen: Foreseen) -> str:
    if seen.decision is None:
        return phrase("None is asked: this is staff’s word alone.")
    number = len(seen.decision.trace)
    if seen.decision.earned:
        return phrase("All {number} pass.", number=number)
    return phrase_of(
        len(seen.decision.failed),
        "{number} of {all} fails: {reasons}.",
        "{number} of {all} fail: {reasons}.",
        all=number,
        reasons=listed(in_words(seen.decision)),
    )


def _link(seen: Foreseen, *, there: bool) -> str:
    if seen.valid_after and not seen.queued:
        if not there:
            return phrase("One is made; whoever has it can open the certificate.")
        return (
            phrase("The same one goes on to show it.") if seen.valid_before else phrase("The same one shows it again.")
        )
    if seen.valid_after:
        return phrase("The same one goes on to show it, while XQueue makes it anew.")
    if seen.makes:
        return phrase("Comes with XQueue’s answer.")
    if seen.after in HIDDEN:
        return phrase("Says that there is no such certificate.") if there else ""
    if seen.lost:
        return phrase("Stays, and says that the certificate is not valid any more, without naming anybody.")
    return (
        phrase("Stays as it is: it says that the certificate is not valid.")
        if there
        else phrase("There is none, and none is made.")
    )


def _pdf(seen: Foreseen, *, there: bool, removes: bool) -> str:
    if seen.html and not there:
        return (
            phrase("Can be downloaded from its page, always as the page is.") if seen.valid_after and seen.makes else ""
        )
    if seen.act is Act.DELETE:
        return (
            phrase("XQueue is asked to remove the file.")
            if removes
            else phrase("The file stays in the storage: have it removed there.")
        )
    if seen.makes and seen.queued:
        if there:
            return phrase("XQueue is asked to make one, usually within minutes. The old file is linked no more.")
        return phrase("XQueue is asked to make one, usually within minutes.")
    if there and seen.move is not None:
        return phrase("The certificate names it no more; the file itself stays in the storage.")
    return phrase("Stays as it is.") if there else ""


def _badge(seen: Foreseen, here: Installation) -> str:
    if not (seen.issues_badges and here.badges):
        return ""
    if seen.lost:
        return phrase("Revoked: whoever checks it is told so.")
    if seen.valid_after and not seen.valid_before:
        return phrase("Awarded; one that was revoked stands again.")
    if seen.makes and seen.after is Status.GENERATING and not seen.valid_before:
        return phrase("Awarded once XQueue has answered.")
    return phrase("Stays as it is.")


def _told(seen: Foreseen, here: Installation) -> str:
    found = []
    if seen.queued:
        found.append(phrase("XQueue gets a job"))
    if here.tracking and (seen.told_created or seen.lost):
        told = _BUS[Happening.CREATED if seen.told_created else Happening.REVOKED]
        # What follows another begins with a small letter, and so each of them is there twice.
        analytics = (
            phrase("the analytics: {event}", event=told) if found else phrase("The analytics: {event}", event=told)
        )
        found.append(analytics)
    if here.bus and seen.happenings:
        events = joined([_BUS[one] for one in seen.happenings])
        found.append(
            phrase("the event bus: {events}", events=events)
            if found
            else phrase("The event bus: {events}", events=events)
        )
    kept = phrase("The audit keeps who did it, when and why.")
    if not found:
        return kept
    return phrase("{told}. {kept}", told=joined(found, SEMICOLON), kept=kept)
