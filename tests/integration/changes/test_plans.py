"""Is what people see of changes found by index, however many were decided long ago?"""

import re

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.accounts import PASSWORD
from tests.factories.governance import make_staff
from tests.factories.proposals import make_many
from tests.integration.lists.statements import full_scans, plan_of, rows_passed_over, statements_of
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.models.base import db
from webapp.services import audit
from webapp.services.audit import Act

MOST_PASSED_OVER = 500
REVIEW = "the first of the list"
PATHS = (
    "/",
    REVIEW,
    "/changes",
    *(f"/changes?{flag}=1" for flag in ("waiting", "mine", "stale", "owed")),
    *(f"/changes?state={state}" for state in ("any", "pending", "applied", "rejected", "expired")),
    "/changes?kind=access",
    "/changes?kind=course&state=any",
    "/changes?state=any&mine=1",
    "/changes?state=any&by=eva",
    "/changes?state=any&by=nobody",
    *(f"/changes?{words}&state=any" for words in ("q=3000", "q=-", "q=nobody", "q=course-v1:Crowd%2BC12%2B1")),
    "/changes?state=any&order=oldest&columns=number,approvals",
    "/changes?state=any&proposed_to=2026-11-20",
    "/changes?state=any&proposed_from=2026-11-22",
    *(f"/changes?proposed_from=2026-11-01&{words}" for words in ("", "state=pending", "owed=1")),
)


@pytest.fixture(scope="class")
def crowded(shared_app: Flask, database: Database) -> dict[str, Visitor]:
    """An editor and an approver before many changes and events, made once for the class."""
    database.empty(shared_app)
    with shared_app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        staff = make_staff(session)
        make_many(session, staff.editor)
        acts = [Act("learner.seen", "learner", str(number)) for number in range(3_000)]
        audit.append_all(session, Actor("sam"), acts, now=staff.editor.created_at)
        session.commit()
        session.execute(text("ANALYZE"))
        session.commit()
    visitors = {}
    for name in ("eva", "amir"):
        visitors[name] = Visitor(shared_app)
        visitors[name].sign_in(name, PASSWORD)
    return visitors


class TestGivenSixThousandChanges:
    @pytest.mark.parametrize("who", ["eva", "amir"])
    @pytest.mark.parametrize("path", PATHS)
    def test_no_page_reads_them_all(self, crowded: dict[str, Visitor], shared_app: Flask, path: str, who: str) -> None:
        if path == REVIEW:
            path = re.findall(r'href="(/changes/\d+)"', crowded[who].get("/changes"))[0]
        with statements_of(shared_app) as statements:
            crowded[who].get(path)

        asked = [one for one in statements if "change_request" in one[0] or "audit_event" in one[0]]
        plans = {statement: plan_of(shared_app, statement, values) for statement, values in asked}
        scanned = [full_scans(plan, table) for plan in plans.values() for table in ("change_request", "audit_event")]
        passed_over = [rows_passed_over(shared_app, *one) for one in asked]
        assert [lines for lines in scanned if lines] == []
        assert max(passed_over) < MOST_PASSED_OVER, plans
