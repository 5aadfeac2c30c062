"""What does a batch of lines work on? The rows that they name, and what is to be written beside them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import Cause
from webapp.domain.identifiers import folded
from webapp.domain.learners.erasure import Known
from webapp.domain.learners.name_words import words_of
from webapp.domain.records.kinds import CourseRecord, LearnerRecord, Record
from webapp.domain.records.parsing import quoted
from webapp.models.certificates import CertificateTransition, DateOverride, FormerPublicId, GeneratedCertificate
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.examples import ExampleCertificate, ExampleCertificateSet
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import CourseGrade, CourseRole, Enrollment, IdVerification, Learner, LearnerNameWord
from webapp.services.erasure import marks
from webapp.services.following import bus
from webapp.services.following.effects import follow
from webapp.services.following.moves import Moved, Switches
from webapp.services.messages import outbox
from webapp.services.records.acts import Changes, PendingAct
from webapp.services.records.rows import Key, Row, Rows

ERASED = "the learner was erased here, and nothing is taken in about them any more"


class BadLine(Exception):
    """The line cannot be honoured; the text is the reason."""


class Outcome(StrEnum):
    """What came of a line."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Followed:
    """A certificate that a line added or changed, as that line left it."""

    certificate: Row
    learner: Row
    before: Status | None
    values: Mapping[str, Any]
    since: datetime


class Batch:
    """The rows that some lines name, as the lines up to now would have them."""

    def __init__(self, session: Session, actor: Actor, switches: Switches, now: datetime) -> None:
        """Begin with nothing read."""
        self.session, self.actor, self.switches, self.now = session, actor, switches, now
        self.learners = Rows(Learner, "username", upsert=True)
        self.courses = Rows(CourseRun, "course_id", upsert=True)
        self.allowlist = Rows(AllowlistEntry, "learner_id", "course_id")
        self.certificates = Rows(GeneratedCertificate, "learner_id", "course_id")
        self.facts: Mapping[str, Rows] = {
            "learner": self.learners,
            "course": self.courses,
            "course_mode": Rows(CourseMode, "course_id", "mode", upsert=True),
            "enrollment": Rows(Enrollment, "learner_id", "course_id", upsert=True),
            "grade": Rows(CourseGrade, "learner_id", "course_id", upsert=True),
            "id_verification": Rows(IdVerification, "learner_id", upsert=True),
            "course_role": Rows(CourseRole, "learner_id", "course_id", "role", upsert=True),
        }
        self.invalidations = Rows(
            Invalidation, "learner_id", "course_id"
        )  # the active ones, by their certificate's key
        self.date_overrides = Rows(DateOverride, "certificate_id")  # by their certificate's key
        self.example_sets = Rows(ExampleCertificateSet, "course_id")  # the newest of each course run
        self.examples = Rows(ExampleCertificate, "uuid")
        self.example_courses: dict[str, str] = {}
        self.set_descriptions: defaultdict[Row, set[str]] = defaultdict(set)
        self.public_id_owners: dict[str, Row | int] = {}
        self.moves: list[tuple[Row, Mapping[str, object]]] = []
        self.followed: list[Followed] = []
        self.redated: list[Row] = []
        self.retired_ids: list[tuple[Row, str]] = []
        self.acts: list[PendingAct] = []
        self.erased: set[marks.Asked] = set()
        self.first_seen = 0

    def load(self, records: Sequence[Record]) -> None:
        """Read the learners, course runs and facts that the records name."""
        keys: defaultdict[str, set[Key]] = defaultdict(set)
        for record in records:
            keys[record.TYPE].add(record.natural_key)
            for kind, name in (("learner", "username"), ("course", "course_id")):
                if hasattr(record, name):
                    keys[kind].add((getattr(record, name),))
        self._look_for_erased(keys["learner"], records)
        # Learners before certificates, as whoever judges them locks them: the other order would end in a deadlock.
        for kind, rows in self.facts.items():
            of = self.learners if rows.key[0] == "learner_id" else None
            rows.load(self.session, keys[kind], of, lock=kind == "learner")
        self.allowlist.load(self.session, keys["allowlist"] | keys["invalidation"], self.learners)
        # Locked, since staff and the queue change them too, and what we write follows from what we read.
        certified = keys["certificate"] | keys["allowlist"] | keys["invalidation"] | keys["date_override"]
        self.certificates.load(self.session, certified, self.learners, lock=True)

    def learner(self, username: str) -> Row:
        """Give the learner; raises BadLine."""
        self.refuse_erased(username)
        row = self.learners.find((username,))
        if row is None:
            raise BadLine(f"no learner has the user name {quoted(username)}; import the learner first")
        return row

    def refuse_erased(self, username: str, number: int | None = None) -> None:
        """Raise BadLine where somebody of that name, or somebody new with that number, is an erased learner (record 37)."""
        new = self.learners.find((username,)) is None
        if (Known.USERNAME, username) in self.erased or (new and (Known.NUMBER, str(number)) in self.erased):
            raise BadLine(ERASED)

    def meet_course(self, course_id: str) -> None:
        """Add a course run of which nothing is known but that it exists, unless it is known."""
        if self.courses.find((course_id,)) is None:
            self.courses.add((course_id,), new_course(course_id), {})
            self.first_seen += 1

    def merge(
        self, rows: Rows, record: Record, columns: Callable[[Mapping[str, Any]], dict[str, Any]], **more: object
    ) -> tuple[Row, Changes | None]:
        """Add the record's row, with `more` in it, or change what the line carries; None stands for a new row."""
        row = rows.find(record.natural_key)
        stamped = "modified_at" in rows.table.c
        if row is not None:
            changes = rows.change(row, columns(record.carried()))
            if changes and stamped:
                rows.change(row, {"modified_at": self.now})
            return row, changes
        key = dict(zip(rows.key, record.natural_key, strict=True))
        username = key.pop("learner_id", None)
        parents = {"learner_id": self.learner(username)} if username else {}
        stamp = {"modified_at": self.now} if stamped else {}
        values = {**key, **columns(record.facts()), **stamp, **more}
        return rows.add(record.natural_key, values, parents, [*columns(record.carried()), *stamp]), None

    def _look_for_erased(self, names: Iterable[Key], records: Iterable[Record]) -> None:
        numbers = {record.external_id for record in records if isinstance(record, LearnerRecord)} - {None}
        asked = {(Known.USERNAME, name) for (name,) in names} | {(Known.NUMBER, str(number)) for number in numbers}
        self.erased |= marks.find_erased(self.session, asked).keys()

    def write(self) -> None:
        """Write everything, parents first."""
        for rows in (*self.facts.values(), self.allowlist, self.certificates, self.invalidations, self.date_overrides):
            rows.write(self.session)
        for rows in (self.example_sets, self.examples):
            rows.write(self.session)
        self._write_name_words()
        if self.moves:
            moves = [{"certificate_id": row.id, **values} for row, values in self.moves]
            self.session.execute(insert(CertificateTransition), moves)
        self._write_what_follows()
        if self.retired_ids:
            self._write_retired_ids()

    def _write_what_follows(self) -> None:
        moves = [
            Moved(
                certificate_id=one.certificate.id,
                learner_id=one.learner.id,
                external_id=one.learner.values["external_id"],
                course_id=one.certificate.values["course_id"],
                before=one.before,
                status=one.values["status"],
                cause=Cause.IMPORT,
                at=self.now,
                **{name: one.values[name] for name in ("mode", "grade", "download_url")},
                since=one.since,
            )
            for one in self.followed
        ]
        effects = follow(self.session, self.switches, moves) if moves else []
        for row in self.redated:  # told as when staff do it: the certificate has changed, and nothing was made
            effects += bus.changed(self.switches, GeneratedCertificate(**row.values), at=self.now)
        if effects:
            outbox.add(self.session, effects, now=self.now)

    def _write_name_words(self) -> None:
        """Let the learners whose names were told or changed be found by these, and by these alone."""
        named = self.learners.touched("name")
        if not named:
            return
        stale = delete(LearnerNameWord).where(LearnerNameWord.learner_id.in_([row.id for row in named]))
        self.session.execute(stale, execution_options={"synchronize_session": False})
        words = [{"learner_id": row.id, "word": word} for row in named for word in words_of(row.values["name"])]
        if words:
            self.session.execute(insert(LearnerNameWord), words)

    def _write_retired_ids(self) -> None:
        """An id that was given up, taken again and given up once more is there already."""
        dialect = postgresql if self.session.get_bind().dialect.name == "postgresql" else sqlite
        query = dialect.insert(FormerPublicId).on_conflict_do_nothing()
        rows = [
            {"verify_uuid": text, "certificate_id": row.id, "retired_at": self.now} for row, text in self.retired_ids
        ]
        self.session.execute(query, rows)


def new_course(course_id: str) -> dict[str, Any]:
    """Give the columns of a course run of which nothing else is known (decision 37)."""
    facts = CourseRecord(course_id).facts()
    return {**facts, "course_id": course_id, "course_id_folded": folded(course_id), "display_name_folded": ""}


def outcome_of(changes: Changes | None) -> Outcome:
    """Say in one word what `merge` did."""
    if changes is None:
        return Outcome.ADDED
    return Outcome.CHANGED if changes else Outcome.UNCHANGED
