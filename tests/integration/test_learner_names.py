"""Which learners does a name lead to, and does the database read no more than it gives?"""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.certificates import make_learner
from tests.factories.crowd import LEARNERS, make_crowd
from tests.integration.lists.statements import full_scans, plan_of, statements_of
from webapp.models.base import db
from webapp.services.learner_names import SAMPLE, find_ids_by_name


def found(session: Session, text: str, most: int = 10) -> list[int]:
    return list(find_ids_by_name(session, text, most))


class TestGivenLearners:
    @pytest.mark.parametrize(
        "text",
        [
            "Lovelace",
            "love",
            "ADA",
            "love ada",
            "Ada Lov",
            "Lovelace, Ada",
            "king",
            "Ada Augusta King Lovelace",
            "a l k",
        ],
    )
    def test_any_words_of_the_name_find_who_bears_them(self, session: Session, text: str) -> None:
        make_learner(session, "bob", name="Bob Ovelace")
        ada = make_learner(session, "x1", name="Ada Augusta King-Lovelace")

        assert found(session, text) == [ada.id]

    @pytest.mark.parametrize(
        "text", ["ovelace", "ada bob", "bob ada", "lovelace b", "_da", "%", "ad_", "ad%", "'", "-", "\ufffd"]
    )
    def test_what_is_no_beginning_of_their_words_finds_nobody(self, session: Session, text: str) -> None:
        make_learner(session, "bob", name="Bob Byron")
        make_learner(session, "x1", name="Ada Lovelace")

        assert found(session, text) == []

    @pytest.mark.parametrize("text", ["odegard", "Ødegård", "bjorn odegard", "bj ode", "O\u0308degård"])
    def test_plain_letters_find_those_with_marks_once(self, session: Session, text: str) -> None:
        make_learner(session, "bob", name="Bob Odell")
        bjorn = make_learner(session, "x1", name="Bjørn Ødegård")

        assert found(session, text) == [bjorn.id]

    def test_who_bears_a_word_as_typed_comes_before_whose_word_goes_on(self, session: Session) -> None:
        mariana = make_learner(session, "a", name="Mariana Pineda")
        maria = make_learner(session, "b", name="Maria Zambrano")
        also = make_learner(session, "c", name="Rosa Maria")

        assert found(session, "maria") == [maria.id, also.id, mariana.id]

    def test_nobody_is_found_twice_nor_takes_the_place_of_others(self, session: Session) -> None:
        numbers = [make_learner(session, f"l{n}", name=f"Maria Mariana-Mariella Marino{n}").id for n in range(12)]

        assert found(session, "mari") == numbers[:10]
        assert found(session, "mari mariana", 5) == numbers[:5]

    def test_each_of_many_words_is_asked_for(self, session: Session) -> None:
        name = "Pablo Diego Jose Francisco de Paula Juan Nepomuceno Maria de los Remedios Ruiz y Picasso"
        pablo = make_learner(session, "pablo", name=name)

        assert found(session, name) == [pablo.id]
        assert found(session, "pablo diego jose picasso gomez") == []

    def test_a_rare_word_is_not_lost_among_frequent_ones(self, session: Session) -> None:
        for n in range(30):
            make_learner(session, f"l{n}", name="Maria Silva")
        rare = make_learner(session, "rare", name="Silva Maria Xu")

        assert found(session, "maria silva xu", 1) == [rare.id]


@pytest.fixture(scope="class")
def crowd(shared_app: Flask, database: Database) -> Iterator[Session]:
    """Four thousand learners called Name, half of them Maria and half of them Silva."""
    database.empty(shared_app)
    with shared_app.app_context():
        engine = db.engine
    with Session(engine) as session:
        make_crowd(session)
        yield session


class TestGivenAFrequentName:
    @pytest.mark.parametrize("most", [10, 100])
    @pytest.mark.parametrize(
        "text", ["name", "n", "maria name", "name silva", "silva maria", "n m", "0 name", "00017 na"]
    )
    def test_its_bearers_are_neither_scanned_nor_sorted(
        self, crowd: Session, shared_app: Flask, text: str, most: int
    ) -> None:
        with statements_of(shared_app) as statements:
            found(crowd, text, most)

        plans = [plan_of(shared_app, statement, values) for statement, values in statements]
        assert [plan for plan in plans if full_scans(plan, "learner_name_word")] == []
        assert [plan for plan in plans if "Sort" in plan or "TEMP B-TREE" in plan] == []
        assert len(plans) == (2 if " " in text else 1)

    def test_the_same_ones_are_given_each_time(self, crowd: Session) -> None:
        assert found(crowd, "name", SAMPLE) == list(range(1, SAMPLE + 1))
        assert found(crowd, "n maria", 3) == [2, 4, 6]
        assert found(crowd, "maria silva", LEARNERS) == []
