"""Does a run go over the certificates that were chosen, and over no others, course run by course run (record 35)?"""

import threading

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests.databases import Database, PostgresqlDatabase
from tests.factories.orders import SAM
from tests.factories.population import COURSE
from tests.fakes import NOON
from tests.integration.runs.carrying import RunDesk
from tests.integration.runs.chosen import (
    IN_ERROR,
    OTHER,
    a_choice,
    begin,
    fill_two,
    for_real,
    rehearse,
    results,
    ticked,
)
from tests.waiting import seeing_writers_wait, wait_until
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import RunState
from webapp.errors.desk import NothingChosen, OthersCourses, TooManyChosen
from webapp.models.certificates import CertificateTransition, GeneratedCertificate, GenerationRun
from webapp.models.desk.selections import CertificateSelection, SelectedCertificate
from webapp.models.learners import CourseRole
from webapp.services.generation import runs


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
