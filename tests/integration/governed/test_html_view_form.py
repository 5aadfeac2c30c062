"""Are fields and JSON two ways to write one thing, and does the preview show it?"""

import json
import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories.governance import Staff
from tests.integration.governed.desk import asked_for, filed, make_live, propose
from tests.visitors import Visitor
from webapp.web.admin.governed.forms.html_view import LAYERS, SHOWN, SWITCHED, HtmlViewForm

WHOLE: dict[str, dict[str, Any]] = {
    "default": {"platform_name": "Sea", "logo_url": "https://sea.example", "url": "/x", "odd": [1], "copyright": ""},
    "honor": {"logo_alt": "Honor", "url": "https://honor.example", "share_x": False, "share_facebook": True},
    "organizations": {"SeaU": {"copyright": "SeaU"}},
}


def sent(page: str) -> dict[str, str]:
    """Give what a browser would send of the form on a page, as it stands there."""
    form = page[page.index('class="card stack proposal"') :]
    fields = {
        name: unescape(value)
        for name, value in re.findall(
            r'<input(?=[^>]*type="(?:text|hidden)")[^>]* name="([^"]+)"[^>]*? value="([^"]*)"', form
        )
    }
    fields |= {
        name: unescape(text).removeprefix("\r\n")
        for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', form)
    }
    fields |= {
        name: chosen
        for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL)
        for chosen in re.findall(r'<option selected value="([^"]+)"', options)
    }
    return {name: value for name, value in fields.items() if name not in ("csrf_token", "apply_at", "reason")} | {
        "enabled": "y"
    }


@pytest.fixture
def live(session: Session, staff: Staff) -> None:
    """A configuration that says more than the fields show."""
    make_live(session, staff, "html-view", "-", {"enabled": True, "configuration": WHOLE})


@pytest.mark.usefixtures("live")
class TestGivenTheFields:
    def test_one_text_changes_and_all_others_stay(self, eva: Visitor, session: Session) -> None:
        form = {**sent(eva.get("/admin/html-view/edit/")), "layer_honor-logo_alt": "The honor code"}

        answer = propose(eva, "html-view", form)

        assert answer.status_code == 303
        wanted = {**WHOLE, "honor": {**WHOLE["honor"], "logo_alt": "The honor code"}}
        assert asked_for(filed(session)[-1]) == {"enabled": True, "configuration": wanted}

    def test_an_emptied_field_takes_the_text_away(self, eva: Visitor, session: Session) -> None:
        form = {**sent(eva.get("/admin/html-view/edit/")), "layer_honor-logo_alt": ""}

        propose(eva, "html-view", form)

        honor = {name: said for name, said in WHOLE["honor"].items() if name != "logo_alt"}
        assert asked_for(filed(session)[-1])["configuration"]["honor"] == honor  # type: ignore[index]

    def test_ways_to_share_are_switched_and_told_in_words(self, eva: Visitor, session: Session) -> None:
        form = {
            **sent(eva.get("/admin/html-view/edit/")),
            "layer_default-share_linkedin": "on",
            "layer_default-linkedin_organization_id": "1337",
            "layer_honor-share_x": "on",
            "layer_honor-share_facebook": "",
        }

        answer = propose(eva, "html-view", form)

        configuration = asked_for(filed(session)[-1])["configuration"]  # type: ignore[index]
        sharing = {"share_linkedin": True, "linkedin_organization_id": "1337"}
        assert configuration["default"] == {**WHOLE["default"], **sharing}
        assert configuration["honor"] == {"logo_alt": "Honor", "url": "https://honor.example", "share_x": True}
        page = eva.get(f"/changes/{filed(session)[-1].id}")
        assert answer.status_code == 303
        assert "All certificates will offer the links to LinkedIn" in page
        assert "Honor certificates will offer the link to X" in page
        assert "Honor certificates will have no link to Facebook of their own, now “on”" in page

    def test_a_number_that_is_none_is_refused_at_its_field(self, eva: Visitor) -> None:
        form = {**sent(eva.get("/admin/html-view/edit/")), "layer_default-linkedin_organization_id": "Sea University"}

        page = propose(eva, "html-view", form).text

        assert 'id="layer_default-linkedin_organization_id-errors"' in page

    def test_the_json_carries_over_what_was_typed_and_back(self, eva: Visitor, session: Session) -> None:
        form = {**sent(eva.get("/admin/html-view/edit/")), "layer_audit-logo_alt": "Audit", "title": "Kept"}

        as_json = propose(eva, "html-view", {**form, "step": "json"})
        again = propose(eva, "html-view", {**sent(as_json.text), "step": "fields"})
        answer = propose(eva, "html-view", sent(again.text))

        assert "What is sent is the JSON below." in as_json.text
        assert json.loads(sent(as_json.text)["configuration"]) == {**WHOLE, "audit": {"logo_alt": "Audit"}}
        assert 'value="Kept"' in again.text
        assert answer.status_code == 303
        wanted = {**WHOLE, "audit": {"logo_alt": "Audit"}}
        assert asked_for(filed(session)[-1]) == {"enabled": True, "configuration": wanted}

    def test_broken_json_stays_where_it_is(self, eva: Visitor) -> None:
        form = {"written_as": "json", "configuration": '{"default": ', "step": "fields"}

        answer = propose(eva, "html-view", form)

        assert answer.status_code == 422
        assert "What is sent is the JSON below." in answer.text
        assert "Must be valid JSON string. Line 1" in answer.text


class TestGivenThePreview:
    def test_it_shows_what_stands_in_the_form(self, eva: Visitor, session: Session) -> None:
        form = {"layer_default-platform_name": "University of the Sea", "preview_mode": "honor"}

        answer = propose(eva, "html-view", form, door="preview/")

        assert answer.status_code == 200
        assert "University of the Sea" in answer.text
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert filed(session) == []

    def test_what_cannot_be_shown_is_said(self, eva: Visitor) -> None:
        answer = propose(eva, "html-view", {"layer_default-url": "javascript:x"}, door="preview/")

        assert (answer.status_code, answer.mimetype) == (422, "text/plain")
        assert "configuration.default.url: Must be an address" in answer.text

    def test_it_begins_with_what_is_live(self, vera: Visitor) -> None:
        answer = vera.client.get("/admin/html-view/preview/")

        assert answer.status_code == 200
        assert "Robin Sample" in answer.text


TEXT = st.text(max_size=12)
LAYER = st.dictionaries(
    st.sampled_from([*SHOWN, *SWITCHED, "logo_url", "signatories", "odd"]),
    TEXT | st.integers() | st.none() | st.booleans(),
    max_size=5,
)
CONFIGURATION = st.dictionaries(st.sampled_from([*LAYERS, "organizations", "odd"]), LAYER | TEXT, max_size=4)


class TestGivenAnyConfiguration:
    @pytest.mark.any_database
    @given(configuration=CONFIGURATION)
    def test_the_fields_untouched_say_the_same(self, shared_app: Any, configuration: dict[str, Any]) -> None:  # noqa: ANN401 - Flask
        whole = {"default": {}, **configuration}
        with shared_app.test_request_context():
            form = HtmlViewForm(formdata=None, data=HtmlViewForm.values_of({"enabled": True, "configuration": whole}))

            said = form.payload()

        assert said == {"enabled": True, "configuration": whole}
