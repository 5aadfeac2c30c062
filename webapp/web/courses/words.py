"""How is said what decides over a course run's certificates, and what stands in their way?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import url_for
from flask_login import current_user
from markupsafe import Markup, escape

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

RECORD = "Course record"
SERVICE = "Settings of the service"
NONE_OF_ITS_OWN = "No settings of its own"
SHOWN = {
    Shown.ALL: "All",
    Shown.RECEIVED: "Issued",
    Shown.NOT_RECEIVED: "Not issued",
    Shown.AUDIT_PASSING: "Audit, passed",
    Shown.AUDIT_NOT_PASSING: "Audit, not passed",
    Shown.ERROR: "Failed",
    Shown.EXCEPTIONS: "On the allowlist",
    Shown.INVALIDATED: "Invalidated",
}
_HIDDEN = Markup("Learners see them from %s on.")
ROLES = {"staff": "Staff", "instructor": "Instructor"}


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


def course_facts(course: CourseRun, now: datetime) -> list[Fact]:
    """Give who offers a course run, and when it is."""
    shown = "Now" if may_certify(dates_of(course), now) else None
    return [
        copied_fact("Course key", course.course_id),
        Fact("Organisation", cells.name(organisation_of(CourseId(course.course_id)))),
        Fact("Pacing", cells.plain("Self-paced" if course.self_paced else "Instructor-paced")),
        Fact("Starts", cells.when(course.start)),
        Fact("Ends", cells.when(course.end)),
        Fact("Certificates available from", cells.when(course.certificate_available_date)),
        Fact(
            "Learners see certificates",
            cells.plain(shown) if shown else cells.when(course.certificate_available_date or course.end),
        ),
        *(
            [Fact("Record of", cells.when(course.modified_at), "When the platform last told it")]
            if course.modified_at
            else []
        ),
    ]


def setting_lines(standing: Standing, given: Settings) -> list[SettingLine]:
    """Give the settings that decide over a course run's certificates, each with its source."""
    course, settled = standing.course, standing.settled
    version = f"Course settings, version {settled.course_version}"
    own = _source(version if settled.course_version else NONE_OF_ITS_OWN, "course_settings", course.course_id)
    site = _source(f"Self-generation, version {settled.site_version}", "generation")
    updated = course.use_updated if settled.use_updated is None else settled.use_updated
    return [
        SettingLine("Learners may ask themselves", cells.yes_no(settled.offered), "The two switches below"),
        SettingLine("Switch of this course", _switch(on=settled.self_generation), own),
        SettingLine("Switch of all courses", _switch(on=settled.site_switch), site),
        SettingLine(
            "Learners are judged by",
            cells.plain("The regular rules" if updated else "The rules of the queue"),
            RECORD if settled.use_updated is None else own,
        ),
        SettingLine(
            "Made by itself",
            cells.yes_no(given.auto_generate),
            SERVICE,
            "Once a learner has passed, without anybody asking",
        ),
        SettingLine("Delivery", cells.plain("Web page" if course.html_certificates else "PDF, by the queue"), RECORD),
        SettingLine(
            "Look and words",
            cells.plain("Words of its own" if settled.own_words else "As for all courses"),
            _source("HTML view", "html_view"),
        ),
        SettingLine("Title and signatories", cells.plain("Given" if course.certificate else "None given"), RECORD),
        SettingLine(
            "Badges",
            cells.yes_no(course.issue_badges and given.badges),
            RECORD if given.badges or not course.issue_badges else SERVICE,
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
        text = "Nobody can earn a certificate before the platform tells in which modes the course is offered (records of type course_mode)."
        found.append(Notice("error", "No mode is known", text))
    elif not standing.earning:
        text = "Nobody can earn a certificate here, and the allowlist does not help. Offer another mode on the platform, honor or verified for one, and move the learners to it."
        found.append(Notice("error", "Only audit is offered", text))
    if not standing.course.html_certificates and given.xqueue_url is None:
        text = (
            "This course gives PDFs, and there is nobody to make them. Whoever runs Certdesk sets CERTDESK_XQUEUE_URL."
        )
        found.append(Notice("error", "No queue is configured", text))
    if is_ccx(CourseId(standing.course.course_id)):
        text = "By its rules it issues to nobody but those on the allowlist."
        found.append(Notice("warning", "A custom course (CCX)", text))
    return found


def _about_examples(standing: Standing) -> list[Notice]:
    failed = [one.description for one in standing.examples_failed]
    if failed:
        text = f"Of the newest examples: {', '.join(failed)}. See why below, mend it, and try again."
        return [Notice("error", "An example could not be made", text, "#examples", "See the examples")]
    return []


def _about_runs(standing: Standing, parts: dict[str, str]) -> list[Notice]:
    found, run = [], standing.open_run
    if run is not None:
        text = f"{run.done:,} of {run.total:,} learners are dealt with. Another run can begin once it has ended."
        title = f"Run {run.id} is {'paused' if run.state is RunState.PAUSED else 'under way'}"
        found.append(Notice("info", title, text, parts["runs"], "See the runs"))
    if standing.held_back and run is None:
        who = "1 learner" if standing.held_back == 1 else f"{standing.held_back:,} learners"
        text = "Events of that long ago issue nothing by themselves. A run does: begin with a dry one."
        found.append(Notice("warning", f"{who} passed before events were taken", text, parts["runs"], "Begin a run"))
    return found


def _about_settings(standing: Standing, now: datetime) -> list[Notice]:
    found, settled = [], standing.settled
    if settled.open_change is not None:
        text = f"Asked for by {settled.open_change.author_name}. Nothing changes before it is approved."
        url = change_url(settled.open_change.id) if current_user.may(Permission.READ_DESK) else None
        found.append(Notice("info", "A change of the settings waits", text, url, "See the change"))
    if settled.self_generation and not settled.site_switch:
        text = "This course is open for it, but the switch of all courses is off."
        found.append(Notice("warning", "Learners cannot ask themselves yet", text))
    dates = dates_of(standing.course)
    if not may_certify(dates, now):
        day = cells.when(dates.available_at or dates.end)
        found.append(Notice("info", "Issued certificates are still hidden", _HIDDEN % day))
    return found


def _switch(*, on: bool) -> Markup:
    return cells.pill("good", "On") if on else cells.pill("neutral", "Off")


def _source(words: str, endpoint: str, key: str | None = None) -> Markup:
    if not current_user.may(Permission.READ_DESK):
        return escape(words)
    return cells.link(words, url_for(f"{endpoint}.details_view", id=key) if key else url_for(f"{endpoint}.index_view"))
