"""What do the parts of the design page show? Made-up values, with names that are not ASCII and run in either direction."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import BooleanField, PasswordField, SelectChoice, SelectField, StringField, TextAreaField

from webapp.domain.approval.states import State
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.runs import RunState
from webapp.services.governance.reading.listing import Line
from webapp.web import cells
from webapp.web.cells import Column, Row
from webapp.web.details import Button, TimelineLine, copied_fact
from webapp.web.details import Fact as FactLine

AT = datetime(2026, 11, 28, 9, 30, 5, tzinfo=UTC)
COURSE = "course-v1:Certdesk+Harbour+2026"
UUID = "0123456789abcdef0123456789abcdef"
TONES = ("good", "progress", "waiting", "warning", "bad", "neutral")
NOTICES = (
    ("info", "Something to know", "It was brought up to date an hour ago."),
    ("success", "It worked", "The certificate is issued."),
    ("warning", "Something to look at", "The name holds letters that the font does not have."),
    ("error", "It did not work", "XQueue did not take the job. It is tried again by itself; nothing is lost."),
)


class SampleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One field of each kind."""

    text = StringField("Name on the certificate", description="As it is to be printed.")
    choice = SelectField("Mode", choices=[SelectChoice("honor", "Honor"), SelectChoice("verified", "Verified")])
    note = TextAreaField("Note", description="Why, for whoever reads it in a year.")
    secret = PasswordField("Password")
    flag = BooleanField("Show it to the world")
    wrong = StringField("Course key", description="As the platform writes it.")


def make_form() -> SampleForm:
    """Give the form with one field that is wrong."""
    form = SampleForm(formdata=None, wrong="course-v1:Certdesk")
    form.wrong.errors = ["This is no course key. It looks like course-v1:Org+Course+Run."]
    return form


def make_table() -> dict[str, Any]:
    """Give the columns and lines of a table, with every kind of cell."""
    columns = [
        Column("Learner", "descending", "?turned"),
        *(Column(one) for one in ("Status", "Id", "Course run", "When", "Shown", "Note")),
    ]
    rows = [
        Row([cells.name("Žofie Nováková", hint="zofie"), cells.status(Status.DOWNLOADABLE), cells.copyable(UUID, "the id"), cells.code(COURSE), cells.when(AT), cells.yes_no(value=True), cells.run_state(RunState.PAUSED)], "#tables"),
        Row([cells.name("ليلى حسن"), cells.status(Status.ERROR), cells.code(None), cells.code(COURSE), cells.when(None), cells.yes_no(value=False), cells.plain(None)], "#tables"),
        Row([cells.strong("Nobody"), cells.outcome(Outcome.CONFLICT), cells.path("default.platform_name"), cells.link("A way", "#tables"), cells.when(AT), cells.pill("waiting", "Waits"), cells.change_state(State.APPLIED, emergency=True)]),
    ]  # fmt: skip
    return {"columns": columns, "rows": rows, "caption": "A table with every kind of cell"}


def make_listing() -> dict[str, Any]:
    """Give what the bar above a list and the pager below it show."""
    filters = [
        {"kind": "choice", "name": "status", "label": "Status", "value": "error", "choices": [("", "Any"), ("error", "Error")]},
        {"kind": "date", "name": "from", "label": "From", "value": "2026-11-01", "choices": []},
        {"kind": "flag", "name": "stuck", "label": "Stuck alone", "value": "", "choices": [("1", "Stuck")]},
    ]  # fmt: skip
    return {
        "search": {"label": "Find in this list", "name": "sample", "value": "", "hint": "The beginning of a name is enough."},
        "filters": filters,
        "applied": [{"label": "Status: Error", "remove_url": "#lists"}],
        "clear_url": "#lists",
        "base_url": "#lists",
        "hidden": [],
        "newer_url": None,
        "older_url": "#lists",
        "note": "Newest first",
    }  # fmt: skip


def make_timeline() -> list[TimelineLine]:
    """Give entries of a timeline, the newest first."""
    return [
        TimelineLine(AT, "Generating → Issued", "XQueue answered.", "good", "XQueue", None, "#timelines"),
        TimelineLine(AT, "Invalidated", "The name was somebody else’s.", "bad", "Support", "sasha", None),
        TimelineLine(AT, "Judged: not earned", None, "warning", "Events", None, None),
    ]


def make_facts() -> list[FactLine]:
    """Give lines of a details page."""
    return [
        FactLine("Learner", cells.name("Ὑπατία")),
        copied_fact("Public id", UUID, "By which the world finds it."),
        FactLine("Issued", cells.when(AT)),
        FactLine("Grade", cells.plain(None)),
    ]


def make_buttons(url: str) -> list[Button]:
    """Give acts: one that asks first, one that wants a note, and one that cannot be done, with the reason."""
    return [
        Button("Generate", url, "primary"),
        Button("Invalidate", url, "danger", confirm="The world will be told that it is void.", note_label="Why"),
        Button("Regenerate", url, disabled_reason="It is being made at this moment."),
    ]


def every_mark() -> Markup:
    """Give the marks of a change request that is to be decided by whoever looks, and of one that was made live alone."""
    waits = Line(7, "html-view", "HTML view", "-", "", "", 0, State.PENDING, "eva", AT, stale=True, owed=False, asked=True, emergency=False, apply_at=None, closed_at=None)  # fmt: skip
    owes = replace(waits, state=State.APPLIED, stale=False, owed=True, asked=False, emergency=True)
    return Markup(" ").join([cells.change_marks(waits), cells.change_marks(owes)])


def every_pill() -> list[Markup]:
    """Give a pill of each tone, with the shape that says the same without colour."""
    return [cells.pill(tone, tone.capitalize()) for tone in TONES]
