"""The list of runs: which there are, how far each is, and who asked for it."""

from typing import Any

from flask import url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from webapp.domain.actors import words_for
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.roles import Permission
from webapp.domain.runs import GOING, PURPOSES, STATE_LABELS, RunState, task_of
from webapp.models.base import db
from webapp.models.certificates import GenerationRun
from webapp.models.courses import CourseRun
from webapp.services.bus import held_back
from webapp.web import cells
from webapp.web.addresses import course_url, page_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Empty, Listed, Shown
from webapp.web.admin.lists.elsewhere import Elsewhere
from webapp.web.cells import Row
from webapp.web.language import tell
from webapp.web.paging import Page
from webapp.wording import phrase

_TAGGED = Markup('%s <span class="tag">%s</span>')
_UNDER = Markup('%s <span class="cell-hint">%s</span>')
_PROGRESS = Markup(
    '<span class="run-progress">%s<span class="progress"><progress class="progress__bar progress__bar--%s" max="%s" value="%s"'
    ' aria-label="%s"></progress><span class="progress__words"><span>%s</span><span>%s %%</span></span></span></span>'
)


class RunView(Elsewhere):
    """Runs over whole course runs and over chosen certificates, the newest first."""

    model = GenerationRun
    endpoint_name, address = "run_list", "/runs"
    template = "runs/list.html"
    heading = phrase("Runs")
    lead = phrase(
        "A run judges a whole course run, or chosen certificates, some hundred at a time. It can be paused, resumed and "
        "cancelled, and says what came of each."
    )
    columns = (phrase("Run"), phrase("What"), phrase("Progress"), phrase("Asked for"))
    more_columns = (phrase("Begun"), phrase("Ended"), phrase("Left out"), phrase("Problem"))
    order = (GenerationRun.id,)
    date_order = (GenerationRun.created_at, GenerationRun.id)
    list_filters = (
        filters.enum_choice(
            "state", phrase("State"), GenerationRun.state, RunState, lambda one: STATE_LABELS[RunState(one)]
        ),
        filters.choice(
            "purpose", phrase("What"), GenerationRun.purpose, {one.value: word for one, word in PURPOSES.items()}
        ),
        filters.yes_no("dry", phrase("Dry run"), GenerationRun.dry_run),
        filters.flag("chosen", phrase("Of chosen certificates"), lambda: GenerationRun.selection_id.is_not(None)),
        filters.course(GenerationRun.course_id),
        filters.actor("by", phrase("Asked for by"), GenerationRun.asked_by),
        *filters.dates("created", phrase("Asked for"), GenerationRun.created_at),
    )
    empty = Empty(
        phrase("No runs yet"),
        phrase("Support begins one here; on the command line certdesk runs start does the same."),
    )

    def page_links(self) -> list[tuple[str, str]]:
        """Lead to the form that begins one, and to files of what the filters leave."""
        may = current_user.may(Permission.SUPPORT_LEARNERS)
        return [*([(phrase("Begin a run"), page_url("runs.new"))] if may else []), *super().page_links()]

    def base_query(self) -> Shown:
        """Give runs with the names of their course runs."""
        run, course = GenerationRun, CourseRun
        title = select(course.display_name).where(course.course_id == run.course_id).scalar_subquery()
        shown = (run.id, run.course_id, run.selection_id, run.chosen, run.purpose, run.among, run.statuses, run.dry_run)
        moments = (run.created_at, run.started_at, run.finished_at)
        return select(
            *shown,
            *moments,
            run.state,
            run.done,
            run.total,
            run.left_out,
            run.asked_by,
            run.problem,
            title.label("title"),
        )

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        return Row(
            [
                cells.plain(phrase("Run {number}", number=row.id)),
                _what(row),
                _progress(row),
                _UNDER % (cells.when(row.created_at), tell(phrase("by {name}", name=words_for(row.asked_by)))),
            ],
            self.row_url(row.id),
        )

    def more_cells(self, row: Listed) -> list[Markup]:
        """Draw when it began and ended, how many it left out, and why it failed."""
        left_out = f"{row.left_out:,}" if row.left_out else None
        return [
            cells.when(row.started_at),
            cells.when(row.finished_at),
            cells.plain(left_out),
            cells.plain(row.problem),
        ]

    def row_url(self, number: int) -> str:
        """Give the address of a run's own page."""
        return url_for("runs.show", run_id=number)

    def _listing(
        self, page: Page, applied: list[dict[str, str]], problems: list[str], *, newest_first: bool
    ) -> dict[str, Any]:
        listing = super()._listing(page, applied, problems, newest_first=newest_first)
        going = any(row.state in GOING for row in page.rows)
        return {**listing, "live": True, "going": going, "held_back": held_back.by_course(db.session())}


def _what(row: Listed) -> Markup:
    task = cells.plain(task_of(Purpose(row.purpose), row.among, row.statuses, chosen=row.selection_id is not None))
    drawn = _TAGGED % (task, tell(phrase("Dry run"))) if row.dry_run else task
    if row.selection_id is not None:
        return _UNDER % (drawn, cells.name(row.chosen))
    return _UNDER % (drawn, cells.linked(cells.name(row.title or row.course_id), course_url(row.course_id)))


def _progress(row: Listed) -> Markup:
    over = row.total == 0 and row.state is RunState.DONE
    share = 100 if over else 100 * row.done // row.total if row.total else 0
    label = tell(phrase("Progress of run {number}", number=row.id))
    done, total, left_out = (f"{number:,}" for number in (row.done, row.total, row.left_out))
    said = tell(phrase("{done} of {total}", done=done, total=total))
    most, value = row.total or 1, row.done if row.total else int(over)
    drawn = _PROGRESS % (cells.run_state(row.state), cells.RUN_TONES[row.state], most, value, label, said, share)
    if not row.left_out:
        return drawn
    return _UNDER % (drawn, tell(phrase("{number} left out: on the allowlist", number=left_out)))
