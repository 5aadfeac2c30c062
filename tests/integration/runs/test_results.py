"""What does a run tell of its learners, one by one and in sums, and of itself?"""

from tests.factories.orders import SAM
from tests.factories.population import COURSE, Crowd
from tests.integration.runs.carrying import RunDesk
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.services.generation import runs
from webapp.services.generation.runs import Sum

MIXED = Crowd(120, seed=3)


class TestGivenARunThatIsDone:
    def test_its_sums_are_those_of_its_results(self, desk: RunDesk) -> None:
        desk.fill(MIXED)
        run_id = desk.start()
        desk.finish(run_id)
        endings = [(one.status_after, one.refused_by) for one in desk.results(run_id)]

        with desk.look() as session:
            sums = runs.summarise(session, runs.get_run(session, run_id))

        assert {(one.status, one.refused_by): one.learners for one in sums} == {
            ending: endings.count(ending) for ending in endings
        }
        assert sums == sorted(sums, key=lambda one: (one.status or "", one.refused_by))
        assert Sum(Status.DOWNLOADABLE, "", endings.count((Status.DOWNLOADABLE, ""))) in sums

    def test_each_result_says_before_after_and_why(self, desk: RunDesk) -> None:
        desk.fill(MIXED)
        before = desk.statuses()
        run_id = desk.start()
        desk.finish(run_id)
        after = desk.statuses()

        found = desk.results(run_id)

        assert [one.username for one in found] == [f"crowd{one.learner_id:06}" for one in found]
        assert [one.status_before for one in found] == [before.get(one.learner_id) for one in found]
        assert [one.status_after for one in found] == [after.get(one.learner_id) for one in found]
        assert {one.refused_by for one in found} > {"", "not_passing", "already_issued", "mode_not_eligible"}

    def test_another_runs_results_are_left_out(self, desk: RunDesk) -> None:
        desk.fill(MIXED)
        first, second = desk.start(dry_run=True), desk.start()
        desk.finish(first)
        desk.step(second)

        numbers = len(desk.results(first)), len(desk.results(second))

        assert numbers == (desk.run(first).done, 20)

    def test_they_are_read_a_page_at_a_time(self, desk: RunDesk) -> None:
        desk.fill()
        run_id = desk.start(dry_run=True)
        desk.finish(run_id)
        whole = desk.results(run_id)

        with desk.look() as session:
            first = runs.list_results(session, run_id, at_most=30)
            rest = runs.list_results(session, run_id, after=first[-1].learner_id, at_most=30)
            everything = [*runs.results_of(runs.get_run(session, run_id)).rows(session)]

        assert (len(first), len(rest)) == (30, 20)
        assert first + rest == whole
        assert [one["username"] for one in everything] == [one.username for one in whole]


class TestGivenSeveralRuns:
    def test_they_are_listed_newest_first(self, desk: RunDesk) -> None:
        desk.fill()
        begun = [desk.start(dry_run=True) for _ in range(3)]

        with desk.look() as session:
            found = [run.id for run in runs.list_runs(session, at_most=2)]
            elsewhere = runs.list_runs(session, course_id=CourseId("course-v1:No+Such+Run"), at_most=2)

        assert found == [begun[2], begun[1]]
        assert elsewhere == []

    def test_those_that_go_are_carried_forward_in_turn(self, desk: RunDesk) -> None:
        desk.fill()
        first, second = desk.start(dry_run=True), desk.start(dry_run=True)

        with desk.look() as session:
            going = runs.list_going(session)

        assert going == [first, second]

    def test_one_is_an_object_that_programs_read(self, desk: RunDesk) -> None:
        desk.fill(Crowd(40, exceptions=0, statuses=(Status.ERROR,)))
        held = len(desk.statuses())
        run_id = desk.start(Purpose.REGENERATE, statuses=[Status.ERROR])
        desk.finish(run_id)

        told = runs.as_object(desk.run(run_id))

        assert told == {
            "id": run_id,
            "course_id": COURSE,
            "chosen": None,
            "purpose": "regenerate",
            "among": "all",
            "statuses": ["error"],
            "dry_run": False,
            "state": "done",
            "done": held,
            "total": held,
            "left_out": 0,
            "asked_by": SAM.name,
            "created_at": "2026-11-21T12:00:00Z",
            "started_at": "2026-11-21T12:00:00Z",
            "finished_at": "2026-11-21T12:00:00Z",
            "problem": "",
        }
