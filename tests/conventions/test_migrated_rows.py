"""What becomes of rows, and of what the database itself does with them, when the schema is migrated under them?"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from tests.databases import Database, PostgresqlDatabase
from tests.factories.certificates import make_certificate, make_example, make_milestone, make_moves
from tests.factories.messages import make_delivery
from tests.fakes import NOON
from webapp.domain.badges.states import BadgeState
from webapp.domain.badges.status_lists import AWARDS_A_LIST, list_of
from webapp.domain.certificates.pdf_templates import TEMPLATE_LENGTH
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import folded
from webapp.domain.learners.name_words import words_of
from webapp.models.badges import BadgeAward
from webapp.models.base import db
from webapp.models.certificates import CertificateTransition, CourseMilestone, GeneratedCertificate
from webapp.models.examples import ExampleCertificate
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox

APPEND = """
    INSERT INTO audit_event (seq, at, actor_name, action, kind, key, reason, request_id, ip, body, prev, hash)
    SELECT seq, now(), '', '', '', '', '', '', '', '{}', lpad((seq - 1)::text, 64, '0'), lpad(seq::text, 64, '0')
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS seq"""


@dataclass(frozen=True)
class Kept:
    """An example and the delivery that was about it."""

    template: str
    delivery_is_of: int | None


def migrate_to(revision: str) -> None:
    if revision == "head":
        flask_migrate.upgrade()
    else:
        flask_migrate.downgrade(revision=revision)
    db.session.remove()


def keep_example(template: str) -> int:
    with Session(db.engine) as session:
        example = make_example(session, template=template)
        session.flush()
        make_delivery(session, example_id=example.id)
        session.commit()
        return example.id


def what_is_kept(example_id: int) -> Kept:
    with Session(db.engine) as session:
        example = session.get_one(ExampleCertificate, example_id)
        return Kept(example.template, session.query(CallbackInbox).one().example_id)


def an_award(number: int, certificate: GeneratedCertificate, **facts: object) -> BadgeAward:
    """A badge of the number, as if each were of another course run."""
    usual = {
        "id": number,
        "learner_id": certificate.learner_id,
        "course_id": f"course-v1:Many+{number}+2026",
        "certificate_id": certificate.id,
        "mode": "honor",
        "class_slug": "slug",
        "state": BadgeState.AWARDED,
        "assertion_id": f"{number:032x}",
        "salt": "5" * 32,
        "status_number": number,
        "created_at": NOON,
        "awarded_at": NOON,
    }
    return BadgeAward(**{**usual, **facts})


def scans_of_audit(session: Session) -> int:
    query = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'audit_event' AND schemaname = 'public'"
    scans: int = session.execute(text(query)).scalar_one()
    return scans


class TestGivenAnExampleOfTheLongestCourseKey:
    def test_it_is_kept_whole_with_its_delivery(self, fresh_app: Flask) -> None:
        migrate_to("head")
        example_id = keep_example("t" * TEMPLATE_LENGTH)

        migrate_to("head")

        assert what_is_kept(example_id) == Kept("t" * TEMPLATE_LENGTH, example_id)

    def test_going_back_cuts_its_template_and_forward_again_loses_nothing_more(self, fresh_app: Flask) -> None:
        migrate_to("head")
        example_id = keep_example("t" * TEMPLATE_LENGTH)

        migrate_to("0003")
        migrate_to("head")

        assert what_is_kept(example_id) == Kept("t" * 255, example_id)


def names_kept(revision: str) -> list[tuple[int, str]]:
    """Give each learner's number with what their name is found by, as the revision has it."""
    migrate_to(revision)
    kept = "learner_id, word FROM learner_name_word" if revision == "head" else "id, name_folded FROM learner"
    with Session(db.engine) as session:
        return sorted((number, found) for number, found in session.execute(text(f"SELECT {kept}")))


class TestGivenLearnersWithNames:
    def test_going_back_folds_them_and_forward_again_finds_their_words(self, fresh_app: Flask) -> None:
        migrate_to("head")
        names = {1: "Ada O'Neill", 2: "", 3: "李 明", **{n: f"ÉMILIE {n}" for n in range(4, 5_102)}}
        with Session(db.engine) as session:
            rows = [{"id": n, "username": f"l{n}", "username_folded": f"l{n}", "name": names[n]} for n in names]
            session.execute(insert(Learner), rows)
            session.commit()

        back, forward = names_kept("0007"), names_kept("head")

        assert back == [(number, folded(name)) for number, name in names.items()]
        assert forward == [(number, word) for number, name in names.items() for word in words_of(name)]


class TestGivenNamesWithMarksFromBeforePlainLettersFoundThem:
    def test_both_find_them_afterwards(self, fresh_app: Flask) -> None:
        migrate_to("head")
        with Session(db.engine) as session:
            names = {1: "Bjørn Ødegård", 2: "Ada", **dict.fromkeys(range(3, 5_102), "Zoë")}
            rows = [{"id": n, "username": f"l{n}", "username_folded": f"l{n}", "name": names[n]} for n in names]
            session.execute(insert(Learner), rows)
            session.execute(text("INSERT INTO learner_name_word SELECT 1, 'ødegård' UNION ALL SELECT 2, 'ada'"))
            session.commit()
        migrate_to("0034")

        found = [one for one in names_kept("head") if one[0] in (1, 2, 5_101)]

        assert found == [
            (1, "bjorn"), (1, "bjørn"), (1, "odegard"), (1, "ødegård"), (2, "ada"), (5_101, "zoe"), (5_101, "zoë"),
        ]  # fmt: skip


def awards_kept() -> dict[int, int]:
    """The number of each award's status."""
    with Session(db.engine) as session:
        found = session.execute(text("SELECT id, status_number FROM badge_award ORDER BY id"))
        return {int(number): int(status) for number, status in found}


class TestGivenBadgesThatWereAwardedBefore:
    def test_each_has_a_place_of_its_own_in_the_list_of_its_stretch(self, fresh_app: Flask) -> None:
        migrate_to("head")
        with Session(db.engine) as session:
            certificate = make_certificate(session)
            session.flush()
            for number in (1, 2, 3, AWARDS_A_LIST, AWARDS_A_LIST * 2 + 1):
                session.add(an_award(number, certificate))
            session.commit()
        migrate_to("0013")

        migrate_to("head")

        kept = awards_kept()
        assert {number: list_of(status) for number, status in kept.items()} == {
            1: 1, 2: 1, 3: 1, AWARDS_A_LIST: 2, AWARDS_A_LIST * 2 + 1: 3,
        }  # fmt: skip
        assert len(set(kept.values())) == len(kept)

    def test_those_that_we_have_issued_say_whose_they_are_by_the_present_address(self, fresh_app: Flask) -> None:
        migrate_to("head")
        with Session(db.engine) as session:
            certificate = make_certificate(session)  # ada@example.org's
            session.add(an_award(1, certificate, salt="a" * 32))
            session.add(an_award(2, certificate, state=BadgeState.WAITING))
            session.add(an_award(3, certificate, server_url="https://badges.test/assertions/3"))
            session.add(an_award(9_000, certificate, salt="b" * 32))
            session.commit()
        migrate_to("0033")

        migrate_to("head")

        with Session(db.engine) as session:
            kept = {award.id: award.identity for award in session.scalars(select(BadgeAward))}
        digests = {
            n: sha256(f"ada@example.org{salt * 32}".encode()).hexdigest() for n, salt in ((1, "a"), (9_000, "b"))
        }
        assert kept == {1: f"sha256${digests[1]}", 2: "", 3: "", 9_000: f"sha256${digests[9_000]}"}


class TestGivenAnAuditThatWasShortWhenLastLookedAt:
    def test_the_guard_of_its_order_never_reads_all_of_it(self, session: Session, database: Database) -> None:
        if not isinstance(database, PostgresqlDatabase):
            pytest.skip("SQLite plans by the index alone")
        session.execute(text(APPEND), {"first": 1, "last": 3})
        session.execute(text("ANALYZE audit_event"))
        before = scans_of_audit(session)

        session.execute(text(APPEND), {"first": 4, "last": 23})

        assert scans_of_audit(session) == before
        assert session.scalar(text("SELECT max(seq) FROM audit_event")) == 23


class TestGivenCertificatesFromBeforeMilestones:
    def test_those_that_ever_passed_have_one_since_they_first_did(self, fresh_app: Flask) -> None:
        migrate_to("head")
        day = timedelta(days=1)
        with Session(db.engine) as session:
            held = {
                "issued": make_certificate(session, "a", status=Status.DOWNLOADABLE, issued_at=NOON - 9 * day, key=""),
                "on its way": make_certificate(session, "b", status=Status.GENERATING),
                "taken away": make_certificate(session, "c", status=Status.UNAVAILABLE, key=""),
                "imported": make_certificate(
                    session, "d", status=Status.DOWNLOADABLE, issued_at=NOON - 9 * day, key=""
                ),
                "taken away, and imported": make_certificate(
                    session, "e", status=Status.UNAVAILABLE, issued_at=NOON - 8 * day, key=""
                ),
                "never": make_certificate(session, "f", status=Status.NOT_PASSING, key=""),
            }
            moves = {
                "issued": [Status.NOT_PASSING, Status.GENERATING, Status.DOWNLOADABLE],
                "on its way": [Status.GENERATING],
                "taken away": [Status.DOWNLOADABLE, Status.UNAVAILABLE],
                "never": [Status.NOT_PASSING],
            }
            for name, ways in moves.items():
                make_moves(session, held[name], *ways)
            make_milestone(session, held["never"])  # to be forgotten
            session.query(CertificateTransition).filter_by(certificate_id=held["issued"].id).update(
                {"at": NOON - 10 * day}
            )
            numbers = {certificate.learner_id: name for name, certificate in held.items()}
            session.commit()

        migrate_to("0013")
        migrate_to("head")

        with Session(db.engine) as session:
            found = {
                numbers[row.learner_id]: (row.fulfilled_at, row.reason) for row in session.query(CourseMilestone).all()
            }
        assert found == {
            "issued": (NOON - 10 * day, "judged"),
            "on its way": (NOON, "judged"),
            "taken away": (NOON, "judged"),
            "imported": (NOON - 9 * day, "import"),
            "taken away, and imported": (NOON - 8 * day, "import"),
        }
