"""What would an act do, in words: status, checks, link, PDF, badge, and who is told?"""

from dataclasses import dataclass

from webapp.domain.bus.lifecycle import Happening
from webapp.domain.certificates.statuses import HIDDEN, Status, label_of
from webapp.domain.support.foresight import Act, Foreseen, foresee
from webapp.domain.verdicts import in_words
from webapp.services.certificates.explanation import Explanation
from webapp.settings import Settings
from webapp.web.learners.outcomes import listed

_BUS = {Happening.CHANGED: "changed", Happening.CREATED: "created", Happening.REVOKED: "revoked"}


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
            _preview(explanation, act, here, "With “End the invalidation first”", end_invalidation=True),
            _preview(explanation, act, here, "Without it"),
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
        ("Status", _status(seen, here)),
        ("Checks", _checks(seen)),
        ("Link", _link(seen, there=link)),
        ("PDF", _pdf(seen, there=file, removes=removes)),
        ("Badge", _badge(seen, here)),
        ("Told", _told(seen, here)),
    ]
    return Preview(tuple(line for line in lines if line[1]), title)


def _status(seen: Foreseen, here: Installation) -> str:
    before = label_of(seen.before) if seen.before else "None yet"
    if seen.act is Act.ALLOW and not here.generates:
        return f"“{before}”, until somebody presses Generate."
    later = " a moment later" if seen.act is Act.ALLOW else ""
    if seen.after is seen.before:
        anew = " Name, grade and mode are written anew." if seen.makes else ""
        return f"Stays “{before}”.{anew}" if seen.before else "There is still no certificate."
    return f"“{before}” becomes “{label_of(seen.after or '')}”{later}."


def _checks(seen: Foreseen) -> str:
    if seen.decision is None:
        return "None is asked: this is staff’s word alone."
    number = len(seen.decision.trace)
    if seen.decision.earned:
        return f"All {number} pass."
    failed = len(seen.decision.failed)
    because = listed(in_words(seen.decision))
    return f"{failed} of {number} fail{'s' if failed == 1 else ''}: {because}."


def _link(seen: Foreseen, *, there: bool) -> str:
    if seen.valid_after and not seen.queued:
        if not there:
            return "One is made; whoever has it can open the certificate."
        return "The same one goes on to show it." if seen.valid_before else "The same one shows it again."
    if seen.valid_after:
        return "The same one goes on to show it, while XQueue makes it anew."
    if seen.makes:
        return "Comes with XQueue’s answer."
    if seen.after in HIDDEN:
        return "Says that there is no such certificate." if there else ""
    if seen.lost:
        return "Stays, and says that the certificate is not valid any more, without naming anybody."
    return "Stays as it is: it says that the certificate is not valid." if there else "There is none, and none is made."


def _pdf(seen: Foreseen, *, there: bool, removes: bool) -> str:
    if seen.html and not there:
        return "Can be downloaded from its page, always as the page is." if seen.valid_after and seen.makes else ""
    if seen.act is Act.DELETE:
        return (
            "XQueue is asked to remove the file."
            if removes
            else "The file stays in the storage: have it removed there."
        )
    if seen.makes and seen.queued:
        return "XQueue is asked to make one, usually within minutes." + (
            " The old file is linked no more." if there else ""
        )
    if there and seen.move is not None:
        return "The certificate names it no more; the file itself stays in the storage."
    return "Stays as it is." if there else ""


def _badge(seen: Foreseen, here: Installation) -> str:
    if not (seen.issues_badges and here.badges):
        return ""
    if seen.lost:
        return "Revoked: whoever checks it is told so."
    if seen.valid_after and not seen.valid_before:
        return "Awarded; one that was revoked stands again."
    if seen.makes and seen.after is Status.GENERATING:
        return "Awarded once XQueue has answered."
    return "Stays as it is."


def _told(seen: Foreseen, here: Installation) -> str:
    found = []
    if seen.queued:
        found.append("XQueue gets a job")
    if here.tracking and (seen.told_created or seen.told_revoked):
        found.append(f"the analytics: {'created' if seen.told_created else 'revoked'}")
    if here.bus and seen.happenings:
        found.append(f"the event bus: {', '.join(_BUS[one] for one in seen.happenings)}")
    kept = "The audit keeps who did it, when and why."
    return f"{_capital('; '.join(found))}. {kept}" if found else kept


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
