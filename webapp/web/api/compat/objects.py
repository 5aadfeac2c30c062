"""What do the platform's own clients send and read? The names are theirs; the document is made of them."""

from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import COURSE_ID_LENGTH, NOTE_LENGTH
from webapp.domain.runs import Among


class SupportCertificate(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a learner holds in a course run; the three first names alone where they hold nothing there."""

    username: str
    course_key: str
    """The course run's key."""
    regenerate: bool
    """Whether the tool offers to make it anew: it is shown as a page, and has no PDF."""
    type: str | UnsetType = UNSET
    """The enrolment mode that it was made in."""
    status: Status | UnsetType = UNSET
    grade: str | UnsetType = UNSET
    created: str | UnsetType = UNSET
    """When it was made, as ISO 8601 in UTC."""
    modified: str | UnsetType = UNSET
    """When anything of it last changed, as ISO 8601 in UTC."""
    download_url: str | UnsetType | None = UNSET
    """The address of its PDF, else of its page; null where there is neither, and where it was declared void."""
    is_passing: bool | UnsetType = UNSET
    is_pdf_certificate: bool | UnsetType = UNSET
    """Whether it has a PDF."""


class SupportSubject(msgspec.Struct, frozen=True):
    """Whose certificate, by user name or e-mail address, in which course run."""

    username: Annotated[str, Meta(extra_json_schema={"minLength": 1})]
    """The learner's user name, or their e-mail address."""
    course_key: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": COURSE_ID_LENGTH})]
    """The course run's key, in either spelling."""


class HeldCertificate(msgspec.Struct, frozen=True):
    """What a learner holds in one course run."""

    username: str
    course_id: str
    certificate_type: str
    """The enrolment mode that it was made in."""
    created_date: str
    """When it was made, as ISO 8601 in UTC."""
    status: Status
    is_passing: bool
    download_url: str | None
    """The address of its PDF, else of its page; null where there is neither."""
    grade: str


class PassedCertificate(HeldCertificate, frozen=True, kw_only=True):
    """A certificate that counts as passed and can be viewed."""

    course_display_name: str
    """The name of the course; its key where none is known."""
    course_organization: str
    """The organization that the course run's key names."""
    modified_date: str
    """When anything of it last changed, as ISO 8601 in UTC."""
    uuid: str | None
    """The public number in the address of its page, of 32 hexadecimal digits; null: it has none."""


class MissingCertificate(msgspec.Struct, frozen=True):
    """Why there is nothing to give."""

    error_code: Literal["course_id_not_valid", "no_certificate_for_user", "no_certificate_configuration_for_course"]
    """The key is none; the learner holds nothing there that is shown; or there is no page to show it on."""


class IssuedCertificate(msgspec.Struct, frozen=True):
    """A learner of a course run, what they hold, and what staff did about it."""

    username: str
    email: str
    enrollment_track: str
    """The enrolment mode; empty where there is no enrolment."""
    certificate_status: Status
    """The status of the certificate; `unavailable` where there is none."""
    special_case: Literal["Exception", "Invalidation"] | None
    """`Exception` where they are on the allowlist, else `Invalidation` where it was declared void, else null."""
    exception_granted: str | None
    """When they were put on the allowlist, as ISO 8601 in UTC; null: they are not on it."""
    exception_notes: str
    """Why they were put on the allowlist; empty where they are not on it, or nobody said."""
    invalidated_by: str | None
    """The name of the account that declared it void; null: none did."""
    invalidation_date: str | None
    """When it was declared void, as ISO 8601 in UTC; null: it was not."""
    invalidation_note: str
    """Why it was declared void; empty where it was not, or nobody said."""


class GenerationEntry(msgspec.Struct, frozen=True):
    """A run over a course run, and whom it was for."""

    task_name: Literal["Generated", "Regenerated"]
    """What was done with each learner."""
    date: str
    """When it was asked for, as ISO 8601 in UTC."""
    details: str
    """Whom it was for, in the platform's words."""


class InstructorTask(msgspec.Struct, frozen=True):
    """A run over a course run, and how far it is."""

    task_id: str
    """The number of the run, as text."""
    task_type: Literal["generate_certificates", "regenerate_certificates"]
    """What is done with each learner."""
    task_input: str
    """What was asked for: an object with `statuses_to_regenerate` and `student_set`, as JSON in a text."""
    task_output: str
    """What was done: an object with `attempted`, `total` and `skipped`, numbers of learners, as JSON in a text."""
    task_state: Literal["QUEUING", "PROGRESS", "REVOKED", "SUCCESS", "FAILURE"]
    """How far it is, in the platform's words; `REVOKED` where it was cancelled."""
    task_message: str
    """How far it is, and what made it fail, in words."""
    status: Literal["Complete", "Incomplete"]
    """`Complete` where it was done or cancelled."""
    requester: str
    """The name of the account that asked for it."""
    created: str
    """When it was asked for, as ISO 8601 in UTC."""
    duration_sec: int
    """How many seconds it took, or has taken up to now; 0 where it has not begun."""


class NamedLearners(msgspec.Struct, frozen=True):
    """Learners, by user name or e-mail address, and why."""

    learners: Annotated[list[str], Meta(min_length=1, max_length=1_000)]
    """Their user names or e-mail addresses."""
    notes: Annotated[str, Meta(max_length=NOTE_LENGTH)] = ""


class NamedLearner(msgspec.Struct, frozen=True):
    """A learner, by user name or e-mail address."""

    username: str
    """Their user name, or their e-mail address."""


class LearnerRefused(msgspec.Struct, frozen=True):
    """Why nothing was done for one of them."""

    learner: str
    """The learner, as they were named."""
    message: str
    """Why, in words."""


class EachLearner(msgspec.Struct, frozen=True):
    """What became of each of the learners, as they were named."""

    success: list[str]
    """Those for whom it was done, as they were named."""
    errors: list[LearnerRefused]
    """The others."""


class Message(msgspec.Struct, frozen=True):
    """What was done."""

    message: str
    """What was done, in words."""


class Switch(msgspec.Struct, frozen=True):
    """Whether learners may generate certificates themselves."""

    enabled: bool
    """true: they may."""


class RunWanted(msgspec.Struct, frozen=True):
    """For whom: statuses, or `student_set` all, allowlisted, or allowlisted_not_generated."""

    statuses: list[Status] = []
    """The statuses in which certificates are made anew; those that the course run does not have are passed over."""
    student_set: Among | None = None
    """For whom it generates; null: it goes by `statuses`."""


class RunBegun(msgspec.Struct, frozen=True):
    """The run that begins."""

    task_id: str
    """The number of the run, as text."""
    message: str
    """That it began, in words."""


class CourseShown(msgspec.Struct, frozen=True):
    """A course run; `certificates_enabled` shows its page of certificates."""

    course_id: str
    display_name: str
    org: str
    """The organization that the course run's key names."""
    course_number: str
    """The course that the course run's key names."""
    start: str | None
    """When the course run begins, as ISO 8601 in UTC; null: not known."""
    end: str | None
    """When the course run ends, as ISO 8601 in UTC; null: not known."""
    pacing: Literal["self", "instructor"]
    """Whether learners go through it at their own pace, or at the instructor's."""
    certificates_enabled: bool
    """Whether the dashboard shows its page of certificates: in all but custom courses."""


class NumberedPage(msgspec.Struct, frozen=True):
    """Where a page is among its like."""

    count: int
    """How many rows there are on all pages."""
    num_pages: int
    """How many pages there are, at least one."""
    current_page: int
    """The number of this page, the first being 1."""
    start: int
    """How many rows there are on the pages before."""
    next: str | None
    """The address of the next page; null on the last one."""
    previous: str | None
    """The address of the page before; null on the first one."""


@cache
def numbered_page_of(kind: type[msgspec.Struct]) -> Any:  # noqa: ANN401 - a type made at run time
    """Give the type of a numbered page of such rows."""
    said = {"__doc__": f"A numbered page of a list of `{kind.__name__}`."}
    return msgspec.defstruct(
        f"{kind.__name__}NumberedPage",
        [("results", list[kind])],  # type: ignore[valid-type]  # made at run time
        bases=(NumberedPage,),
        namespace=said,
        frozen=True,
    )
