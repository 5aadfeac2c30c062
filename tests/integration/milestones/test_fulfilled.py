"""When is a milestone fulfilled, on each path, and who is told (decision 46)?"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import records
from tests.factories.candidates import FAILING, HTML, PDF, make_candidate, make_holder, make_run
from tests.factories.certificates import DEMO_COURSE, KEY, make_certificate, make_course, make_learner, make_milestone
from tests.factories.deliveries import APPLIED, apply_again, send
from tests.factories.orders import SAM, an_order
from tests.factories.queue_messages import failure, success
from tests.fakes import NOON
from tests.integration.generation.desk import Desk
from webapp import clock
from webapp.domain.certificates.statuses import IN_FLIGHT, PASSED, Status
from webapp.domain.identifiers import CourseId
from webapp.models.certificates import CourseMilestone, GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.messages import CallbackInbox
from webapp.services.certificates.timeline import Source, timeline_of
from webapp.services.demo.fake import Fake, fake_certificate
from webapp.services.following.moves import Switches
from webapp.services.generation import acts, invalidations
from webapp.services.messages.outbox import Channel

OFF = Switches(milestones=False)


def milestones(desk: Desk) -> list[tuple[str, str]]:
    """Give course run and reason of every milestone."""
    return [(row.course_id, row.reason) for row in desk.every(CourseMilestone)]


def told(desk: Desk) -> list[dict[str, Any]]:
    """Give what the events of milestones say."""
    payloads = [entry.payload for entry in desk.entries(Channel.TRACKING)]
    return [one["event"] for one in payloads if one["name"] == "edx.course.milestone.fulfilled"]


class TestGivenAGeneration:
    @pytest.mark.parametrize(("course_id", "reason"), [(HTML, "passed"), (PDF, "submitted")])
    def test_the_first_one_fulfils_it_and_tells_so(self, desk: Desk, course_id: CourseId, reason: str) -> None:
        with desk.work() as session:
            make_holder(session, None, course_id)

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", course_id)

        (row,) = desk.every(CourseMilestone)
        assert (row.fulfilled_at, milestones(desk)) == (NOON, [(course_id, reason)])
        assert told(desk) == [{"user_id": 7, "course_id": course_id, "reason": reason}]

    def test_it_stays_when_the_certificate_goes_and_is_not_fulfilled_again(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None)
        with desk.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        later = an_order(now=NOON + timedelta(days=1), note="so it must be")
        with desk.work() as session:
            invalidations.invalidate(session, later, "ada", HTML)
        with desk.work() as session:
            acts.regenerate(session, later, "ada", HTML, end_invalidation=True)

        (row,) = desk.every(CourseMilestone)
        assert row.fulfilled_at == NOON
        assert len(told(desk)) == 1

    def test_a_refusal_fulfils_none(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None, **FAILING)

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        assert (milestones(desk), told(desk)) == ([], [])

    def test_of_many_at_once_each_has_one(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            learners = [make_candidate(session, f"learner{n}", external_id=n).id for n in range(12)]
            make_milestone(session, make_certificate(session, "learner3", HTML, status=Status.ERROR))

        with desk.work() as session:
            acts.generate_many(session, an_order(), HTML, learners)

        assert sorted(row.learner_id for row in desk.every(CourseMilestone)) == sorted(learners)
        assert [said["user_id"] for said in told(desk)] == [0, 1, 2, *range(4, 12)]

    def test_switched_off_none_is_fulfilled_and_those_there_stay(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None)
            make_milestone(session, make_certificate(session, "noise", status=Status.ERROR))

        with desk.work() as session:
            acts.generate(session, an_order(switches=OFF), "ada", HTML)

        assert (milestones(desk), told(desk)) == ([(DEMO_COURSE, "submitted")], [])

    def test_switched_on_again_the_next_move_fulfils_it(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None)
        with desk.work() as session:
            acts.generate(session, an_order(switches=OFF), "ada", HTML)

        with desk.work() as session:
            acts.regenerate(session, an_order(), "ada", HTML)

        assert milestones(desk) == [(HTML, "regenerated")]


class TestGivenAnAnswerOfTheQueue:
    def hold(
        self, desk: Desk, status: Status = Status.REGENERATING, *, known: bool = False, badges: bool = False
    ) -> None:
        with desk.work() as session:
            make_certificate(session, status=status)
            elsewhere = make_certificate(session, course_id=HTML, key="", status=Status.DOWNLOADABLE)
            other = make_certificate(session, "bob", key="b" * 32)
            for held in (elsewhere, other):
                make_milestone(session, held)
            if known:
                row = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.key == KEY)).one()
                make_milestone(session, row)
            session.scalars(select(CourseRun).where(CourseRun.course_id == DEMO_COURSE)).one().issue_badges = badges

    @pytest.mark.parametrize("badges", [False, True])
    def test_a_success_fulfils_what_is_missing_in_one_go_with_the_rest(self, desk: Desk, badges: bool) -> None:
        self.hold(desk, badges=badges)
        before = clock.now()

        answer = send(desk.app.test_client(), success())

        row = desk.every(CourseMilestone)[-1]
        assert answer.json == APPLIED
        assert (row.course_id, row.reason) == (DEMO_COURSE, "queue_answer")
        assert before <= row.fulfilled_at <= clock.now()
        assert told(desk) == [{"user_id": None, "course_id": DEMO_COURSE, "reason": "queue_answer"}]
        assert len(desk.entries(Channel.BADGE)) == badges
        assert len(desk.entries()) == 1 + badges

    @pytest.mark.parametrize("status", [Status.GENERATING, Status.REGENERATING])
    def test_one_that_is_there_stays_as_it_is(self, desk: Desk, status: Status) -> None:
        self.hold(desk, status, known=True)

        send(desk.app.test_client(), success())

        assert {row.fulfilled_at for row in desk.every(CourseMilestone)} == {NOON}
        assert desk.entries() == []

    @pytest.mark.parametrize("status", sorted(IN_FLIGHT))
    def test_an_error_fulfils_none(self, desk: Desk, status: Status) -> None:
        self.hold(desk, status)

        send(desk.app.test_client(), failure())

        assert len(desk.every(CourseMilestone)) == 2

    def test_a_deletion_fulfils_none(self, desk: Desk) -> None:
        self.hold(desk, Status.DELETING)

        send(desk.app.test_client(), success())

        assert len(desk.every(CourseMilestone)) == 2

    def test_switched_off_none_is_fulfilled(self, desk: Desk) -> None:
        self.hold(desk)
        desk.sets(milestones=False)

        answer = send(desk.app.test_client(), success())

        assert (answer.json, len(desk.every(CourseMilestone)), desk.entries()) == (APPLIED, 2, [])

    def test_applied_again_by_staff_it_is_fulfilled_too(self, desk: Desk) -> None:
        with desk.work() as session:
            held = make_certificate(session, status=Status.ERROR).id
        send(desk.app.test_client(), success())
        with desk.work() as session:
            session.get_one(GeneratedCertificate, held).status = Status.REGENERATING

        with desk.work() as session:
            apply_again(session, session.scalars(select(CallbackInbox.id)).one())

        assert milestones(desk) == [(DEMO_COURSE, "queue_answer")]


class TestGivenAnImport:
    @pytest.mark.parametrize("status", Status)
    def test_what_comes_as_passed_fulfils_it_since_it_was_made(self, desk: Desk, status: Status) -> None:
        importing = records.Desk(desk.app)

        importing.imports(
            records.learner(external_id=7),
            records.certificate(status=status, created="2019-05-03T12:00:00Z"),
        )

        found = [(row.fulfilled_at.isoformat(), row.reason) for row in desk.every(CourseMilestone)]
        expected = [("2019-05-03T12:00:00+00:00", "import")] if status in PASSED else []
        assert found == expected
        assert told(desk) == [{"user_id": 7, "course_id": records.COURSE, "reason": "import"} for _ in expected]

    def test_a_change_to_it_fulfils_it_once(self, desk: Desk) -> None:
        importing = records.Desk(desk.app)
        lines = [records.certificate(status=status) for status in ("notpassing", "generating", "downloadable")]

        importing.imports(records.learner(), *lines)
        importing.imports(records.learner(), *lines)

        assert milestones(desk) == [(records.COURSE, "import")]

    def test_a_dry_run_fulfils_none(self, desk: Desk) -> None:
        lines = [records.learner(), records.certificate(status="downloadable")]

        records.Desk(desk.app).imports(*lines, options=("--dry-run",))

        assert (milestones(desk), desk.entries()) == ([], [])

    def test_switched_off_none_is_fulfilled(self, desk: Desk) -> None:
        desk.sets(milestones=False)

        records.Desk(desk.app).imports(records.learner(), records.certificate(status="downloadable"))

        assert (milestones(desk), desk.entries()) == ([], [])


class TestGivenAFake:
    @pytest.mark.parametrize("switches", [Switches(), OFF])
    def test_it_fulfils_it_as_a_real_one_does(self, desk: Desk, switches: Switches) -> None:
        with desk.work() as session:
            make_learner(session, external_id=9)
            make_course(session)

        fake: Callable[..., Any] = partial(fake_certificate, now=NOON, new_id=clock.new_uuid, forced=True)
        with desk.work() as session:
            fake(session, SAM, Fake("ada", CourseId(DEMO_COURSE)), switches=switches)

        expected = [(DEMO_COURSE, "faked")] if switches.milestones else []
        assert milestones(desk) == expected
        assert [said["user_id"] for said in told(desk)] == [9 for _ in expected]


class TestGivenTheTimeline:
    def test_it_has_the_milestone_with_its_reason_and_no_other(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None)
            make_milestone(session, make_certificate(session, "noise", HTML, key=""), at=NOON - timedelta(days=1))
        with desk.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        with desk.look() as session:
            entries = timeline_of(session, desk.held("ada", HTML).id)

        (entry,) = [entry for entry in entries if entry.source is Source.MILESTONE]
        assert (entry.at, entry.title, entry.text) == (NOON, "Course run passed", "Passed the course")
