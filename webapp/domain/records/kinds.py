# ruff: noqa: RUF009 (each call gives a field of its own, as dataclasses.field does)
"""Which types of line do the learning platform's records have, and what does each say (interface §3)?"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.identifiers import TOLD_NOTE_LENGTH, USERNAME_LENGTH
from webapp.domain.records import fields as read
from webapp.domain.records.fields import Reader


def _required(reader: Reader) -> Any:  # noqa: ANN401 (as dataclasses.field: a field of any type)
    return field(metadata={"read": reader})


def _optional(reader: Reader, default: object) -> Any:  # noqa: ANN401 (as dataclasses.field: a field of any type)
    return field(metadata={"read": reader}, default=default)


@dataclass(frozen=True, slots=True)
class Record:
    """One line: a natural key and facts, of which `given` names those that the line carries."""

    TYPE: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]
    given: frozenset[str] = field(default=frozenset(), kw_only=True)

    @property
    def natural_key(self) -> tuple[str, ...]:
        """What the upsert goes by."""
        return tuple(getattr(self, name) for name in self.KEY)

    def facts(self) -> dict[str, Any]:
        """Give every fact, a default where the line carries none: what a new row says."""
        return {name: getattr(self, name) for name in FIELDS[self.TYPE] if name not in self.KEY}

    def carried(self) -> dict[str, Any]:
        """Give the facts that the line carries: what alone may change in a row that is there."""
        return {name: getattr(self, name) for name in FIELDS[self.TYPE] if name in self.given}


_username, _course_id, _mode = read.text(1, USERNAME_LENGTH), read.course_id, read.text(1, 32)
_notes = read.text(0, TOLD_NOTE_LENGTH)


@dataclass(frozen=True, slots=True)
class LearnerRecord(Record):
    """One person."""

    TYPE, KEY = "learner", ("username",)
    username: str = _required(read.searched_text(1, USERNAME_LENGTH))
    email: str = _optional(read.searched_text(0, 254), "")
    name: str = _optional(read.searched_text(0, 255), "")
    """The learner's full name, for certificates; empty: none is made without one."""
    allow_certificate: bool = _optional(read.truth, True)
    """false: the platform lets the learner hold no certificate."""
    external_id: int | None = _optional(read.null_or(read.whole_number), None)
    """The learner's number on the platform; null: not known."""


@dataclass(frozen=True, slots=True)
class CourseRecord(Record):
    """One course run."""

    TYPE, KEY = "course", ("course_id",)
    course_id: str = _required(_course_id)
    display_name: str = _optional(read.searched_text(0, 255), "")
    html_certificates: bool = _optional(read.truth, True)
    """true: certificates are pages; false: PDFs, which the queue has made."""
    use_updated: bool = _optional(read.truth, True)
    """true: judged by the regular rules; false: by those of the queue. The settings of the course run may say
    otherwise."""
    issue_badges: bool = _optional(read.truth, False)
    """Whether certificates bring badges."""
    self_paced: bool = _optional(read.truth, False)
    """Whether learners go through it at their own pace."""
    start: datetime | None = _optional(read.null_or(read.moment), None)
    """When the course run begins; null: not known."""
    end: datetime | None = _optional(read.null_or(read.moment), None)
    """When the course run ends; null: not known."""
    certificate_available_date: datetime | None = _optional(read.null_or(read.moment), None)
    """From when on certificates are shown; null: no day was set."""
    certificate: dict[str, Any] | None = _optional(read.null_or(read.certificate_texts), None)
    """What certificates of the course run say: `title`, a text or null, and `signatories`, a list of objects; other
    names are kept. null: nothing of their own."""


@dataclass(frozen=True, slots=True)
class CourseModeRecord(Record):
    """One mode of a course run, offered while `active`; what it asks of identities is said, or the mode's own (decision 12)."""

    TYPE, KEY = "course_mode", ("course_id", "mode")
    course_id: str = _required(_course_id)
    mode: str = _required(_mode)
    requires_id_verification: bool | None = _optional(read.truth, None)
    """Whether a certificate of this mode asks for a verified identity; left out: as the mode does by itself."""
    active: bool = _optional(read.truth, True)
    """Whether the mode is offered; true where it is left out, of what is there already as well."""


@dataclass(frozen=True, slots=True)
class EnrollmentRecord(Record):
    """A learner's place in a course run."""

    TYPE, KEY = "enrollment", ("username", "course_id")
    username: str = _required(_username)
    course_id: str = _required(_course_id)
    mode: str = _required(_mode)
    active: bool = _optional(read.truth, True)
    """false: the learner has left."""


@dataclass(frozen=True, slots=True)
class GradeRecord(Record):
    """A learner's grade in a course run."""

    TYPE, KEY = "grade", ("username", "course_id")
    username: str = _required(_username)
    course_id: str = _required(_course_id)
    percent: Decimal = _required(read.fraction)
    """The grade, a fraction from 0 to 1; kept with four places."""
    passed: bool = _required(read.truth)
    """Whether it is a passing one."""
    letter: str = _optional(read.text(0, 255), "")
    """The grade as a letter or word, which PDFs show; may be empty."""


@dataclass(frozen=True, slots=True)
class IdVerificationRecord(Record):
    """Whether the platform has verified who a learner is."""

    TYPE, KEY = "id_verification", ("username",)
    username: str = _required(_username)
    status: str = _required(read.text(1, 32))
    """The platform's word for how far it is; `approved` alone counts."""
    expires: datetime | None = _optional(read.null_or(read.moment), None)
    """Until when it counts; null: for good."""


@dataclass(frozen=True, slots=True)
class CourseRoleRecord(Record):
    """A part that a learner plays in a course run; `active` false ends it."""

    TYPE, KEY = "course_role", ("username", "course_id", "role")
    username: str = _required(_username)
    course_id: str = _required(_course_id)
    role: str = _required(read.text(1, 32))
    """The part, such as `beta_tester`, `staff` or `instructor`."""
    active: bool = _optional(read.truth, True)
    """Whether it holds; true where it is left out, of what is there already as well."""


@dataclass(frozen=True, slots=True)
class AllowlistRecord(Record):
    """Whether a learner is on a course run's allowlist."""

    TYPE, KEY = "allowlist", ("username", "course_id")
    username: str = _required(_username)
    course_id: str = _required(_course_id)
    allowlisted: bool = _optional(read.truth, True)
    """Whether the learner needs no passing grade; false takes them off it."""
    notes: str = _optional(_notes, "")


@dataclass(frozen=True, slots=True)
class InvalidationRecord(Record):
    """Whether a learner's certificate is void."""

    TYPE, KEY = "invalidation", ("username", "course_id")
    username: str = _required(_username)
    course_id: str = _required(_course_id)
    active: bool = _optional(read.truth, True)
    """Whether it holds; true where it is left out, of what is there already as well."""
    notes: str = _optional(_notes, "")


@dataclass(frozen=True, slots=True)
class CertificateRecord(Record):
    """What a learner holds in a course run, made when it is imported where `created` is not said."""

    TYPE, KEY = "certificate", ("username", "course_id")
    username: str = _required(_username)
    course_id: str = _required(_course_id)
    status: Status = _optional(read.word_of(Status), Status.UNAVAILABLE)
    mode: str = _optional(read.plain_word_of(Mode), "honor")
    name: str = _optional(read.text(0, 255), "")
    """The learner's full name as it stands on it."""
    grade: str = _optional(read.text(0, 5), "")
    """The grade as it stands on it, a fraction as text such as `0.87`; may be empty."""
    key: str = _optional(read.text(0, 32), "")
    """The key by which answers of the queue find it; empty: none does."""
    verify_uuid: str = _optional(read.hex_32_or_empty, "")
    """The public number in the address of its page, 32 lower-case hexadecimal digits; empty takes none away."""
    download_uuid: str = _optional(read.hex_32_or_empty, "")
    """The number of its PDF in the queue's store, 32 lower-case hexadecimal digits, or empty."""
    download_url: str = _optional(read.web_address_or_empty, "")
    """The address of its PDF, http or https; empty: it has none."""
    error_reason: str = _optional(read.text(0, 512), "")
    created: datetime | None = _optional(read.moment, None)
    """When it was made; left out: the moment at which it comes in."""


@dataclass(frozen=True, slots=True)
class DateOverrideRecord(Record):
    """The day that a certificate shows in the place of its own; `active` false ends that, and needs no `date`."""

    TYPE, KEY = "date_override", ("username", "course_id")
    username: str = _required(_username)
    course_id: str = _required(_course_id)
    date: read.Day | None = _optional(read.null_or(read.day), None)
    """The day, such as 2026-01-31, or a moment with a zone: the day that this is in UTC. None that is to come."""
    active: bool = _optional(read.truth, True)
    """Whether it holds; true where it is left out, of what is there already as well."""
    notes: str = _optional(_notes, "")


@dataclass(frozen=True, slots=True)
class ExampleRecord(Record):
    """One example certificate; its key is asked for, since without it no answer of the queue can be taken."""

    TYPE, KEY = "example_certificate", ("uuid",)
    course_id: str = _required(_course_id)
    description: str = _required(read.text(1, 255))
    uuid: str = _required(read.text(1, 255))
    """Its number, which goes to the queue."""
    access_key: str = _required(read.text(1, 255))
    """The key by which the queue's answer is known."""
    status: ExampleStatus = _optional(read.word_of(ExampleStatus), ExampleStatus.STARTED)
    """How far it is."""


TYPES: Mapping[str, type[Record]] = {
    kind.TYPE: kind
    for kind in (
        LearnerRecord,
        CourseRecord,
        CourseModeRecord,
        EnrollmentRecord,
        GradeRecord,
        IdVerificationRecord,
        CourseRoleRecord,
        AllowlistRecord,
        InvalidationRecord,
        CertificateRecord,
        DateOverrideRecord,
        ExampleRecord,
    )
}
"""Every type of line, in the order in which interface §3 lists them; another day comes after its certificate."""

FIELDS: Mapping[str, Mapping[str, tuple[Reader, bool]]] = {
    name: {one.name: (one.metadata["read"], one.default is MISSING) for one in fields(kind) if one.metadata}
    for name, kind in TYPES.items()
}
"""Each field that a line of a type may carry, with its reader, and whether it must be there."""
