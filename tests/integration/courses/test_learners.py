"""Is everybody of a course run among its learners, whatever became of them?"""

import re
from html import unescape

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.factories.population import COURSE, Crowd, make_crowd_in
from tests.integration.courses.pages import CoursePage
from webapp.domain.certificates.statuses import Status
from webapp.models.learners import Enrollment
from webapp.services.courses.people import LOOKED_AT, PAGE

pytestmark = pytest.mark.any_database

ELSEWHERE = "course-v1:edX+Else+2026"


def pages_of(page: CoursePage, **more: object) -> list[list[str]]:
    """Give the user names on each page of the list, one page after the other."""
    pages: list[list[str]] = []
    place: dict[str, str] = {}
    while True:
        markup = page.markup("learners", **more, **place)
        pages.append(re.findall(r'<span class="cell-hint"><bdi>([^<]+)</bdi>', markup))
        older = re.search(r'rel="next" href="[^"]*[?&]after=([^"&]+)', unescape(markup))
        if older is None:
            return pages
        place = {"after": older[1]}


def make_holders(session: Session, number: int) -> list[str]:
    """Make learners who hold a certificate, and give their names."""
    names = [f"holder{one}" for one in range(number)]
    for name in names:
        make_candidate(session, name)
        make_certificate(session, name, HTML, key="", status=Status.DOWNLOADABLE)
    return names


class TestGivenLearnersOfWhomSomeWereNeverJudged:
    @pytest.fixture(autouse=True)
    def _course(self, session: Session) -> None:
        make_run(session)
        make_run(session, ELSEWHERE)
        judged = {"issued": Status.DOWNLOADABLE, "failed": Status.ERROR, "waits": Status.GENERATING}
        for name in ("never", *judged):
            make_candidate(session, name, name=f"Somebody {name.title()}")
        for name, status in judged.items():
            make_certificate(session, name, HTML, key="", status=status)
        make_certificate(session, "never", ELSEWHERE, key="", status=Status.DOWNLOADABLE)
        make_candidate(session, "elsewhere", ELSEWHERE)
        left = make_candidate(session, "left")
        session.execute(update(Enrollment).where(Enrollment.learner_id == left.id).values(active=False))
        session.commit()

    def test_all_of_them_are_listed(self, support: CoursePage) -> None:
        assert pages_of(support) == [["waits", "failed", "issued", "never"]]
        assert "None yet" in support.rows("learners")[-1]

    @pytest.mark.parametrize("group", ["all", "not_received"])
    def test_whoever_was_never_judged_is_found_by_name(self, support: CoursePage, group: str) -> None:
        assert pages_of(support, q="never", filter=group) == [["never"]]

    def test_whatever_is_not_issued_is_so_called(self, support: CoursePage) -> None:
        assert pages_of(support, filter="not_received") == [["waits", "failed", "never"]]

    @pytest.mark.parametrize("group", ["received", "error", "granted_exceptions", "invalidated"])
    def test_they_are_in_no_group_of_those_who_were(self, support: CoursePage, group: str) -> None:
        assert "never" not in pages_of(support, filter=group)[0]

    @pytest.mark.parametrize("place", ["e", "eve", "x", "-1", "e-1", "e" * 300])
    def test_a_place_that_is_none_begins_anew(self, support: CoursePage, place: str) -> None:
        assert "never" in support.text("learners", after=place)
        assert "Nobody" not in support.text("learners", after=place, filter="received")


class TestGivenMoreThanAPage:
    @pytest.mark.parametrize("held", [PAGE - 1, PAGE, PAGE + 1])
    def test_everybody_is_on_one_page_and_on_no_other(self, support: CoursePage, session: Session, held: int) -> None:
        make_run(session)
        enrolled = [f"enrolled{one}" for one in range(PAGE + 2)]
        for name in enrolled:
            make_candidate(session, name)
        holders = make_holders(session, held)
        session.commit()

        pages = pages_of(support)

        assert [name for page in pages for name in page] == [*reversed(holders), *reversed(enrolled)]
        assert all(len(page) == PAGE for page in pages[:-1])

    def test_as_many_as_fit_on_one_lead_nowhere(self, support: CoursePage, session: Session) -> None:
        make_run(session)
        holders = make_holders(session, PAGE)
        session.commit()

        assert pages_of(support) == [[*reversed(holders)]]


class TestGivenAThousandWhoWereAllJudged:
    def test_whoever_was_not_is_found_behind_them(self, support: CoursePage, session: Session) -> None:
        make_crowd_in(
            session, Crowd(LOOKED_AT, certificates=100, exceptions=0, first_id=100, statuses=(Status.DOWNLOADABLE,))
        )
        session.commit()
        make_candidate(session, "never", COURSE)
        newest = session.query(Enrollment).order_by(Enrollment.id.desc()).first()
        assert newest is not None
        session.execute(update(Enrollment).where(Enrollment.id == newest.id).values(id=0))
        session.commit()
        page = CoursePage(support.visitor, COURSE)

        assert pages_of(page, filter="not_received") == [[], ["never"]]
        assert "Nobody among these" in page.text("learners", filter="not_received")
