"""A learner who is named wherever somebody can be named, and others beside her who are not her."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, Enum, LargeBinary, String, select, update
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.certificates import make_certificate, make_milestone, make_noise
from tests.factories.events import enrollment
from tests.factories.exceptions import make_allowlist_entry, make_invalidation
from tests.factories.letters import make_letter
from tests.factories.messages import make_delivery, make_entry
from tests.fakes import NOON
from webapp.domain.badges.states import BadgeState
from webapp.domain.bus.letters import Closing
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import folded
from webapp.domain.learners.name_words import words_of
from webapp.domain.roles import Role
from webapp.models.accounts import (
    Account,
    AccountSession,
    ApiToken,
    Identity,
    RecoveryCode,
    SecondFactor,
)
from webapp.models.badges import BadgeAward
from webapp.models.base import db
from webapp.models.bus.held_back import HeldBack
from webapp.models.certificates import (
    CertificateTransition,
    DateOverride,
    FormerPublicId,
    GeneratedCertificate,
    GenerationRun,
)
from webapp.models.desk.saved_views import SavedView
from webapp.models.learners import CourseGrade, CourseRole, IdAttempt, Learner, LearnerNameWord
from webapp.models.messages import IdempotencyKey
from webapp.models.support import LearnerNote, Mention
from webapp.services.messages.outbox import Channel

USERNAME, EMAIL, NAME = "adalove", "adalove@mail.test", "Ada Needle"
NUMBER = 7001
NEEDLES = ("adalove", "needle")
UUID, FORMER = "5" * 32, "6" * 32
ASSERTION = "a" * 32


def make_everything(session: Session) -> Learner:
    """Make her, with a row in each table that can have one of hers."""
    make_noise(session)
    make_run(session, HTML)
    learner = make_candidate(session, USERNAME, name=NAME, email=EMAIL, external_id=NUMBER)
    session.add_all(
        LearnerNameWord(learner_id=learner.id, word=word) for word in words_of(NAME) if not _has(session, learner, word)
    )
    held = make_certificate(
        session,
        USERNAME,
        HTML,
        status=Status.DOWNLOADABLE,
        key="needle",
        verify_uuid=UUID,
        download_url="https://certs.example.org/one.pdf",
        error_reason="needle could not",
        issued_at=NOON,
    )
    _facts(session, learner)
    _around(session, learner, held)
    _messages(session, held)
    _account(session, learner)
    _of_others(session)
    session.commit()
    return learner


def _has(session: Session, learner: Learner, word: str) -> bool:
    return session.get(LearnerNameWord, (learner.id, word)) is not None


def _facts(session: Session, learner: Learner) -> None:
    here = {"learner_id": learner.id, "course_id": HTML}
    session.execute(update(CourseGrade).where(CourseGrade.learner_id == learner.id).values(letter="needle"))
    session.add_all(
        [
            CourseRole(**here, role="needle"),
            IdAttempt(learner_id=learner.id, attempt_id="needle", status="needle", event_at=NOON),
            HeldBack(**here, at=NOON),
        ]
    )
    make_allowlist_entry(session, learner, course_id=HTML, notes=f"{NAME} was ill")


def _around(session: Session, learner: Learner, held: GeneratedCertificate) -> None:
    of_it: dict[str, Any] = {"certificate_id": held.id}
    make_invalidation(session, held, active=False, notes=f"{NAME} copied")
    make_milestone(session, held)
    session.add_all(
        [
            DateOverride(
                **of_it, date=NOON, reason=f"asked by {NAME}", overridden_by="sam", created_at=NOON, modified_at=NOON
            ),
            CertificateTransition(
                **of_it,
                at=NOON,
                to_status=Status.DOWNLOADABLE,
                cause="requested",
                actor_name=USERNAME,
                reason=f"{NAME} asked",
            ),
            FormerPublicId(**of_it, verify_uuid=FORMER, retired_at=NOON),
            BadgeAward(
                learner_id=learner.id,
                course_id=HTML,
                **of_it,
                mode="verified",
                class_slug="web",
                state=BadgeState.AWARDED,
                assertion_id=ASSERTION,
                salt="salt",
                identity="sha256$needle",
                status_number=7,
                problem=f"{EMAIL} bounced",
                server_reply={"recipient": EMAIL},
                created_at=NOON,
                awarded_at=NOON,
            ),
            GenerationRun(
                course_id="",
                chosen=f"User name: {USERNAME}",
                purpose=Purpose.REGENERATE,
                statuses=[],
                dry_run=True,
                asked_by="sam",
                created_at=NOON,
                modified_at=NOON,
                total=1,
            ),
        ]
    )
    sam = make_account(session, "sam", Role.SUPPORT)
    note = LearnerNote(
        learner_id=learner.id,
        course_id=HTML,
        author_id=sam.id,
        author_name="sam",
        text=f"{NAME} called",
        at=NOON,
        struck_at=NOON,
        struck_by="sam",
        struck_why=f"not {NAME}",
    )
    session.add(note)
    session.flush()
    session.add(Mention(note_id=note.id, account_id=sam.id, at=NOON))
    session.add(
        SavedView(
            account_id=sam.id,
            made_by="sam",
            list_name="certificates",
            name="One person",
            query=f"username={USERNAME}",
            shared=True,
            created_at=NOON,
            modified_at=NOON,
        )
    )
    session.add(
        IdempotencyKey(
            account_id=sam.id,
            key="k-1",
            digest="d",
            holder="h",
            until=NOON,
            created_at=NOON,
            status=200,
            headers={"Location": f"/learners/{USERNAME}"},
            body=json.dumps({"username": USERNAME}).encode(),
        )
    )


def _messages(session: Session, held: GeneratedCertificate) -> None:
    answer = json.dumps({"username": USERNAME, "course_id": HTML})
    make_delivery(session, matched=True, certificate_id=held.id, username=USERNAME, course_id=HTML, body=answer)
    make_delivery(session, username=USERNAME, body=answer, header=f'{{"lms_key": "needle", "who": "{USERNAME}"}}')
    make_delivery(session, body=f"[{answer}]", note=f"{NAME} again", username=USERNAME)
    make_delivery(session, body=f"[{answer}]")  # unreadable: whose it is was never told
    make_entry(session, certificate_id=held.id, recipient=USERNAME, payload={"body": NAME}, last_problem="needle")
    make_entry(session, certificate_id=held.id, channel=Channel.BUS.value, payload={}, sent_at=NOON)
    make_entry(session, channel=Channel.GENERATION.value, payload={"learner_id": held.learner_id, "course_id": HTML})
    make_letter(
        session,
        told=enrollment(username=USERNAME, number=NUMBER, name=NAME),
        key=b"needle",
        headers=[("who", "needle")],
        reason="needle",
    )
    make_letter(session, told=None, value=b'{"username": "' + USERNAME.encode() + b'"}')
    make_letter(session, told={"grade": {"user_id": NUMBER, "name": NAME}}, waits_for=NUMBER)
    make_letter(
        session,
        told=None,
        closed_at=NOON,
        closed_by="sam",
        closing=Closing.DISCARDED,
        note=f"{NAME} is known",
        reason="",
    )


def _account(session: Session, learner: Learner) -> None:
    account = make_account(session, USERNAME, learner_id=learner.id)
    account.email = EMAIL
    of_it: dict[str, Any] = {"account_id": account.id}
    session.add_all(
        [
            Identity(**of_it, issuer="https://id.example.org", subject=USERNAME, created_at=NOON),
            AccountSession(**of_it, token_digest="needle", created_at=NOON, seen_at=NOON, id_token=f"{EMAIL}"),
            SecondFactor(**of_it, sealed_secret="needle", created_at=NOON),
            RecoveryCode(**of_it, code_digest="needle"),
            ApiToken(**of_it, name=f"{NAME}'s", token_digest="needle", scopes=[], created_at=NOON),
        ]
    )


def _of_others(session: Session) -> None:
    """Bob, who has her name, and what is told of him."""
    bob = make_candidate(session, "bob", email="bob@mail.test", name="Bob", external_id=8)
    make_certificate(
        session, "bob", HTML, status=Status.DOWNLOADABLE, key="b" * 32, verify_uuid="7" * 32, issued_at=NOON
    )
    make_delivery(session, username="bob", body='{"username": "bob"}')
    make_letter(session, told=enrollment(username="bob", number=8, name="Bob"))
    make_letter(session, told=None, value=b"\x08bob?", sent_at=NOON + timedelta(hours=1))
    make_entry(session, channel=Channel.GENERATION.value, payload={"learner_id": bob.id, "course_id": HTML})


def columns_naming(session: Session, needles: tuple[str, ...] = NEEDLES) -> set[str]:
    """Give the columns, of all tables, in which one of the needles stands somewhere."""
    found = set()
    for table in db.metadata.tables.values():
        columns = [one for one in table.columns if _holds_text(one.type)]
        for row in session.execute(select(*columns)) if columns else ():
            found |= {
                f"{table.name}.{column.name}"
                for column, value in zip(columns, row, strict=True)
                if any(needle in folded(_text(value)) for needle in needles)
            }
    return found


def numbers_naming(session: Session) -> Iterator[str]:
    """Give where the platform's number of hers stands."""
    if session.scalar(select(Learner.id).where(Learner.external_id == NUMBER)):
        yield "learner.external_id"


def accounts_of(session: Session) -> list[Account]:
    """Give all accounts that are nobody's at the desk."""
    return [one for one in session.scalars(select(Account).order_by(Account.id)) if not one.roles]


def _holds_text(kind: object) -> bool:
    return isinstance(kind, String | JSON | LargeBinary) and not isinstance(kind, Enum)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else json.dumps(value, default=str)
