"""How is an explanation shown: the checks in words, what waits, the certificate and the exceptions?"""

from dataclasses import dataclass

from webapp.domain.certificates.eligibility import NOT_IN_FLIGHT, NOT_ISSUED, Path
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services.certificates.explanation import Explanation, Seen
from webapp.services.messages.outbox import Channel
from webapp.services.places import Exceptions, Place
from webapp.web import cells
from webapp.web.addresses import explanation_url, row_url
from webapp.web.details import Fact, copied_fact, day_shown, why
from webapp.wording import phrase

RULES = {
    Path.ALLOWLIST: phrase("Judged as a learner on the allowlist: the grade does not count."),
    Path.REGULAR: phrase("Judged by the regular rules."),
    Path.QUEUE: phrase("Judged by the rules of courses that issue PDFs or have not changed to the updated rules."),
}
JOBS: dict[str, str] = {
    Channel.XQUEUE: phrase("A job for XQueue"),
    Channel.EXAMPLE: phrase("An example for XQueue"),
    Channel.TRACKING: phrase("A tracking event"),
    Channel.MAIL: phrase("A mail"),
    Channel.MENTION: phrase("A mail about a note"),
    Channel.BADGE: phrase("A badge"),
    Channel.BADGE_SERVER: phrase("A badge for the badge server"),
    Channel.BUS: phrase("An event for the bus"),
    Channel.GENERATION: phrase("To be judged"),
}
OF_A_NEWER_VERSION = phrase("Something that a newer version put there")
"""While one version takes another's place, both write into the outbox."""
ID_WORDS = {
    "created": phrase("Created"),
    "pending": phrase("Pending"),
    "approved": phrase("Approved"),
    "submitted": phrase("Submitted"),
    "denied": phrase("Denied"),
    "expired": phrase("Expired"),
}
"""What the platform says of an ID verification, as a line begins with it; any other word stands as it is."""
HELD_UP = {NOT_ISSUED.code: phrase("Issued"), NOT_IN_FLIGHT.code: phrase("Waiting")}
"""Checks that fail because there is a certificate, or nearly: nobody has to do anything about them."""


@dataclass(frozen=True, slots=True)
class Sees:
    """What stands at a certificate's address, none where it has none; whether the certificate counts there; what the learner is told."""

    address: str | None
    counts: bool
    words: str | None
    """None where the course run is not on the learner's own page."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check as the page shows it; `word` says how it went without a colour."""

    seen: Seen
    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job that has not left yet."""

    title: str
    tries: int
    next_try_at: object
    last_problem: str


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One course run of a learner as the page shows it."""

    title: str
    course_id: str
    facts: str
    status: Status | None
    url: str


def place_line(learner: Learner, place: Place) -> PlaceLine:
    """Give a course run with what is known of the learner there, in words."""
    mode = (place.mode or "") if place.enrolled else phrase("Not enrolled")
    facts = mode if place.active or not place.enrolled else phrase("{mode}, no longer active", mode=mode)
    if place.percent is not None:
        grade = f"{(place.percent * 100).normalize():f} %{f' {place.letter}' if place.letter else ''}"
        if place.passed:
            facts = phrase("{enrollment} · {grade}, passing", enrollment=facts, grade=grade)
        else:
            facts = phrase("{enrollment} · {grade}, not passing", enrollment=facts, grade=grade)
    url = explanation_url(learner.username, place.course_id)
    return PlaceLine(place.title, place.course_id, facts, place.status, url)


def check_lines(explanation: Explanation) -> tuple[list[CheckLine], list[CheckLine]]:
    """Give the checks that stand against a certificate, and the others, each in the order of the rules."""
    lines = [_line(seen) for seen in explanation.checks]
    return [line for line in lines if line.tone == "bad"], [line for line in lines if line.tone != "bad"]


def job_lines(explanation: Explanation) -> list[JobLine]:
    """Give what waits in the outbox, in words."""
    return [
        JobLine(JOBS.get(job.channel, OF_A_NEWER_VERSION), job.tries, job.next_try_at, job.last_problem)
        for job in explanation.waiting
    ]


def certificate_facts(row: GeneratedCertificate, page: str | None) -> list[Fact]:
    """Give what support asks of a certificate, and the address where anybody can open it; the rest is on its details page."""
    facts = [
        Fact(phrase("Name on it"), cells.name(row.name)),
        Fact(phrase("Mode"), cells.plain(row.mode)),
        Fact(phrase("Grade"), cells.plain(row.grade), phrase("The fraction reached when the status was set")),
        Fact(phrase("Issued"), cells.when(row.issued_at), phrase("First time it could be opened")),
        *([] if row.date_override is None else [day_shown(row.date_override)]),
        Fact(phrase("Taken by the queue"), cells.when(row.submitted_at)),
        Fact(phrase("Problem"), cells.name(row.error_reason)),
        Fact(phrase("Changed"), cells.when(row.modified_at)),
        copied_fact(phrase("Certificate id"), row.verify_uuid),
        Fact(phrase("Page"), cells.link(page, page) if page else cells.nothing(), phrase("Anybody can open it")),
        Fact(phrase("PDF"), cells.link(row.download_url, row.download_url) if row.download_url else cells.nothing()),
    ]
    return [fact for fact in facts if fact.cell != cells.nothing()]


def exception_facts(exceptions: Exceptions) -> list[Fact]:
    """Give the exceptions that hold, with who made them and why."""
    entry, invalidation = exceptions.allowlisted, exceptions.invalidated
    facts = []
    if entry is not None:
        url = row_url("allowlist", entry.id)
        facts.append(
            Fact(
                phrase("On the allowlist since"),
                cells.linked(cells.when(entry.modified_at), url),
                why(entry.created_by, entry.notes),
            )
        )
    if invalidation is not None:
        url = row_url("invalidations", invalidation.id)
        facts.append(
            Fact(
                phrase("Invalidated since"),
                cells.linked(cells.when(invalidation.created_at), url),
                why(invalidation.invalidated_by, invalidation.notes),
            )
        )
    return facts


def other_name(row: GeneratedCertificate | None, profile_name: str) -> str | None:
    """Give the name on a certificate where it is not the profile's any more (decision 19)."""
    shown = row is not None and (row.status is Status.DOWNLOADABLE or row.status in IN_FLIGHT)
    # Rows of the early years carry no name, and their page shows the profile's.
    return row.name if row is not None and shown and row.name and row.name != profile_name else None


def _line(seen: Seen) -> CheckLine:
    if seen.passed:
        return CheckLine(seen, phrase("Passed"), "good")
    word = HELD_UP.get(seen.check.code)
    return CheckLine(seen, word, "neutral") if word else CheckLine(seen, phrase("Failed"), "bad")
