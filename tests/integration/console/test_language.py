"""Is a page in the language of the browser?"""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.visitors import Visitor
from webapp.domain.roles import Role

pytestmark = pytest.mark.any_database
ARABIC = {"Accept-Language": "ar-EG, en;q=0.8"}


class TestGivenABrowserOfAnArabicReader:
    def test_the_sign_in_page_is_arabic_from_right_to_left(self, client: FlaskClient) -> None:
        answer = client.get("/login", headers=ARABIC)

        assert '<html lang="ar" dir="rtl">' in answer.text
        assert "تسجيل الدخول" in answer.text
        assert (answer.headers["Content-Language"], "Accept-Language" in answer.vary) == ("ar", True)

    def test_what_a_form_refuses_is_said_in_arabic(self, visitor: Visitor, session: Session) -> None:
        make_account(session, "sam", Role.SUPPORT)
        session.commit()
        token = visitor.token_on("/login")

        answer = visitor.client.post(
            "/login", data={"username": "sam", "password": "wrong", "csrf_token": token}, headers=ARABIC
        )

        assert (answer.status_code, "الاسم أو كلمة المرور غير صحيحة" in answer.text) == (401, True)

    def test_an_error_is_said_in_arabic(self, client: FlaskClient) -> None:
        assert "لا شيء هنا" in client.get("/nowhere", headers=ARABIC).text

    def test_a_moment_is_written_in_arabic(self, visitor: Visitor, session: Session) -> None:
        make_account(session, "sam", Role.SUPPORT)
        session.commit()
        visitor.sign_in("sam", PASSWORD)

        page = visitor.client.get("/admin/learners/", headers=ARABIC).text

        assert "المتعلّمون" in page

    def test_the_home_page_and_what_scripts_say_are_arabic(self, visitor: Visitor, session: Session) -> None:
        make_account(session, "sam", Role.SUPPORT)
        session.commit()
        visitor.sign_in("sam", PASSWORD)

        page = visitor.client.get("/", headers=ARABIC).text

        assert "مرحبًا، \u2068sam\u2069" in page
        assert 'data-cancel="إلغاء"' in page

    def test_a_search_that_finds_nothing_says_so_in_arabic(self, visitor: Visitor, session: Session) -> None:
        make_account(session, "sam", Role.SUPPORT)
        session.commit()
        visitor.sign_in("sam", PASSWORD)

        assert "لا شيء يطابق «<bdi>nobody</bdi>»" in visitor.client.get("/search?q=nobody", headers=ARABIC).text

    def test_programs_are_answered_in_english(self, client: FlaskClient) -> None:
        answer = client.get("/api/v1/certificates", headers=ARABIC)

        assert answer.json is not None
        assert answer.json["detail"].isascii()


class TestGivenAnyOtherBrowser:
    @pytest.mark.parametrize("wanted", ["", "de-DE", "en;q=0.1, ar;q=0", "*", "\xff;;;q=x"])
    def test_the_page_is_english(self, client: FlaskClient, wanted: str) -> None:
        answer = client.get("/login", headers={"Accept-Language": wanted})

        assert '<html lang="en" dir="ltr">' in answer.text
