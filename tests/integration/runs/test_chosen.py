"""Does a run go over the certificates that were chosen, and over no others, course run by course run (record 35)?"""

import threading

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests.databases import Database, PostgresqlDatabase
from tests.factories.certificates import make_certificate
from tests.factories.exceptions import make_allowlist_entry
from tests.factories.orders import SAM
from tests.factories.population import COURSE, TWIN
from tests.fakes import NOON
from tests.integration.runs.carrying import RunDesk
from tests.integration.runs.chosen import (
    IN_ERROR,
    OTHER,
    a_choice,
    begin,
    fill_two,
    for_real,
    lines,
    rehearse,
    results,
    ticked,
)
from tests.integration.runs.test_cut_off import failing
from tests.waiting import seeing_writers_wait, wait_until
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import LEFT_OUT, RunMove, RunState
from webapp.errors import UnknownRun
from webapp.errors.desk import NothingChosen, NotRehearsed, OthersCourses, TooManyChosen
from webapp.models.certificates import CertificateTransition, GeneratedCertificate, GenerationRun
from webapp.models.desk.selections import CertificateSelection, SelectedCertificate
from webapp.models.learners import CourseRole, Learner
from webapp.services.generation import runs


class _Killed(BaseException):
    """What no code of ours catches."""


def kept(desk: RunDesk) -> list[int]:
    rows: list[SelectedCertificate] = desk.every(SelectedCertificate)
    return [row.certificate_id for row in sorted(rows, key=lambda row: row.place)]


def moved(desk: RunDesk) -> list[int]:
    return sorted(move.certificate_id for move in desk.every(CertificateTransition))


def teach(desk: RunDesk, learner_id: int, *courses: str) -> None:
    with desk.work() as session:
        session.add_all(CourseRole(learner_id=learner_id, course_id=one, role="staff") for one in courses)


class TestGivenCertificatesThatWereTicked:
    def test_those_are_kept_and_a_dry_run_waits(self, desk: RunDesk) -> None:
        numbers = fill_two(desk)
        chosen = [numbers[40], numbers[3], numbers[7]]

        run_id = begin(desk, ticked(chosen))

        run = desk.run(run_id)
        assert kept(desk) == [numbers[3], numbers[7], numbers[40]]
        assert (run.course_id, run.chosen, run.dry_run, run.total) == ("", "3 that were ticked", True, 3)
        assert (run.state, run.asked_by) == (RunState.WAITING, SAM.name)

    def test_the_wish_is_audited_with_what_they_were_chosen_by(self, desk: RunDesk) -> None:
        fill_two(desk)

        run_id = begin(desk)

        (told,) = desk.told()
        assert (told.action, told.kind, told.key, told.actor) == ("run.started", "run", str(run_id), "sam")
        assert (told.details["chosen"], told.details["course_id"]) == ("Status: Error", None)
        assert (told.details["dry_run"], told.details["total"]) == (True, 60)

    def test_gone_over_nothing_is_changed_and_each_has_its_row(self, desk: RunDesk) -> None:
        numbers = fill_two(desk)

        run_id = rehearse(desk, ticked(numbers[28:32]))

        assert [(row.course_id, row.status_before) for row in results(desk, run_id)] == [
            (COURSE, Status.ERROR),
            (COURSE, Status.ERROR),
            (OTHER, Status.ERROR),
            (OTHER, Status.ERROR),
        ]
        assert moved(desk) == []

    def test_none_is_refused(self, desk: RunDesk) -> None:
        fill_two(desk)

        with pytest.raises(NothingChosen):
            begin(desk, ticked([]))

        assert desk.every(CertificateSelection) == desk.every(GenerationRun) == []


class TestGivenAllThatMatch:
    def test_all_are_kept_course_run_by_course_run(self, desk: RunDesk) -> None:
        numbers = fill_two(desk)

        run_id = begin(desk)

        (selection,) = desk.every(CertificateSelection)
        assert kept(desk) == numbers
        assert (selection.size, selection.courses, desk.run(run_id).total) == (60, 2, 60)

    def test_what_matches_later_is_not_gone_over(self, desk: RunDesk) -> None:
        numbers = fill_two(desk)
        with desk.work() as session:
            session.execute(
                update(GeneratedCertificate).where(GeneratedCertificate.id == numbers[0]).values(status="deleted")
            )
        run_id = begin(desk)
        with desk.work() as session:
            session.execute(
                update(GeneratedCertificate).where(GeneratedCertificate.id == numbers[0]).values(status="error")
            )

        desk.finish(run_id)

        assert desk.run(run_id).done == 59

    def test_more_than_one_run_takes_is_refused_with_the_number(self, desk: RunDesk) -> None:
        fill_two(desk)

        with pytest.raises(TooManyChosen, match="More than 59 certificates match"):
            begin(desk, at_most=59)

        assert desk.every(SelectedCertificate) == desk.every(GenerationRun) == []

    def test_they_are_counted_no_further_than_that(self, desk: RunDesk) -> None:
        fill_two(desk)

        with desk.look() as session:
            number = runs.count_matching(session, IN_ERROR)

        assert number == 60


class TestGivenAFormThatIsSentTwice:
    def test_it_is_one_run(self, desk: RunDesk) -> None:
        fill_two(desk)

        first, second = begin(desk), begin(desk)

        assert first == second
        assert len(desk.every(GenerationRun)) == 1

    def test_another_choice_of_the_same_page_is_another(self, desk: RunDesk) -> None:
        numbers = fill_two(desk)

        begun = {begin(desk), begin(desk, ticked(numbers[:2])), begin(desk, purpose=Purpose.GENERATE)}

        assert len(begun) == 3

    def test_sent_twice_at_once_it_is_one_run_too(self, desk: RunDesk, database: Database) -> None:
        if not isinstance(database, PostgresqlDatabase):
            pytest.skip("SQLite lets one writer in at a time")
        fill_two(desk)
        begun: list[int] = []

        with seeing_writers_wait(desk.app) as somebody_waits, desk.work() as session:
            first = runs.start_chosen(session, SAM, a_choice(*IN_ERROR), Purpose.REGENERATE, now=NOON)
            second = threading.Thread(target=lambda: begun.append(begin(desk)))
            second.start()
            wait_until(somebody_waits)
        second.join()

        assert begun == [first.id]


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


class TestGivenSomebodyWhoTeaches:
    def test_all_of_their_own_course_runs_may_be_chosen(self, desk: RunDesk) -> None:
        fill_two(desk)
        teach(desk, 1, COURSE, OTHER)

        run_id = begin(desk, team_of=1)

        desk.finish(run_id)
        assert desk.run(for_real(desk, run_id, team_of=1)).total == 60

    def test_one_of_another_is_refused_with_how_many(self, desk: RunDesk) -> None:
        fill_two(desk)
        teach(desk, 1, COURSE)

        with pytest.raises(OthersCourses, match="30 of the chosen certificates"):
            begin(desk, team_of=1)

        assert desk.every(GenerationRun) == desk.every(SelectedCertificate) == []

    def test_whoever_teaches_no_more_does_not_do_it_for_real(self, desk: RunDesk, session: Session) -> None:
        fill_two(desk)
        teach(desk, 1, COURSE, OTHER)
        dry = rehearse(desk)
        session.execute(delete(CourseRole).where(CourseRole.course_id == OTHER))
        session.commit()

        with pytest.raises(OthersCourses):
            for_real(desk, dry, team_of=1)
