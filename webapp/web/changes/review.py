"""The page of one change request: what it would do, how it stands, and what can be done with it."""

import difflib
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.domain.approval.merge import ABSENT, Conflict, Difference
from webapp.domain.approval.states import OPEN, Move
from webapp.domain.roles import Permission
from webapp.errors import UnknownCourse, WebappError
from webapp.errors.governance import CautionsUnread, OpenRequest
from webapp.models.audit import known_moment
from webapp.models.base import db
from webapp.services import audit
from webapp.services.governance.reading import effects, listing
from webapp.services.governance.reading.effects import Effect, Pages
from webapp.services.governance.reading.review import Review, read_review
from webapp.services.governance.terms import Terms
from webapp.services.notices import reading as told
from webapp.web import auth, cells
from webapp.web.auth import requires
from webapp.web.auth.noting import note_where_due
from webapp.web.changes import moves, posted, words
from webapp.web.changes.blueprint import bp
from webapp.web.changes.shown import SAMPLE_NAMES
from webapp.web.details import Fact, copied_fact
from webapp.web.installation import terms_of
from webapp.wording import joined, phrase, phrase_as, words_of

CONTEXT_LINES = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """A move that was refused just now."""

    move: Move
    problem: WebappError


@bp.get("/changes/<row:change_id>")
@requires(Permission.READ_DESK)
def show(change_id: int) -> ResponseReturnValue:
    """Show a change request, what it would do, and what can be done with it; what its reader was told of it is read."""
    reader = auth.actor().id
    assert reader is not None, "the guard lets in whoever signed in"
    note_where_due(lambda begin: told.note_opened(db.session(), begin, reader, change_id, now=clock.now()))
    return show_review(change_id)


def show_review(change_id: int, refused: Refused | None = None) -> str:
    """Draw the page, with what was typed and why it was refused where a move was; raises UnknownChange."""
    session, terms = db.session(), terms_of(auth.actor(), clock.now())
    review = read_review(session, terms, change_id)
    effect, course_problem = _effect(terms, review)
    previous_id, next_id = listing.neighbours(session, review.change)
    typed = {refused.move: posted.text("note")} if refused else {}
    asked = {refused.move: _cautions(refused)} if refused else {}
    return render_template(
        "changes/review.html",
        review=review,
        change=review.change,
        words=words,
        altered=audit.altered,
        known_moment=known_moment,
        now=terms.now,
        heading=review.change.title or next(iter(review.sentences), review.rule.label),
        facts=_facts(review),
        fields=[_field(difference) for difference in review.differences],
        diff=_diff(review),
        conflicts=_conflicts(review),
        effect=effect,
        course_problem=course_problem,
        pages=_pages_shown(review, effect.pages) if effect.pages else None,
        deciding=moves.buttons_of(review, moves.DECIDING, terms.now, typed),
        cannot_decide=moves.refused_of(review, moves.DECIDING),
        others=moves.buttons_of(review, moves.OTHERS, terms.now, typed, asked),
        cannot_others=moves.refused_of(review, (Move.EDIT, Move.REBASE, *moves.OTHERS)),
        to_confirm=asked.get(Move.REBASE, []),
        edit=_edit_form(review, refused),
        comment=typed.get(Move.COMMENT, ""),
        refused=refused,
        refused_because=words_of(refused.problem) if refused else "",
        refused_at=_refused_at(refused),
        previous_id=previous_id,
        next_id=next_id,
        is_open=review.change.state in OPEN,
    )


def _effect(terms: Terms, review: Review) -> tuple[Effect, str]:
    """Give what it would do, and why not on the course run that was asked for."""
    course_id = request.args.get("course_id", "").strip()[:255]
    sides = review.change, review.before, review.after
    try:
        return effects.find_effect(db.session(), terms, *sides, course_id), ""
    except UnknownCourse as problem:
        return effects.find_effect(db.session(), terms, *sides, ""), words_of(problem)


def _pages_shown(review: Review, pages: Pages) -> dict[str, Any]:
    """Give the one certificate that is shown before and after, and the ways to the others."""
    changing = [mode for mode in pages.modes if mode in pages.changing]
    wanted = request.args.get("mode", "")
    mode = wanted if wanted in pages.modes else (changing or list(pages.modes))[0]
    asked = request.args.get("sample", "")
    sample = asked if asked in SAMPLE_NAMES else "ordinary"
    course: dict[str, Any] = {"course_id": pages.course_id} if pages.course_id else {}
    number = review.change.id

    def way(new_mode: str, new_sample: str) -> str:
        address = url_for("changes.show", change_id=number, mode=new_mode, sample=new_sample, **course)
        return f"{address}#effect"

    return {
        "mode": mode,
        "sample": sample,
        "course_id": pages.course_id or "",
        "modes": [(one, way(one, sample), one in pages.changing) for one in pages.modes],
        "samples": [(known.what, way(mode, name), name == sample) for name, known in SAMPLE_NAMES.items()],
        "frames": [
            (side, url_for("changes.preview", change_id=number, side=side, mode=mode, sample=sample, **course))
            for side in ("before", "after")
        ],
        "changing": changing,
    }


def _field(difference: Difference) -> dict[str, str]:
    kind = (
        phrase("Added")
        if difference.before is ABSENT
        else phrase("Removed")
        if difference.after is ABSENT
        else phrase_as("a field", "Changed")
    )
    return {
        "name": difference.field,
        "kind": kind,
        "before": words.value(difference.before),
        "after": words.value(difference.after),
    }


def _conflicts(review: Review) -> list[dict[str, str]]:
    return [
        {
            "name": str(one.field),
            "label": one.field,
            "base": _side(one, one.base),
            "live": _side(one, one.live),
            "proposed": _side(one, one.proposed),
            "chosen": posted.chosen().get(one.field, ""),
        }
        for one in review.conflicts
    ]


def _side(conflict: Conflict, value: object) -> str:
    """Write one side of a conflict; a whole value that is null was deleted."""
    return words.value(ABSENT if value is None and not conflict.path else value)


def _diff(review: Review) -> list[tuple[str, str]]:
    """Give the lines of both payloads as JSON: each with `+`, `-` or a space before it, `@` where some are left out."""
    was, will = (posted.pretty(side).splitlines() if side is not None else [] for side in (review.before, review.after))
    found = [*difflib.unified_diff(was, will, n=CONTEXT_LINES, lineterm="")][3:]  # the head, and where it begins
    return [(line[:1], "" if line.startswith("@@") else line[1:]) for line in found]


def _facts(review: Review) -> list[Fact]:
    change = review.change
    others = [one.account_name for one in change.contributors if one.account_name != change.author_name]
    found = [
        Fact(phrase("Kind"), cells.plain(review.rule.label)),
        *(() if review.rule.single else (copied_fact(phrase("Key"), change.key),)),
        Fact(phrase("Proposed by"), cells.actor(change.author_name)),
        Fact(phrase("Proposed"), cells.when(change.created_at)),
        Fact(phrase("Revision"), cells.plain(change.revision)),
        Fact(
            phrase("Made from"),
            cells.plain(
                phrase("version {number}", number=change.base_version) if change.base_version else phrase("no value")
            ),
        ),
    ]
    if change.apply_at:
        found.append(Fact(phrase("Goes live"), cells.when(change.apply_at), phrase("Once it has its approvals.")))
    if others:
        found.append(Fact(phrase("Also wrote on it"), cells.name(joined(others))))
    if review.asked:
        found.append(
            Fact(phrase("Asked"), cells.name(review.asked), phrase("Anybody else with the role may decide as well."))
        )
    if change.reverts_version:
        found.append(
            Fact(
                phrase("Goes back to"),
                cells.plain(phrase("version {number}", number=change.reverts_version)),
            )
        )
    if change.batch:
        found.append(Fact(phrase("Filed together as"), cells.code(change.batch)))
    return found


def _edit_form(review: Review, refused: Refused | None) -> dict[str, Any] | None:
    """Give the form that rewrites the request, or None for whoever may not."""
    if review.refusals[Move.EDIT] is not None:
        return None
    failed = refused is not None and refused.move is Move.EDIT
    fields = posted.typed_fields() if failed else posted.fields_of(review.change, review.asked)
    errors = posted.errors_of(refused.problem) if refused is not None and failed else {}
    unread = [(one.code, one.text, False) for one in review.checked.cautions if one.code not in review.change.confirmed]
    cautions = _cautions(refused) if refused is not None and failed else unread
    return {"fields": fields, "errors": errors, "cautions": cautions, "opens": failed}


def _cautions(refused: Refused) -> list[moves.Caution]:
    """Give what has to be confirmed of what was sent just now, and whether that was ticked; never what was said before."""
    found = refused.problem.cautions if isinstance(refused.problem, CautionsUnread) else ()
    return [(code, text, code in posted.confirmed()) for code, text in found]


def _refused_at(refused: Refused | None) -> str:
    """Give the address of what stands in the way, where that is another request."""
    if refused is None or not isinstance(refused.problem, OpenRequest):
        return ""
    return url_for("changes.show", change_id=refused.problem.change_id)
