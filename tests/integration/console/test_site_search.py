"""Where does the one search lead?"""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_certificate, make_course, make_learner, make_noise
from tests.fakes import NOON
from tests.integration.console.pages import words_of
from tests.visitors import Visitor
from webapp.models.certificates import FormerPublicId

UUID = "0123456789abcdef0123456789abcdef"
FORMER = "fedcba9876543210fedcba9876543210"

OLD_SPELLING = DEMO_COURSE.removeprefix("course-v1:").replace("+", "/")

ADA = "/learners/ada"
EXPLANATION = f"/learners/ada/{DEMO_COURSE}"


def hits_of(page: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'<a class="hit" href="([^"]+)"', page)]


def looked_up(visitor: Visitor, text: str) -> str:
    return words_of(visitor.get(f"/search?{urlencode({'q': text})}"))


class TestGivenTheSiteSearch:
    def seed(self, session: Session) -> int:
        make_noise(session, name="Noise")
        make_learner(session, name="Augusta Ada")
        make_course(session, display_name="Sailing")
        certificate = make_certificate(session, verify_uuid=UUID)
        session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=certificate.id, retired_at=NOON))
        session.commit()
        return certificate.id

    @pytest.mark.parametrize(
        "text", ["ad", "AUGUSTA A", "augusta ada", "ada augusta", "au", "ad aug", "Ada, Augusta", "ada@EXAMPLE.o"]
    )
    def test_a_beginning_leads_to_the_learner_and_what_they_hold(
        self, staff: Visitor, session: Session, text: str
    ) -> None:
        self.seed(session)

        page = looked_up(staff, text)

        assert hits_of(page) == [ADA, EXPLANATION]
        assert "noise" not in page.lower()

    @pytest.mark.parametrize(
        "text", [DEMO_COURSE, DEMO_COURSE.upper(), OLD_SPELLING, "course-v1:edx+demo", "edx/demo", "SAIL"]
    )
    def test_a_course_is_found_by_key_and_name(self, staff: Visitor, session: Session, text: str) -> None:
        self.seed(session)

        page = looked_up(staff, text)

        assert hits_of(page) == [f"/courses/{DEMO_COURSE}"]

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("reading+po", True),
            ("poetry", True),
            ("ALOUD+read", True),
            ("oetry", False),
            ("reading+prose", False),
            ("%25+aloud", False),
            ("rea__ng", False),
        ],
    )
    def test_a_course_is_found_by_the_beginnings_of_its_words(
        self, staff: Visitor, session: Session, text: str, found: bool
    ) -> None:
        make_course(session, display_name="Reading Poetry Aloud")
        session.commit()

        assert len(hits_of(staff.get(f"/search?q={text}"))) == found

    @pytest.mark.parametrize("text", ["ada", " ADA ", "ada@example.org", "Ada@EXAMPLE.org"])
    def test_the_whole_name_of_one_learner_leads_straight_there(
        self, staff: Visitor, session: Session, text: str
    ) -> None:
        self.seed(session)

        answer = staff.client.get(f"/search?{urlencode({'q': text})}")

        assert (answer.status_code, answer.location) == (302, ADA)

    @pytest.mark.parametrize(
        "text", [UUID, UUID.upper(), FORMER, f"  {UUID} ", f"https://desk.example.org/certificates/{UUID}"]
    )
    def test_a_certificates_id_leads_straight_to_why(self, staff: Visitor, session: Session, text: str) -> None:
        self.seed(session)

        answer = staff.client.get(f"/search?{urlencode({'q': text})}")

        assert (answer.status_code, answer.location) == (302, EXPLANATION)

    @pytest.mark.parametrize(
        "text", ["01234567-89ab-cdef-0123-456789abcdef", f"<https://x.example/certificates/{UUID}.pdf>"]
    )
    def test_so_it_does_however_it_was_pasted(self, staff: Visitor, session: Session, text: str) -> None:
        self.seed(session)

        answer = staff.client.get(f"/search?{urlencode({'q': text})}")

        assert (answer.status_code, answer.location) == (302, EXPLANATION)

    @pytest.mark.parametrize("text", ["lovelcae", "Ada Lovelcae", "aad.l@example.org"])
    def test_what_is_called_nearly_so_is_a_choice_that_says_so(
        self, staff: Visitor, session: Session, text: str
    ) -> None:
        self.seed(session)
        make_learner(session, "countess", name="Ada Lovelace", email="ada.l@example.org")
        session.commit()

        page = looked_up(staff, text)

        assert "Nothing is called" in page
        assert hits_of(page) == ["/learners/countess"]

    def test_so_does_its_number(self, staff: Visitor, session: Session) -> None:
        number = self.seed(session)

        answer = staff.client.get(f"/search?q={number}")

        assert (answer.status_code, answer.location) == (302, EXPLANATION)

    @pytest.mark.parametrize(
        ("username", "more"),
        [("adam", {}), ("somebody", {"name": "Ada Byron"}), ("ADA", {}), ("twin", {"email": "ada@example.org"})],
    )
    def test_where_others_may_be_meant_there_is_a_choice(
        self, staff: Visitor, session: Session, username: str, more: dict[str, str]
    ) -> None:
        self.seed(session)
        make_learner(session, username, **{"name": "Somebody", **more})
        session.commit()

        page = looked_up(staff, "ada@example.org" if "email" in more else "ada")

        assert {ADA, f"/learners/{username}"} <= set(hits_of(page))

    def test_a_course_of_the_same_name_is_a_choice_too(self, staff: Visitor, session: Session) -> None:
        self.seed(session)
        make_course(session, "course-v1:edX+Ada+2026", display_name="Ada, the language")
        session.commit()

        page = looked_up(staff, "ada")

        assert ADA in hits_of(page)

    def test_a_number_that_is_a_user_name_too_is_a_choice(self, staff: Visitor, session: Session) -> None:
        number = self.seed(session)
        make_learner(session, str(number))
        session.commit()

        page = looked_up(staff, str(number))

        assert hits_of(page) == [f"/learners/{number}", EXPLANATION]

    @pytest.mark.parametrize("text", ["zzz", "%", "_", "a\x00b", "9" * 10_000, "/" * 300, "²", "'", "\u202e"])
    def test_what_names_nothing_is_said_to(self, staff: Visitor, session: Session, text: str) -> None:
        self.seed(session)

        page = looked_up(staff, text)

        assert "Nothing matches" in page

    @pytest.mark.parametrize("address", ["/search", "/search?q=", "/search?q=%20"])
    def test_an_empty_one_explains_itself(self, staff: Visitor, address: str) -> None:
        page = staff.get(address)

        assert "What are you looking for?" in page

    def test_whose_user_name_it_is_comes_before_all_who_bear_it(self, staff: Visitor, session: Session) -> None:
        for number in range(15):
            make_learner(session, f"a{number}", name=f"Rosa Silva {number}")
        make_learner(session, "silva2", name="Somebody")
        make_learner(session, "silva", name="Somebody")
        session.commit()

        page = looked_up(staff, "Silva")

        assert hits_of(page)[:2] == ["/learners/silva", "/learners/silva2"]
        assert len(hits_of(page)) == 10

    def test_at_most_ten_of_a_kind_are_shown(self, staff: Visitor, session: Session) -> None:
        for number in range(15):
            make_learner(session, f"many{number}", name=f"Many {number}")
        session.commit()

        page = looked_up(staff, "many")

        assert 10 <= len(hits_of(page)) <= 20

    def test_of_more_than_ten_of_a_kind_is_said_where_all_are(self, staff: Visitor, session: Session) -> None:
        for number in range(11):
            make_learner(session, f"many{number}", name=f"Many {number}")
            make_course(session, f"course-v1:edX+Many+{number}", display_name=f"Many {number}")
            make_certificate(session, f"many{number}")
        session.commit()

        markup = staff.get("/search?q=many")

        assert [unescape(way) for way in re.findall(r'class="card__more" href="([^"]+)"', markup)] == [
            f"/admin/{kind}/?q=many" for kind in ("learners", "certificates", "courses")
        ]
        assert words_of(markup).count("Shown here: 10. The list has all that fit.") == 3
        assert len(hits_of(markup)) == 30

    def test_what_learners_hold_who_are_not_shown_is_in_the_list(self, staff: Visitor, session: Session) -> None:
        for number in range(11):
            make_learner(session, f"many{number}", name=f"Many {number}")
        make_certificate(session, "many0")
        session.commit()

        markup = staff.get("/search?q=many")

        assert "/admin/certificates/?q=many" in markup
        assert "Shown here: 1. The list has all that fit." in words_of(markup)

    def test_of_ten_of_a_kind_nothing_is_left_out(self, staff: Visitor, session: Session) -> None:
        for number in range(10):
            make_learner(session, f"many{number}", name=f"Many {number}")
        session.commit()

        markup = staff.get("/search?q=many")

        assert len(hits_of(markup)) == 10
        assert "Shown here" not in markup

    def test_who_fits_by_two_names_is_shown_once(self, staff: Visitor, session: Session) -> None:
        make_learner(session, "twice", name="Twice Named")
        session.commit()

        page = looked_up(staff, "twic")

        assert hits_of(page) == ["/learners/twice"]

    def test_what_was_typed_and_found_is_escaped(self, staff: Visitor, session: Session) -> None:
        make_learner(session, "x1", name="<script>alert(1)</script>")
        session.commit()

        page = looked_up(staff, "<script>alert")

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
