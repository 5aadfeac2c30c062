"""How are the steps of the first hour shown, to whoever looks at them?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_login import current_user
from markupsafe import Markup

from webapp.domain.certificates.modes import Mode
from webapp.domain.roles import Permission
from webapp.services.first_hour.steps import Found, Step
from webapp.web import cells
from webapp.web.addresses import change_url, explanation_url, learner_url, page_url
from webapp.web.details import PageLink
from webapp.web.first_hour.words import SAMPLE_COURSE, SAMPLE_LEARNER, STEPS
from webapp.wording import phrase

DONE, NEXT, IN_REVIEW, LATER = "done", "next", "in-review", "later"
_PILLS = {DONE: ("good", phrase("Done")), NEXT: ("progress", phrase("Next")), IN_REVIEW: ("waiting", phrase("In review")), LATER: ("neutral", phrase("Not yet"))}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One step as the page shows it."""

    number: int
    state: str
    pill: Markup
    title: str
    why: str
    todo: str
    known_by: str
    commands: Sequence[str]
    lines: Sequence[str]
    found: Found
    ways: Sequence[PageLink]

    @property
    def open(self) -> bool:
        """True for what is to be done at this moment."""
        return self.state in (NEXT, IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Tour:
    """All steps, and how many of them are done."""

    steps: Sequence[Shown]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(one.state == DONE for one in self.steps)

    @property
    def complete(self) -> bool:
        """True once the first certificate is issued: whatever was left out was not needed."""
        return self.steps[-1].state == DONE

    @property
    def mark(self) -> str:
        """What is another as soon as a step is at another point; the page is then shown anew."""
        return " ".join(one.state for one in self.steps)


def show_tour(found: Sequence[Found]) -> Tour:
    """Give the tour as it is shown to whoever asks."""
    by_step = {one.step: one for one in found}
    passed, mode = by_step[Step.PASSED], by_step[Step.MODE]
    told = {
        "course": passed.course_id or mode.course_id or SAMPLE_COURSE,
        "learner": passed.learner or SAMPLE_LEARNER,
        "mode": mode.mode or Mode.HONOR,
    }
    first_open = next((one.step for one in found if not one.done), None)
    steps = [_show(number, one, first_open, by_step, told) for number, one in enumerate(found, 1)]
    return Tour(steps)


def _show(
    number: int, one: Found, first_open: Step | None, by_step: Mapping[Step, Found], told: Mapping[str, str]
) -> Shown:
    words = STEPS[one.step]
    state = DONE if one.done else IN_REVIEW if one.change_id else NEXT if one.step is first_open else LATER
    return Shown(
        number=number,
        state=state,
        pill=cells.pill(*_PILLS[state]),
        title=words.title,
        why=words.why,
        todo=words.todo,
        known_by=words.known_by,
        commands=[command.format(**told) for command in words.commands],
        lines=[line.format(**told) for line in words.lines],
        found=one,
        ways=_ways(one, by_step),
    )


def _ways(one: Found, by_step: Mapping[Step, Found]) -> list[PageLink]:
    """Give the pages where the step is taken, or looked at once it is."""
    if one.step is Step.FACTS:
        return [PageLink(phrase("Learners"), page_url("learners.index_view"))] if one.done else []
    if one.step is Step.MODE:
        return [PageLink(phrase("Course runs"), page_url("courses.index_view"))]
    if one.step is Step.WORDS:
        return _ways_to_words(one)
    if one.step is Step.PASSED:
        return [PageLink(phrase("This learner"), learner_url(one.learner))] if one.done else []
    passed = one if one.done else by_step[Step.PASSED]
    if not passed.learner:
        return []
    explained = explanation_url(passed.learner, passed.course_id)
    if not one.done:
        return [PageLink(phrase("This learner in this course run"), explained)]
    runs_url = url_for("course.show", course_id=one.course_id, part="runs")
    return [PageLink(phrase("The certificate"), explained), PageLink(phrase("Runs of its course run"), runs_url)]


def _ways_to_words(one: Found) -> list[PageLink]:
    if one.change_id is not None:
        return [PageLink(phrase("Change {change_id}", change_id=one.change_id), change_url(one.change_id))]
    if current_user.may(Permission.PROPOSE_CHANGES):
        return [PageLink(phrase("Propose the HTML view"), url_for("html_view.form_view"))]
    return [PageLink(phrase("HTML view"), page_url("html_view.index_view"))]
