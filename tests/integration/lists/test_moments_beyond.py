"""Does a row whose moment Python does not know hide others? PostgreSQL keeps infinity, and years of five digits."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import ColumnElement, literal_column, select, update
from sqlalchemy.orm import Session

from tests.databases import Database, PostgresqlDatabase
from tests.factories.certificates import DEMO_COURSE, make_certificate
from tests.factories.lists import seed_lists
from tests.factories.programs import Program, program_of
from tests.integration.lists.pages import LISTS, neighbour, numbers_in
from tests.visitors import Visitor
from webapp.domain.roles import Scope
from webapp.models.accounts import Account
from webapp.models.base import AFTER_ALL, BEFORE_ALL, UtcDateTime, db
from webapp.models.certificates import GeneratedCertificate
from webapp.web.paging import PAGE

ODD = {"infinity": AFTER_ALL, "-infinity": BEFORE_ALL, "12026-01-01 00:00+00": AFTER_ALL, "0044-03-15 BC": BEFORE_ALL}
FACTS = ("certificate_transition", "course_grade", "course_milestone", "course_run", "enrollment", "example_certificate",
         "example_certificate_set", "former_public_id", "generated_certificate", "invalidation", "learner",
         "allowlist_entry", "callback_inbox")  # fmt: skip


@pytest.fixture(autouse=True)
def _on_postgresql(database: Database) -> None:
    if not isinstance(database, PostgresqlDatabase):
        pytest.skip("SQLite has texts for moments")


def have_odd_moments(session: Session, moment: str) -> None:
    """Let every moment of the facts be this one, as by SQL."""
    odd: ColumnElement[datetime] = literal_column(f"'{moment}'::timestamptz")
    for table in map(db.metadata.tables.__getitem__, FACTS):
        moments = [column for column in table.columns if isinstance(column.type, UtcDateTime)]
        session.execute(update(table).values(dict.fromkeys(moments, odd)))
    session.commit()


def reader(staff: Visitor, session: Session) -> Program:
    """A program that reads certificates."""
    sam = session.scalars(select(Account)).one()
    return program_of(staff.client.application, session, sam, [Scope.CERTIFICATES_READ])


def pages_of(program: Program, narrowed: str = "") -> list[int]:
    """Give the numbers of all certificates in the order of the list, one a page; of a list that ends."""
    path: str | None = f"certificates?{narrowed}limit=1"
    seen: list[int] = []
    while path and len(seen) < 10:
        page = program.get(path).get_json()
        seen += [one["id"] for one in page["results"]]
        path = page["next"] and f"certificates?{narrowed}limit=1&cursor={page['next']}"
    return seen


@pytest.mark.parametrize("moment", ODD)
class TestGivenRowsWithSuchAMoment:
    def test_the_lists_show_them_and_so_do_their_own_pages(self, staff: Visitor, session: Session, moment: str) -> None:
        numbers = seed_lists(session)
        have_odd_moments(session, moment)

        for name, path in LISTS.items():
            staff.get(path)
            staff.get(f"{path}details/?id={numbers[name]}", 302 if name == "courses" else 200)
        for path in ("/", f"/courses/{DEMO_COURSE}", f"/learners/ada/{DEMO_COURSE}"):
            staff.get(path)
        for name in ("certificates", "allowlist", "invalidations", "learners", "courses", "examples", "inbox"):
            assert staff.client.get(f"/admin/{name}/export.jsonl").text.splitlines()

    def test_programs_are_told_of_them_page_by_page(self, staff: Visitor, session: Session, moment: str) -> None:
        made = {make_certificate(session, name, key="").id for name in ("a", "b", "c")}
        have_odd_moments(session, moment)
        program = reader(staff, session)

        assert pages_of(program) == sorted(made, reverse=True)
        (first, *_) = map(json.loads, program.get("certificates.jsonl").text.splitlines())
        assert datetime.fromisoformat(first["created_at"]) == ODD[moment]


class TestGivenARowOfAllTime:
    @pytest.mark.parametrize("moment", ["infinity", "-infinity"])
    def test_a_list_by_moments_goes_on_behind_it(self, staff: Visitor, session: Session, moment: str) -> None:
        made = {make_certificate(session, name, key="").id for name in ("a", "b", "c")}
        have_odd_moments(session, moment)
        program = reader(staff, session)

        assert pages_of(program, "created_from=0001-01-01T00:00:00Z&") == sorted(made, reverse=True)

    @pytest.mark.parametrize(
        ("moment", "query"), [("infinity", "created_from=2026-01-01"), ("-infinity", "created_to=2026-01-01")]
    )
    def test_so_does_the_desk_s(self, staff: Visitor, session: Session, moment: str, query: str) -> None:
        made = {make_certificate(session, f"learner-{number}", key="").id for number in range(PAGE + 1)}
        have_odd_moments(session, moment)

        first = staff.get(f"/admin/certificates/?{query}")
        second = staff.get(neighbour(first, "next") or "")

        assert sorted(numbers_in(first) + numbers_in(second)) == sorted(made)
        assert neighbour(second, "next") is None

    @pytest.mark.parametrize("moment", ["infinity", "-infinity"])
    def test_what_was_read_is_written_back_as_it_was(self, session: Session, moment: str) -> None:
        number = make_certificate(session, key="").id
        have_odd_moments(session, moment)
        seen = session.scalars(select(GeneratedCertificate.modified_at)).one()

        same = session.scalars(select(GeneratedCertificate.id).where(GeneratedCertificate.modified_at == seen)).all()

        assert seen.tzinfo is UTC
        assert same == [number]
