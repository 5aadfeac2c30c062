"""Which analytics events leave, how often, and what is in them (decision 45)?"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.factories.candidates import FAILING, HTML, LINK, PDF, make_candidate, make_holder, make_run
from tests.factories.certificates import make_moves
from tests.factories.orders import an_order_without_milestones as an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.visibility import IN_THE_MAKING
from webapp.domain.identifiers import CourseId
from webapp.models.courses import CourseRun
from webapp.models.learners import CourseGrade
from webapp.services.generation import acts, allowlist, deletion, invalidations
from webapp.services.messages.outbox import Channel

NOT_ISSUED = sorted(set(Status) - {Status.DOWNLOADABLE, Status.DELETING})


def names(desk: Desk) -> list[str]:
    """Give the names of the events that wait, in order."""
    return [entry.payload["name"] for entry in desk.entries(Channel.TRACKING)]


def take_away(desk: Desk, how: str) -> None:
    """Take ada's certificate away in one of the ways that there are."""
    order = an_order(note="so it must be")
    with desk.work() as session:
        match how:
            case "invalidated":
                invalidations.invalidate(session, order, "ada", PDF)
            case "judged":
                acts.judge_anew(session, order, "ada", PDF)
            case "off the allowlist":
                allowlist.disallow(session, order, "ada", PDF)
            case _:
                deletion.delete(session, order, "ada", PDF, through_queue=how == "deleted by queue")


class TestGivenAPassingGeneration:
    @pytest.mark.parametrize("generation_mode", GenerationMode)
    def test_the_event_has_exactly_this_shape(self, desk: Desk, generation_mode: GenerationMode) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session, external_id=7)

        with desk.work() as session:
            acts.generate(session, an_order(generation_mode), "ada", HTML)
        desk.send()

        assert desk.tracking.events == [
            {
                "name": "edx.certificate.created",
                "event_type": "edx.certificate.created",
                "time": NOON.isoformat(),
                "event_source": "server",
                "event": {
                    "user_id": 7,
                    "course_id": HTML,
                    "certificate_id": desk.held("ada", HTML).verify_uuid,
                    "enrollment_mode": "verified",
                    "generation_mode": generation_mode,
                },
            }
        ]

    def test_a_learner_whose_number_nobody_told_has_none(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session, external_id=None)

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        assert desk.entry(Channel.TRACKING).payload["event"]["user_id"] is None

    @pytest.mark.parametrize("course_id", [HTML, PDF])
    def test_generating_again_tells_nothing(self, desk: Desk, course_id: CourseId) -> None:
        with desk.work() as session:
            make_run(session, course_id)
            make_candidate(session, course_id=course_id)
            acts.generate(session, an_order(), "ada", course_id)

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", course_id)
            acts.request(session, an_order(GenerationMode.SELF), "ada", course_id)

        assert names(desk) == ["edx.certificate.created"]

    @pytest.mark.parametrize("course_id", [HTML, PDF])
    def test_each_regeneration_is_a_generation(self, desk: Desk, course_id: CourseId) -> None:
        with desk.work() as session:
            make_holder(session, course_id=course_id)

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", course_id)

        assert names(desk) == ["edx.certificate.created"]
        assert desk.entry(Channel.TRACKING).payload["event"]["certificate_id"] == LINK

    def test_sending_a_stuck_job_again_is_none(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, PDF)
            make_candidate(session, course_id=PDF)
            acts.generate(session, an_order(now=clock.now()), "ada", PDF)
        desk.send()
        desk.let_pass(timedelta(minutes=16))

        swept = desk.sweep()

        assert (swept, names(desk)) == (1, ["edx.certificate.created", "edx.course.milestone.fulfilled"])


class TestGivenARefusal:
    @pytest.mark.parametrize("status", [None, *NOT_ISSUED])
    def test_what_was_not_issued_is_not_revoked(self, desk: Desk, status: Status | None) -> None:
        with desk.work() as session:
            make_holder(session, status, **FAILING)

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", HTML)
            acts.judge_anew(session, an_order(), "ada", HTML)

        assert names(desk) == []


class TestGivenAnIssuedCertificate:
    @pytest.mark.parametrize("how", ["invalidated", "judged", "off the allowlist", "deleted", "deleted by queue"])
    def test_taken_away_it_is_revoked_once(self, desk: Desk, how: str) -> None:
        with desk.work() as session:
            make_holder(session, course_id=PDF, on_allowlist=how == "off the allowlist", **FAILING)
        desk.give_file("ada", PDF)

        take_away(desk, how)
        take_away(desk, "judged")

        entry = desk.entry(Channel.TRACKING)
        assert entry.payload == {
            "name": "edx.certificate.revoked",
            "event_type": "edx.certificate.revoked",
            "time": NOON.isoformat(),
            "event_source": "server",
            "event": {
                "user_id": 7,
                "course_id": PDF,
                "certificate_id": LINK,
                "enrollment_mode": "verified",
                "source": "support",
            },
        }

    def test_a_job_that_waits_to_be_made_anew_is_not_revoked(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, course_id=PDF)

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", PDF)

        assert "edx.certificate.revoked" not in names(desk)

    def test_an_act_that_fails_tells_nothing(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)

        with desk.failing_work() as session:
            invalidations.invalidate(session, an_order(), "ada", HTML)

        assert names(desk) == []


class TestGivenOneThatIsMadeAnew:
    def prepare(self, desk: Desk, *statuses: Status) -> None:
        with desk.work() as session:
            make_holder(session, statuses[-1], PDF, **FAILING)
            session.execute(update(CourseRun).values(issue_badges=True))
        with desk.work() as session:
            make_moves(session, desk.held("ada", PDF), *statuses)

    @pytest.mark.parametrize(
        ("status", "how"),
        [
            *((status, how) for status in sorted(IN_THE_MAKING) for how in ("invalidated", "judged")),
            (Status.ERROR, "deleted"),
        ],
    )
    def test_taken_away_meanwhile_or_after_it_failed_it_is_revoked_once_with_its_badge(
        self, desk: Desk, status: Status, how: str
    ) -> None:
        self.prepare(desk, Status.DOWNLOADABLE, Status.REGENERATING, status)

        take_away(desk, how)
        take_away(desk, "judged")

        assert names(desk) == ["edx.certificate.revoked"]
        assert desk.entry(Channel.TRACKING).payload["event"]["certificate_id"] == LINK
        assert len(desk.entries(Channel.BADGE)) == 1

    @pytest.mark.parametrize("before", [Status.NOT_PASSING, Status.DELETING, Status.UNAVAILABLE])
    @pytest.mark.parametrize(
        ("status", "how"), [*((status, "judged") for status in sorted(IN_THE_MAKING)), (Status.ERROR, "deleted")]
    )
    def test_what_was_not_valid_before_is_not_revoked(
        self, desk: Desk, status: Status, how: str, before: Status
    ) -> None:
        self.prepare(desk, Status.DOWNLOADABLE, before, Status.REGENERATING, status)

        take_away(desk, how)

        assert (names(desk), desk.entries(Channel.BADGE)) == ([], [])

    def test_asked_for_anew_after_it_failed_it_is_not_revoked(self, desk: Desk) -> None:
        self.prepare(desk, Status.DOWNLOADABLE, Status.REGENERATING, Status.ERROR)
        with desk.work() as session:
            session.execute(update(CourseGrade).values(passed=True))

        with desk.work() as session:
            made = acts.generate(session, an_order(), "ada", PDF)

        assert (made.status, names(desk)) == (Status.GENERATING, ["edx.certificate.created"])
        assert desk.entries(Channel.BADGE) == []
