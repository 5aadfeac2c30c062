"""Do the commands of invalidations declare certificates void, and take that back?"""

import pytest

from tests.factories.candidates import HTML, make_candidate, make_holder
from tests.factories.certificates import make_certificate
from tests.factories.exceptions import make_invalidation
from tests.integration.cli.terminal import Terminal, rows
from webapp.domain.certificates.statuses import Status
from webapp.models.exceptions import Invalidation
from webapp.services.exports.sources import PAGE

pytestmark = pytest.mark.any_database

PLACE = ("--username", "ada", "--course", HTML)
ELSEWHERE = "course-v1:Noise+Web+2026"


class TestGivenAnIssuedCertificate:
    def test_it_is_declared_void_with_the_note(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session)

        told = terminal.done("invalidations", "add", *PLACE, "--notes", "not her own work")

        row, newest = terminal.held("ada", HTML), terminal.every(Invalidation)[-1]
        assert told == f"The certificate of ada in {HTML} is invalidated: unavailable.\n"
        assert row.status is Status.UNAVAILABLE
        assert (newest.certificate_id, newest.notes, newest.invalidated_by) == (
            row.id,
            "not her own work",
            "command line",
        )

    @pytest.mark.parametrize(
        ("status", "why"),
        [
            (None, f"ada has no certificate in {HTML}."),
            (Status.ERROR, "Only an issued certificate can be invalidated; this one's status is Error."),
        ],
    )
    def test_where_there_is_none_it_is_refused(self, terminal: Terminal, status: Status | None, why: str) -> None:
        with terminal.work() as session:
            make_holder(session, status)

        told = terminal.refused("invalidations", "add", *PLACE)

        assert told == why

    def test_one_on_the_allowlist_is_refused(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, on_allowlist=True)

        told = terminal.refused("invalidations", "add", *PLACE)

        assert told == f"ada is on the allowlist of {HTML}; take the learner off it first."


class TestGivenAnInvalidation:
    def test_its_end_says_what_is_left_to_do(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True)

        told = terminal.done("invalidations", "end", *PLACE)

        assert told.splitlines() == [
            f"The invalidation of ada's certificate in {HTML} has ended.",
            "The certificate stays as it is until it is made anew: certdesk certificates regenerate",
        ]
        assert terminal.held("ada", HTML).status is Status.UNAVAILABLE

    def test_there_is_no_second_end(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, Status.UNAVAILABLE)

        told = terminal.refused("invalidations", "end", *PLACE)

        assert told == f"No invalidation of ada's certificate in {HTML} is active."

    @pytest.mark.parametrize("act", ["add", "end"])
    def test_an_unknown_learner_is_refused(self, terminal: Terminal, act: str) -> None:
        told = terminal.refused("invalidations", act, *PLACE)

        assert told == "There is no learner “ada”."


class TestGivenAList:
    def test_those_that_are_active_are_named(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True)
            held = make_certificate(session, "bob", HTML, status=Status.DOWNLOADABLE, key="b" * 32)
            make_invalidation(session, held, active=False)

        told = terminal.done("invalidations", "list", "--course", HTML)
        everywhere = terminal.objects("invalidations", "list")

        assert [row[:2] for row in rows(told)] == [["ada", HTML]]
        assert [one["course_id"] for one in everywhere] == [HTML, ELSEWHERE]

    def test_programs_get_an_object_a_line(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            make_holder(session, Status.UNAVAILABLE, invalidated=True)

        (said,) = terminal.objects("invalidations", "list", "--course", HTML)

        said.pop("id")
        assert said == {
            "username": "ada",
            "course_id": HTML,
            "certificate_id": terminal.held("ada", HTML).id,
            "notes": "copied",
            "active": True,
            "invalidated_by": "sam",
            "created_at": "2026-11-21T12:00:00Z",
            "ended_at": None,
        }

    def test_more_than_a_page_of_it_is_whole(self, terminal: Terminal) -> None:
        with terminal.work() as session:
            for number in range(PAGE + 1):
                username = f"learner{number:04}"
                make_candidate(session, username, percent=None, id_status="")
                held = make_certificate(session, username, HTML, status=Status.UNAVAILABLE, key=f"{number:032x}")
                make_invalidation(session, held)

        said = terminal.objects("invalidations", "list", "--course", HTML)

        assert [one["username"] for one in said] == [f"learner{number:04}" for number in range(PAGE, -1, -1)]
