"""Can a learner ask for their certificate where that leads to something, and nowhere else?"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import FAILING, HTML, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.factories.governance import open_up
from tests.visitors import Visitor
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate

BUTTON = "Ask for it"


def signed_in(visitor: Visitor, session: Session) -> Visitor:
    """Ada, with the account that is tied to her."""
    visitor.sign_in("ada", PASSWORD)
    session.rollback()
    return visitor


def ada(session: Session, **facts: object) -> None:
    """Make a learner of the course run, with an account."""
    make_run(session, display_name="Web Weaving", self_paced=True)
    learner = make_candidate(session, **facts)  # type: ignore[arg-type]  # each test names its own
    make_account(session, "ada", learner_id=learner.id)


@pytest.mark.any_database
class TestGivenACourseThatTakesRequests:
    def test_who_has_passed_asks_and_has_the_certificate(self, visitor: Visitor, session: Session) -> None:
        ada(session)
        open_up(session)
        session.commit()
        learner = signed_in(visitor, session)

        before = learner.get("/")
        answer = learner.post("/ask", {"course_id": HTML}, of="/")
        after = learner.get("/")

        assert "Web Weaving" in before
        assert BUTTON in before
        assert answer.status_code == 303
        assert "Web Weaving: Your certificate is ready." in after
        assert BUTTON not in after
        status, uuid = session.execute(select(GeneratedCertificate.status, GeneratedCertificate.verify_uuid)).one()
        assert status is Status.DOWNLOADABLE
        assert f"/certificates/{uuid}.pdf" in after

    def test_who_has_not_passed_is_told_so(self, visitor: Visitor, session: Session) -> None:
        ada(session, **FAILING)
        open_up(session)
        session.commit()
        learner = signed_in(visitor, session)

        learner.post("/ask", {"course_id": HTML}, of="/")

        assert "Web Weaving: You have not passed this course yet." in learner.get("/")
        assert session.scalars(select(GeneratedCertificate.status)).one() is Status.NOT_PASSING

    def test_who_cannot_have_one_at_all_is_told_so(self, visitor: Visitor, session: Session) -> None:
        ada(session, mode="audit")
        open_up(session)
        session.commit()
        learner = signed_in(visitor, session)

        learner.post("/ask", {"course_id": HTML}, of="/")

        assert "Web Weaving: There is no certificate for you yet." in learner.get("/")

    @pytest.mark.parametrize("status", Status)
    def test_the_button_stands_where_asking_leads_to_something(
        self, visitor: Visitor, session: Session, status: Status
    ) -> None:
        ada(session)
        make_certificate(session, "ada", HTML, status=status)
        open_up(session)
        session.commit()
        learner = signed_in(visitor, session)

        offered = BUTTON in learner.get("/")

        assert offered == (status in (Status.UNAVAILABLE, Status.NOT_PASSING, Status.ERROR))


class TestGivenACourseThatTakesNone:
    @pytest.mark.parametrize(("everywhere", "here"), [(False, True), (True, False)])
    def test_nothing_is_offered_and_a_request_changes_nothing(
        self, visitor: Visitor, session: Session, *, everywhere: bool, here: bool
    ) -> None:
        ada(session)
        open_up(session, everywhere=everywhere, here=here)
        session.commit()
        learner = signed_in(visitor, session)

        offered = BUTTON in learner.get("/")
        learner.post("/ask", {"course_id": HTML}, of="/login")

        assert not offered
        assert "This course takes no requests at the moment." in learner.get("/")
        assert session.scalar(select(GeneratedCertificate.id)) is None

    def test_an_account_of_no_learner_has_nobody_to_be_judged(self, visitor: Visitor, session: Session) -> None:
        make_account(session, "ada")
        session.commit()
        learner = signed_in(visitor, session)

        answer = learner.post("/ask", {"course_id": HTML}, of="/login")

        assert answer.status_code == 303
        assert "tied to no learner" in learner.get("/")
