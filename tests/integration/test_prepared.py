"""Does what a statement says each time stand in its text, so that a plan made once can be served by a partial index?"""

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from webapp.models.certificates import GeneratedCertificate
from webapp.models.prepared import Prepared

OF_PUBLIC_ID = Prepared(
    select(GeneratedCertificate.id)
    .where(GeneratedCertificate.verify_uuid == bindparam("verify_uuid"), GeneratedCertificate.verify_uuid != "")
    .limit(1)
)


@pytest.fixture
def planned_once(session: Session) -> str:
    """How the database goes about the statement before it knows any value."""
    form = OF_PUBLIC_ID.form(session.get_bind().dialect)
    if session.get_bind().dialect.name == "sqlite":
        cursor = session.connection().connection.driver_connection
        assert cursor is not None
        return str(cursor.execute(f"EXPLAIN QUERY PLAN {form.sql}", [None]).fetchall())
    for setting in ("plan_cache_mode = force_generic_plan", "enable_seqscan = off"):
        session.execute(text(f"SET LOCAL {setting}"))
    session.execute(text(f"PREPARE planned_once AS {form.sql}"))
    plan = str(session.execute(text("EXPLAIN EXECUTE planned_once ('')")).all())
    session.execute(text("DEALLOCATE planned_once"))
    return plan


class TestGivenAConstantBesideAValue:
    def test_the_value_alone_is_asked_for(self, session: Session) -> None:
        form = OF_PUBLIC_ID.form(session.get_bind().dialect)
        assert form.bound({"verify_uuid": "an id"}) == ["an id"]

    def test_the_partial_index_serves_a_plan_that_knows_no_value(self, planned_once: str) -> None:
        assert "uq_generated_certificate_verify_uuid" in planned_once
