"""certdesk certificates explain: why a learner has, or has not, a certificate, check by check."""

import click

from webapp import clock
from webapp.cli.generation import options
from webapp.cli.program import current_settings, parse_course, printable, show_json, with_app
from webapp.domain.certificates.statuses import IN_FLIGHT, Status, label_of
from webapp.models.base import db
from webapp.services import learners
from webapp.services.certificates import explanation as service
from webapp.services.certificates.explanation import Explanation, Seen


@click.command()
@options.course
@options.username
@options.as_json
@with_app
def explain(course: str, username: str, as_json: bool) -> None:
    """Say why a learner has, or has not, a certificate: every check, the fact that it saw, and what can be done."""
    course_id = parse_course(course)
    settings, session = current_settings(), db.session()
    username = learners.find_username(session, username)
    queue_configured = settings.xqueue_url is not None
    found = service.explain(session, username, course_id, now=clock.now(), queue_configured=queue_configured)
    if as_json:
        show_json(service.as_object(found, settings.base_url))
        return
    for line in (_verdict(found), "", *_checks(found), *_certificate(found)):
        click.echo(printable(line))


def _verdict(found: Explanation) -> str:
    facts, decision = found.facts, found.decision
    who, where = facts.username, facts.course.course_id
    if facts.status is Status.DOWNLOADABLE:
        return f"{who} holds an issued certificate in {where}."
    if facts.status in IN_FLIGHT:
        return f"{who}'s certificate in {where} is with the queue ({label_of(facts.status)})."
    if decision.earned:
        return f"{who} has earned a certificate in {where}; it has not been made yet."
    refused = next(seen for seen in found.checks if not seen.passed)
    return f"{who} gets no certificate in {where}: {refused.fact}"


def _checks(found: Explanation) -> list[str]:
    return [line for seen in found.checks for line in _check(seen)]


def _check(seen: Seen) -> list[str]:
    told = f"{'yes' if seen.passed else 'NO':<4} {seen.check.title}: {seen.fact}"
    return [told] if seen.passed else [told, f"     What to do: {seen.check.advice} Who: {seen.check.who}."]


def _certificate(found: Explanation) -> list[str]:
    if found.certificate is None:
        return ["", "There is no certificate."]
    row = found.certificate
    why = f": {row.error_reason}" if row.error_reason and not found.waiting else ""
    told = ["", f"Certificate {row.id} is {row.status}{why}."]
    for job in found.waiting:
        again = f"{job.next_try_at:%Y-%m-%d %H:%M} UTC"
        told.append(f"It waits to be sent ({job.channel}), next try {again}: {job.last_problem or 'not tried yet'}.")
    return told
