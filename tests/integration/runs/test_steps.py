"""Does a run deal with each of its learners once, step by step, also with those who come and go meanwhile?"""

import pytest
from sqlalchemy import delete, insert, update

from tests.factories.certificates import make_learner
from tests.factories.exceptions import make_allowlist_entry
from tests.factories.population import COURSE, Crowd
from tests.fakes import NOON
from tests.integration.runs.carrying import RunDesk
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import RunState
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.exceptions import AllowlistEntry
from webapp.models.learners import Enrollment, Learner
from webapp.services import audit

HOLDERS = Crowd(100, exceptions=0, statuses=(Status.ERROR, Status.DOWNLOADABLE))


def enrolled(learner_id: int) -> dict[str, object]:
    return {"learner_id": learner_id, "course_id": COURSE, "mode": "honor", "active": True, "modified_at": NOON}


class TestGivenARunThatWaits:
    def test_a_step_deals_with_the_next_learners(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()

        run = desk.step(run_id)

        assert run is not None
        assert (run.state, run.done, run.total) == (RunState.RUNNING, 20, 50)
        assert (run.started_at, run.modified_at, run.finished_at) == (NOON, NOON, None)
        assert desk.dealt_with(run_id) == sorted(desk.statuses()) == learners[:20]

    def test_step_by_step_everybody_is_dealt_with_once(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()

        run = desk.finish(run_id)

        assert (run.state, run.done, run.finished_at, run.problem) == (RunState.DONE, 50, NOON, "")
        assert desk.dealt_with(run_id) == learners
        assert len(desk.every(CertificateTransition)) == len(learners)

    def test_what_is_done_is_theirs_who_asked(self, desk: RunDesk) -> None:
        desk.fill()
        run_id = desk.start()

        desk.finish(run_id)

        moves: list[CertificateTransition] = desk.every(CertificateTransition)
        told = [one for one in desk.told() if one.kind == "certificate"]
        assert {(move.actor_name, move.request_id) for move in moves} == {("sam", "request-1")}
        assert {(one.actor, one.details["generation_mode"]) for one in told} == {("sam", "batch")}

    def test_the_chain_of_the_audit_is_whole(self, desk: RunDesk) -> None:
        desk.fill()
        run_id = desk.start()

        desk.finish(run_id)

        with desk.look() as session:
            assert audit.verify(session).checked == 51

    def test_a_course_run_without_learners_is_done_at_once(self, desk: RunDesk) -> None:
        desk.fill(Crowd(0))
        run_id = desk.start()

        run = desk.step(run_id)

        assert run is not None
        assert (run.state, run.done, run.total, run.finished_at) == (RunState.DONE, 0, 0, NOON)
        assert desk.results(run_id) == []

    def test_once_it_is_done_a_step_changes_nothing(self, desk: RunDesk) -> None:
        desk.fill()
        run_id = desk.start()
        before = desk.finish(run_id)

        run = desk.step(run_id)

        assert run is not None
        assert (run.state, run.done, run.modified_at) == (before.state, before.done, before.modified_at)


class TestGivenADryRun:
    def test_nothing_is_changed_but_what_it_foresees_is_kept(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start(dry_run=True)

        run = desk.finish(run_id)

        assert (run.state, run.done) == (RunState.DONE, 50)
        assert [result.learner_id for result in desk.results(run_id)] == learners
        assert (desk.statuses(), desk.every(CertificateTransition), desk.entries()) == ({}, [], [])
        assert [told.action for told in desk.told()] == ["run.started"]

    def test_it_foresees_what_would_wait_for_the_queue(self, desk: RunDesk) -> None:
        desk.fill(html_certificates=False)
        foreseen = desk.start(dry_run=True)
        desk.finish(foreseen)

        run_id = desk.start()
        desk.finish(run_id)

        assert desk.results(foreseen) == desk.results(run_id)
        assert {(one.status_after is Status.GENERATING) == one.queued for one in desk.results(run_id)} == {True}
        assert any(result.queued for result in desk.results(run_id))


class TestGivenLearnersWhoComeAndGoWhileItRuns:
    def test_whoever_comes_is_dealt_with_at_its_end(self, desk: RunDesk) -> None:
        with desk.work() as session:
            old = make_learner(session, "old").id
        desk.fill(Crowd(50, certificates=0, exceptions=0, first_id=old + 10))
        run_id = desk.start()
        desk.step(run_id, times=2)

        with desk.work() as session:
            new = make_learner(session, "new").id
            session.execute(insert(Enrollment), [enrolled(old), enrolled(new)])
        run = desk.finish(run_id)

        assert (run.done, run.total) == (52, 52)
        assert {old, new} < set(desk.dealt_with(run_id))

    def test_whoever_goes_is_left_out(self, desk: RunDesk) -> None:
        learners = desk.fill()
        run_id = desk.start()
        desk.step(run_id)

        with desk.work() as session:
            session.execute(delete(Learner).where(Learner.id == learners[-1]))
        run = desk.finish(run_id)

        assert (run.state, run.done, run.total) == (RunState.DONE, 49, 50)


class TestGivenARunThatMakesAnew:
    def test_only_what_is_in_its_statuses_is_made_anew(self, desk: RunDesk) -> None:
        desk.fill(HOLDERS)
        failed = sorted(learner for learner, status in desk.statuses().items() if status is Status.ERROR)
        run_id = desk.start(Purpose.REGENERATE, statuses=[Status.ERROR])

        desk.finish(run_id)

        moves: list[CertificateTransition] = desk.every(CertificateTransition)
        assert desk.dealt_with(run_id) == failed
        assert {move.certificate_id for move in moves} <= set(failed)
        assert {move.cause for move in moves} == {"regenerated", "judged"}

    @pytest.mark.parametrize("dry_run", [False, True])
    def test_whoever_is_on_the_allowlist_is_left_alone_and_said_to_be(self, desk: RunDesk, *, dry_run: bool) -> None:
        desk.fill(HOLDERS)
        failed = sorted(learner for learner, status in desk.statuses().items() if status is Status.ERROR)
        with desk.work() as session:
            for learner_id, allowlisted in ((failed[0], True), (failed[1], False)):
                learner = session.get_one(Learner, learner_id)
                make_allowlist_entry(session, learner, course_id=COURSE, allowlisted=allowlisted)
        before = desk.statuses()
        run_id = desk.start(Purpose.REGENERATE, statuses=[Status.ERROR], dry_run=dry_run)

        run = desk.finish(run_id)

        spared, *others = sorted(desk.results(run_id), key=lambda one: one.learner_id != failed[0])
        assert (spared.status_before, spared.status_after) == (Status.ERROR, Status.ERROR)
        assert (spared.refused_by, spared.queued) == ("on_allowlist", False)
        assert {one.learner_id for one in others} == set(failed[1:])
        assert "on_allowlist" not in {one.refused_by for one in others}
        assert (run.done, run.total, run.left_out) == (len(failed), len(failed), 1)
        assert desk.statuses()[failed[0]] is before[failed[0]]

    def test_one_of_the_spared_alone_makes_nothing_anew(self, desk: RunDesk) -> None:
        desk.fill(HOLDERS)
        with desk.work() as session:
            session.execute(delete(AllowlistEntry))
            for learner_id in desk.statuses():
                make_allowlist_entry(session, session.get_one(Learner, learner_id), course_id=COURSE)
        run_id = desk.start(Purpose.REGENERATE, statuses=[Status.ERROR, Status.DOWNLOADABLE])

        run = desk.finish(run_id)

        assert (run.state, run.done, run.left_out) == (RunState.DONE, run.total, run.total)
        assert {(one.status_before is one.status_after, one.refused_by) for one in desk.results(run_id)} == {
            (True, "on_allowlist")
        }
        assert (desk.every(CertificateTransition), desk.entries()) == ([], [])

    def test_a_run_that_generates_leaves_nobody_out(self, desk: RunDesk) -> None:
        learners = desk.fill()
        with desk.work() as session:
            make_allowlist_entry(session, session.get_one(Learner, learners[0]), course_id=COURSE)
        run_id = desk.start()

        run = desk.finish(run_id)

        assert (run.done, run.left_out) == (len(learners), 0)
        assert "on_allowlist" not in {one.refused_by for one in desk.results(run_id)}

    def test_what_left_its_statuses_meanwhile_is_left_alone(self, desk: RunDesk) -> None:
        desk.fill(HOLDERS)
        failed = sorted(learner for learner, status in desk.statuses().items() if status is Status.ERROR)
        run_id = desk.start(Purpose.REGENERATE, statuses=[Status.ERROR])
        desk.step(run_id)

        answered = update(GeneratedCertificate).where(GeneratedCertificate.learner_id == failed[-1])
        with desk.work() as session:
            session.execute(answered.values(status=Status.DOWNLOADABLE))
        run = desk.finish(run_id)

        assert desk.dealt_with(run_id) == failed[:-1]
        assert (run.state, run.done, run.total) == (RunState.DONE, len(failed) - 1, len(failed))
