"""What do the buttons of the allowlist and of invalidations do, and what does the next page say?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import FAILING, make_holder
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import NOTE, SupportPage
from tests.integration.learners.rows import status_of, told
from webapp.domain.certificates.statuses import Status

pytestmark = pytest.mark.any_database


class TestGivenTheAllowlist:
    def test_a_learner_is_put_on_it_and_judged_a_moment_later(
        self, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        desk.sets(delay_seconds=0)
        make_holder(session, Status.NOT_PASSING, **FAILING)
        session.commit()

        said = support.does("allow", note=NOTE)
        desk.send()

        assert said == "On the allowlist, and judged by its rules in a moment. Generate does it at once."
        assert status_of(session) is Status.DOWNLOADABLE
        assert told(session)[0] == ("allowlist.added", "sam", NOTE)
        assert f"By sam: {NOTE}" in support.text()

    def test_where_nothing_goes_by_itself_generate_follows(
        self, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        desk.sets(auto_generate=False)
        make_holder(session, Status.NOT_PASSING, **FAILING)
        session.commit()

        said = [support.does("allow", note=NOTE), support.does("generate")]

        assert said[0].startswith("On the allowlist. Generate the certificate now")
        assert said[1] == "Issued. The learner can open the certificate now."
        assert desk.send() == 2  # tracking events

    def test_taking_a_learner_off_it_judges_them_anew(self, support: SupportPage, session: Session) -> None:
        make_holder(session, on_allowlist=True, **FAILING)
        session.commit()

        said = support.does("disallow", note=NOTE)

        assert said == (
            "Taken off the allowlist. The certificate is taken away because the grade is not a passing one. "
            "The status is now “Not passing”."
        )
        assert status_of(session) is Status.NOT_PASSING

    def test_a_certificate_that_is_earned_anyway_stays(self, support: SupportPage, session: Session) -> None:
        make_holder(session, on_allowlist=True)
        session.commit()

        said = support.does("disallow", note=NOTE)

        assert said.startswith("Taken off the allowlist. The course’s own rules give the certificate too")
        assert status_of(session) is Status.DOWNLOADABLE

    def test_where_there_is_none_that_is_said(self, support: SupportPage, session: Session) -> None:
        make_holder(session, None, on_allowlist=True, beta_tester=True)
        session.commit()

        said = support.does("disallow", note=NOTE)

        assert said == "Taken off the allowlist. There is still no certificate."


class TestGivenInvalidations:
    def test_a_certificate_is_declared_void(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        said = support.does("invalidate", note=NOTE)

        assert said.startswith("Invalidated. Its link says that it is not valid any more")
        assert status_of(session) is Status.UNAVAILABLE
        assert told(session) == [("certificate.invalidated", "sam", NOTE)]
        assert support.verdict() == "Ada Lovelace has no certificate because sam has invalidated it."

    def test_that_can_be_undone(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()
        support.does("invalidate", note=NOTE)

        said = [support.does("end_invalidation", note="a mistake"), support.does("regenerate")]

        assert said[0].startswith("The invalidation is ended.")
        assert said[1].startswith("Issued.")
        assert status_of(session) is Status.DOWNLOADABLE


class TestGivenTheDayOfIssue:
    def test_another_is_shown_and_then_its_own_again(self, support: SupportPage, session: Session) -> None:
        make_holder(session)
        session.commit()

        said = support.does("override_date", note=NOTE, day="2026-01-31")
        shown = support.text()
        said_then = support.does("end_date_override", note=NOTE)

        assert said == "Its page shows 2026-01-31 as the day of issue."
        assert f"Day shown instead January 31, 2026 By sam: {NOTE}" in shown
        assert said_then == "Its page shows its own day of issue again."
        assert "Day shown instead" not in support.text()
        assert [event[0] for event in told(session)] == [
            "certificate.date_overridden",
            "certificate.date_override_ended",
        ]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"day": ""}, "Say which day the certificate shall show, as year, month and day: 2026-01-31."),
            ({"day": "31.1.2026"}, "Say which day the certificate shall show, as year, month and day: 2026-01-31."),
            ({"day": "2999-01-01"}, "A certificate shows a day between 1970-01-01 and today, not 2999-01-01."),
            ({"day": "2026-01-31", "note": ""}, "Say in a note why."),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(
        self, support: SupportPage, session: Session, typed: dict[str, str], said: str
    ) -> None:
        make_holder(session)
        session.commit()

        answer = support.does("override_date", **{"note": NOTE, **typed})

        assert said in answer
        assert told(session) == []

    def test_one_that_is_not_issued_offers_no_day(self, support: SupportPage, session: Session) -> None:
        make_holder(session, Status.NOT_PASSING, **FAILING)
        session.commit()

        assert not {"override_date", "end_date_override"} & set(support.forms())
