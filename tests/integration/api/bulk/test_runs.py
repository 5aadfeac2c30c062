"""Can a program have a whole course run judged, and see how far it is and what came of it?"""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.factories.accounts import PASSWORD
from tests.factories.orders import SAM
from tests.factories.population import COURSE, Crowd
from tests.factories.programs import Program
from tests.fakes import NOON
from tests.integration.runs.carrying import RunDesk
from tests.integration.runs.chosen import OTHER, begin, fill_two, rehearse
from tests.visitors import Visitor
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import Among, RunState
from webapp.models.audit import AuditEvent
from webapp.models.certificates import GenerationRun
from webapp.models.learners import Learner
from webapp.services.audit import details_of
from webapp.services.generation import runs

GENERATE = {"course_id": COURSE}


class TestGivenAWishForARun:
    def test_it_begins_and_goes_on_by_itself(self, desk: RunDesk, support: Program) -> None:
        desk.fill()

        begun = support.post("runs", {**GENERATE, "dry_run": True})

        run = begun.get_json()
        assert (begun.status_code, begun.headers["Location"]) == (201, f"/api/v1/runs/{run['id']}")
        assert (run["purpose"], run["dry_run"], run["state"], run["done"], run["total"], run["asked_by"]) == (
            "generate", True, "waiting", 0, 50, "sue",
        )  # fmt: skip
        assert desk.finish(run["id"]).state is RunState.DONE

    def test_it_is_audited_as_at_the_desk(self, desk: RunDesk, support: Program) -> None:
        desk.fill()

        number = support.post("runs", GENERATE).get_json()["id"]
        support.post(f"runs/{number}/pause")

        told = [(one.actor, one.action, one.key) for one in desk.told() if one.kind == "run"]
        assert told == [("sue", "run.started", str(number)), ("sue", "run.paused", str(number))]

    def test_statuses_alone_say_what_is_made_anew(self, desk: RunDesk, support: Program) -> None:
        desk.fill(Crowd(200, exceptions=0))

        run = support.post("runs", {**GENERATE, "statuses": ["error", "downloadable"]}).get_json()

        assert (run["purpose"], run["statuses"]) == ("regenerate", ["downloadable", "error"])

    @pytest.mark.any_database
    @pytest.mark.parametrize("among", Among)
    def test_it_says_for_whom_a_run_generates(self, desk: RunDesk, support: Program, among: Among) -> None:
        desk.fill()

        run = support.post("runs", {**GENERATE, "among": among.value, "dry_run": True}).get_json()

        assert (run["purpose"], run["among"]) == ("generate", among.value)
        assert (run["total"] == 50) is (among is Among.EVERYBODY)
        assert desk.finish(run["id"]).done == run["total"]

    def test_of_two_that_change_something_the_second_is_refused(self, desk: RunDesk, support: Program) -> None:
        desk.fill()
        support.post("runs", GENERATE)

        answer = support.post("runs", GENERATE)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (409, "run_open")
        assert len(desk.every(GenerationRun)) == 1

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("body", "status", "code", "field"),
        [
            ({}, 422, "invalid", "course_id"),
            ({"course_id": "x"}, 422, "invalid", "course_id"),
            ({"course_id": "course-v1:edX+None+1"}, 404, "unknown_course", None),
            ({**GENERATE, "purpose": "judge_anew"}, 422, "invalid", "purpose"),
            ({**GENERATE, "purpose": "regenerate"}, 422, "status_missing", None),
            ({**GENERATE, "purpose": "generate", "statuses": ["error"]}, 422, "invalid", "statuses"),
            ({**GENERATE, "statuses": ["error"]}, 422, "status_not_present", None),
            ({**GENERATE, "statuses": ["gone"]}, 422, "invalid", "statuses"),
            ({**GENERATE, "among": "some"}, 422, "invalid", "among"),
            ({**GENERATE, "among": "allowlisted", "statuses": ["error"]}, 422, "invalid", "among"),
            ({**GENERATE, "dry_run": "yes"}, 422, "invalid", "dry_run"),
            ({**GENERATE, "dryrun": True}, 422, "invalid", "dryrun"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_begun(
        self, desk: RunDesk, support: Program, body: dict[str, Any], status: int, code: str, field: str | None
    ) -> None:
        desk.fill()

        answer = support.post("runs", body)

        said = answer.get_json(force=True)
        assert (answer.status_code, said["code"]) == (status, code)
        assert [fault["field"].partition("[")[0] for fault in said.get("errors", [])] == ([field] if field else [])
        assert desk.every(GenerationRun) == []

    @pytest.mark.any_database
    def test_sent_again_under_its_key_it_begins_once(self, desk: RunDesk, support: Program) -> None:
        desk.fill()

        first, again = (support.post("runs", GENERATE, Idempotency_Key="tonight") for _ in range(2))

        assert (first.status_code, again.status_code, again.data) == (201, 201, first.data)
        assert len(desk.every(GenerationRun)) == 1


class TestGivenARun:
    def test_it_tells_how_far_it_is_and_what_came_of_its_learners(self, desk: RunDesk, viewer: Program) -> None:
        desk.fill(Crowd(60, seed=3))
        number = desk.start()
        desk.step(number)

        said = viewer.get(f"runs/{number}").get_json()

        with desk.look() as session:
            sums = runs.summarise(session, runs.get_run(session, number))
        assert (said["state"], said["done"]) == ("running", sum(one.learners for one in sums))
        assert [(one["status"], one["refused_by"], one["learners"]) for one in said["results"]] == [
            (one.status, one.refused_by or None, one.learners) for one in sums
        ]

    def test_whoever_has_it_already_is_told_so_until_it_goes_on(self, desk: RunDesk, viewer: Program) -> None:
        desk.fill()
        number = desk.start()
        seen = viewer.get(f"runs/{number}").headers["ETag"]

        again = viewer.get(f"runs/{number}", If_None_Match=seen)
        desk.step(number)
        after = viewer.get(f"runs/{number}", If_None_Match=seen)

        assert (again.status_code, after.status_code) == (304, 200)

    def test_it_is_paused_resumed_and_ended(self, desk: RunDesk, support: Program) -> None:
        desk.fill()
        number = desk.start()

        states = [support.post(f"runs/{number}/{move}").get_json()["state"] for move in ("pause", "resume", "cancel")]

        assert states == ["paused", "waiting", "cancelled"]

    @pytest.mark.any_database
    @pytest.mark.parametrize("move", ["pause", "resume", "cancel"])
    def test_what_is_over_stays_so(self, desk: RunDesk, support: Program, move: str) -> None:
        desk.fill()
        number = desk.start(dry_run=True)
        desk.finish(number)

        answer = support.post(f"runs/{number}/{move}")

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (409, "run_move_refused")

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("method", "path", "code"),
        [
            ("GET", "runs/4711", "unknown_run"),
            ("GET", "runs/4711/results.csv", "unknown_run"),
            ("POST", "runs/4711/pause", "unknown_run"),
            ("GET", f"runs/{2**40}", "not_found"),
            ("GET", "runs/x", "not_found"),
        ],
    )
    def test_another_number_is_none(self, support: Program, method: str, path: str, code: str) -> None:
        answer = support.ask(method, path)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (404, code)


class TestGivenSeveralRuns:
    def test_pages_lead_through_them_the_newest_first(self, desk: RunDesk, viewer: Program) -> None:
        desk.fill()
        numbers = [desk.start(dry_run=True) for _ in range(3)]

        first = viewer.get("runs?limit=2")
        second = viewer.get(f"runs?limit=2&cursor={first.get_json()['next']}")

        found = [one["id"] for answer in (first, second) for one in answer.get_json()["results"]]
        assert found == numbers[::-1]
        assert second.get_json()["next"] is None
        assert viewer.get("runs?limit=2", If_None_Match=first.headers["ETag"]).status_code == 304

    @pytest.mark.any_database
    def test_they_are_found_by_course_run_and_state(self, desk: RunDesk, viewer: Program) -> None:
        desk.fill()
        done, waiting = desk.start(dry_run=True), desk.start()
        desk.finish(done)

        found = [
            [one["id"] for one in viewer.get(f"runs?{query}").get_json()["results"]]
            for query in ("state=done", f"course_id={COURSE}", "course_id=course-v1:edX%2BNone%2B1")
        ]

        assert found == [[done], [waiting, done], []]
        assert viewer.get("runs?state=over").get_json(force=True)["code"] == "bad_filter"


class TestGivenARunOverChosenCertificates:
    def test_it_is_told_with_what_they_were_chosen_by_and_of_no_course_run(
        self, desk: RunDesk, viewer: Program
    ) -> None:
        fill_two(desk)
        number = rehearse(desk)

        told = viewer.get(f"runs/{number}").get_json()
        file = list(csv.DictReader(io.StringIO(viewer.get(f"runs/{number}/results.csv").text)))

        assert (told["course_id"], told["chosen"], told["done"], told["total"]) == (None, "Status: Error", 60, 60)
        assert sum(one["learners"] for one in told["results"]) == 60
        assert {row["course_id"] for row in file} == {COURSE, OTHER}

    def test_it_is_paused_and_ended_as_any_other(self, desk: RunDesk, support: Program) -> None:
        fill_two(desk)
        number = begin(desk)

        states = [support.post(f"runs/{number}/{move}").get_json()["state"] for move in ("pause", "resume", "cancel")]

        assert states == ["paused", "waiting", "cancelled"]


class TestGivenTheResultsOfARun:
    def test_they_are_streamed_row_by_row_and_hold_no_formula(self, desk: RunDesk, viewer: Program) -> None:
        (first, *_) = desk.fill(Crowd(1_100, certificates=0, exceptions=0))
        with desk.work() as session:
            session.execute(update(Learner).where(Learner.id == first).values(username="=cmd|calc"))
            number = runs.start_run(session, SAM, COURSE, Purpose.GENERATE, dry_run=True, now=NOON).id
        desk.finish(number)

        answer = viewer.get(f"runs/{number}/results.csv")

        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert "Content-Length" not in answer.headers  # it is streamed
        assert answer.headers["Content-Disposition"] == f"attachment; filename=run-{number}.csv"
        assert len(rows) == 1_100
        assert rows[0] == {
            "username": "'=cmd|calc",
            "status_before": "",
            "status_after": Status.NOT_PASSING.value,
            "refused_by": "not_passing",
            "queued": "false",
        }

    @pytest.mark.any_database
    @pytest.mark.parametrize("form", ["api/v1/runs/{}/results.csv", "runs/{}/results"])
    def test_who_took_them_is_written_down(self, desk: RunDesk, viewer: Program, form: str) -> None:
        desk.fill(Crowd(3, certificates=0, exceptions=0))
        number = desk.start(dry_run=True)
        desk.finish(number)
        visitor = Visitor(viewer.app)
        visitor.sign_in("vera", PASSWORD)

        answer = visitor.client.get("/" + form.format(number))

        assert len(answer.text.splitlines()) == 4
        with desk.look() as session:
            found = session.scalars(select(AuditEvent).where(AuditEvent.kind == "list").order_by(AuditEvent.seq)).all()
            assert [(event.action, event.actor_name, event.key, details_of(event)) for event in found] == [
                ("list.exported", "vera", f"run-{number}", {"format": "csv", "filters": {}}),
                ("list.export_ended", "vera", f"run-{number}", {"rows": 3, "complete": True}),
            ]


@pytest.mark.any_database
class TestGivenSomebodyElse:
    @pytest.mark.parametrize("path", ["runs", "runs/1/pause", "runs/1/resume", "runs/1/cancel"])
    def test_whoever_only_reads_begins_and_ends_none(self, desk: RunDesk, viewer: Program, path: str) -> None:
        answer = viewer.post(path, GENERATE)

        assert (answer.status_code, answer.get_json(force=True)["code"]) == (403, "role")
