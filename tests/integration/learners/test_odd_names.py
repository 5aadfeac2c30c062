"""Do learners and course runs with odd names have pages and buttons as all others have?"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.certificates import make_learner
from tests.integration.learners.pages import SupportPage
from webapp.domain.certificates.statuses import Status
from webapp.models.certificates import GeneratedCertificate
from webapp.web.addresses import explanation_url, learner_url

NAMES = (
    "ليلى",
    "李伟",
    "Zoë Fäil",
    "O'Brien_77",
    "a+b@example.org",
    " ",
    " spaces ",
    "100%",
    "%2F",
    "a?b=c&d",
    "a#b",
    "a;b",
    '"><script>',
    "a\\b",
    "😀",
    "generate",
    "x" * 150,
    "a/b",
    "/",
    "//",
    "/a",
    "a/",
    ".",
    "..",
    "../../etc",
    "a\nb",
    "a\r\nb",
    "a\tb",
    "\u202etxt",
    "a\u00a0b",
)
KEYS = (
    "course-v1:edX+Web+2026",
    "edX/Web/2026",
    "course-v1:Ünï+Kürs+2026_T1",
    "Ünï/Kürs/2026_T1",
    "course-v1:edX+a.b~c-d_e+1",
    "ccx-v1:edX+Web+2026+ccx@7",
    "edX/../2026",
    "course-v1:edX+" + "x" * (255 - len("course-v1:edX++2026")) + "+2026",
)


def address_of(support: SupportPage, name: str, key: str | None = None) -> str:
    with support.visitor.client.application.test_request_context():
        return learner_url(name) if key is None else explanation_url(name, key)


class TestGivenAnOddUserName:
    @pytest.mark.parametrize("name", NAMES)
    def test_the_search_leads_to_pages_and_their_buttons(
        self, support: SupportPage, session: Session, name: str
    ) -> None:
        make_run(session)
        make_candidate(session, name, name="Somebody Odd", email="odd@example.org")
        make_candidate(session, "ada")
        session.commit()

        found = support.visitor.client.get("/search?q=odd@example.org")
        page = support.visitor.get(found.location)
        address = address_of(support, name, HTML)
        said = support.does("generate", address)

        assert found.location == address_of(support, name)
        assert "<h1><bdi>Somebody Odd</bdi></h1>" in page
        assert said.startswith("Issued.")
        learner = make_learner(session, name)
        assert session.scalars(select(GeneratedCertificate.learner_id)).all() == [learner.id]

    @pytest.mark.parametrize("name", ["a/b", "a/b/c", "x/y@z"])
    def test_a_slash_that_a_server_took_for_a_step_is_understood(
        self, support: SupportPage, session: Session, name: str
    ) -> None:
        make_run(session)
        make_candidate(session, name)
        make_learner(session, "a")
        session.commit()
        written = name.replace("/", "%2F")

        answers = [
            support.visitor.client.get(f"/learners/{written}"),
            support.visitor.client.get(f"/learners/{written}/{HTML}"),
        ]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert [answer.location for answer in answers] == [
            address_of(support, name),
            address_of(support, name, HTML),
        ]

    def test_one_that_begins_like_another_is_not_taken_for_it(self, support: SupportPage, session: Session) -> None:
        make_run(session, "edX/Web/2026")
        make_candidate(session, "a", "edX/Web/2026", name="The Right One")
        make_learner(session, "a/edX", name="Somebody Else")
        session.commit()

        page = support.visitor.get("/learners/a/edX/Web/2026")

        assert "The Right One" in page


class TestGivenAnOddCourseKey:
    @pytest.mark.parametrize("key", KEYS)
    def test_its_page_and_buttons_work(self, support: SupportPage, session: Session, key: str) -> None:
        make_run(session, key)
        make_candidate(session, course_id=key, on_allowlist=True)
        session.commit()
        address = address_of(support, "ada", key)

        page = support.visitor.get("/learners/ada")
        said = support.does("generate", address)

        assert f'href="{address.replace("&", "&amp;")}"' in page
        assert said.startswith("Issued.")
        assert session.scalars(select(GeneratedCertificate.status)).all() == [Status.DOWNLOADABLE]

    @pytest.mark.parametrize(
        "written",
        ["edX%2FWeb%2F2026", "edX/Web%2f2026", "edX/Web/2026/", "edX%2FWeb%2F2026%2F"],
    )
    def test_slashes_may_be_written_in_either_way(self, support: SupportPage, session: Session, written: str) -> None:
        make_run(session, "edX/Web/2026")
        make_candidate(session, course_id="edX/Web/2026")
        session.commit()

        verdict = support.verdict(f"/learners/ada/{written}")

        assert verdict.startswith("Ada Lovelace has earned the certificate")

    @pytest.mark.parametrize("written", ["course-v1:edX%2BWeb%2B2026", "course-v1%3AedX+Web+2026"])
    def test_so_may_plus_signs_and_colons(self, support: SupportPage, session: Session, written: str) -> None:
        make_run(session)
        make_candidate(session)
        session.commit()

        verdict = support.verdict(f"/learners/ada/{written}")

        assert verdict.startswith("Ada Lovelace has earned the certificate")
