"""What does each type of event change, and what follows from it (ecosystem note §2.1, decisions 44, 50)?"""

from datetime import timedelta

import pytest

from tests.factories import events
from tests.factories.candidates import make_candidate
from tests.factories.events import (
    CATALOG,
    COURSE,
    ENROLLED,
    ENROLLMENT_CHANGED,
    GRADE,
    PASSING,
    REGISTERED,
    UNENROLLED,
    UNHEARD_OF,
    attempt_type,
    message,
    structured,
)
from tests.fakes import NOON
from tests.integration.bus.incoming.follower import Follower
from webapp.domain.bus.letters import Closing, Taken, Why
from webapp.services.bus import counting

PLACE = ("ada", COURSE)
OLD = NOON - timedelta(days=8)


class TestGivenAPassingGrade:
    def test_a_certificate_comes_of_it_without_anybody_asking(self, follower: Follower) -> None:
        outcomes = follower.takes(message(ENROLLED, events.enrollment("honor")), message(GRADE, events.grade()))
        follower.judges()

        assert outcomes == [Taken.APPLIED, Taken.APPLIED]
        assert follower.state()["grades"] == {PLACE: (0.87, "B", True)}
        assert follower.certificates() == {PLACE: "downloadable"}

    def test_none_comes_of_it_while_the_switch_is_off(self, follower: Follower) -> None:
        follower.sets(auto_generate=False)

        follower.takes(message(ENROLLED, events.enrollment("honor")), message(GRADE, events.grade()))

        assert follower.state()["grades"] == {PLACE: (0.87, "B", True)}
        assert follower.to_be_judged() == []

    def test_one_of_long_ago_fills_in_facts_and_is_counted(self, follower: Follower) -> None:
        follower.takes(
            message(ENROLLED, events.enrollment("honor"), at=OLD),
            message(GRADE, events.grade(), at=OLD + timedelta(minutes=1)),
        )

        assert follower.state()["grades"] == {PLACE: (0.87, "B", True)}
        assert follower.to_be_judged() == []
        with follower.reading() as session:
            assert counting.read_standing(session).held_back == 1

    def test_one_just_young_enough_leads_to_a_certificate(self, follower: Follower) -> None:
        follower.takes(
            message(ENROLLED, events.enrollment("honor"), at=OLD),
            message(GRADE, events.grade(), at=NOON - timedelta(days=7)),
        )
        follower.judges()

        assert follower.certificates() == {PLACE: "downloadable"}

    def test_it_waits_for_a_learner_whose_number_nobody_told(self, follower: Follower) -> None:
        first = follower.takes(message(GRADE, events.grade(), minute=1))
        waiting = [(one.why, one.waits_for, one.closing) for one in follower.letters()]

        second = follower.takes(message(ENROLLED, events.enrollment("honor"), minute=2))
        follower.judges()

        assert (first, second) == ([Taken.WAITING], [Taken.APPLIED])
        assert waiting == [(Why.WAITING, 7, None)]
        assert [(one.closing, one.told) for one in follower.letters()] == [(Closing.APPLIED, None)]
        assert follower.certificates() == {PLACE: "downloadable"}

    def test_of_a_number_that_two_learners_have_somebody_has_to_look(self, follower: Follower) -> None:
        follower.takes(
            message(REGISTERED, events.registration()), message(REGISTERED, events.registration(username="bob"))
        )

        outcomes = follower.takes(message(GRADE, events.grade()))

        assert outcomes == [Taken.DEAD]
        assert [one.reason for one in follower.letters()] == ["several learners have the number 7"]


class TestGivenAFailingGrade:
    def test_it_takes_the_certificate_away(self, follower: Follower) -> None:
        follower.takes(message(ENROLLED, events.enrollment("honor")), message(GRADE, events.grade()))
        follower.judges()

        follower.takes(message(GRADE, events.grade(0.3, ""), minute=1))
        follower.judges()

        assert follower.state()["grades"] == {PLACE: (0.3, "", False)}
        assert follower.certificates() == {PLACE: "notpassing"}

    def test_one_that_passes_again_before_anybody_judged_takes_nothing(self, follower: Follower) -> None:
        verified = (message(ENROLLED, events.enrollment("verified")), message(GRADE, events.grade()))
        follower.takes(*verified, message(attempt_type("approved"), events.attempt(1)))
        follower.judges()
        expired = events.attempt(1, expires="2026-11-01T00:00:00+00:00")

        follower.takes(message(attempt_type("approved"), expired, minute=1))
        follower.takes(message(GRADE, events.grade(0.3, ""), minute=2))
        follower.takes(message(GRADE, events.grade(0.9, "A"), minute=3))
        to_be_judged = follower.to_be_judged()
        follower.judges()

        assert len(to_be_judged) > 0
        assert follower.certificates() == {PLACE: "downloadable"}

    def test_it_takes_nothing_from_a_learner_on_the_allowlist(self, follower: Follower) -> None:
        with follower.reading() as session:
            make_candidate(session, username="ada", course_id=COURSE, on_allowlist=True, passed=False)
            session.commit()

        follower.takes(message(GRADE, events.grade(0.3, "")))
        follower.judges()

        assert follower.certificates() == {PLACE: "downloadable"}

    def test_nobody_is_judged_who_holds_nothing(self, follower: Follower) -> None:
        follower.takes(message(ENROLLED, events.enrollment("honor")), message(GRADE, events.grade(0.3, "")))

        assert follower.to_be_judged() == []


class TestGivenAPassingStatus:
    def test_it_passes_without_a_grade(self, follower: Follower) -> None:
        follower.takes(message(ENROLLED, events.enrollment("honor")), message(PASSING, events.passing()))
        follower.judges()

        assert follower.state()["grades"] == {PLACE: (None, "", True)}
        assert follower.certificates() == {PLACE: "downloadable"}

    @pytest.mark.parametrize(("status_first", "passes"), [(True, True), (False, True)])
    def test_the_newest_word_of_grade_and_status_counts(
        self, follower: Follower, *, status_first: bool, passes: bool
    ) -> None:
        grade = message(GRADE, events.grade(0.4, ""), minute=1)
        status = message(PASSING, events.passing(), minute=2)
        follower.takes(message(ENROLLED, events.enrollment()))

        for one in (status, grade) if status_first else (grade, status):
            follower.takes(one)

        assert follower.state()["grades"] == {PLACE: (0.4, "", passes)}

    def test_the_name_in_it_is_not_taken_for_the_learners(self, follower: Follower) -> None:
        follower.takes(message(ENROLLED, events.enrollment()), message(PASSING, events.passing(name="A. L."), minute=5))

        assert follower.state()["learners"] == {"ada": (7, "Ada Lovelace", "ada@example.org")}


class TestGivenAnEnrolment:
    def test_learner_course_and_place_are_known(self, follower: Follower) -> None:
        outcomes = follower.takes(message(ENROLLED, events.enrollment("audit")))

        state = follower.state()
        assert outcomes == [Taken.APPLIED]
        assert state["learners"] == {"ada": (7, "Ada Lovelace", "ada@example.org")}
        assert state["courses"] == {COURSE: ("Demonstration", False)}
        assert state["enrollments"] == {PLACE: ("audit", True)}

    def test_an_upgrade_after_the_grade_leads_to_a_certificate(self, follower: Follower) -> None:
        follower.takes(message(ENROLLED, events.enrollment("audit")), message(GRADE, events.grade(), minute=1))
        follower.judges()
        before = follower.certificates()

        follower.takes(message(ENROLLMENT_CHANGED, events.enrollment("professional"), minute=2))
        follower.judges()

        assert before == {PLACE: "audit_passing"}
        assert follower.certificates() == {PLACE: "downloadable"}

    def test_its_end_leaves_the_place_inactive_whatever_it_says(self, follower: Follower) -> None:
        follower.takes(message(ENROLLED, events.enrollment()), message(UNENROLLED, events.enrollment(), minute=1))

        assert follower.state()["enrollments"] == {PLACE: ("verified", False)}

    def test_older_news_never_overwrites_newer(self, follower: Follower) -> None:
        newer = message(ENROLLMENT_CHANGED, events.enrollment("verified", name="Ada King"), minute=2)
        older = message(ENROLLED, events.enrollment("audit", name="Ada Byron"), minute=1)

        outcomes = [*follower.takes(newer), *follower.takes(older)]

        assert outcomes == [Taken.APPLIED, Taken.OLDER]
        assert follower.state()["enrollments"] == {PLACE: ("verified", True)}
        assert follower.state()["learners"] == {"ada": (7, "Ada King", "ada@example.org")}


class TestGivenTheCourseCatalogue:
    def test_it_names_the_course_run(self, follower: Follower) -> None:
        follower.takes(message(CATALOG, events.catalog("Sewing", pacing="self")))

        assert follower.state()["courses"] == {COURSE: ("Sewing", True)}

    def test_its_name_stands_above_one_told_in_passing(self, follower: Follower) -> None:
        follower.takes(message(ENROLLED, events.enrollment(), minute=3))
        follower.takes(message(CATALOG, events.catalog("Sewing"), minute=1))
        follower.takes(message(ENROLLED, events.enrollment(), minute=4))

        assert follower.state()["courses"] == {COURSE: ("Sewing", False)}


class TestGivenAnEventTwice:
    def test_it_is_taken_once(self, follower: Follower) -> None:
        enrolled = message(ENROLLED, events.enrollment("honor"))
        graded = message(GRADE, events.grade())

        outcomes = [*follower.takes(enrolled, graded, graded), *follower.takes(graded)]

        assert outcomes == [Taken.APPLIED, Taken.APPLIED, Taken.DUPLICATE, Taken.DUPLICATE]
        assert len(follower.to_be_judged()) == 1


class TestGivenAMessageOfAnotherKind:
    def test_a_cloud_event_in_structured_mode_is_taken(self, follower: Follower) -> None:
        outcomes = follower.takes(structured(REGISTERED, events.registration()))

        assert outcomes == [Taken.APPLIED]
        assert follower.state()["learners"] == {"ada": (7, "Ada Lovelace", "ada@example.org")}

    def test_an_unknown_type_is_counted_and_passed_over(self, follower: Follower) -> None:
        outcomes = follower.takes(message(UNHEARD_OF, {}, value=b"\xff"), message(UNHEARD_OF, {}, value=b"\xff"))

        with follower.reading() as session:
            counts = counting.read_standing(session).counts
        assert outcomes == [Taken.UNKNOWN, Taken.UNKNOWN]
        assert counts == [(UNHEARD_OF, Taken.UNKNOWN, 2)]
        assert follower.letters() == []

    def test_what_cannot_be_read_is_put_aside_as_it_came(self, follower: Follower) -> None:
        outcomes = follower.takes(message(GRADE, {}, value=b"\xff\xfe"), message(GRADE, {"grade": {"user_id": "?"}}))

        unreadable, nonsense = follower.letters()
        assert outcomes == [Taken.DEAD, Taken.DEAD]
        assert (unreadable.why, unreadable.value, unreadable.told) == (Why.UNREADABLE, b"\xff\xfe", None)
        assert (nonsense.why, nonsense.value, nonsense.told) == (Why.UNREADABLE, None, {"grade": {"user_id": "?"}})

    def test_the_learners_whom_an_import_told_meanwhile_are_found(self, follower: Follower) -> None:
        follower.takes(message(GRADE, events.grade()))
        with follower.reading() as session:
            make_candidate(session, username="ada", course_id=COURSE, mode="honor")
            session.commit()

        follower.consumes()

        assert [one.closing for one in follower.letters()] == [Closing.APPLIED]
