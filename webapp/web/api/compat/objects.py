"""What do the platform's own clients send and read? The names are theirs; the document is made of them."""

from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from webapp.domain.identifiers import NOTE_LENGTH


class SupportCertificate(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a learner holds in a course run; the three first names alone where they hold nothing there."""

    username: str
    course_key: str
    regenerate: bool
    type: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    grade: str | UnsetType = UNSET
    created: str | UnsetType = UNSET
    modified: str | UnsetType = UNSET
    download_url: str | UnsetType | None = UNSET
    is_passing: bool | UnsetType = UNSET
    is_pdf_certificate: bool | UnsetType = UNSET


class SupportSubject(msgspec.Struct, frozen=True):
    """Whose certificate, by user name or e-mail address, in which course run."""

    username: str
    course_key: str


class HeldCertificate(msgspec.Struct, frozen=True):
    """What a learner holds in one course run."""

    username: str
    course_id: str
    certificate_type: str
    created_date: str
    status: str
    is_passing: bool
    download_url: str | None
    grade: str


class PassedCertificate(HeldCertificate, frozen=True, kw_only=True):
    """A certificate that counts as passed and can be viewed."""

    course_display_name: str
    course_organization: str
    modified_date: str
    uuid: str | None


class MissingCertificate(msgspec.Struct, frozen=True):
    """Why there is nothing to give."""

    error_code: Literal["course_id_not_valid", "no_certificate_for_user", "no_certificate_configuration_for_course"]


class IssuedCertificate(msgspec.Struct, frozen=True):
    """A learner of a course run, what they hold, and what staff did about it."""

    username: str
    email: str
    enrollment_track: str
    certificate_status: str
    special_case: str | None
    exception_granted: str | None
    exception_notes: str
    invalidated_by: str | None
    invalidation_date: str | None
    invalidation_note: str


class GenerationEntry(msgspec.Struct, frozen=True):
    """A run over a course run, and whom it was for."""

    task_name: str
    date: str
    details: str


class InstructorTask(msgspec.Struct, frozen=True):
    """A run over a course run, and how far it is."""

    task_id: str
    task_type: str
    task_input: str
    task_output: str
    task_state: str
    task_message: str
    status: str
    requester: str
    created: str
    duration_sec: int


class NamedLearners(msgspec.Struct, frozen=True):
    """Learners, by user name or e-mail address, and why."""

    learners: Annotated[list[str], Meta(min_length=1, max_length=1_000)]
    notes: Annotated[str, Meta(max_length=NOTE_LENGTH)] = ""


class NamedLearner(msgspec.Struct, frozen=True):
    """A learner, by user name or e-mail address."""

    username: str


class LearnerRefused(msgspec.Struct, frozen=True):
    """Why nothing was done for one of them."""

    learner: str
    message: str


class EachLearner(msgspec.Struct, frozen=True):
    """What became of each of the learners, as they were named."""

    success: list[str]
    errors: list[LearnerRefused]


class Message(msgspec.Struct, frozen=True):
    """What was done."""

    message: str


class Switch(msgspec.Struct, frozen=True):
    """Whether learners may generate certificates themselves."""

    enabled: bool


class RunWanted(msgspec.Struct, frozen=True):
    """For whom: statuses, or `student_set` all, allowlisted, or allowlisted_not_generated."""

    statuses: list[str] = []
    student_set: str | None = None


class RunBegun(msgspec.Struct, frozen=True):
    """The run that begins."""

    task_id: str
    message: str


class CourseShown(msgspec.Struct, frozen=True):
    """A course run; `certificates_enabled` shows its page of certificates."""

    course_id: str
    display_name: str
    org: str
    course_number: str
    start: str | None
    end: str | None
    pacing: str
    certificates_enabled: bool


@cache
def numbered_page_of(kind: type[msgspec.Struct]) -> Any:  # noqa: ANN401 - a type made at run time
    """Give the type of a numbered page of such rows."""
    numbers: list[tuple[str, Any]] = [(name, int) for name in ("count", "num_pages", "current_page", "start")]
    ways: list[tuple[str, Any]] = [(name, str | None) for name in ("next", "previous")]
    return msgspec.defstruct(f"{kind.__name__}NumberedPage", [*numbers, *ways, ("results", list[kind])])  # type: ignore[valid-type]  # made at run time
