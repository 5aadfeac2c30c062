"""Which events does each path put down for the bus, in the transaction of its move (decisions 31, 45)?"""

import json

import pytest
from sqlalchemy.orm import Session

from tests.factories import records
from tests.factories.candidates import FAILING, HTML, PDF, make_candidate, make_holder, make_run
from tests.factories.certificates import DEMO_COURSE, make_certificate, make_course, make_learner, make_milestone
from tests.factories.deliveries import APPLIED, send
from tests.factories.orders import SAM, an_order
from tests.factories.queue_messages import URL, failure, success
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.domain.bus.lifecycle import Happening
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.ports import QueueRefused
from webapp.services.demo.fake import Fake, fake_certificate
from webapp.services.demo.load import tell
from webapp.services.following.moves import Switches, switches_of
from webapp.services.generation import acts, deletion, invalidations
from webapp.services.messages.outbox import Channel
from webapp.tasks.upkeep.sweep import sweep_stuck

ON = Switches(new_event_id=clock.new_event_id)
CHANGED, CREATED, REVOKED = "changed", "created", "revoked"


def put_down(desk: Desk) -> list[tuple[str, str, str]]:
    """Give type, former and present status of the events that were put down, in order."""
    return [
        (one["type"].split(".")[-2], one["previous_status"], one["current_status"])
        for one in (entry.payload for entry in desk.entries(Channel.BUS))
    ]


class TestGivenAGeneration:
    @pytest.mark.parametrize(("course_id", "status"), [(HTML, "downloadable"), (PDF, "generating")])
    def test_a_first_one_is_a_change_and_a_creation(self, desk: Desk, course_id: CourseId, status: str) -> None:
        with desk.work() as session:
            make_holder(session, None, course_id)

        with desk.work() as session:
            acts.generate(session, an_order(switches=ON), "ada", course_id)

        assert put_down(desk) == [(CHANGED, "", status), (CREATED, "", status)]
        entries = desk.entries(Channel.BUS)
        assert {entry.recipient for entry in entries} == {course_id}
        assert len({entry.payload["id"] for entry in entries}) == 2
        assert entries[0].payload | {"id": ""} == {
            "type": Happening.CHANGED.value,
            "id": "",
            "time": NOON.isoformat(),
            "previous_status": "",
            "current_status": status,
            "mode": "verified",
            "grade": "0.87",
            "download_url": "",
        }

    def test_nothing_that_lies_in_the_outbox_names_the_learner(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None)

        with desk.work() as session:
            acts.generate(session, an_order(switches=ON), "ada", HTML)

        kept = json.dumps([[entry.payload, entry.recipient] for entry in desk.entries(Channel.BUS)])
        assert [word for word in ('"ada"', "Ada", "Lovelace", "example.org") if word in kept] == []

    def test_a_refusal_that_takes_it_away_revokes_it(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, **FAILING)

        with desk.work() as session:
            acts.judge_anew(session, an_order(switches=ON), "ada", HTML)

        assert put_down(desk) == [
            (CHANGED, "downloadable", "notpassing"),
            (REVOKED, "downloadable", "notpassing"),
        ]

    def test_an_invalidation_and_a_deletion_revoke_it(self, desk: Desk) -> None:
        order = an_order(switches=ON, note="so it must be")
        with desk.work() as session:
            make_holder(session)
            make_holder_of(session)

        with desk.work() as session:
            invalidations.invalidate(session, order, "ada", HTML)
            deletion.delete(session, order, "bob", HTML, through_queue=False)

        assert [one for one in put_down(desk) if one[0] == REVOKED] == [
            (REVOKED, "downloadable", "unavailable"),
            (REVOKED, "downloadable", "deleted"),
        ]

    def test_what_changes_nothing_tells_nothing(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)

        with desk.work() as session:
            acts.generate(session, an_order(switches=ON), "ada", HTML)

        assert put_down(desk) == []

    def test_without_a_bus_nothing_is_put_down(self, desk: Desk) -> None:
        desk.sets(kafka_bootstrap_servers=None)
        with desk.work() as session:
            make_holder(session, None)

        with desk.work() as session:
            acts.generate(session, an_order(switches=switches_of(desk.app.extensions["settings"])), "ada", HTML)
        with desk.failing_work() as session:
            acts.regenerate(session, an_order(switches=ON), "ada", HTML)

        assert put_down(desk) == []


class TestGivenAnAnswerOfTheQueue:
    @pytest.mark.parametrize("known", [True, False])
    @pytest.mark.parametrize("badges", [True, False])
    def test_a_success_is_a_change_and_a_creation_beside_all_else(
        self, desk: Desk, *, known: bool, badges: bool
    ) -> None:
        with desk.work() as session:
            make_course(session, issue_badges=badges)
            held = make_certificate(session, grade="0.9", mode="verified")
            if known:
                make_milestone(session, held)

        answer = send(desk.app.test_client(), success())

        assert answer.json == APPLIED
        assert put_down(desk) == [(CHANGED, "generating", "downloadable"), (CREATED, "generating", "downloadable")]
        payload = desk.entries(Channel.BUS)[1].payload
        assert (payload["download_url"], payload["grade"], payload["mode"]) == (URL, "0.9", "verified")
        assert len(desk.entries()) == 2 + badges + (not known)

    def test_an_error_is_a_change(self, desk: Desk) -> None:
        with desk.work() as session:
            make_certificate(session, status=Status.REGENERATING)

        send(desk.app.test_client(), failure())

        assert put_down(desk) == [(CHANGED, "regenerating", "error")]

    def test_one_that_is_refused_tells_nothing(self, desk: Desk) -> None:
        with desk.work() as session:
            make_certificate(session, status=Status.DOWNLOADABLE)

        send(desk.app.test_client(), failure())

        assert put_down(desk) == []


class TestGivenAJobThatIsGivenUp:
    def submit(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            acts.generate(session, an_order(now=clock.now()), "ada", PDF)

    def test_refused_by_the_queue_it_is_a_change(self, desk: Desk) -> None:
        self.submit(desk)
        desk.queue.fault = QueueRefused("no such queue")

        desk.send()

        assert put_down(desk) == [(CHANGED, "generating", "error")]
        assert [event.type for event in desk.stream.events] == [Happening.CHANGED]

    def test_never_answered_it_is_a_change_each_time(self, desk: Desk) -> None:
        self.submit(desk)
        desk.sets(stuck_minutes=0)
        for _ in range(4):
            desk.send()
            with desk.app.app_context():
                sweep_stuck(desk.app)

        assert put_down(desk) == [(CHANGED, "generating", "generating")] * 3 + [(CHANGED, "generating", "error")]


class TestGivenOtherPaths:
    def test_an_import_tells_what_it_moved_and_changed(self, desk: Desk) -> None:
        importing = records.Desk(desk.app)

        importing.imports(records.learner(), records.certificate(status="notpassing"))
        importing.imports(records.certificate(status="downloadable", grade="0.8"))
        importing.imports(records.certificate(grade="0.9"), records.certificate(grade="0.9"))

        assert put_down(desk) == [
            (CHANGED, "", "notpassing"),
            (CHANGED, "notpassing", "downloadable"),
            (CREATED, "notpassing", "downloadable"),
            (CHANGED, "downloadable", "downloadable"),
            (CREATED, "downloadable", "downloadable"),
        ]
        assert [entry.payload["grade"] for entry in desk.entries(Channel.BUS)] == ["", "0.8", "0.8", "0.9", "0.9"]

    def test_a_fake_is_told_as_a_real_one(self, desk: Desk) -> None:
        with desk.work() as session:
            make_learner(session)
            make_course(session)

        fake = Fake("ada", CourseId(DEMO_COURSE))
        with desk.work() as session:
            fake_certificate(session, SAM, fake, switches=ON, now=NOON, new_id=clock.new_uuid, forced=True)

        assert put_down(desk) == [(CHANGED, "", "downloadable"), (CREATED, "", "downloadable")]

    def test_the_demonstration_tells_nothing(self, desk: Desk) -> None:
        with desk.work() as session:
            tell(session, switches=ON, now=NOON)

        assert put_down(desk) == []

    @pytest.mark.parametrize("generation_mode", GenerationMode)
    def test_who_wished_it_makes_no_difference(self, desk: Desk, generation_mode: GenerationMode) -> None:
        with desk.work() as session:
            make_holder(session, None)

        with desk.work() as session:
            acts.generate(session, an_order(generation_mode, switches=ON), "ada", HTML)

        assert len(put_down(desk)) == 2


def make_holder_of(session: Session) -> None:
    """Let Bob hold a certificate of the same course run."""
    make_candidate(session, "bob", HTML)
    make_certificate(session, "bob", HTML, status=Status.DOWNLOADABLE, key="b" * 32, verify_uuid="b" * 32)
