"""What came of acts on single learners, as people and programs read it?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click
from flask import current_app

from webapp.cli.program import printable, refuse, show_json, show_table
from webapp.domain.certificates.eligibility import Decision
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.identifiers import CourseId
from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.services.certificates import explanation
from webapp.services.generation.making import Made

HEADS = ("username", "status", "refused_by", "reason")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one learner: of the verdict, and of the queue where it was asked."""

    username: str
    made: Made
    status: Status | None
    asked: bool = False
    """True where the queue was asked for it."""
    problem: str = ""
    """Why a job with the queue has not left yet, or never will."""

    @property
    def failed(self) -> bool:
        """True where the learner was refused, or the queue refused the job at once."""
        return not self.made.decision.earned or (self.asked and self.status is Status.ERROR)

    @property
    def reason(self) -> str:
        """What stands against the certificate, in words; empty where nothing does."""
        return facts_against(self.made.decision) or self.problem


def look(username: str, made: Made) -> Result:
    """Give what came of an act, once what it left in the outbox was sent."""
    if not made.queued:
        return Result(username, made, made.status)
    row = read_after_sending(made.certificate_id)
    return Result(username, made, row.status, asked=True, problem=row.error_reason)


def foresee(username: str, made: Made) -> Result:
    """Give what would come of an act that was not done."""
    return Result(username, made, made.status)


def read_after_sending(certificate_id: int | None) -> GeneratedCertificate:
    """Give a certificate as it is once this command's outbox was sent; with a broker a worker may still be at it."""
    finish_sending()
    return db.session.get_one(GeneratedCertificate, certificate_id, populate_existing=True)


def finish_sending() -> None:
    """Wait until what this command left in the outbox was sent; what is read from then on is of that moment."""
    current_app.extensions["ports"].courier.finish()
    db.session.rollback()


def show_one(result: Result, course_id: CourseId, *, verb: str, as_json: bool) -> None:
    """Say what came of a single act, and end with exit code 1 where it was refused."""
    if as_json:
        show_json(_as_object(result, course_id))
    where = f"for {result.username} in {course_id}"
    if result.failed:
        refuse(printable(f"No certificate {verb} {where}: {_refusal(result)} Status: {word_of(result.status)}."))
    if not as_json:
        click.echo(f"A certificate {'is being made' if result.asked else verb} {where}: {_progress(result)}")


def show_many(results: Sequence[Result], course_id: CourseId, *, as_json: bool) -> None:
    """Say what came of several, a row each."""
    if as_json:
        for result in results:
            show_json(_as_object(result, course_id))
    else:
        show_table(HEADS, _rows(results))


def facts_against(decision: Decision) -> str:
    """Give the facts that stand against a certificate, one sentence each; a fact that two checks saw stands once."""
    return " ".join(dict.fromkeys(check.fact(decision.facts) for check, passed in decision.trace if not passed))


def advice_of(decision: Decision) -> str:
    """Say what can be done about the first of them, and by whom."""
    check = next(check for check, passed in decision.trace if not passed)
    return f"{check.advice} (Who: {check.who}.)"


def standing_against(decision: Decision) -> str:
    """Say what stands against a certificate and what can be done, or that nothing does."""
    if decision.earned:
        return "Nothing stands against it."
    return f"{facts_against(decision)} {advice_of(decision)}"


def word_of(status: Status | None) -> str:
    """Give the wire word of a status, as the other commands print it."""
    return status.value if status else "no certificate"


def _as_object(result: Result, course_id: CourseId) -> dict[str, Any]:
    made = {**explanation.made_as_object(result.made), "status": result.status}
    return {"username": result.username, "course_id": course_id, **made, "problem": result.problem or None}


def _rows(results: Iterable[Result]) -> Iterable[tuple[str, ...]]:
    for result in results:
        refused_by = result.made.decision.refused_by or ""
        yield result.username, word_of(result.status), refused_by, printable(result.reason)


def _refusal(result: Result) -> str:
    if result.made.decision.earned:
        return f"the queue refused it: {result.problem}."
    return standing_against(result.made.decision)


def _progress(result: Result) -> str:
    word = word_of(result.status)
    if not result.asked or result.status not in IN_FLIGHT:
        return f"{word}."
    if result.problem:
        return printable(f"{word}; not sent yet: {result.problem}. It is tried again by itself.")
    return f"{word}, XQueue's answer is awaited."
