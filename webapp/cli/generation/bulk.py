"""certdesk certificates generate, ungenerated, resubmit-errors, sweep: many learners are judged, and said by sums."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

import click

from webapp.cli.generation import options
from webapp.cli.generation.results import word_of
from webapp.cli.program import (
    COURSE_KEY,
    Bar,
    current_settings,
    machine,
    printable,
    refuse,
    show_json,
    show_table,
    with_app,
)
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.runs import LEFT_OUT
from webapp.errors import UnknownCourse
from webapp.models.base import db, unit_of_work
from webapp.services.course_runs import get_course
from webapp.services.generation import acts, facts
from webapp.services.generation import sweep as service
from webapp.services.generation.orders import order_of

CHUNK = 500
UNKNOWN_COURSE = "Compare its key, or import its record first: certdesk records import"
HEADS = ("course_id", "status", "refused_by", "learners")

Tally = Counter[tuple[Status | None, str | None]]
"""How many learners ended in which status, and by which check they were refused."""


def judge_many(course_id: CourseId, learner_ids: Sequence[int], *, dry_run: bool) -> Tally:
    """Judge learners of one course run, so many in one transaction, and count what came of them."""
    found: Tally = Counter()
    settings, actor = current_settings(), machine()
    db.session.rollback()  # what was read before must not stay open for as long as this takes
    with Bar("Judging", len(learner_ids)) as bar:
        for start in range(0, len(learner_ids), CHUNK):
            chunk = learner_ids[start : start + CHUNK]
            order = order_of(settings, actor, GenerationMode.BATCH)
            if dry_run:
                made = acts.foresee(db.session(), order, course_id, chunk, Purpose.GENERATE)
            else:
                with unit_of_work() as session:
                    made = acts.generate_many(session, order, course_id, chunk)
            found.update((one.status, one.decision.refused_by) for one in made)
            bar.move_to(start + len(chunk))
    return found


def show_summary(found: Mapping[CourseId, Tally], *, dry_run: bool, as_json: bool) -> None:
    """Say how many learners ended in which status, and why."""
    rows = [
        (course_id, status, refused_by, number)
        for course_id, tally in found.items()
        for (status, refused_by), number in sorted(tally.items(), key=lambda item: tuple(map(str, item[0])))
    ]
    left_out = sum(number for *_, refused_by, number in rows if refused_by == LEFT_OUT)
    total = sum(tally.total() for tally in found.values()) - left_out
    if as_json:
        results = [dict(zip(HEADS, row, strict=True)) for row in rows]
        show_json({"learners": total, "dry_run": dry_run, "results": results})
        return
    if rows:
        show_table(HEADS, ((course_id, word_of(status), *more) for course_id, status, *more in rows))
    click.echo(f"Learners judged: {total}.")
    if left_out:
        click.echo(
            f"Left out: {left_out} on the allowlist, whose certificates a run does not make anew. "
            "One by one: certdesk certificates regenerate"
        )
    if dry_run:
        click.echo("This was a dry run: nothing was changed.")


@click.command()
@options.course
@options.dry_run
@options.as_json
@with_app
def ungenerated(course_id: CourseId, dry_run: bool, as_json: bool) -> None:
    """Judge all who are or were enrolled in a course run and hold nothing, or something unavailable."""
    get_course(db.session(), course_id)
    found = judge_many(course_id, facts.list_ungenerated(db.session(), course_id), dry_run=dry_run)
    show_summary({course_id: found}, dry_run=dry_run, as_json=as_json)


@click.command("resubmit-errors")
@click.option(
    "--course",
    "courses",
    multiple=True,
    type=COURSE_KEY,
    help="A course key, in either spelling; may be given again. Every course run when not given.",
)
@options.as_json
@with_app
def resubmit_errors(courses: tuple[CourseId, ...], as_json: bool) -> None:
    """Judge whoever's certificate is in error, and have it made anew.

    An unknown course run is a failure, exit code 1; those named beside it are dealt with all the same.
    """
    wanted = dict.fromkeys(courses)
    known = [course_id for course_id in wanted if _is_known(course_id)]
    failed: dict[CourseId, list[int]] = {} if wanted else facts.list_failed(db.session())
    for course_id in known:
        failed |= facts.list_failed(db.session(), course_id)
    if known or not wanted:
        found = {course_id: judge_many(course_id, ids, dry_run=False) for course_id, ids in failed.items()}
        show_summary(found, dry_run=False, as_json=as_json)
    if len(known) < len(wanted):
        sys.exit(1)


def _is_known(course_id: CourseId) -> bool:
    """Say whether there is such a course run; where not, also to whoever is at the terminal."""
    try:
        get_course(db.session(), course_id)
    except UnknownCourse as problem:
        click.echo(printable(f"{problem} {UNKNOWN_COURSE}"), err=True)
        return False
    return True


@click.command()
@with_app
def sweep() -> None:
    """Send again what XQueue took and never answered, and give up what was sent again three times."""
    settings = current_settings()
    order = order_of(settings, machine(), GenerationMode.BATCH)
    stuck_after = timedelta(minutes=settings.stuck_minutes)
    if settings.xqueue_url is None and service.find_stuck(db.session(), order, stuck_after=stuck_after):
        refuse("Certificates wait for XQueue's answer, and no queue is configured: set CERTDESK_XQUEUE_URL.")
    settled: Counter[Status] = Counter()
    removes = settings.queue_removes
    while now_settled := service.settle_stuck(unit_of_work, order, stuck_after=stuck_after, removes=removes):
        settled += now_settled
    given_up = settled[Status.ERROR]
    click.echo(f"{settled.total() - given_up} sent again, {given_up} given up.")
