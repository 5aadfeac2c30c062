"""Does the page of a change show what it would do: to certificates, visitors, badges and people?"""

import html
import re
import struct
import zlib
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_course
from tests.factories.governance import Staff, make_change, make_wish
from tests.fakes import NOON
from tests.integration.changes.conftest import SignIn
from tests.integration.changes.pages import address_of
from webapp import clock
from webapp.models.governance.versions import Blob
from webapp.services.visits import agents

PICTURES = "https://pictures.example.org"
HTML_VIEW = {
    "enabled": True,
    "configuration": {
        "default": {"platform_name": "Academy <of> Ships"},
        "honor": {"logo_src": f"{PICTURES}/logo.png", "logo_alt": "Academy"},
    },
}
ON_ONE_COURSE = {
    "enabled": True,
    "configuration": {"default": {}, "courses": {DEMO_COURSE: {"platform_name": "Ships"}}},
}


def make_blob(session: Session, mime: str = "image/png") -> Blob:
    rows = zlib.compress(b"".join(b"\x00" + b"\x10\x20\x30" * 4 for _ in range(4)))
    content = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")):
        content += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    digest = sha256(content + mime.encode()).hexdigest()
    blob = Blob(sha256=digest, mime=mime, content=content, width=4, height=4, size=len(content), created_at=NOON)
    session.add(blob)
    session.commit()
    return blob


class TestGivenAnotherHtmlView:
    def test_certificates_before_and_after_stand_side_by_side(
        self, session: Session, staff: Staff, signed_in: SignIn
    ) -> None:
        change = make_change(session, staff.editor, make_wish("html-view", payload=HTML_VIEW))

        page = signed_in("amir").get(address_of(change))

        frames = [html.unescape(one) for one in re.findall(r'<iframe[^>]* src="([^"]+)"', page)]
        assert frames == [
            f"{address_of(change)}/preview?side={side}&mode=honor&sample=ordinary" for side in ("before", "after")
        ]
        assert page.count('sandbox="allow-same-origin"') == 2
        assert "in every mode" in page
        assert "Academy &lt;of&gt; Ships" in page

    @pytest.mark.any_database
    @pytest.mark.parametrize(("side", "there"), [("before", False), ("after", True)])
    @pytest.mark.parametrize("sample", ["ordinary", "long", "right-to-left"])
    def test_each_frame_is_a_certificate_under_its_own_policy(
        self, session: Session, staff: Staff, signed_in: SignIn, side: str, there: bool, sample: str
    ) -> None:
        change = make_change(session, staff.editor, make_wish("html-view", payload=HTML_VIEW))

        address = f"{address_of(change)}/preview?side={side}&mode=honor&sample={sample}"
        answer = signed_in("vera").client.get(address)

        policy = answer.headers["Content-Security-Policy"]
        assert answer.status_code == 200
        assert ("Academy &lt;of&gt; Ships" in answer.text) is there
        assert (PICTURES in policy) is there
        assert "frame-ancestors 'self'" in policy
        assert "script-src" not in policy
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        "query",
        [
            "side=between",
            "side=after&sample=none",
            "side=after&course_id=course-v1:No+Such+Run",
            "side=after&course_id=x",
        ],
    )
    def test_a_frame_that_is_none_is_404(self, session: Session, staff: Staff, signed_in: SignIn, query: str) -> None:
        change = make_change(session, staff.editor, make_wish("html-view", payload=HTML_VIEW))

        answer = signed_in("vera").client.get(f"{address_of(change)}/preview?{query}")

        assert answer.status_code == 404

    def test_of_a_single_course_run_that_one_is_shown(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        make_course(session)
        change = make_change(session, staff.editor, make_wish("html-view", payload=ON_ONE_COURSE))

        page = html.unescape(signed_in("amir").get(address_of(change)))

        assert 'name="course_id" aria-label="Course run to try it on"' in page
        assert f'value="{DEMO_COURSE}"' in page
        assert "Certificates look different in every mode" in page

    @pytest.mark.any_database
    def test_a_course_run_that_is_not_known_is_said(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor, make_wish("html-view", payload=HTML_VIEW))

        page = signed_in("amir").get(f"{address_of(change)}?course_id=course-v1:No%2BSuch%2BRun&mode=odd&sample=odd")

        assert "There is no course run “course-v1:No+Such+Run”." in page


class TestGivenAnotherListOfCrawlers:
    def test_who_would_be_caught_and_freed_is_counted(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        counts = {"Mozilla/5.0": 990, "edX-downloader/1": 4, "Robot/2": 6, agents.OTHER: 50}
        agents.add(session, counts, clock.now().date())
        session.commit()
        wish = make_wish(payload={"enabled": True, "known_user_agents": ["Robot"]})
        change = make_change(session, staff.editor, wish)

        page = signed_in("amir").get(address_of(change))

        assert "Of the 1,000 visits" in page
        assert "6 (0.60 %) would" in page
        assert "Robot/2" in page
        assert "50 visits more were of agents too rare to be told apart" in page


class TestGivenABadge:
    def test_its_images_are_shown_on_light_and_dark(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        blob = make_blob(session)
        change = make_change(session, staff.editor, make_wish("badge", "honor", {"icon": blob.sha256}))
        amir = signed_in("amir")

        page = amir.get(address_of(change))
        answer = amir.client.get(f"/configs/blobs/{blob.sha256}.png")

        assert page.count(f'src="/configs/blobs/{blob.sha256}.png" width="4" height="4"') == 2
        assert "have no badge image of their own nor a default to fall back to, so that their awards wait" in page
        assert (answer.status_code, answer.content_type, answer.data) == (200, "image/png", blob.content)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"].startswith("private")

    @pytest.mark.any_database
    def test_what_is_no_picture_is_never_sent(self, session: Session, signed_in: SignIn) -> None:
        blob = make_blob(session, "text/html")
        vera = signed_in("vera")

        statuses = [vera.client.get(f"/configs/blobs/{name}.png").status_code for name in (blob.sha256, "0" * 64, "x")]

        assert statuses == [404, 404, 404]


class TestGivenOtherChanges:
    def test_roles_gained_and_lost_are_named(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.admin, make_wish("access", "vera", {"roles": ["editor"]}))

        page = " ".join(signed_in("amir").get(address_of(change)).split())

        assert "<dt>Gets</dt><dd>editor</dd>" in page
        assert "<dt>Loses</dt><dd>viewer</dd>" in page

    def test_numbers_say_who_is_affected(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload={"enabled": True}))

        page = signed_in("amir").get(address_of(change))

        assert "Its effect" in page

    @pytest.mark.any_database
    def test_a_value_is_never_markup(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        payload = {"enabled": True, "known_user_agents": ["<script>alert(1)</script>"]}
        wish = make_wish(payload=payload, title="<b>bold</b>", reason="<i>because</i> of it")
        change = make_change(session, staff.editor, wish)

        page = signed_in("amir").get(address_of(change))

        assert not re.search("<script>alert|<b>bold|<i>because", page)

    @pytest.mark.any_database
    def test_a_scheduled_moment_is_said(self, session: Session, staff: Staff, signed_in: SignIn) -> None:
        soon = clock.now() + timedelta(days=2)
        change = make_change(session, staff.editor, make_wish(apply_at=soon), now=clock.now())

        page = signed_in("amir").get(address_of(change))

        assert f"it goes live on {soon:%Y-%m-%d %H:%M} UTC" in page
