"""How is a list asked for, and how is it gone on with? Filters, limits, and cursors that only we can have made."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

import msgspec
from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.identifiers import BadCourseId, CourseId, parse_course_id, row_number, storable
from webapp.domain.roles import Permission, Scope
from webapp.services.exports.sources import MIMES, Source
from webapp.web.api.blueprint import Operation, address_here, answer, bp, tells
from webapp.web.auth import allows
from webapp.web.errors.problems import Fault, Refused
from webapp.web.exports import export

MOST = 100
USUAL = 50
LONGEST = 500
"""Characters of a filter."""
LONGEST_AGENT = 4_096
"""Of one that is a User-Agent."""
LIST_FILTERS = {
    "limit": f"How many at most: 1 to {MOST}; {USUAL} where it is not given.",
    "cursor": "`next` of the page before, with the same filters.",
}
Word = TypeVar("Word", bound=StrEnum)
SourceOf = Callable[["Asked"], Source]


class Asked:
    """The filters of one request. Every method raises Refused, 400, for what cannot be understood."""

    def __init__(self, known: Mapping[str, str], *, longest: int = LONGEST) -> None:
        """Take the filters from the address; a name that is unknown, or stands there twice, is a mistake."""
        self._sent = request.args
        for name, values in request.args.lists():
            if name not in known:
                raise bad_filter(name, f"There is no such filter; there are {', '.join(sorted(known)) or 'none'}.")
            if len(values) > 1:
                raise bad_filter(name, "Is given twice.")
            if len(values[0]) > longest and name != "cursor":
                raise bad_filter(name, f"Is longer than {longest} characters.")
            if not storable(values[0]):
                raise bad_filter(name, "Holds what no database keeps.")

    def needs(self, *names: str) -> "Asked":
        """Refuse a request that lacks one of the names."""
        for name in names:
            if name not in self._sent:
                raise bad_filter(name, "Is missing.")
        return self

    def text(self, name: str) -> str | None:
        """Give a text; None where the filter is not given, or empty."""
        return self._sent.get(name) or None

    def given(self, name: str) -> str | None:
        """Give a text that may be empty; None where it is not given."""
        return self._sent.get(name)

    def truth(self, name: str) -> bool | None:
        """Give true or false."""
        said = self._sent.get(name)
        if said not in (None, "true", "false"):
            raise bad_filter(name, "Must be true or false.")
        return None if said is None else said == "true"

    def word(self, name: str, words: type[Word]) -> Word | None:
        """Give one of some words."""
        said = self._sent.get(name)
        if said is None:
            return None
        try:
            return words(said)
        except ValueError:
            raise bad_filter(name, f"Must be one of {', '.join(one.value for one in words)}.") from None

    def words(self, name: str, words: type[Word]) -> frozenset[Word]:
        """Give some of the words, separated by commas; none where the filter is not given."""
        said = self._sent.get(name)
        try:
            return frozenset() if said is None else frozenset(words(one) for one in said.split(","))
        except ValueError:
            raise bad_filter(name, f"Must be of {', '.join(one.value for one in words)}.") from None

    def number(self, name: str, *, least: int = 1) -> int | None:
        """Give a whole number, from the least one up to what a database can hold."""
        said = self._sent.get(name)
        if said is None:
            return None
        number = row_number(said)
        if number is None or number < least:
            raise bad_filter(name, f"Must be a whole number, {least} or more.")
        return number

    def moment(self, name: str) -> datetime | None:
        """Give a moment: ISO 8601 with a zone. A plus sign that the address made a space of is taken for one."""
        said = self._sent.get(name)
        if said is None:
            return None
        try:
            found = datetime.fromisoformat(said.replace(" ", "+") if said[10:11] == "T" else said)
            found.astimezone(clock.now().tzinfo)
        except (ValueError, OverflowError):
            raise bad_filter(name, "Must be a moment such as 2026-05-03T12:00:00Z.") from None
        if found.tzinfo is None:
            raise bad_filter(name, "Must say its time zone, such as 2026-05-03T12:00:00Z.")
        return found

    def past(self, name: str) -> datetime | None:
        """Give a moment that is no future one."""
        found = self.moment(name)
        if found is not None and found > clock.now():
            raise bad_filter(name, "Lies in the future.")
        return found

    def course_id(self, name: str) -> CourseId | None:
        """Give a course run's key in its canonical spelling. A plus sign that the address made a space of is taken for one."""
        said = self.text(name)
        if said is None:
            return None
        try:
            return parse_course_id(said.replace(" ", "+"))
        except BadCourseId:
            raise bad_filter(name, "Is no course key.") from None

    def limit(self) -> int:
        """Give how many rows a page has at most."""
        said = self._sent.get("limit")
        if said is None:
            return USUAL
        if not said.isascii() or not said.isdecimal() or len(said) > 3 or not 1 <= int(said) <= MOST:
            raise bad_filter("limit", f"Must be a number from 1 to {MOST}.")
        return int(said)

    def cursor(self, *kinds: type) -> list[Any] | None:
        """Give the place that a cursor names; refuses one that we did not make, or for another list or other filters."""
        said = self._sent.get("cursor")
        if said is None:
            return None
        refusal = bad_filter("cursor", "Is none of this list with these filters.", code="bad_cursor")
        try:
            place = self._signer().loads(said)
        except BadData:
            raise refusal from None
        if [type(one) for one in place] != list(kinds):
            raise refusal  # an earlier release signed it, whose list went by something else
        return list(place)

    def page(self, rows: Sequence[Any], told: Callable[[Any], Any], place: Callable[[Any], Sequence[Any]]) -> Response:
        """Give a page as JSON, of rows of which one more than the limit was read, with the way to the next."""
        limit = self.limit()
        more, shown = len(rows) > limit, rows[:limit]
        following = self._signer().dumps(list(place(shown[-1]))) if more else None
        said = answer({"results": [told(row) for row in shown], "next": following})
        if following:
            address = address_here({**self.filters(), "limit": limit, "cursor": following})
            said.headers["Link"] = f'<{address}>; rel="next"'
        return said

    def listed(self, session: Session, source: Source) -> Response:
        """Give a page of what can be taken elsewhere as well, and whose rows are found again by their numbers."""
        place = self.cursor(int)
        found = source.read(session, place[0] if place else None, self.limit() + 1)
        return self.page(found, lambda row: next(iter(source.told(session, [row]))), lambda row: (source.place(row),))

    def filters(self) -> dict[str, str]:
        """Give what was sent, but for the place in the list."""
        return {name: self._sent[name] for name in sorted(self._sent) if name not in ("limit", "cursor")}

    def _signer(self) -> URLSafeSerializer:
        salt = f"cursor {request.endpoint} {request.view_args} {self.filters()}"
        return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt.encode())


@bp.before_request
def refuse_filters_where_there_are_none() -> None:
    """Refuse names in the address of an operation that knows none: whoever sends one must not believe that it counts."""
    view: Any = current_app.view_functions[request.endpoint or ""]
    said: Operation = view.operation
    if not said.filters:
        Asked({})


def exports(
    path: str, permission: Permission, scope: Scope, filters: Mapping[str, str]
) -> Callable[[SourceOf], SourceOf]:
    """Let a list be taken elsewhere at `path`.csv and `path`.jsonl, by its own filters; the view gives where the rows come from.

    Who did so is written down, and by which filters, and how many rows it were.
    """
    known = {name: text for name, text in filters.items() if name not in LIST_FILTERS}

    def open_doors(source_of: SourceOf) -> SourceOf:
        for form, mime in MIMES.items():
            view = _export_view(source_of, form, known)
            view.__doc__ = (source_of.__doc__ or "").format(form={"csv": "CSV", "jsonl": "JSON Lines"}[form])
            tells(filters=known, gives={200: mime})(allows(permission, scope)(view))
            bp.add_url_rule(f"{path}.{form}", f"{source_of.__name__}_{form}", view, methods=["GET"])
        return source_of

    return open_doors


def _export_view(source_of: SourceOf, form: str, known: Mapping[str, str]) -> Callable[[], Response]:
    def view() -> Response:
        asked = Asked(known)
        return export(source_of(asked), form, asked.filters())

    return view


def bad_filter(name: str, reason: str, *, code: str = "bad_filter") -> Refused:
    """Give the refusal of a filter."""
    shown = name.encode("utf-8", "replace").decode()[:100]
    return Refused(400, code, f"{shown}: {reason}", [Fault(shown, reason)])


@cache
def page_of(kind: type[msgspec.Struct]) -> Any:  # noqa: ANN401 - a type made at run time
    """Give the type of a page of such rows, as the document has it."""
    fields: list[tuple[str, Any]] = [("results", list[kind]), ("next", str | None)]  # type: ignore[valid-type]  # made at run time
    said = {"__doc__": f"A page of a list of `{kind.__name__}`."}
    return msgspec.defstruct(f"{kind.__name__}Page", fields, namespace=said)
