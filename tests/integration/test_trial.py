"""What does trying out leave behind, and whom does it keep waiting?"""

from collections import Counter
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.certificates import make_learner
from tests.fakes import FakeAttempts
from webapp import clock
from webapp.models.base import ISSUE, trial
from webapp.models.learners import Enrollment, Learner
from webapp.ports import Ports
from webapp.ports.meters import NoMeter

NAMES = select(Learner.username).order_by(Learner.username)


class TestGivenSomethingThatIsTriedOut:
    def test_it_goes_by_what_is_there_and_leaves_nothing(self, app: Flask, session: Session) -> None:
        make_learner(session, "ada")
        session.commit()

        with app.app_context(), trial() as tried:
            make_learner(tried, "bob")
            tried.flush()
            seen = tried.scalars(NAMES).all()

        assert seen == ["ada", "bob"]
        assert session.scalars(NAMES).all() == ["ada"]

    def test_others_write_meanwhile(self, app: Flask, session: Session) -> None:
        with app.app_context(), trial() as tried:
            make_learner(tried, "bob")
            tried.flush()

            make_learner(session, "ada")
            session.commit()  # would be told on SQLite that the database is locked

        assert session.scalars(NAMES).all() == ["ada"]

    def test_what_the_database_forbids_is_forbidden_there_too(self, app: Flask) -> None:
        orphan = insert(Enrollment).values(
            learner_id=1, course_id="course-v1:A+B+C", mode="honor", modified_at=clock.now()
        )

        with app.app_context(), pytest.raises(IntegrityError), trial() as tried:
            tried.execute(orphan)

    def test_nobody_is_told_of_it(self, app: Flask) -> None:
        app.extensions["ports"] = Ports(attempts=FakeAttempts(), meter=(meter := HeardOf()))

        with app.app_context(), trial() as tried:
            tried.info[ISSUE] = Counter(issued=1)

        assert meter.issued == {}


class HeardOf(NoMeter):
    """Remembers what was issued."""

    def __init__(self) -> None:
        self.issued: dict[str, int] = {}

    def issue(self, results: Mapping[str, int]) -> None:
        self.issued.update(results)
