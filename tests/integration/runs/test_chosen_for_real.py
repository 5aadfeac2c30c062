"""Are chosen certificates dealt with for real as the dry run foresaw, once each, whatever happens meanwhile (record 35)?"""

import pytest
from sqlalchemy import delete

from tests.factories.certificates import make_certificate
from tests.factories.exceptions import make_allowlist_entry
from tests.factories.population import COURSE, TWIN
from tests.integration.runs.carrying import RunDesk
from tests.integration.runs.chosen import (
    OTHER,
    begin,
    fill_two,
    for_real,
    lines,
    rehearse,
    results,
    ticked,
)
from tests.integration.runs.test_cut_off import failing
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import LEFT_OUT, RunMove, RunState
from webapp.errors import UnknownRun
from webapp.errors.desk import NotRehearsed
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services.generation import runs


class _Killed(BaseException):
    """What no code of ours catches."""


def moved(desk: RunDesk) -> list[int]:
    return sorted(move.certificate_id for move in desk.every(CertificateTransition))


class TestGivenADryRunThatIsDone:
    def test_for_real_the_same_certificates_are_moved_once_each(self, desk: RunDesk) -> None:
        numbers = fill_two(desk)
        dry = rehearse(desk)
        foreseen = [(row.place, row.status_after, row.refused_by) for row in results(desk, dry)]

        real = for_real(desk, dry)
        run = desk.finish(real)

        assert (run.state, run.done, run.total, run.dry_run, run.chosen) == (
            RunState.DONE,
            60,
            60,
            False,
            "Status: Error",
        )
        assert [(row.place, row.status_after, row.refused_by) for row in results(desk, real)] == foreseen
        assert moved(desk) == sorted(numbers)

    def test_asked_for_twice_it_is_done_once(self, desk: RunDesk) -> None:
        fill_two(desk)
        dry = rehearse(desk)

        first = for_real(desk, dry)
        desk.finish(first)

        assert for_real(desk, dry) == first

    def test_what_has_changed_since_is_judged_as_it_is_now(self, desk: RunDesk) -> None:
        numbers = fill_two(desk)
        dry = rehearse(desk)
        earned = next(row for row in results(desk, dry) if not row.refused_by)
        certificate_id = numbers[earned.place - 1]
        with desk.work() as session:
            held = session.get_one(GeneratedCertificate, certificate_id)
            learner, course_id = session.get_one(Learner, held.learner_id), held.course_id
            make_allowlist_entry(session, learner, course_id=course_id)

        real = for_real(desk, dry)
        run = desk.finish(real)

        now = next(row for row in results(desk, real) if row.place == earned.place)
        assert (now.refused_by, now.status_after, run.left_out) == (LEFT_OUT, Status.ERROR, 1)

    def test_one_that_is_gone_since_is_passed_over(self, desk: RunDesk) -> None:
        fill_two(desk)
        dry = rehearse(desk)
        with desk.work() as session:
            session.execute(delete(GeneratedCertificate).where(GeneratedCertificate.learner_id == 1))

        run = desk.finish(for_real(desk, dry))

        assert (run.state, run.done) == (RunState.DONE, 58)

    def test_one_that_is_not_done_yet_is_not_done_for_real(self, desk: RunDesk) -> None:
        fill_two(desk)
        dry = begin(desk)

        with pytest.raises(NotRehearsed):
            for_real(desk, dry)

    def test_nor_is_a_run_over_a_course_run(self, desk: RunDesk) -> None:
        desk.fill()
        dry = desk.start(dry_run=True)
        desk.finish(dry)

        with pytest.raises(NotRehearsed):
            for_real(desk, dry)
        with pytest.raises(UnknownRun):
            for_real(desk, 4711)

    def test_two_selections_are_gone_over_side_by_side(self, desk: RunDesk) -> None:
        numbers = fill_two(desk)
        dry = [rehearse(desk, ticked(numbers[:5])), rehearse(desk, ticked(numbers[50:]))]

        real = [for_real(desk, one) for one in dry]

        assert [desk.finish(one).done for one in real] == [5, 10]


class TestGivenSteps:
    def test_one_goes_over_twenty_course_runs_at_most(self, desk: RunDesk) -> None:
        with desk.work() as session:
            for number in range(21):
                make_certificate(
                    session, "ada", f"course-v1:Many+Run{number:02}+2026", status=Status.ERROR, key=f"{number:032x}"
                )
        run_id = begin(desk)

        done = []
        for _ in range(2):
            desk.step(run_id)
            done.append((desk.run(run_id).done, desk.run(run_id).state))

        assert done == [(20, RunState.RUNNING), (21, RunState.DONE)]

    def test_paused_resumed_and_cancelled_it_keeps_what_it_did(self, desk: RunDesk) -> None:
        fill_two(desk)
        real = for_real(desk, rehearse(desk))
        desk.step(real)

        desk.move(real, RunMove.PAUSE)
        desk.step(real)
        rested = desk.run(real).done
        desk.move(real, RunMove.RESUME)
        desk.step(real)
        desk.move(real, RunMove.CANCEL)

        run = desk.run(real)
        assert (rested, run.done, run.state) == (20, 40, RunState.CANCELLED)
        assert [row.place for row in results(desk, real)] == list(range(1, 41))

    def test_killed_in_the_middle_of_one_it_goes_on_and_deals_with_each_once(self, desk: RunDesk) -> None:
        fill_two(desk)
        real = for_real(desk, rehearse(desk, purpose=Purpose.GENERATE))
        desk.step(real)
        with pytest.raises(_Killed):
            desk.step(real, order_by=failing(_Killed(), after=2))

        cut_off = (desk.run(real).done, len(results(desk, real)))
        run = desk.finish(real)

        assert cut_off == (20, 20)
        assert (run.state, run.done) == (RunState.DONE, 60)
        assert [row.place for row in results(desk, real)] == list(range(1, 61))
        assert len(moved(desk)) == len(set(moved(desk)))

    def test_the_file_names_each_certificate_in_its_course_run(self, desk: RunDesk) -> None:
        numbers = fill_two(desk)
        dry = rehearse(desk, ticked([numbers[0], numbers[-1]]))

        told = lines(desk, dry)

        assert [list(line) for line in told] == [list(runs.CHOSEN_HEADS)] * 2
        assert [(line["username"], line["course_id"]) for line in told] == [
            ("crowd000001", COURSE),
            ("crowd000030", OTHER),
        ]
        assert numbers[-1] == 30 + TWIN
