"""What goes with a learner who is erased, table by table: what is counted beforehand is what goes afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, Table, Update, func, or_, select, true
from sqlalchemy.orm import Session

from webapp.domain.actors import ERASED_NAME
from webapp.domain.badges.states import BadgeState
from webapp.domain.bus.letters import Closing
from webapp.models.accounts import AccountSession, ApiToken, Identity, RecoveryCode, SecondFactor
from webapp.models.badges import BadgeAward
from webapp.models.base import Model
from webapp.models.bus import DeadLetter
from webapp.models.bus.held_back import HeldBack
from webapp.models.certificates import (
    CertificateTransition,
    DateOverride,
    GeneratedCertificate,
    GenerationRun,
)
from webapp.models.desk.saved_views import SavedView
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.governance.notices import Notice
from webapp.models.learners import CourseGrade, CourseRole, Enrollment, IdAttempt, IdVerification, LearnerNameWord
from webapp.models.messages import CallbackInbox, IdempotencyKey, Outbox
from webapp.models.support import LearnerNote, Mention
from webapp.services.erasure import elsewhere
from webapp.services.erasure.elsewhere import quoted
from webapp.services.erasure.person import Person
from webapp.services.messages.outbox import Channel
from webapp.wording import phrase

Where = Callable[[Session, Person], Sequence[ColumnElement[bool]]]
EMPTY_DELIVERY: Mapping[str, Any] = {"header": "", "body": "", "whole": False, "username": "", "note": ""}
"""What is left of a delivery about somebody who is erased: that it came, when, and what it was answered."""
"""Who made a move that was the learner's own."""
_UNSENT = (Outbox.sent_at.is_(None), Outbox.failed_at.is_(None))


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that are about a person, and what becomes of them."""

    name: str
    """As the audit counts it."""
    said: str
    """As people read it."""
    model: type[Model]
    where: Where
    values: Callable[[datetime], Mapping[str, Any]] | None = None
    """What is written over them; None where the rows go."""
    shown: bool = field(default=True)
    """Worth telling beforehand."""

    def count(self, session: Session, person: Person) -> int:
        """Say how many rows it would be."""
        return session.scalar(select(func.count()).select_from(self.model).where(*self.where(session, person))) or 0

    def erase(self, session: Session, person: Person, now: datetime) -> int:
        """Do it, and say how many rows it was."""
        conditions = self.where(session, person)
        table = cast("Table", self.model.__table__)
        statement: Delete | Update = (
            table.delete().where(*conditions)
            if self.values is None
            else table.update().where(*conditions).values(dict(self.values(now)))
        )
        done = session.execute(statement)
        assert isinstance(done, CursorResult)
        return done.rowcount


def _of_learner(model: Any) -> Where:  # noqa: ANN401 - any table with such a column
    return lambda _session, person: [model.learner_id == person.learner_id]


def _of_account(model: Any) -> Where:  # noqa: ANN401 - as above
    return lambda _session, person: [model.account_id.in_(person.account_ids)]


def _of_certificate(model: Any, *more: ColumnElement[bool]) -> Where:  # noqa: ANN401 - as above
    return lambda _session, person: [model.certificate_id.in_(person.certificates), *more]


def _found(model: Any, find: Callable[[Session, Person], list[int]]) -> Where:  # noqa: ANN401 - as above
    return lambda session, person: [model.id.in_(find(session, person))]


def _deliveries(_session: Session, person: Person) -> list[ColumnElement[bool]]:
    """Theirs, and those that nobody could read and that name them all the same."""
    row = CallbackInbox
    texts = [quoted(column, text) for column in (row.header, row.body) for text in person.exact]
    unread = (row.username == "") & or_(*texts) if texts else ~true()
    return [or_(row.certificate_id.in_(person.certificates), row.username == person.username, unread)]


def _waiting(_session: Session, person: Person) -> list[ColumnElement[bool]]:
    """All that is kept of what was to leave about their certificates, and what would judge them, or be mailed to them."""
    judged = (Outbox.channel == Channel.GENERATION.value) & (
        Outbox.payload["learner_id"].as_integer() == person.learner_id
    )
    mailed = (Outbox.channel == Channel.MAIL.value) & Outbox.payload["account_id"].as_integer().in_(person.account_ids)
    waits = _UNSENT[0] & _UNSENT[1]
    return [or_(Outbox.certificate_id.in_(person.certificates), waits & judged, waits & mailed)]


def _closed(now: datetime) -> Mapping[str, Any]:
    emptied: dict[str, Any] = {"key": None, "value": None, "told": None, "headers": [], "reason": "", "waits_for": None}
    return {**emptied, "closed_at": now, "closed_by": "Certdesk", "closing": Closing.DISCARDED}


PARTS: tuple[Part, ...] = (
    Part("name_words", phrase("Words by which the name is found"), LearnerNameWord, _of_learner(LearnerNameWord), shown=False),
    Part("enrollments", phrase("Enrolments"), Enrollment, _of_learner(Enrollment)),
    Part("grades", phrase("Grades"), CourseGrade, _of_learner(CourseGrade)),
    Part("course_roles", phrase("Parts played in course runs"), CourseRole, _of_learner(CourseRole)),
    Part("id_verifications", phrase("ID verifications"), IdVerification, _of_learner(IdVerification)),
    Part("id_attempts", phrase("Attempts to verify the identity"), IdAttempt, _of_learner(IdAttempt)),
    Part("held_back", phrase("Places in the list of those held back"), HeldBack, _of_learner(HeldBack)),
    Part("notes", phrase("Notes of staff"), LearnerNote, _of_learner(LearnerNote)),
    Part("allowlist_entries", phrase("Allowlist entries"), AllowlistEntry, _of_learner(AllowlistEntry)),
    Part("invalidation_notes", phrase("Notes on invalidations"), Invalidation,
         _of_certificate(Invalidation, Invalidation.notes != ""), lambda _now: {"notes": ""}),
    Part("date_reasons", phrase("Reasons of other dates"), DateOverride,
         _of_certificate(DateOverride, DateOverride.reason != ""), lambda _now: {"reason": ""}),
    Part("move_reasons", phrase("Reasons of moves"), CertificateTransition,
         _of_certificate(CertificateTransition, CertificateTransition.reason != ""), lambda _now: {"reason": ""}),
    Part("move_actors", phrase("Moves that they made themselves"), CertificateTransition,
         lambda _session, person: [
             CertificateTransition.certificate_id.in_(person.certificates),
             CertificateTransition.actor_name.in_([person.username, *(name for _, name in person.accounts)]),
         ],
         lambda _now: {"actor_name": ERASED_NAME}),
    Part("badges", phrase("Badges"), BadgeAward, _of_learner(BadgeAward),
         lambda _now: {"identity": "", "server_reply": None, "problem": ""}),
    Part("badges_on_their_way", phrase("Badges on their way to the badge server"), BadgeAward,
         lambda _session, person: [BadgeAward.learner_id == person.learner_id, BadgeAward.state == BadgeState.SENDING],
         lambda _now: {"state": BadgeState.FAILED}),
    Part("deliveries", phrase("Answers of XQueue"), CallbackInbox, _deliveries, lambda _now: EMPTY_DELIVERY),
    Part("messages_out", phrase("Messages that left, or wait to leave"), Outbox, _waiting),
    Part("letters", phrase("Events among the dead letters"), DeadLetter,
         _found(DeadLetter, elsewhere.open_letters), _closed),
    Part("letter_notes", phrase("Notes on discarded events"), DeadLetter,
         _found(DeadLetter, elsewhere.noted_letters), lambda _now: {"note": "", "reason": ""}),
    Part("saved_views", phrase("Saved views that filter by the name"), SavedView,
         _found(SavedView, elsewhere.saved_views)),
    Part("run_choices", phrase("Runs chosen by the name"), GenerationRun,
         _found(GenerationRun, elsewhere.runs_by_name), lambda _now: {"chosen": ""}),
    Part("kept_answers", phrase("Answers kept for programs"), IdempotencyKey,
         _found(IdempotencyKey, elsewhere.kept_answers), lambda _now: {"body": b"", "headers": {}}),
    Part("identities", phrase("Links to a sign-on"), Identity, _of_account(Identity)),
    Part("sessions", phrase("Sessions"), AccountSession, _of_account(AccountSession)),
    Part("second_factors", phrase("Second factors"), SecondFactor, _of_account(SecondFactor)),
    Part("recovery_codes", phrase("Recovery codes"), RecoveryCode, _of_account(RecoveryCode)),
    Part("tokens", phrase("API tokens"), ApiToken, _of_account(ApiToken)),
    Part("own_views", phrase("Saved views of their own"), SavedView, _of_account(SavedView)),
    Part("notices", phrase("Notices"), Notice, _of_account(Notice)),
    Part("mentions", phrase("Mentions in notes"), Mention, _of_account(Mention)),
    Part("own_answers", phrase("Answers kept for their programs"), IdempotencyKey, _of_account(IdempotencyKey)),
)  # fmt: skip
"""In the order in which they are locked everywhere: badges before what is to leave of them."""


def count_all(session: Session, person: Person) -> dict[str, int]:
    """Say how many rows of each part there are."""
    return {part.name: part.count(session, person) for part in PARTS}


def erase_all(session: Session, person: Person, now: datetime) -> dict[str, int]:
    """Erase each part, and say how many rows of it that were."""
    return {part.name: part.erase(session, person, now) for part in PARTS}


def certificates_of(person: Person) -> ColumnElement[bool]:
    """Give the condition of what the learner holds."""
    return GeneratedCertificate.learner_id == person.learner_id
