"""certdesk certificates explain: why a learner has, or has not, a certificate, check by check."""

from collections.abc import Sequence
from datetime import datetime

import click

from webapp import clock
from webapp.cli.generation import options
from webapp.cli.program import current_settings, printable, show_json, with_app
from webapp.domain.certificates.statuses import label_of
from webapp.domain.identifiers import CourseId
from webapp.domain.verdicts import Standing, Verdict, verdict_of
from webapp.models.base import db
from webapp.services import learners
from webapp.services.certificates import explanation as service
from webapp.services.certificates.explanation import Explanation, Seen


@click.command()
@options.course
@options.username
@options.as_json
@with_app
def explain(course_id: CourseId, username: str, as_json: bool) -> None:
    """Say why a learner has, or has not, a certificate: every check, the fact that it saw, and what can be done."""
    settings, session = current_settings(), db.session()
    username = learners.find_username(session, username)
    queue_configured = settings.xqueue_url is not None
    found = service.explain(session, username, course_id, now=clock.now(), queue_configured=queue_configured)
    if as_json:
        show_json(service.as_object(found, settings.base_url))
        return
    for line in (_verdict(found), "", *_checks(found), *_history(found), *_certificate(found)):
        click.echo(printable(line))


def _verdict(found: Explanation) -> str:
    facts, verdict = found.facts, verdict_of(found.decision)
    who, where = facts.username, facts.course.course_id
    match verdict.standing:
        case Standing.ISSUED:
            return f"{who} holds an issued certificate in {where}."
        case Standing.MAKING | Standing.DELETING:
            return f"{who}'s certificate in {where} is with the queue ({label_of(facts.status or '')})."
        case Standing.FAILED:
            return f"{who}'s certificate in {where} could not be made. {_again(verdict)}"
        case Standing.DELETED:
            on = f" on {facts.status_at:%Y-%m-%d}" if facts.status_at else ""
            return f"{who}'s certificate in {where} was deleted{on}. {_again(verdict)}"
        case Standing.EARNED:
            return f"{who} has earned a certificate in {where}; it has not been made yet."
        case Standing.REFUSED:
            return f"{who} has no certificate in {where} because {_listed(verdict.reasons)}."


def _again(verdict: Verdict) -> str:
    if verdict.reasons:
        return f"It cannot be made again for now, because {_listed(verdict.reasons)}."
    return "Nothing stands against another try."


def _listed(reasons: Sequence[str]) -> str:
    *others, last = reasons
    return f"{', '.join(others)} and {last}" if others else last


def _checks(found: Explanation) -> list[str]:
    return [line for seen in found.checks for line in _check(seen)]


def _check(seen: Seen) -> list[str]:
    source = f"{seen.source}, {_minute(seen.at)}" if seen.at else seen.source
    told = f"{'yes' if seen.passed else 'NO':<4} {seen.check.title}: {seen.fact} ({source})"
    return [told] if seen.passed else [told, f"     What to do: {seen.check.advice} Who: {seen.check.who}."]


def _history(found: Explanation) -> list[str]:
    if not found.timeline:
        return []
    lines = [
        f"{_minute(entry.at)}  {entry.title}{f' ({entry.actor})' if entry.actor else ''}" for entry in found.timeline
    ]
    return ["", "What happened, newest first:", *lines]


def _certificate(found: Explanation) -> list[str]:
    if found.certificate is None:
        return ["", "There is no certificate."]
    row = found.certificate
    why = f": {row.error_reason.rstrip('.')}" if row.error_reason and not found.waiting else ""
    told = ["", f"Certificate {row.id} is {row.status}{why}."]
    for job in found.waiting:
        problem = job.last_problem or "not tried yet"
        told.append(f"It waits to be sent ({job.channel}), next try {_minute(job.next_try_at)}: {problem}.")
    return told


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
