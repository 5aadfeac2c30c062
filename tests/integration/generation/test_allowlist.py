"""What comes of putting a learner on the allowlist, and of taking them off it (decisions 14, 29, 50)?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories.candidates import FAILING, HTML, LINK, NOISE, PDF, make_candidate, make_holder, make_run
from tests.factories.orders import an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk, steps
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.errors import AlreadyInvalidated, NotEnrolled, NotOnAllowlist, OnAllowlist, UnknownCourse, UnknownLearner
from webapp.models.exceptions import AllowlistEntry
from webapp.services.generation import acts, allowlist
from webapp.services.messages.outbox import Channel

SOON = timedelta(seconds=2)


def entry_of(desk: Desk, course_id: str = HTML) -> AllowlistEntry:
    """Give the only entry of a course run."""
    with desk.look() as session:
        return session.scalars(select(AllowlistEntry).where(AllowlistEntry.course_id == course_id)).one()


class TestGivenALearnerWhoHasNotPassed:
    def test_an_entry_says_who_and_why(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None, **FAILING)

        with desk.work() as session:
            allowlist.allow(session, an_order(note="ill"), "ada", HTML)

        entry, (told,) = entry_of(desk), desk.told()
        assert (entry.allowlisted, entry.notes, entry.created_by, entry.created_at) == (True, "ill", "sam", NOON)
        assert (told.action, told.kind, told.key, told.actor, told.reason) == (
            "allowlist.added", "allowlist", f"ada/{HTML}", "sam", "ill"
        )  # fmt: skip
        assert (desk.certificate("ada", HTML), desk.entries()) == (None, [])

    def test_they_are_judged_a_moment_later(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None, **FAILING)

        with desk.work() as session:
            allowlist.allow(session, an_order(judged_after=SOON), "ada", HTML)

        entry = desk.entry(Channel.GENERATION)
        assert (entry.payload["course_id"], entry.next_try_at) == (HTML, NOON + SOON)
        assert desk.courier.asked == 1

    def test_twice_is_refused(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None, on_allowlist=True)

        with pytest.raises(OnAllowlist), desk.work() as session:
            allowlist.allow(session, an_order(judged_after=SOON), "ada", HTML)

        assert (desk.told(), desk.entries()) == ([], [])

    def test_an_entry_that_says_no_becomes_one_that_says_yes(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None, on_allowlist=True)
            allowlist.disallow(session, an_order(), "ada", HTML)
        later = an_order(now=NOON + timedelta(days=1), note="ill again")

        with desk.work() as session:
            allowlist.allow(session, later, "ada", HTML)

        entry = entry_of(desk)
        assert (entry.allowlisted, entry.notes, entry.created_at) == (True, "ill again", NOON + timedelta(days=1))


class TestGivenWhoCannotBePutOnIt:
    @pytest.mark.parametrize(
        ("candidate", "username", "course_id", "problem"),
        [
            ({"mode": None}, "ada", HTML, NotEnrolled),
            ({}, "ada", CourseId("course-v1:edX+Nobody+2026"), UnknownCourse),
            ({}, "bob", HTML, UnknownLearner),
            ({"invalidated": True}, "ada", HTML, AlreadyInvalidated),
        ],
    )
    def test_the_reason_is_told_and_nothing_written(
        self, desk: Desk, candidate: dict[str, Any], username: str, course_id: CourseId, problem: type[Exception]
    ) -> None:
        with desk.work() as session:
            make_holder(session, Status.UNAVAILABLE, **candidate)

        with pytest.raises(problem), desk.work() as session:
            allowlist.allow(session, an_order(judged_after=SOON), username, course_id)

        assert [entry.course_id for entry in desk.every(AllowlistEntry)] == [NOISE]
        assert (desk.told(), desk.entries()) == ([], [])


class TestGivenALearnerTakenOffIt:
    @pytest.mark.parametrize("course_id", [HTML, PDF])
    def test_an_unearned_certificate_is_taken_away(self, desk: Desk, course_id: CourseId) -> None:
        with desk.work() as session:
            make_holder(session, course_id=course_id, on_allowlist=True, **FAILING)

        with desk.work() as session:
            made = allowlist.disallow(session, an_order(note="a mistake"), "ada", course_id)

        row = desk.held("ada", course_id)
        assert (made.before, made.status) == (Status.DOWNLOADABLE, Status.NOT_PASSING)
        assert (row.status, row.grade, row.verify_uuid) == (Status.NOT_PASSING, "0.42", LINK)
        assert entry_of(desk, course_id).allowlisted is False
        assert steps(desk.moves("ada", course_id)) == [(Status.DOWNLOADABLE, Status.NOT_PASSING, "judged")]
        assert [(told.action, told.reason) for told in desk.told()] == [
            ("allowlist.removed", "a mistake"),
            ("certificate.refused", "a mistake"),
        ]

    def test_an_earned_one_stays(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, on_allowlist=True)
        before = desk.fields("ada", HTML)

        with desk.work() as session:
            made = allowlist.disallow(session, an_order(), "ada", HTML)

        assert (made.status, made.changed, desk.fields("ada", HTML)) == (Status.DOWNLOADABLE, False, before)
        assert [told.action for told in desk.told()] == ["allowlist.removed", "certificate.judged"]

    def test_who_holds_nothing_is_told_so(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None, on_allowlist=True, **FAILING)

        with desk.work() as session:
            made = allowlist.disallow(session, an_order(), "ada", HTML)

        assert (made.before, made.status) == (None, Status.NOT_PASSING)

    @pytest.mark.parametrize("listed", [False, None])
    def test_who_is_not_on_it_is_refused(self, desk: Desk, *, listed: bool | None) -> None:
        with desk.work() as session:
            make_holder(session, on_allowlist=listed is not None)
            if listed is not None:
                allowlist.disallow(session, an_order(), "ada", HTML)
        before = desk.told()

        with pytest.raises(NotOnAllowlist), desk.work() as session:
            allowlist.disallow(session, an_order(), "ada", HTML)

        assert desk.told() == before


class TestGivenAnEntryThatWasMadeMeanwhile:
    def test_generating_goes_by_it(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session, **FAILING)
            acts.generate(session, an_order(), "ada", HTML)
            allowlist.allow(session, an_order(), "ada", HTML)

        with desk.work() as session:
            made = acts.generate(session, an_order(), "ada", HTML)

        assert (made.before, made.status) == (Status.NOT_PASSING, Status.DOWNLOADABLE)
