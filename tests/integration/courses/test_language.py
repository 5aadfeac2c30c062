"""Does the page of a course run speak the language of its reader's browser, and its files English?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_candidate, make_run
from tests.integration.courses.pages import CoursePage
from tests.integration.learners.pages import plain

pytestmark = pytest.mark.any_database
ARABIC = {"Accept-Language": "ar"}


def arabic(page: CoursePage, part: str) -> str:
    answer = page.visitor.client.get(f"{page.address}?part={part}", headers=ARABIC)
    return plain(answer.text.split("<main", 1)[1])


class TestGivenAnArabicReader:
    def test_what_decides_over_its_certificates_is_arabic(self, support: CoursePage, session: Session) -> None:
        make_run(session)
        make_candidate(session, "ada")
        session.commit()

        page = arabic(support, "overview")

        assert "يُنظر في أمر المتعلّمين بحسب القواعد المعتادة" in page
        assert "تُنال فيه شهادة" in page

    @pytest.mark.parametrize(
        ("part", "said"),
        [
            ("learners", "لا أحد مسجَّل هنا بعد"),
            ("exceptions", "لا أحد في قائمة السماح"),
            ("invalidations", "لم تُبطل أي شهادة"),
            ("runs", "لا دفعات تنفيذ بعد"),
        ],
    )
    def test_each_part_says_in_arabic_that_it_is_empty(
        self, support: CoursePage, session: Session, part: str, said: str
    ) -> None:
        make_run(session)
        session.commit()

        assert said in arabic(support, part)

    def test_its_files_are_english(self, support: CoursePage, session: Session) -> None:
        make_run(session)
        make_candidate(session, "ada")
        session.commit()

        answer = support.visitor.client.get("/courses/figures.csv", query_string={"course": HTML}, headers=ARABIC)

        assert answer.text.isascii()
