"""Do the searches of the lists find what somebody names, in any script, case and spelling?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import DEMO_COURSE, make_certificate, make_learner, make_noise
from tests.factories.lists import FORMER, UUID, seed_lists
from tests.integration.lists.pages import LISTS, numbers_in, with_query
from tests.visitors import Visitor
from webapp.models.accounts import Account

OLD_COURSE = "edX/DemoX/Demo_Course"


class TestGivenASearch:
    @pytest.mark.parametrize(
        "words",
        [
            "ada",
            "ADA",
            "ad",
            "Ada L",
            "ADA LOVELACE",
            "Lovelace",
            "love ada",
            "ada@example.org",
            "ADA@Ex",
            DEMO_COURSE,
            UUID,
            UUID.upper(),
            FORMER,
            " ada ",
        ],
    )
    @pytest.mark.parametrize("name", ["certificates", "invalidations", "inbox"])
    def test_a_certificate_is_found_by_what_names_it(
        self, staff: Visitor, session: Session, name: str, words: str
    ) -> None:
        numbers = seed_lists(session)

        page = staff.get(with_query(LISTS[name], q=words))

        assert numbers_in(page) == [numbers[name]]

    @pytest.mark.parametrize("name", ["certificates", "invalidations", "inbox"])
    def test_a_certificate_is_found_by_its_number(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = seed_lists(session)

        page = staff.get(with_query(LISTS[name], q=str(numbers["certificates"])))

        assert numbers_in(page) == [numbers[name]]

    @pytest.mark.parametrize("course_id", [DEMO_COURSE, OLD_COURSE, "ccx-v1:edX+DemoX+Demo+ccx@1"])
    def test_a_course_is_found_in_either_spelling(self, staff: Visitor, session: Session, course_id: str) -> None:
        make_noise(session)
        wanted = [make_certificate(session, name, course_id, key="").id for name in ("ada", "bob")]
        session.commit()

        pages = [staff.get(with_query("/admin/certificates/", **{key: course_id})) for key in ("q", "course")]

        assert [numbers_in(page) for page in pages] == [wanted[::-1], wanted[::-1]]

    @pytest.mark.parametrize("words", ["course-v1:edx+de", DEMO_COURSE.upper(), "demons", "DEMONSTRATION"])
    def test_a_course_is_found_by_the_beginning_of_key_or_name(
        self, staff: Visitor, session: Session, words: str
    ) -> None:
        numbers = seed_lists(session)

        page = staff.get(with_query("/admin/courses/", q=words))

        assert numbers_in(page) == [numbers["courses"]]

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("Émilie du Châtelet", "ÉMILIE"),
            ("Émilie du Châtelet", "E\u0301milie"),
            ("Straße", "STRASSE"),
            ("İpek Işık", "İPEK"),
            ("فاطمة الفهرية", "فاطمة"),
            ("נועם", "נועם"),
            ("李明", "李"),
            ("فاطمة الفهرية", "الفهرية"),
            ("Anne-Marie du Pont", "marie"),
            ("Anne-Marie du Pont", "Pont, Anne-Marie"),
            ("Sinéad O\u2019Neill", "o'neill"),
            ("Sinéad O\u2019Neill", "neill sin"),
            ("Ｗｉｄｅ", "wide"),
            ("Ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ"),
            ("100%", "100%"),
            ("a_b", "A_"),
            ("O'Brien", "o'b"),
            ("<b>Bold</b>", "<B>"),
        ],
    )
    def test_a_name_is_found_in_any_script_and_case(
        self, staff: Visitor, session: Session, name: str, words: str
    ) -> None:
        make_noise(session)
        learner = make_learner(session, "x1", name=name)
        certificate = make_certificate(session, "x1")
        session.commit()

        found = [numbers_in(staff.get(with_query(LISTS[of], q=words))) for of in ("learners", "certificates")]

        assert found == [[learner.id], [certificate.id]]

    @pytest.mark.parametrize("name", ["فاطمة الفهرية", "נועם", "\u202eevil"])
    def test_a_name_of_the_other_direction_is_set_apart(self, staff: Visitor, session: Session, name: str) -> None:
        make_learner(session, "x1", name=name)
        session.commit()

        page = staff.get("/admin/learners/")

        assert f"<bdi>{name}</bdi>" in page

    def test_the_field_keeps_what_was_typed(self, staff: Visitor) -> None:
        page = staff.get(with_query("/admin/certificates/", q='a"b<c>', status="error"))

        assert 'value="a&#34;b&lt;c&gt;"' in page
        assert '<option value="error" selected>' in page


class TestGivenAnAccountInTheList:
    def test_it_is_found_by_the_beginning_of_its_name(self, staff: Visitor, session: Session) -> None:
        account: Account = make_account(session, "Zoë")
        make_account(session, "ann")
        session.commit()

        page = staff.get(with_query("/admin/accounts/", q="ZO"))

        assert numbers_in(page) == [account.id]
