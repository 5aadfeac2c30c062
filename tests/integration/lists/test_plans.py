"""Is every list answered by index alone, in few questions, whatever it is narrowed by?"""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.crowd import CERTIFICATES, make_crowd
from tests.integration.lists.pages import LISTS, cursor, with_query
from tests.integration.lists.statements import full_scans, plan_of, rows_passed_over, skips_nothing, statements_of
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.models.base import db

MOST_PASSED_OVER = 5_000
SEARCHED_TABLES = ("generated_certificate", "learner", "learner_name_word")
NEEDLES = ("user00017", "user00017@example.org", "Name 0001", "0001 na", "nam 00017 mar", "17", "course-v1:Crowd+C7+1", f"{18:032x}", "course-v1:crowd+c39",
           "nobody", "nobody@nowhere", "f" * 32, "course-v1:None+N+1")  # fmt: skip
FREQUENT = ("name", "n", "maria name", "silva maria", "n m s", "user0")
"""What a half or all of the learners have in their names; nobody is both Silva and Maria."""
SUPPORT_PAGES = ("/learners/user00017", "/learners/user00017/course-v1:Crowd+C17+1")
NARROWED: tuple[dict[str, str], ...] = (
    {},
    {"order": "oldest"},
    {"after": cursor(10_000)},
    {"before": cursor(10_000)},
    {"order": "oldest", "after": cursor(10_000)},
    *({"status": status.value} for status in (Status.ERROR, Status.GENERATING, Status.DOWNLOADABLE, Status.DELETED)),
    {"status": "error", "after": cursor(10_000)},
    *({"mode": mode} for mode in ("honor", "verified", "audit", "masters")),
    {"course": "course-v1:Crowd+C7+1"},
    {"course": "course-v1:Crowd+C7+1", "status": "error"},
    {"course": "course-v1:Crowd+C7+1", "after": cursor(10_000)},
    {"learner": "user00017"},
    {"learner": "nobody"},
    {"email": "user00017@"},
    {"created_from": "2026-11-21"},
    {"created_to": "2026-11-10"},
    {"created_from": "2026-11-10", "created_to": "2026-11-11"},
    {"created_to": "2026-11-21", "after": cursor("2026-11-15T12:00:00+00:00", 10_000)},
    {"stuck": "1"},
    {"unsent": "1"},
    {"waiting": "1"},
    *({"q": needle} for needle in NEEDLES),
)
INBOX_NARROWED: tuple[dict[str, str], ...] = (
    {},
    {"order": "oldest"},
    {"after": cursor(2_000)},
    {"waiting": "1"},
    {"outcome": "unknown_key"},
    {"outcome": "id_taken"},
    {"received_from": "2026-11-21"},
    {"received_to": "2026-11-10"},
    {"q": "user00017"},
    {"q": "nobody"},
    {"q": "17"},
)


@pytest.fixture(scope="class")
def crowded(shared_app: Flask, database: Database) -> Visitor:
    """Somebody of the staff before full tables, made once for the class."""
    database.empty(shared_app)
    with shared_app.app_context():
        engine = db.engine
    with Session(engine) as session:
        make_account(session, "sam", Role.SUPPORT, Role.ADMIN)
        make_crowd(session)
    visitor = Visitor(shared_app)
    visitor.sign_in("sam", PASSWORD)
    return visitor


@pytest.fixture
def guided(crowded: Visitor) -> Iterator[Visitor]:
    """The same, who is shown the first hour meanwhile: what others ask of the home page is asked without it."""
    crowded.post("/desk/tour", {"tour": "on"}, of="/desk/help")
    yield crowded
    crowded.post("/desk/tour", {"tour": "off"}, of="/desk/help")


class TestGivenTwentyThousandCertificates:
    def test_the_first_hour_looks_at_the_first_of_each_alone(self, guided: Visitor, shared_app: Flask) -> None:
        with statements_of(shared_app) as statements:
            page = guided.get("/")

        passed_over = sum(rows_passed_over(shared_app, statement, values) for statement, values in statements)
        assert page.count('<li class="step ') == 5
        assert passed_over <= MOST_PASSED_OVER

    @pytest.mark.parametrize("arguments", NARROWED, ids=str)
    def test_no_list_of_certificates_reads_them_all(
        self, crowded: Visitor, shared_app: Flask, arguments: dict[str, str]
    ) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(with_query("/admin/certificates/", **arguments))

        plans = {statement: plan_of(shared_app, statement, values) for statement, values in statements}
        passed_over = sum(rows_passed_over(shared_app, statement, values) for statement, values in statements)
        assert [plan for plan in plans.values() if full_scans(plan, "generated_certificate")] == []
        assert [plan for plan in plans.values() if full_scans(plan, "learner")] == []
        assert passed_over < MOST_PASSED_OVER

    @pytest.mark.parametrize("arguments", INBOX_NARROWED, ids=str)
    def test_no_list_of_deliveries_reads_them_all(
        self, crowded: Visitor, shared_app: Flask, arguments: dict[str, str]
    ) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(with_query("/admin/inbox/", **arguments))

        plans = {statement: plan_of(shared_app, statement, values) for statement, values in statements}
        passed_over = sum(rows_passed_over(shared_app, statement, values) for statement, values in statements)
        assert [plan for plan in plans.values() if full_scans(plan, "callback_inbox")] == []
        assert [plan for plan in plans.values() if full_scans(plan, "generated_certificate")] == []
        assert passed_over < MOST_PASSED_OVER

    @pytest.mark.parametrize("needle", NEEDLES)
    def test_no_search_reads_a_whole_table(self, crowded: Visitor, shared_app: Flask, needle: str) -> None:
        with statements_of(shared_app) as statements:
            for path in ("/search", "/admin/learners/", "/admin/invalidations/", "/admin/allowlist/"):
                answer = crowded.client.get(with_query(path, q=needle))
                assert answer.status_code in (200, 302)

        plans = {statement: plan_of(shared_app, statement, values) for statement, values in statements}
        assert [plan for plan in plans.values() for table in SEARCHED_TABLES if full_scans(plan, table)] == []

    @pytest.mark.parametrize("needle", FREQUENT)
    def test_a_frequent_word_is_searched_as_a_rare_one_is(
        self, crowded: Visitor, shared_app: Flask, needle: str
    ) -> None:
        with statements_of(shared_app) as statements:
            for path in ("/search", "/admin/learners/"):
                crowded.get(with_query(path, q=needle))

        plans = [plan_of(shared_app, statement, values) for statement, values in statements]
        assert [plan for plan in plans for table in SEARCHED_TABLES if full_scans(plan, table)] == []

    @pytest.mark.parametrize("needle", FREQUENT)
    def test_no_list_reads_its_table_again_and_again_for_it(
        self, crowded: Visitor, shared_app: Flask, needle: str
    ) -> None:
        passed_over = {}
        for name in ("certificates", "learners", "allowlist", "invalidations", "inbox"):
            with statements_of(shared_app) as statements:
                crowded.get(with_query(LISTS[name], q=needle))
            passed_over[name] = sum(rows_passed_over(shared_app, statement, values) for statement, values in statements)

        assert {name: rows for name, rows in passed_over.items() if rows > 3 * CERTIFICATES} == {}

    @pytest.mark.parametrize(
        "path", ["/", "/admin/certificates/details/?id=17", "/admin/learners/details/?id=17", *SUPPORT_PAGES]
    )
    def test_no_page_reads_a_whole_table(self, crowded: Visitor, shared_app: Flask, path: str) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(path)

        plans = {statement: plan_of(shared_app, statement, values) for statement, values in statements}
        counted = {statement for statement in plans if "count(" in statement.lower()}
        tables = ("generated_certificate", "callback_inbox", "learner")
        uncounted = [plan for statement, plan in plans.items() if statement not in counted]
        assert [plan for plan in uncounted for table in tables if full_scans(plan, table)] == []

    @pytest.mark.parametrize("path", [*LISTS.values(), "/", "/search?q=user1", *SUPPORT_PAGES])
    def test_nothing_counts_a_whole_table(self, crowded: Visitor, shared_app: Flask, path: str) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(path)

        counts = [statement for statement, _ in statements if "count(" in statement.lower()]
        assert [statement for statement in counts if "LIMIT" not in statement] == []
        assert path == "/" or counts == []

    @pytest.mark.parametrize("path", [*LISTS.values(), "/", "/search?q=user1"])
    def test_a_list_asks_few_questions(self, crowded: Visitor, shared_app: Flask, path: str) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(path)

        # The home page tells of certificates, of deliveries, of changes and of notices, each by a question of its own.
        assert len(statements) <= (14 if path == "/" else 10)

    @pytest.mark.parametrize("path", SUPPORT_PAGES)
    def test_a_support_page_asks_no_more_than_it_has_facts(
        self, crowded: Visitor, shared_app: Flask, path: str
    ) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(path)

        assert len(statements) <= 25

    @pytest.mark.parametrize("path", [*LISTS.values(), quote("/search")])
    def test_nothing_skips_rows_by_offset(self, crowded: Visitor, shared_app: Flask, path: str) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(with_query(path, after=cursor(5)))

        assert [
            (statement, values)
            for statement, values in statements
            if "OFFSET" in statement and not skips_nothing(statement, values)
        ] == []
