"""How do the learning platform's facts come in over the network: line by line, at bounded memory (interface §3)?"""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast

import msgspec
import structlog
from flask import Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from webapp.domain.identifiers import made_storable
from webapp.domain.records.parsing import LONGEST_ARRAY, BadRecord, LongArray
from webapp.domain.roles import Permission, Scope
from webapp.models.base import unit_of_work
from webapp.services.following.moves import switches_of
from webapp.services.records import importing, intake
from webapp.services.records.batch import Outcome
from webapp.services.records.intake import Line, Taken
from webapp.web import auth, installation
from webapp.web.api.blueprint import answer, bp, tells
from webapp.web.api.bulk.lines import LINES
from webapp.web.api.lists import Asked
from webapp.web.auth import allows
from webapp.web.errors import RETRY_AFTER
from webapp.web.errors.problems import Refused

log = structlog.get_logger(__name__)
SOURCE = "api"
JSON_LINES = ("application/x-ndjson", "application/jsonl")
MOST_BYTES = 64 * 1024 * 1024
"""Of JSON Lines; an array, which is read whole, may be as large as any body."""
MOST_DRY_BYTES = 256 * 1024
"""Of a dry run: some 2,000 records, in one transaction, since the later ones go by the earlier. On PostgreSQL whoever
writes the same rows waits for its end, and XQueue for an answer five seconds: 1 MiB took as long on a busy machine."""
MOST_FAULTS = 1_000
REASON_LENGTH = 500
BUFFER_BYTES = 64 * 1024
FILTERS = {"dry_run": "true: say what would become of each record, and keep nothing."}
_TOO_LARGE = f"JSON Lines may have 64 MiB; an array 1 MiB and {LONGEST_ARRAY:,} records, a dry run 256 KiB."
_KEPT = "`detail` says up to which line all is kept."
MEANINGS = {
    "too_large": f"{_TOO_LARGE} {_KEPT}",
    "unavailable": f"The database does not answer. {_KEPT} Send the same again after `Retry-After` seconds.",
}
"""Code -> what it means here, where something of the request may have been kept."""


class BadLine(msgspec.Struct, frozen=True):
    """A line, or element of the array, that was not taken, the first of all being 1; `key` is its natural key where it has one."""

    line: int
    """The number of the line or element, the first being 1; empty lines count."""
    type: str | None
    """Of what the record is; null where that could not be read."""
    key: str | None
    """Its natural key as one text; null where that could not be read."""
    reason: str
    """Why it was not taken, in words."""


class RecordsTaken(msgspec.Struct, frozen=True):
    """What became of the records; `errors` has the first thousand that failed, `errors_left_out` says how many more."""

    lines: int
    """How many records came; empty lines are none."""
    added: int
    """How many of them were new."""
    changed: int
    """How many changed what was there."""
    unchanged: int
    """How many said what was there already."""
    failed: int
    """How many were not taken."""
    courses_first_seen: int
    """How many course runs nobody had told of before."""
    dry_run: bool
    errors: list[BadLine]
    """The first thousand that were not taken."""
    errors_left_out: int
    """How many more were not taken."""


class _Tally:
    """What became of the lines up to now."""

    def __init__(self) -> None:
        self.last_line = 0
        self._counts: Counter[Outcome] = Counter()
        self._courses = 0
        self._errors: list[BadLine] = []

    def add(self, taken: Taken) -> None:
        self.last_line = taken.results[-1].line
        self._counts.update(one.outcome for one in taken.results)
        self._courses += taken.courses_first_seen
        failed = (one for one in taken.results if one.outcome is Outcome.FAILED)
        for one, _ in zip(failed, range(MOST_FAULTS - len(self._errors)), strict=False):
            reason = made_storable(one.reason)[:REASON_LENGTH]
            self._errors.append(BadLine(one.line, one.type, one.key, reason))

    def told(self, *, dry_run: bool) -> RecordsTaken:
        counts = self._counts
        return RecordsTaken(
            lines=counts.total(),
            added=counts[Outcome.ADDED],
            changed=counts[Outcome.CHANGED],
            unchanged=counts[Outcome.UNCHANGED],
            failed=counts[Outcome.FAILED],
            courses_first_seen=self._courses,
            dry_run=dry_run,
            errors=self._errors,
            errors_left_out=counts[Outcome.FAILED] - len(self._errors),
        )

    def kept(self, *, dry_run: bool) -> str:
        if dry_run or not self.last_line:
            return "Nothing was kept."
        return f"Everything up to line {self.last_line} is kept, nothing after it; what is there stays as it is when it is sent again."


@bp.url_value_preprocessor
def _let_many_lines_in(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Before anybody looks at the body: a form token of a session is looked for in it."""
    if endpoint != "api.take_records":
        return
    if _wants_dry_run():
        request.max_content_length = MOST_DRY_BYTES
    elif request.mimetype in JSON_LINES:
        request.max_content_length = MOST_BYTES


# Without an Idempotency-Key, so no bp.post: it may be sent again as it is, and is too long to be digested first.
@bp.route("/records", methods=["POST"])
@allows(Permission.WRITE_RECORDS, Scope.RECORDS_WRITE)
@tells(lines=LINES, filters=FILTERS, gives={200: RecordsTaken}, means=MEANINGS)
def take_records() -> Response:
    """Take in the platform's facts, each an upsert by its natural key: good ones are kept, bad ones told of with the reason.

    JSON Lines are read and kept a thousand at a time, in their order; a learner comes before what is said of them.
    Sent again they change nothing. They may have 64 MiB, an array 1 MiB and 32,000 records, and a dry run, which is
    tried as a whole, 256 KiB.
    """
    dry_run = Asked(FILTERS).truth("dry_run") is True
    switches = switches_of(installation.settings())
    tally = _Tally()
    try:
        batches = _batches()
        if dry_run:  # read to the end before there is a transaction that others may wait for
            batches = iter(list(batches))
        with importing.transactions(unit_of_work, dry_run=dry_run) as begin:
            for batch in batches:
                tally.add(importing.keep(begin, auth.actor(), batch, source=SOURCE, switches=switches, dry_run=dry_run))
    except (RequestEntityTooLarge, LongArray):
        raise Refused(413, "too_large", f"{_TOO_LARGE} {tally.kept(dry_run=dry_run)}") from None
    except SQLAlchemyError as problem:
        log.error("database.failed", problem=type(problem).__name__, endpoint=request.endpoint)
        detail, wait = f"The database does not answer. {tally.kept(dry_run=dry_run)}", {"Retry-After": RETRY_AFTER}
        raise Refused(503, "unavailable", detail, headers=wait) from problem
    return answer(tally.told(dry_run=dry_run))


def _wants_dry_run() -> bool:
    return request.args.get("dry_run") == "true"


def _batches() -> Iterator[list[Line]]:
    if request.mimetype in JSON_LINES:
        # The stream by itself reads a line byte by byte.
        stream = io.BufferedReader(cast(io.RawIOBase, request.stream), BUFFER_BYTES)
        return intake.read_batches(importing.Lines(cast(IO[bytes], stream)))
    if request.mimetype != "application/json":
        kinds = ", ".join((*JSON_LINES, "application/json"))
        raise Refused(415, "unsupported_media_type", f"Send JSON Lines, or an array: Content-Type one of {kinds}.")
    try:
        return intake.read_array(request.get_data(cache=False))
    except LongArray:
        raise
    except BadRecord as problem:
        raise Refused(400, "bad_json", f"Send a JSON array of records: {problem}.") from None
