"""The pages of a course run: how it stands, its learners, its exceptions, and its runs."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import CourseId, row_number, storable
from webapp.domain.platform.instructor_answers import Shown
from webapp.domain.roles import Permission
from webapp.errors import UnknownCourse
from webapp.models.base import db
from webapp.models.certificates import GenerationRun
from webapp.models.courses import CourseRun
from webapp.ports.caches import Cache
from webapp.services import places
from webapp.services.certificates import search
from webapp.services.course_runs import get_course
from webapp.services.courses import figures, people, standing
from webapp.services.courses.figures import Figures
from webapp.services.courses.people import Wanted
from webapp.services.generation import runs as runs_of
from webapp.settings import Settings
from webapp.web import installation
from webapp.web.addresses import course_url
from webapp.web.admin.governed.proposals import find_refusal
from webapp.web.courses import doors, words
from webapp.web.courses.asked import find_asked, note_seen
from webapp.web.courses.blueprint import bp
from webapp.web.courses.forms import LearnersForm
from webapp.web.runs import rights
from webapp.web.runs import words as run_words
from webapp.web.runs.forms import StartForm
from webapp.web.runs.views import buttons_of
from webapp.wording import phrase

LAST_RUNS = 3
RUNS = 20
WATCHED = timedelta(minutes=1)


class Part(StrEnum):
    """The parts of a course run's page, by their names in the address."""

    OVERVIEW = "overview"
    LEARNERS = "learners"
    EXCEPTIONS = "exceptions"
    INVALIDATIONS = "invalidations"
    RUNS = "runs"


LABELS = {
    Part.OVERVIEW: phrase("Overview"),
    Part.LEARNERS: phrase("Learners"),
    Part.EXCEPTIONS: phrase("Allowlist"),
    Part.INVALIDATIONS: phrase("Invalidations"),
    Part.RUNS: phrase("Runs"),
}


@bp.get("/courses/<course:course_id>")
@doors.opens_to_team(Permission.READ_DESK)
def show(course_id: str) -> ResponseReturnValue:
    """Show a part of a course run's page; 404 with what is near for a key that nobody told of."""
    key = places.find_course_id(course_id)
    try:
        course = get_course(db.session(), key) if key else None
    except UnknownCourse:
        course = None
    if course is None:
        near = search.find_anything(db.session(), course_id).courses if current_user.may(Permission.READ_DESK) else []
        page = render_template("courses/no_course.html", course_id=course_id[:255], readable=key is not None, near=near)
        return page, 404
    try:
        part = Part(request.args.get("part", Part.OVERVIEW))
    except ValueError:
        part = Part.OVERVIEW
    drawn = {Part.OVERVIEW: show_overview, Part.LEARNERS: show_learners, Part.RUNS: show_runs}
    return drawn[part](course) if part in drawn else show_exceptions(course, part)


def part_url(course_id: str, part: Part, **more: Any) -> str:  # noqa: ANN401 - parts of an address
    """Give the address of one part of a course run's page."""
    if part is Part.OVERVIEW and not more:
        return course_url(course_id)
    return url_for("course.show", course_id=course_id, part=part.value, **more)


def show_overview(course: CourseRun) -> str:
    """Draw how a course run stands."""
    note_seen(CourseId(course.course_id))
    session, given, now = db.session(), installation.settings(), clock.now()
    found, frame = standing.read(session, course), _frame(course, Part.OVERVIEW)
    counted = _figures(CourseId(course.course_id))
    return render_template(
        "courses/overview.html",
        **frame,
        standing=found,
        notices=words.notices_of(found, given, now, parts=_parts(course.course_id)),
        facts=words.course_facts(course, now),
        settings=words.setting_lines(found, given, run_url=frame["part_urls"]["runs"] if frame["may_act"] else None),
        making=words.making_in_words(given),
        made_at=standing.made_at(found.examples),
        figures=counted,
        count_url=f"{part_url(course.course_id, Part.OVERVIEW, counted=1)}#figures",
        role_words=words.ROLES,
        refusal=_proposal_refusal(),
        switch_refusal=_switch_refusal(),
        asked=find_asked(CourseId(course.course_id)),
        runs=runs_of.list_runs(session, course_id=CourseId(course.course_id), at_most=LAST_RUNS),
        run_words=run_words,
        preview_mode=next(iter([*found.earning, *(one.mode for one in found.modes)]), None),
        example_refusal=_example_refusal(found, given),
    )


def show_learners(course: CourseRun) -> str:
    """Draw who holds what."""
    try:
        shown = Shown(request.args.get("filter", Shown.ALL))
    except ValueError:
        shown = Shown.ALL
    text = request.args.get("q", "").strip()[:255]
    wanted = Wanted(CourseId(course.course_id), shown, text)
    kept = {"q": text} if text else {}
    page = _people(wanted)
    return render_template(
        "courses/learners.html",
        **_frame(course, Part.LEARNERS),
        page=page,
        shown=shown,
        text=text,
        filters=[
            (word, part_url(course.course_id, Part.LEARNERS, filter=one.value, **kept), one is shown)
            for one, word in words.SHOWN.items()
        ],
        older_url=_older(course, Part.LEARNERS, page, filter=shown.value, **kept),
    )


def show_exceptions(course: CourseRun, part: Part, form: LearnersForm | None = None, **more: Any) -> str:  # noqa: ANN401 - what came of a form
    """Draw the allowlist or the invalidations, with the form that adds to them, and what came of it."""
    text = request.args.get("q", "").strip()[:255]
    shown = Shown.EXCEPTIONS if part is Part.EXCEPTIONS else Shown.INVALIDATED
    page = _people(Wanted(CourseId(course.course_id), shown, text))
    return render_template(
        "courses/exceptions.html",
        **_frame(course, part),
        page=page,
        text=text,
        awaited=any(_is_awaited(row) for row in page.rows),
        form=form or LearnersForm(formdata=None),
        older_url=_older(course, part, page, **({"q": text} if text else {})),
        **{"results": None, "problem": "", **more},
    )


def show_runs(course: CourseRun, form: StartForm | None = None, problem: str = "") -> str:
    """Draw the runs of a course run, the newest first, and the form that begins one."""
    session, course_id = db.session(), CourseId(course.course_id)
    below = row_number(request.args.get("after", ""))
    found = runs_of.list_runs(session, course_id=course_id, below=below, at_most=RUNS + 1)
    form = form or StartForm(formdata=None, course_id=course.course_id)
    counted = _figures(course_id)
    older = part_url(course.course_id, Part.RUNS, after=found[RUNS - 1].id) if len(found) > RUNS else None
    looked_at = find_run(course_id)
    return render_template(
        "courses/runs.html",
        **_frame(course, Part.RUNS),
        runs=found[:RUNS],
        run_words=run_words,
        words=run_words,
        looked_at=looked_at,
        buttons=buttons_of(looked_at) if looked_at and rights.may_act(looked_at) else [],
        sums=runs_of.summarise(session, looked_at) if looked_at else [],
        older_url=older,
        newest_url=part_url(course.course_id, Part.RUNS) if below is not None else None,
        form=form,
        problem=problem,
        statuses=set(standing.statuses_in(session, course_id)),
        numbers=counted.by_status if counted else {},
        open_run=runs_of.find_open_run(session, course_id),
    )


def find_run(course_id: CourseId) -> GenerationRun | None:
    """Give the run that the address names, where it is one of the course run."""
    number = row_number(request.args.get("run", ""))
    run = db.session.get(GenerationRun, number) if number is not None else None
    return run if run is not None and run.course_id == course_id else None


def _frame(course: CourseRun, part: Part) -> dict[str, Any]:
    """What every part shows: the course run, the ways to the other parts, and what the reader may do."""
    return {
        "course": course,
        "part": part,
        "ways": [(LABELS[one], url, one is part) for one, url in _urls(course.course_id).items()],
        "part_urls": _parts(course.course_id),
        "reads_desk": current_user.may(Permission.READ_DESK),
        "may_act": doors.may(Permission.SUPPORT_LEARNERS, course.course_id),
    }


def _urls(course_id: str) -> Mapping[Part, str]:
    return {part: part_url(course_id, part) for part in Part}


def _parts(course_id: str) -> dict[str, str]:
    return {part.value: url for part, url in _urls(course_id).items()}


def _figures(course_id: CourseId) -> Figures | None:
    cache: Cache = current_app.extensions["ports"].cache
    session, now = db.session(), clock.now()
    if request.args.get("counted") and not figures.is_small(session, course_id):
        return figures.count_and_keep(session, cache, course_id, now=now)
    return figures.find(session, cache, course_id, now=now)


def _people(wanted: Wanted) -> people.Page:
    if not storable(wanted.text):
        return people.Page([], None)
    return people.list_page(db.session(), wanted, after=request.args.get("after", ""))


def _is_awaited(row: people.Row) -> bool:
    """Whether somebody was put on the allowlist just now, so that their certificate may come while the page is looked at."""
    added = row.excepted_at
    return added is not None and row.status is not Status.DOWNLOADABLE and clock.now() - added < WATCHED


def _older(course: CourseRun, part: Part, page: people.Page, **kept: str) -> str | None:
    return part_url(course.course_id, part, **kept, after=page.older) if page.older is not None else None


def _proposal_refusal() -> str | None:
    """Why whoever looks may not fill in the form of the course's settings; None where they may."""
    refused = find_refusal(Kind.COURSE)
    return refused.text if refused else None


def _switch_refusal() -> str | None:
    has_account = current_user.signed_in.account_id is not None
    return None if has_account else phrase("A change request has an author: ask for an account of Certdesk first.")


def _example_refusal(found: standing.Standing, given: Settings) -> str | None:
    if not found.modes:
        return phrase("The course offers no mode yet.")
    if not found.course.html_certificates and given.xqueue_url is None:
        return phrase("No queue is configured.")
    return None
