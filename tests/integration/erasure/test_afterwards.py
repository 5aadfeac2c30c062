"""Does nothing that comes afterwards bring back who somebody was?"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML
from tests.factories.deliveries import UNKNOWN, send
from tests.factories.events import ENROLLED, GRADE, REGISTERED, enrollment, grade, message, registration
from tests.factories.messages import make_delivery
from tests.factories.orders import SAM, an_order
from tests.factories.queue_messages import KEY, failure, success
from tests.fakes import NOON
from tests.integration.bus.incoming.follower import Follower
from tests.integration.erasure.eraser import Eraser
from tests.integration.erasure.everywhere import EMAIL, NAME, NUMBER, USERNAME, UUID, columns_naming, make_everything
from webapp import clock
from webapp.domain.bus.letters import Taken, Why
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.domain.sign_on.arrivals import Arrival
from webapp.errors.learners import LearnerErased
from webapp.models.bus import DeadLetter
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Enrollment, Learner
from webapp.services.following.moves import EVERYTHING_USUAL
from webapp.services.generation import acts
from webapp.services.records import intake
from webapp.services.records.batch import ERASED
from webapp.services.sign_on import arrivals
from webapp.services.support import notes

COURSE = CourseId(HTML)
RETIRED = "retired__user_8f2c"
"""What the platform calls somebody whom it has retired; their number is the same."""
OF_HER: dict[str, dict[str, Any]] = {
    "learner": {"username": USERNAME, "email": EMAIL, "name": NAME},
    "enrollment": {"username": USERNAME, "course_id": HTML, "mode": "honor", "active": True},
    "grade": {"username": USERNAME, "course_id": HTML, "percent": 0.9, "letter": "A", "passed": True},
    "id_verification": {"username": USERNAME, "status": "approved"},
    "course_role": {"username": USERNAME, "course_id": HTML, "role": "staff"},
    "allowlist": {"username": USERNAME, "course_id": HTML, "allowlisted": True, "notes": "ill"},
    "invalidation": {"username": USERNAME, "course_id": HTML, "active": True, "notes": "copied"},
    "date_override": {"username": USERNAME, "course_id": HTML, "date": "2026-01-31", "notes": "asked for"},
    "certificate": {"username": USERNAME, "course_id": HTML, "status": "downloadable", "mode": "honor", "name": NAME},
}


def in_flight(session: Session) -> GeneratedCertificate:
    """Let her certificate be with the queue."""
    learner = make_everything(session)
    held = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.learner_id == learner.id)).one()
    held.status, held.key = Status.GENERATING, KEY
    session.commit()
    return held


def imported(eraser: Eraser, *records: dict[str, Any]) -> list[tuple[str, str]]:
    """Import lines, and give what came of each."""
    lines = [intake.read_line(number, json.dumps(record).encode()) for number, record in enumerate(records, 1)]
    with eraser.work() as session:
        taken = intake.take(session, SAM, lines, switches=EVERYTHING_USUAL, now=NOON)
        intake.write_audit(session, SAM, taken, source="nightly", now=NOON)
    return [(result.outcome.value, result.reason) for result in taken.results]


class TestGivenALateAnswerOfTheQueue:
    @pytest.mark.parametrize("body", [success, failure])
    def test_it_finds_nothing_and_leaves_no_name(
        self, eraser: Eraser, session: Session, body: Callable[..., str]
    ) -> None:
        held = in_flight(session)
        eraser.erases()

        answer = send(eraser.app.test_client(), body(username=USERNAME, course_id=HTML))

        session.rollback()
        assert answer.json == UNKNOWN
        assert session.get_one(GeneratedCertificate, held.id, populate_existing=True).status is Status.DELETED
        assert columns_naming(session) == set()

    def test_somebody_elses_is_kept_as_it_came(self, eraser: Eraser, session: Session) -> None:
        in_flight(session)
        eraser.erases()

        send(eraser.app.test_client(), success(username="someone", course_id=HTML))

        session.rollback()
        assert "callback_inbox.body" in columns_naming(session, ("someone",))

    def test_one_that_was_kept_while_it_was_under_way_is_emptied_as_well(
        self, eraser: Eraser, session: Session
    ) -> None:
        in_flight(session)
        eraser.erases()
        with eraser.work() as work:
            make_delivery(work, username=USERNAME, body=f'{{"username": "{USERNAME}"}}')

        eraser.erases()  # as the end of every erasure does

        session.rollback()
        assert columns_naming(session) == set()


class TestGivenLinesThatAreImported:
    @pytest.mark.parametrize("kind", OF_HER)
    def test_a_line_about_her_is_refused_with_the_reason(self, eraser: Eraser, session: Session, kind: str) -> None:
        make_everything(session)
        eraser.erases()

        results = imported(eraser, {"type": kind, **OF_HER[kind]})

        session.rollback()
        assert results == [("failed", ERASED)]
        assert columns_naming(session) == set()

    def test_the_lines_beside_it_are_taken(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        eraser.erases()

        results = imported(
            eraser,
            {"type": "learner", "username": "cy", "email": "cy@example.org", "name": "Cy", "external_id": 9},
            {"type": "learner", **OF_HER["learner"]},
            {"type": "learner", "username": "bob", "email": "bob@mail.test", "name": "Robert"},
        )

        assert [outcome for outcome, _ in results] == ["added", "failed", "changed"]

    def test_what_the_platform_calls_her_afterwards_is_refused_by_her_number(
        self, eraser: Eraser, session: Session
    ) -> None:
        make_everything(session)
        eraser.erases()

        results = imported(
            eraser, {"type": "learner", "username": RETIRED, "email": "", "name": "", "external_id": NUMBER}
        )

        assert results == [("failed", ERASED)]

    def test_what_is_left_of_her_is_nobody_to_be_told_of(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        done = eraser.erases()

        results = imported(eraser, {"type": "learner", "username": done.placeholder, "email": "", "name": "X"})

        assert results == [("failed", ERASED)]

    def test_somebody_known_who_has_her_number_too_is_changed(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        eraser.erases()

        results = imported(
            eraser,
            {"type": "learner", "username": "bob", "email": "bob@mail.test", "name": "Bob", "external_id": NUMBER},
        )

        assert results == [("changed", "")]


class TestGivenEventsOfTheBus:
    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            (REGISTERED, registration(username=USERNAME, number=NUMBER, name=NAME)),
            (ENROLLED, enrollment(username=USERNAME, number=NUMBER, name=NAME)),
            (ENROLLED, enrollment(username=RETIRED, number=NUMBER, name="")),
            (GRADE, grade(number=NUMBER)),
        ],
        ids=["registration", "enrolment", "enrolment of who was retired", "grade by number"],
    )
    def test_they_change_nothing_and_are_kept_nowhere(
        self, eraser: Eraser, session: Session, kind: str, told: dict[str, Any]
    ) -> None:
        make_everything(session)
        eraser.erases()
        follower = Follower(eraser.app)
        before = session.scalars(select(Learner.id)).all(), session.scalars(select(Enrollment.id)).all()

        taken = follower.takes(message(kind, told))

        session.rollback()
        assert taken == [Taken.OLDER]
        assert (session.scalars(select(Learner.id)).all(), session.scalars(select(Enrollment.id)).all()) == before
        assert columns_naming(session, ("adalove", "needle", RETIRED)) == set()
        assert session.scalars(select(DeadLetter.id).where(DeadLetter.why == Why.WAITING)).all() == []

    def test_those_of_others_are_taken(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        eraser.erases()

        taken = Follower(eraser.app).takes(
            message(ENROLLED, enrollment(username="cy", number=9, name="Cy")),
            message(GRADE, grade(number=8)),
            message(GRADE, grade(number=12)),
        )

        assert taken == [Taken.APPLIED, Taken.APPLIED, Taken.WAITING]


class TestGivenHerSignOn:
    @pytest.mark.parametrize(
        "arrival",
        [
            Arrival("https://id.example.org", USERNAME, "other", "other@mail.test"),
            Arrival("https://platform.test", "55", USERNAME, EMAIL),
            Arrival("https://platform.test", "55", RETIRED, "", NUMBER),
        ],
        ids=["the same identity", "the platform's name", "the platform's number"],
    )
    def test_it_leads_to_no_account(self, eraser: Eraser, session: Session, arrival: Arrival) -> None:
        make_everything(session)
        eraser.erases()

        with eraser.work() as work:
            who = arrivals.receive(work, SAM, arrival, platform_issuer="https://platform.test", now=NOON)

        session.rollback()
        assert (who.username, who.disabled) == ("-", True)
        assert columns_naming(session) == set()

    def test_somebody_of_her_name_elsewhere_is_somebody_else(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        eraser.erases()

        with eraser.work() as work:
            who = arrivals.receive(
                work, SAM, Arrival("https://other.test", "1", USERNAME), platform_issuer=None, now=NOON
            )

        assert (who.username, who.disabled) == (USERNAME, False)


class TestGivenSomebodyActsOnWhatIsLeft:
    def test_nothing_is_made(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        done = eraser.erases()

        for act in (acts.generate, acts.regenerate, acts.judge_anew):
            with pytest.raises(LearnerErased), eraser.work() as work:
                act(work, an_order(), done.placeholder, COURSE)

    def test_a_job_of_before_judges_nobody(self, eraser: Eraser, session: Session) -> None:
        learner = make_everything(session)
        eraser.erases()

        with eraser.work() as work:
            (made,) = acts.generate_many(work, an_order(), COURSE, [learner.id])

        assert not made.decision.earned
        assert columns_naming(session) == set()
        assert eraser.app.test_client().get(f"/certificates/{UUID}").status_code == 410

    def test_no_note_is_written(self, eraser: Eraser, session: Session) -> None:
        learner = make_everything(session)
        eraser.erases()

        with pytest.raises(LearnerErased), eraser.work() as work:
            notes.write(work, SAM, learner.id, COURSE, "Was Ada Needle", now=clock.now())
