"""How is said what decides over a course run's certificates, and what stands in their way?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import url_for
from flask_login import current_user
from markupsafe import Markup, escape

from webapp.domain.actors import words_for
from webapp.domain.certificates.visibility import may_certify
from webapp.domain.identifiers import CourseId, is_ccx, organisation_of
from webapp.domain.platform.instructor_answers import Shown
from webapp.domain.roles import Permission
from webapp.domain.runs import RunState
from webapp.models.courses import CourseRun
from webapp.services.certificate_pages import dates_of
from webapp.services.courses.standing import Standing
from webapp.settings import Settings
from webapp.web import cells
from webapp.web.addresses import change_url
from webapp.web.details import Fact, copied_fact
from webapp.web.language import tell
from webapp.wording import joined, phrase, phrase_as, phrase_of

RECORD = phrase("Course record")
SERVICE = phrase("Settings of the service")
NONE_OF_ITS_OWN = phrase("No settings of its own")
SHOWN = {
    Shown.ALL: phrase("All"),
    Shown.RECEIVED: phrase("Issued"),
    Shown.NOT_RECEIVED: phrase("Not issued"),
    Shown.AUDIT_PASSING: phrase("Audit, passed"),
    Shown.AUDIT_NOT_PASSING: phrase("Audit, not passed"),
    Shown.ERROR: phrase("Failed"),
    Shown.EXCEPTIONS: phrase("On the allowlist"),
    Shown.INVALIDATED: phrase("Invalidated"),
}
_HIDDEN = phrase("Learners see them from {when} on.")
ROLES = {"staff": phrase("Staff"), "instructor": phrase("Instructor")}


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody should know before anything else, with the way to what can be done about it."""

    tone: Literal["info", "warning", "error"]
    title: str
    text: Markup | str
    url: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting: what it is, and where that is written."""

    label: str
    cell: Markup
    source: Markup | str
    help: str | None = None
    url: str | None = None
    """Where what the help speaks of is done, with `url_label` as the words of the way there."""
    url_label: str = ""


def course_facts(course: CourseRun, now: datetime) -> list[Fact]:
    """Give who offers a course run, and when it is."""
    shown = phrase("Now") if may_certify(dates_of(course), now) else None
    return [
        copied_fact(phrase("Course key"), course.course_id),
        Fact(phrase("Organisation"), cells.name(organisation_of(CourseId(course.course_id)))),
        Fact(phrase("Pacing"), cells.plain(phrase("Self-paced") if course.self_paced else phrase("Instructor-paced"))),
        Fact(phrase("Starts"), cells.when(course.start)),
        Fact(phrase("Ends"), cells.when(course.end)),
        Fact(phrase("Certificates available from"), cells.when(course.certificate_available_date)),
        Fact(
            phrase("Learners see certificates"),
            cells.plain(shown) if shown else cells.when(course.certificate_available_date or course.end),
        ),
        *(
            [Fact(phrase("Record of"), cells.when(course.modified_at), phrase("When the platform last told it"))]
            if course.modified_at
            else []
        ),
    ]


def making_in_words(given: Settings) -> str:
    """Say in a sentence what makes certificates by itself: events do, and what is imported never does (decision 44)."""
    if not given.auto_generate:
        return phrase("The service’s settings let nothing be made by itself: for whoever has passed, begin a run.")
    if not given.kafka_topics:
        return phrase("The platform’s events are not taken here: for whoever has passed, begin a run.")
    return phrase(
        "A passing grade that the platform’s events tell leads to a certificate by itself; for grades that are imported, begin a run."
    )


def setting_lines(standing: Standing, given: Settings, *, run_url: str | None) -> list[SettingLine]:
    """Give the settings that decide over a course run's certificates, each with its source.

    `run_url` is where whoever looks can begin a run; None for those who cannot.
    """
    course, settled = standing.course, standing.settled
    return [
        *_lines_of_asking(standing),
        SettingLine(
            phrase("Made by itself"),
            cells.yes_no(given.auto_generate and bool(given.kafka_topics)),
            SERVICE,
            making_in_words(given),
            run_url,
            phrase("Begin a run"),
        ),
        SettingLine(
            phrase("Delivery"),
            cells.plain(phrase("Web page") if course.html_certificates else phrase("PDF, by the queue")),
            RECORD,
        ),
        SettingLine(
            phrase("Look and words"),
            cells.plain(phrase("Words of its own") if settled.own_words else phrase("As for all courses")),
            _source(phrase("HTML view"), "html_view"),
        ),
        SettingLine(
            phrase("Title and signatories"),
            cells.plain(phrase("Given") if course.certificate else phrase("None given")),
            RECORD,
        ),
        SettingLine(
            phrase("Badges"),
            cells.yes_no(course.issue_badges and given.badges),
            RECORD if given.badges or not course.issue_badges else SERVICE,
        ),
    ]


def _lines_of_asking(standing: Standing) -> list[SettingLine]:
    course, settled = standing.course, standing.settled
    version = phrase("Course settings, version {number}", number=settled.course_version)
    own = _source(version if settled.course_version else NONE_OF_ITS_OWN, "course_settings", course.course_id)
    site = _source(phrase("Self-generation, version {number}", number=settled.site_version), "generation")
    updated = course.use_updated if settled.use_updated is None else settled.use_updated
    return [
        SettingLine(
            phrase("Learners may ask themselves"), cells.yes_no(settled.offered), phrase("The two switches below")
        ),
        SettingLine(phrase("Switch of this course"), _switch(on=settled.self_generation), own),
        SettingLine(phrase("Switch of all courses"), _switch(on=settled.site_switch), site),
        SettingLine(
            phrase("Learners are judged by"),
            cells.plain(phrase("The regular rules") if updated else phrase("The rules of the queue")),
            RECORD if settled.use_updated is None else own,
        ),
    ]


def notices_of(standing: Standing, given: Settings, now: datetime, *, parts: dict[str, str]) -> list[Notice]:
    """Give what stands in the way of a course run's certificates, the worst first; `parts` has the addresses of the parts."""
    return [
        *_against_all(standing, given),
        *_about_examples(standing),
        *_about_runs(standing, parts),
        *_about_settings(standing, now),
    ]


def _against_all(standing: Standing, given: Settings) -> list[Notice]:
    found = []
    if not standing.modes:
        text = phrase(
            "Nobody can earn a certificate before the platform tells in which modes the course is offered (records of type course_mode)."
        )
        found.append(Notice("error", phrase("No mode is known"), text))
    elif not standing.earning:
        text = phrase(
            "Nobody can earn a certificate here, and the allowlist does not help. Offer another mode on the platform, honor or verified for one, and move the learners to it."
        )
        found.append(Notice("error", phrase("Only audit is offered"), text))
    if not standing.course.html_certificates and given.xqueue_url is None:
        text = phrase(
            "This course gives PDFs, and there is nobody to make them. Whoever runs Certdesk sets CERTDESK_XQUEUE_URL."
        )
        found.append(Notice("error", phrase("No queue is configured"), text))
    if is_ccx(CourseId(standing.course.course_id)):
        text = phrase("By its rules it issues to nobody but those on the allowlist.")
        found.append(Notice("warning", phrase("A custom course (CCX)"), text))
    return found


def _about_examples(standing: Standing) -> list[Notice]:
    failed = [one.description for one in standing.examples_failed]
    if failed:
        text = phrase("Of the newest examples: {modes}. See why below, mend it, and try again.", modes=joined(failed))
        return [Notice("error", phrase("An example could not be made"), text, "#examples", phrase("See the examples"))]
    return []


def _about_runs(standing: Standing, parts: dict[str, str]) -> list[Notice]:
    found, run = [], standing.open_run
    if run is not None:
        text = phrase(
            "{done} of {total} learners are dealt with. Another run can begin once it has ended.",
            done=format(run.done, ","),
            total=format(run.total, ","),
        )
        paused = run.state is RunState.PAUSED
        title = (
            phrase("Run {number} is paused", number=run.id)
            if paused
            else phrase("Run {number} is under way", number=run.id)
        )
        found.append(Notice("info", title, text, parts["runs"], phrase("See the runs")))
    if standing.held_back and run is None:
        title = phrase_of(
            standing.held_back,
            "{number} learner passed before events were taken",
            "{number} learners passed before events were taken",
        )
        text = phrase("Events of that long ago issue nothing by themselves. A run does: begin with a dry one.")
        found.append(Notice("warning", title, text, parts["runs"], phrase("Begin a run")))
    return found


def _about_settings(standing: Standing, now: datetime) -> list[Notice]:
    found, settled = [], standing.settled
    if settled.open_change is not None:
        text = phrase(
            "Asked for by {who}. Nothing changes before it is approved.", who=words_for(settled.open_change.author_name)
        )
        url = change_url(settled.open_change.id) if current_user.may(Permission.READ_DESK) else None
        found.append(Notice("info", phrase("A change of the settings waits"), text, url, phrase("See the change")))
    if settled.self_generation and not settled.site_switch:
        text = phrase("This course is open for it, but the switch of all courses is off.")
        found.append(Notice("warning", phrase("Learners cannot ask themselves yet"), text))
    dates = dates_of(standing.course)
    if not may_certify(dates, now):
        day = cells.when(dates.available_at or dates.end)
        shown = Markup(tell(_HIDDEN)).format(when=day)  # noqa: S704 - a text of ours
        found.append(Notice("info", phrase("Issued certificates are still hidden"), shown))
    return found


def _switch(*, on: bool) -> Markup:
    return (
        cells.pill("good", phrase_as("a switch", "On")) if on else cells.pill("neutral", phrase_as("a switch", "Off"))
    )


def _source(words: str, endpoint: str, key: str | None = None) -> Markup:
    if not current_user.may(Permission.READ_DESK):
        return escape(tell(words))
    return cells.link(words, url_for(f"{endpoint}.details_view", id=key) if key else url_for(f"{endpoint}.index_view"))
