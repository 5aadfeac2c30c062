"""What may a learner see of their certificate, and what does the grade report say of it?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum

from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import HIDDEN, PASSED, Status

IN_THE_MAKING = frozenset({Status.GENERATING, Status.REGENERATING, Status.ERROR})
"""What a learner is told is being made: an error is the desk's affair, and for us a regeneration really has its own
status, which the old platform told as `generating` (domain note §2, decision 1)."""

NO_TYPE = "N/A"

EARLIEST_DAY = date(1970, 1, 1)
"""No certificate is older, whatever staff type: a year of two digits ends up before it."""
_FARTHEST_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class CourseDates:
    """What decides when a course run shows certificates; None is a date that was never told."""

    self_paced: bool = False
    end: datetime | None = None
    available_at: datetime | None = None
    """`certificate_available_date` of the course record."""


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """What a learner holds in a course run, as the row says."""

    status: Status
    mode: str
    grade: str = ""
    verify_uuid: str = ""
    download_url: str = ""


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """What `certificate_status_for_student` says: the status, and of the row as much as the status allows."""

    status: Status
    mode: str
    uuid: str | None = None
    grade: str = ""
    download_url: str | None = None
    """None unless the certificate is downloadable; "" for one without a file."""

    def as_object(self) -> dict[str, str | None]:
        """Give the keys of the old platform: grade only if there is one, download_url only if downloadable."""
        grade = {"grade": self.grade} if self.grade else {}
        address = {} if self.download_url is None else {"download_url": self.download_url}
        return {"status": self.status.value, "mode": str(self.mode), "uuid": self.uuid, **grade, **address}


@dataclass(frozen=True, slots=True)
class LearnerStatus:
    """What `certificate_downloadable_status` says: what the learner can do now."""

    is_downloadable: bool = False
    is_generating: bool = False
    is_unverified: bool = False
    download_url: str | None = None
    """Where the certificate is: its file, or its page."""
    uuid: str | None = None
    is_pdf_certificate: bool | None = None
    """None unless downloadable."""
    earned_but_not_available: bool = False

    def as_object(self) -> dict[str, bool | str | None]:
        """Give the keys of the old platform: the last two only where they say something."""
        found: dict[str, bool | str | None] = {
            "is_downloadable": self.is_downloadable,
            "is_generating": self.is_generating,
            "is_unverified": self.is_unverified,
            "download_url": self.download_url,
            "uuid": self.uuid,
        }
        if self.is_pdf_certificate is not None:
            found["is_pdf_certificate"] = self.is_pdf_certificate
        if self.earned_but_not_available:
            found["earned_but_not_available"] = True
        return found


class Publicity(Enum):
    """What the world gets to see at the address of a certificate (decisions 15, 20)."""

    SHOWN = "shown"
    GONE = "gone"
    """It was there, or nearly, and is not valid: 410, without a word of whose it was."""
    UNSEEN = "unseen"
    """As if there were none: 404."""


class Ending(Enum):
    """How a certificate came not to be valid, as its page tells the world (ecosystem note §4)."""

    INVALIDATED = "invalidated"
    DELETED = "deleted"
    TAKEN_BACK = "taken_back"
    """It was issued, and its learner was judged anew."""
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class ReportTriple:
    """What the grade report says of a learner; `mode` is None where nothing was delivered."""

    eligible: bool
    delivered: bool
    mode: str | None

    def as_object(self) -> dict[str, str]:
        """Give the three columns: Y or N, Y or N, the mode or N/A."""
        return {
            "eligible": "Y" if self.eligible else "N",
            "delivered": "Y" if self.delivered else "N",
            "type": NO_TYPE if self.mode is None else str(self.mode),
        }


def may_certify(dates: CourseDates, now: datetime) -> bool:
    """Say whether a course run shows certificates yet (domain note §6).

    A self-paced run always does. Another does once its available date has come; where there is none, once it has
    ended. A run without either date withholds nothing: it never ends, so that an issued certificate would stay
    hidden for ever because of a fact that nobody told (a course run first seen in somebody else's record has none).
    """
    if dates.self_paced:
        return True
    if dates.available_at is not None:
        return dates.available_at <= now
    return dates.end is None or dates.end <= now


def stays_valid(status: Status, came_from: Status | None) -> bool:
    """Say whether a certificate is issued, or was and is only made anew: that takes nothing away (decisions 3, 9).

    `came_from` is the last status before its making began; None where that was its beginning (record 11).
    """
    return status is Status.DOWNLOADABLE or (status in IN_THE_MAKING and came_from is Status.DOWNLOADABLE)


def is_lost(status: Status, *, came_from: Status | None, invalidated: bool) -> bool:
    """Say whether a certificate is not valid, whoever may see it; `came_from` is that of `stays_valid`."""
    return invalidated or not stays_valid(status, came_from)


def is_passing(status: str, *, invalidated: bool) -> bool:
    """Say whether programs are told that its learner has passed (domain note §1.2); what staff declared void says no."""
    return status in PASSED and not invalidated


def publicity(
    status: Status, *, came_from: Status | None, invalidated: bool, dates: CourseDates, now: datetime
) -> Publicity:
    """Say what the world gets to see of a certificate; hiding goes by its status, never by its mode (decision 15).

    `came_from` is that of `stays_valid`.
    """
    if status in HIDDEN:
        return Publicity.UNSEEN
    if is_lost(status, came_from=came_from, invalidated=invalidated):
        return Publicity.GONE
    return Publicity.SHOWN if may_certify(dates, now) else Publicity.UNSEEN


def ending(status: Status, *, invalidated: bool, was_issued: bool) -> Ending:
    """Say how a certificate that is gone came to its end."""
    if invalidated or status is Status.INVALIDATED:
        return Ending.INVALIDATED
    if status in (Status.DELETING, Status.DELETED):
        return Ending.DELETED
    return Ending.TAKEN_BACK if was_issued else Ending.UNFINISHED


def page_url(base_url: str, verify_uuid: str) -> str:
    """Give the address of a certificate's page."""
    return f"{base_url}/certificates/{verify_uuid}"


def certificate_status(held: HeldCertificate | None, *, offers_honor: bool) -> CertificateStatus:
    """Give the status as the learner may know it (domain note §2); a hidden one is told like no certificate at all.

    A certificate in audit mode is told as `auditing` where the course run offers no honor mode, but one that was
    issued stays what it is: hiding goes by status, never by mode (decision 15).
    """
    if held is None or held.status in HIDDEN:
        return CertificateStatus(Status.UNAVAILABLE, Mode.HONOR)
    issued = held.status is Status.DOWNLOADABLE
    auditing = held.mode == Mode.AUDIT and not offers_honor and not issued
    return CertificateStatus(
        status=Status.AUDITING if auditing else held.status,
        mode=held.mode,
        uuid=held.verify_uuid or None,
        grade=held.grade,
        download_url=held.download_url if issued else None,
    )


def learner_status(known: CertificateStatus, *, shown: bool, base_url: str) -> LearnerStatus:
    """Give what the learner can do now; `shown` says whether the course run shows certificates yet (domain note §2)."""
    if known.status is not Status.DOWNLOADABLE or not shown:
        return LearnerStatus(
            is_generating=known.status in IN_THE_MAKING,
            is_unverified=known.status is Status.UNVERIFIED,
            earned_but_not_available=known.status in PASSED and not shown,
        )
    page = page_url(base_url, known.uuid) if known.uuid else None
    return LearnerStatus(
        is_downloadable=True,
        download_url=known.download_url or page,
        uuid=known.uuid,
        is_pdf_certificate=bool(known.download_url),
    )


def report_triple(
    *, allowlisted: bool, graded: bool, allow_certificate: bool, held: HeldCertificate | None
) -> ReportTriple:
    """Give what the grade report says of a learner (interface §1); staff read it, so that nothing is hidden."""
    delivered = held is not None and held.status is Status.DOWNLOADABLE
    return ReportTriple(
        eligible=(allowlisted or graded) and allow_certificate,
        delivered=delivered,
        mode=held.mode if held is not None and delivered else None,
    )


def shown_date(*, override: datetime | None, dates: CourseDates, issued_at: datetime, now: datetime) -> datetime:
    """Give the date that a certificate shows: the override's, else the course's available date once past, else its own.

    A self-paced run has no available date, as where it decides what is shown (decision 18, domain note §6).
    """
    if override is not None:
        return override
    if dates.available_at is not None and dates.available_at <= now and not dates.self_paced:
        return dates.available_at
    return issued_at


def may_show_day(day: date, now: datetime) -> bool:
    """Say whether staff may have a certificate show a day: one that has begun somewhere on earth, and no slip of the hand."""
    return EARLIEST_DAY <= day <= (now.astimezone(UTC) + _FARTHEST_ZONE).date()
