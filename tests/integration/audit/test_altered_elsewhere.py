"""Do pages that show events of the audit stand though somebody altered one by hand, past its guards?"""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import Database, SqliteDatabase
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.audits import tamper
from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.governance import Staff, make_change, make_staff, terms_of
from tests.factories.orders import an_order
from tests.integration.changes.pages import press
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.actors import Actor
from webapp.domain.roles import Role
from webapp.models.certificates import GeneratedCertificate
from webapp.services import audit
from webapp.services.generation import acts, allowlist
from webapp.services.governance import decisions, standing

REPLACED = ["body = '{}'", "body = 'no JSON'", "reason = 'another'"]
OF_SQLITE = [
    "at = 'never'",
    "body = CAST(x'7bff7d' AS TEXT), at = x'ff', reason = x'ff', actor_name = CAST(x'ff62' AS TEXT)",
    "body = x'ff', revision = 'two'",
]
WHY = "Exams are on until Friday."


def alter(session: Session, database: Database, change: str, where: str) -> None:
    if change in OF_SQLITE and not isinstance(database, SqliteDatabase):
        pytest.skip("PostgreSQL keeps no such values")
    tamper(session, database, f"UPDATE audit_event SET {change} WHERE {where}")  # noqa: S608 - texts of ours


def visitor_of(app: Flask, name: str) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in(name, PASSWORD)
    return visitor


@pytest.mark.parametrize("change", [*REPLACED, *OF_SQLITE])
class TestGivenAnEventOfACertificate:
    def test_the_timeline_shows_it_and_says_that_it_was_altered(
        self, app: Flask, session: Session, database: Database, change: str
    ) -> None:
        make_account(session, "sam", Role.SUPPORT)
        make_run(session, HTML)
        learner = make_candidate(session, "ada", course_id=HTML)
        allowlist.allow(session, an_order(now=clock.now(), note="Ill on the day."), "ada", HTML)
        acts.generate(session, an_order(now=clock.now()), "ada", HTML)
        number = session.query(GeneratedCertificate.id).scalar()
        session.commit()
        alter(session, database, change, "kind IN ('certificate', 'allowlist')")
        sam = visitor_of(app, "sam")

        pages = [sam.get(path) for path in (f"/admin/certificates/details/?id={number}", f"/learners/ada/{HTML}")]

        assert ["was altered" in page for page in pages] == [True, True]
        assert [page for page in pages if "1970" in page] == []
        for path in (f"certificates/{number}/timeline", f"learners/ada/courses/{HTML}/explanation"):
            assert sam.client.get(f"/api/v1/{path}").status_code == 200
        asked = {"learner": str(learner.id), "course_id": HTML, "form": "markdown"}
        assert sam.post("/case-files", asked, of="/").status_code == 200


class TestGivenAnEventThatAPageOfItsOwnTells:
    def test_it_is_told_as_far_as_it_can_be_read(self, app: Flask, session: Session, database: Database) -> None:
        make_account(session, "adam", Role.ADMIN)
        make_run(session, HTML)
        make_candidate(session, "ada", course_id=HTML)
        for action, kind in (("records.imported", "records"), ("cache.emptied", "cache")):
            audit.append(session, Actor("eve"), action, kind, "-", now=clock.now())
        session.commit()
        alter(session, database, OF_SQLITE[1], "actor_name = 'eve'")
        adam = visitor_of(app, "adam")

        pages = [adam.get(path) for path in ("/", "/admin/cache/")]

        assert ["1970" in page for page in pages] == [False] * 2


@pytest.fixture
def staff(session: Session) -> Staff:
    """An editor, two approvers, an admin and a viewer."""
    return make_staff(session)


@pytest.mark.parametrize("altered", [*REPLACED, *OF_SQLITE])
class TestGivenAnEventOfAChange:
    def test_its_page_shows_it_and_it_can_be_decided(
        self, app: Flask, session: Session, database: Database, staff: Staff, altered: str
    ) -> None:
        change = make_change(session, staff.editor, now=clock.now() - timedelta(minutes=1))
        session.commit()
        alter(session, database, altered, "action = 'change.proposed'")
        amir = visitor_of(app, "amir")

        page = amir.get(f"/changes/{change.id}")
        told = [amir.client.get(f"/api/v1/changes{one}").status_code for one in ("", f"/{change.id}")]
        answer = press(amir, change, "hold", note="Not while exams are on.")

        assert "was altered" in page
        assert "1970" not in page
        assert told == [200, 200]
        assert answer.status_code == 303


class TestGivenTheEventOfAFreeze:
    @pytest.mark.parametrize(
        "altered",
        [
            *REPLACED,
            *OF_SQLITE,
            'body = replace(body, \'"until":"2\', \'"until":"1\')',
            "body = replace(body, 'until', 'end')",
        ],
    )
    def test_nobody_ends_it_by_altering_that_but_an_admin_by_hand(
        self, app: Flask, session: Session, database: Database, staff: Staff, altered: str
    ) -> None:
        now = clock.now()
        decisions.freeze(session, terms_of(staff.admin, now=now), until=now + timedelta(hours=2), reason=WHY)
        session.commit()
        alter(session, database, altered, "action = 'changes.frozen'")
        adam = visitor_of(app, "adam")

        page = adam.get("/changes")
        told = adam.client.get("/api/v1/freeze").get_json()
        adam.post("/changes/thaw", of="/changes")

        assert "Changes are frozen until" in page
        assert told["frozen"] is True
        session.rollback()
        assert standing.find_freeze(session, now=clock.now()) is None

    def test_it_ends_by_itself_when_the_longest_would(self, session: Session, database: Database, staff: Staff) -> None:
        now = clock.now()
        decisions.freeze(session, terms_of(staff.admin, now=now), until=now + timedelta(hours=2), reason=WHY)
        session.commit()
        alter(session, database, "body = '{}'", "action = 'changes.frozen'")

        assert standing.find_freeze(session, now=now + timedelta(days=30)) is not None
        assert standing.find_freeze(session, now=now + timedelta(days=31)) is None
