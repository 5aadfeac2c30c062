"""What goes into the file of a case, and who took it elsewhere? Never a key of a job: whoever has it can answer for XQueue."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.actors import Actor, words_for
from webapp.domain.certificates.statuses import label_of
from webapp.domain.identifiers import CourseId
from webapp.domain.support.case_file import CaseFile, Item, Section, moment, sentence_of, without_query
from webapp.domain.verdicts import WAITS, verdict_of
from webapp.models.audit import known_moment
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.models.support import LearnerNote
from webapp.services import audit, certificate_pages, places
from webapp.services.certificates import explanation as explaining
from webapp.services.certificates.explanation import Explanation
from webapp.services.certificates.timeline import Source, allowlist_key
from webapp.services.places import Exceptions
from webapp.services.support import notes

FORMS = ("markdown", "pdf")


def read_case(
    session: Session, learner: Learner, course: CourseRun, *, now: datetime, base_url: str, queue_configured: bool
) -> CaseFile:
    """Give all that is known of a learner in a course run, as of the day; raises UnknownLearner."""
    course_id = CourseId(course.course_id)
    known = explaining.explain(session, learner.username, course_id, now=now, queue_configured=queue_configured)
    exceptions = places.find_exceptions(session, learner.id, course_id)
    held = known.certificate
    page = certificate_pages.find_url(session, held, base_url=base_url, now=now) if held else None
    noted = notes.list_notes(session, learner.id, course_id)
    return CaseFile(
        title=f"Certificate of {learner.username} in {course_id}",
        subject=f"{learner.name or learner.username}, {course.title}",
        verdict=sentence_of(verdict_of(known.decision), counts=known.counts),
        sections=(
            Section("Case", _filled(_case(known, learner, course))),
            Section("Certificate", _filled(_certificate(known, held, page)) if held else (), "There is none."),
            Section("Exceptions", tuple(_exceptions(exceptions)), "None."),
            Section("Checks", tuple(_checks(known))),
            Section("Waits to be sent", tuple(Item(job.channel, _tried(job)) for job in known.waiting)),
            Section("Notes", tuple(_notes(noted)), "None."),
            Section("What happened, newest first", tuple(_timeline(known)), "Nothing yet."),
        ),
        made_at=now.replace(hour=0, minute=0, second=0, microsecond=0),
    )


def note_exported(
    session: Session, actor: Actor, username: str, course_id: CourseId, form: str, *, now: datetime
) -> None:
    """Leave the event that somebody takes a case elsewhere: nothing leaves without it."""
    key = allowlist_key(username, course_id)
    audit.append(
        session, actor, "case.exported", "case", key, now=now, details={"format": form, "course_id": course_id}
    )


def _case(known: Explanation, learner: Learner, course: CourseRun) -> list[Item]:
    facts = known.facts
    grade = "" if facts.percent is None else f"{(facts.percent * 100).normalize():f} % {facts.letter}".strip()
    passing = f"{grade}, {'passing' if facts.passed else 'not passing'}" if grade else "The platform has told none"
    return [
        Item("Kind of certificate", "Web page" if facts.course.html else "PDF, made through XQueue"),
        Item("Course run", course.course_id),
        Item("Pacing", "Self-paced" if course.self_paced else "Instructor-paced"),
        Item("Starts", moment(course.start)),
        Item("Ends", moment(course.end)),
        Item("Certificates available from", moment(course.certificate_available_date)),
        Item("Learner", learner.username),
        Item("Name in the profile", learner.name),
        Item("Enrollment mode", (facts.mode or "Not enrolled") + ("" if facts.active else ", no longer active")),
        Item("Enrollment told", moment(facts.enrolled_at)),
        Item("Grade", passing),
        Item("Grade told", moment(facts.graded_at)),
        Item("ID verification", facts.id_status or "None told"),
    ]


def _certificate(known: Explanation, held: GeneratedCertificate, page: str | None) -> list[Item]:
    made = next((entry for entry in known.timeline if entry.source is Source.TRANSITION), None)
    return [
        Item("Number", str(held.id)),
        Item("Status", label_of(held.status)),
        Item("Status set", f"{moment(made.at)} by {words_for(made.actor or '')}: {made.text}" if made else ""),
        Item("Certificate id", held.verify_uuid),
        Item("Page", page or "Nobody can open one now"),
        Item("PDF", without_query(held.download_url) if held.download_url else ""),
        Item("Name on it", held.name),
        Item("Mode on it", held.mode),
        Item("Grade on it", held.grade),
        Item("Issued", moment(held.issued_at)),
        Item("Taken by XQueue", moment(held.submitted_at)),
        Item("Changed", moment(held.modified_at)),
        Item("Problem", held.error_reason),
    ]


def _exceptions(exceptions: Exceptions) -> Iterable[Item]:
    entry, invalidation = exceptions.allowlisted, exceptions.invalidated
    if entry is not None:
        yield Item(
            "On the allowlist",
            f"since {moment(entry.modified_at)}, by {words_for(entry.created_by)}",
            _said(entry.notes),
        )
    if invalidation is not None:
        by = f"since {moment(invalidation.created_at)}, by {words_for(invalidation.invalidated_by)}"
        yield Item("Invalidated", by, _said(invalidation.notes))


def _checks(known: Explanation) -> Iterable[Item]:
    for seen in known.checks:
        source = f"{seen.source}, {moment(seen.at)}" if seen.at else seen.source
        held_up = seen.check.code in WAITS  # fails because there is a certificate, or nearly: nobody has to do anything
        word = "passed" if seen.passed else "not so" if held_up else "FAILED"
        advice = () if seen.passed or held_up else (f"What to do: {seen.check.advice} Who can: {seen.check.who}.",)
        yield Item(seen.check.title, f"{word}. {seen.fact} ({source})", advice)


def _notes(noted: Sequence[LearnerNote]) -> Iterable[Item]:
    for note in noted:
        if note.withdrawn_at is not None:
            continue
        struck = f", struck {moment(note.struck_at)} by {note.struck_by}: {note.struck_why}" if note.struck_at else ""
        yield Item(moment(note.at), f"{note.author_name}{struck}", _said(note.text))


def _timeline(known: Explanation) -> Iterable[Item]:
    for entry in known.timeline:
        by = f", by {words_for(entry.actor)}" if entry.actor else ""
        yield Item(moment(known_moment(entry.at)), f"{entry.title} ({entry.source}{by})", _said(entry.text or ""))


def _tried(job: explaining.Waiting) -> str:
    return f"tried {job.tries} times, again {moment(job.next_try_at)}. {job.last_problem}".strip()


def _said(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())


def _filled(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(item for item in items if item.text)
