"""Does support read why there is no certificate in the language of its browser, and do others read English?"""

import json
import re
from typing import Any

import pytest
from lxml import html
from sqlalchemy.orm import Session

from tests.factories.candidates import FAILING, HTML, make_holder
from tests.factories.orders import an_order
from tests.integration.generation.desk import Desk
from tests.integration.learners.pages import ADDRESS, SupportPage
from webapp.domain.actors import SCHEDULE_NAME, Actor
from webapp.domain.certificates.statuses import Status
from webapp.services.generation import acts

pytestmark = pytest.mark.any_database
ARABIC = {"Accept-Language": "ar"}
THEIRS = re.compile(
    r"https?:\S+|allow_certificate|CERTDESK_XQUEUE_URL|certdesk|Certdesk|Ada \w+|[0-9a-f]{32}|copied|course-v1:\S+|edX\S*|XQueue|PDF|Markdown|CCX|honor"
    r"|verified|UTC|\bada\S*|\bsam\b|\blead\b|@name|Demonstration"
)
"""What nobody translates: names, keys and wire words."""


def english_in(page: str) -> list[str]:
    parts = html.document_fromstring(page).find_class("card") + html.document_fromstring(page).find_class("verdict")
    texts = [str(text) for part in parts if part.get("aria-labelledby") != "timeline-title" for text in part.itertext()]
    return [text.strip() for text in texts if re.search(r"[A-Za-z]{3}", THEIRS.sub("", text))]


class TestGivenAnArabicReader:
    def test_the_sentence_at_the_top_has_its_reasons_in_it(self, support: SupportPage, session: Session) -> None:
        make_holder(session, status=None, id_status="denied", **FAILING)
        session.commit()

        page = support.visitor.client.get(ADDRESS, headers=ARABIC).text

        verdict = html.document_fromstring(page).find_class("verdict__sentence")[0].text_content()
        assert "الدرجة ليست درجة نجاح، ولم يجرِ التحقق من الهوية" in verdict

    def test_who_is_no_person_has_words_on_the_timeline(
        self, support: SupportPage, desk: Desk, session: Session
    ) -> None:
        make_holder(session, status=None)
        session.commit()
        with desk.work() as work:
            acts.generate(work, an_order(actor=Actor(SCHEDULE_NAME)), "ada", HTML)

        page = html.document_fromstring(support.visitor.client.get(ADDRESS, headers=ARABIC).text)

        origins = [f"{origin.text_content()}" for origin in page.find_class("entry__origin")]
        assert [origin for origin in origins if "schedule" in origin] == []
        assert any("بيد جدول Certdesk الزمني" in origin for origin in origins)

    @pytest.mark.parametrize(
        "facts",
        [
            {"status": Status.DOWNLOADABLE},
            {"status": Status.UNAVAILABLE, "invalidated": True},
            {"status": None, "beta_tester": True, "allow_certificate": False, "id_status": "denied", **FAILING},
            {"status": Status.ERROR},
        ],
    )
    def test_nothing_of_ours_is_english(self, support: SupportPage, session: Session, facts: dict[str, Any]) -> None:
        make_holder(session, **facts)
        session.commit()

        assert english_in(support.visitor.client.get(ADDRESS, headers=ARABIC).text) == []

    def test_what_an_act_refuses_is_arabic(self, support: SupportPage, session: Session) -> None:
        make_holder(session, status=Status.DOWNLOADABLE)
        session.commit()
        form = support.forms()["delete"]

        answer = support.visitor.client.post("/learners/delete", data={**form.fields, "note": ""}, headers=ARABIC)
        page = support.visitor.client.get(answer.location, headers=ARABIC).text

        assert "لم يتغيّر شيء. اذكر السبب في ملاحظة." in page


class TestGivenAProgram:
    def test_it_reads_english_whatever_it_asks_for(self, support: SupportPage, session: Session) -> None:
        make_holder(session, status=None, **FAILING)
        session.commit()

        said = support.visitor.client.get(f"/api/v1/learners/ada/courses/{HTML}/explanation", headers=ARABIC)

        assert said.json is not None
        assert "Nothing restricts the learner" in json.dumps(said.json)
        assert json.dumps(said.json, ensure_ascii=False).isascii()


class TestGivenACaseFile:
    def test_it_is_english_for_the_ticket_whoever_takes_it(self, support: SupportPage, session: Session) -> None:
        make_holder(session, status=None, id_status="denied", **FAILING)
        session.commit()
        form = next(form for form in support.forms().values() if form.fields.get("learner"))

        answer = support.visitor.client.post("/case-files", data={**form.fields, "form": "markdown"}, headers=ARABIC)

        assert "the grade is not a passing one; the identity is not verified" in answer.text
        assert not re.search(r"[\u0600-\u06ff]", answer.text)
