"""Is an event found by a word without looking at all of them?"""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.fakes import NOON
from tests.integration.lists.statements import full_scans, plan_of, statements_of
from webapp.domain.actors import Actor
from webapp.models.base import db
from webapp.services import audit, audit_reading
from webapp.services.audit import Act

EVENTS = 4_000
KINDS = ("account", "certificate", "course", "delivery")


class TestGivenThousandsOfEvents:
    @pytest.mark.parametrize("word", ["sam", "17", "nobody", "r-1"])
    def test_no_word_reads_them_all(self, app: Flask, session: Session, word: str) -> None:
        acts = [Act("account.enabled", KINDS[n % len(KINDS)], str(n)) for n in range(EVENTS)]
        audit.append_all(session, Actor("sam", request_id="r-1"), acts, now=NOON)
        session.execute(text("ANALYZE"))
        session.commit()

        with app.app_context(), statements_of(app) as statements:
            found = audit_reading.find_by_word(db.session(), word)

        assert len(found) <= audit_reading.MOST_FOUND + 1
        assert [
            scan
            for statement, values in statements
            for scan in full_scans(plan_of(app, statement, values), "audit_event")
        ] == []
