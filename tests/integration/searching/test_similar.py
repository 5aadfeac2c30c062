"""Whom does a mistyped text lead to, and does the database answer by index alone?"""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.certificates import make_certificate, make_course, make_learner
from tests.factories.crowd import make_crowd
from tests.integration.lists.statements import full_scans, plan_of, rows_passed_over, statements_of
from webapp.models.base import db
from webapp.services.certificates.search import Found
from webapp.services.learner_names import SAMPLE
from webapp.services.searching.similar import find_similar

PEOPLE = {
    "ada": "Ada Lovelace",
    "emilie": "Émilie du Châtelet",
    "yuri": "Юрий Гагарин",
    "fatima": "فاطمة الفهرية",
    "grace.hopper": "Grace Murray Hopper",
    "li": "李明",
}
TABLES = ("learner_name_word", "learner", "generated_certificate")


def names(found: Found) -> list[str]:
    return [learner.username for learner in found.learners]


class TestGivenLearners:
    @pytest.fixture(autouse=True)
    def _known(self, session: Session) -> None:
        for username, name in PEOPLE.items():
            make_learner(session, username, name=name)

    @pytest.mark.parametrize(
        ("text", "username"),
        [
            ("lovelcae", "ada"),
            ("Lovelase", "ada"),
            ("ovelace", "ada"),
            ("lovvelace", "ada"),
            ("Ada Lovelaec", "ada"),
            ("Aad Lovelaec", "ada"),
            ("Lovelcae, Ada", "ada"),
            ("Emilie du Chatelte", "emilie"),
            ("Гагирин", "yuri"),
            ("فاطمه", "fatima"),
            ("grcae.hopper", "grace.hopper"),
            ("ada@exmaple.org", "ada"),
            ("ADA@example,org", "ada"),
            ("grace.hoper@example.org", "grace.hopper"),
        ],
    )
    def test_a_slip_in_a_word_leads_to_whom_it_means(self, session: Session, text: str, username: str) -> None:
        assert names(find_similar(session, text, 10)) == [username]

    @pytest.mark.parametrize(
        "text", ["", " ", "17", "a\x00b", "%_%", "f" * 32, "lvoelcae", "Ada Byron", "Bob", "李大", "x" * 500, "a b c d"]
    )
    def test_more_than_a_slip_leads_to_nobody(self, session: Session, text: str) -> None:
        assert find_similar(session, text, 10).nothing

    def test_words_that_are_borne_but_not_together_are_tried_in_turn(self, session: Session) -> None:
        make_learner(session, "noise", name="Gracy Other")

        assert names(find_similar(session, "gracy hopper", 10)) == ["grace.hopper"]

    def test_what_they_hold_comes_along(self, session: Session) -> None:
        certificate = make_certificate(session)

        assert find_similar(session, "lovelcae", 10).certificates == [certificate]

    def test_no_more_are_given_than_wanted(self, session: Session) -> None:
        for n in range(8):
            make_learner(session, f"l{n}", name=f"Lovelace {n}")

        assert len(find_similar(session, "lovelcae", 5).learners) == 5


class TestGivenCourses:
    @pytest.mark.parametrize("text", ["Salling", "sialing", "Sailing acros the", "course-v1:edX+Siality"])
    def test_a_slip_in_the_name_or_key_leads_there(self, session: Session, text: str) -> None:
        make_course(session, display_name="Noise")
        course = make_course(session, "course-v1:edX+Saility+2026", display_name="Sailing across the Sea")

        assert find_similar(session, text, 10).courses == [course]


@pytest.fixture(scope="class")
def crowd(shared_app: Flask, database: Database) -> Iterator[Session]:
    """Four thousand learners called Name, half of them Maria and half of them Silva."""
    database.empty(shared_app)
    with shared_app.app_context():
        engine = db.engine
    with Session(engine) as session:
        make_crowd(session)
        yield session


class TestGivenACrowd:
    @pytest.mark.parametrize(
        "text",
        ["mraia", "silva mraia", "silva maria", "nmae", "usre00017", "user00017@exmaple.org", "Coruse 17",
         "course-v1:Crwod+C7", "zzzz", "maira slva nme"],
    )  # fmt: skip
    def test_nothing_is_read_but_what_an_index_points_at(self, crowd: Session, shared_app: Flask, text: str) -> None:
        with statements_of(shared_app) as statements:
            find_similar(crowd, text, 10)

        plans = [plan_of(shared_app, statement, values) for statement, values in statements]
        passed_over = [rows_passed_over(shared_app, statement, values) for statement, values in statements]
        assert [plan for plan in plans for table in TABLES if full_scans(plan, table)] == []
        assert max(passed_over) < 10 * SAMPLE
        assert len(statements) <= 40
