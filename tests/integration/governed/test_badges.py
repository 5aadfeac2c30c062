"""How does a picture become the badge of a mode, and how is it shown?"""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.governance import REASON, Staff, terms_of
from tests.factories.pictures import a_picture
from tests.integration.governed.desk import asked_for, filed, kept, make_live, propose, refusals
from tests.visitors import Visitor
from webapp.errors.governance import InvalidPayload
from webapp.models.governance.versions import Blob
from webapp.services.configs import ledger
from webapp.services.governance import changes, decisions
from webapp.services.governance.terms import Edit


def upload(content: bytes | None = None) -> tuple[BytesIO, str, str]:
    return BytesIO(a_picture() if content is None else content), "badge.png", "image/png"


def icon_of(session: Session) -> str:
    session.rollback()
    return session.scalars(select(Blob.sha256)).one()


class TestGivenAPicture:
    def test_it_is_kept_by_its_hash_and_asked_for(self, eva: Visitor, session: Session) -> None:
        answer = propose(eva, "badge", {"picture": upload()}, key="honor")

        assert answer.status_code == 303
        assert asked_for(filed(session)[0]) == {"icon": icon_of(session)}

    def test_the_same_picture_is_kept_once(self, eva: Visitor, session: Session) -> None:
        propose(eva, "badge", {"picture": upload()}, key="honor")

        answer = propose(eva, "badge", {"picture": upload()}, key="verified")

        assert answer.status_code == 303
        assert kept(session)[2] == 1

    def test_it_need_not_be_chosen_again_after_a_refusal(self, eva: Visitor, session: Session) -> None:
        refused = propose(eva, "badge", {"picture": upload(), "reason": "short"}, key="honor")
        icon = icon_of(session)

        answer = propose(eva, "badge", {"icon": icon}, key="honor")

        assert refused.status_code == 422
        assert f'value="{icon}"' in refused.text
        assert (
            f'/admin/badge-images/image/{icon}.png" alt="The image that the change proposes, on dark"' in refused.text
        )
        assert answer.status_code == 303

    def test_staff_see_it_and_browsers_take_it_for_nothing_else(
        self, eva: Visitor, session: Session, icon: str
    ) -> None:
        answer = eva.client.get(f"/admin/badge-images/image/{icon}.png")

        assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", a_picture())
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Cache-Control"].startswith("private")

    @pytest.mark.any_database
    @pytest.mark.parametrize("name", ["0" * 64, "x" * 64])
    def test_one_that_is_not_kept_is_404(self, eva: Visitor, name: str) -> None:
        assert eva.client.get(f"/admin/badge-images/image/{name}.png").status_code == 404

    def test_nobody_sees_it_who_has_not_signed_in(self, app: Flask, icon: str) -> None:
        assert app.test_client().get(f"/admin/badge-images/image/{icon}.png").status_code == 302


class TestGivenTheTickForAllOtherModes:
    def test_both_changes_are_filed_as_one_batch(self, eva: Visitor, session: Session) -> None:
        answer = propose(eva, "badge", {"picture": upload(), "also_default": "y"}, key="honor")

        badge, default = filed(session)
        assert answer.status_code == 303
        assert (badge.kind, default.kind, asked_for(default)) == ("badge", "badge-default", {"mode": "honor"})
        assert badge.batch == default.batch != ""
        assert default.reason == REASON

    def test_the_default_can_go_live_after_its_badge_alone(self, eva: Visitor, session: Session, staff: Staff) -> None:
        propose(eva, "badge", {"picture": upload(), "also_default": "y"}, key="honor")
        badge, default = filed(session)

        with pytest.raises(InvalidPayload, match="has no badge image"):
            decisions.approve(session, terms_of(staff.approver), default.id)
        session.rollback()
        decisions.approve(session, terms_of(staff.approver), badge.id)
        decisions.approve(session, terms_of(staff.approver), default.id)
        session.commit()

        assert ledger.live_payload(session, "badge-default", "-") == {"mode": "honor"}

    def test_the_default_can_be_edited_while_its_badge_waits(
        self, eva: Visitor, session: Session, staff: Staff
    ) -> None:
        propose(eva, "badge", {"picture": upload(), "also_default": "y"}, key="honor")
        default = filed(session)[1]

        with pytest.raises(InvalidPayload, match="verified has no badge image"):
            changes.edit_change(session, terms_of(staff.editor), default.id, Edit(payload={"mode": "verified"}))

    def test_a_mode_that_is_the_default_already_needs_no_second_change(
        self, eva: Visitor, session: Session, staff: Staff, icon: str
    ) -> None:
        make_live(session, staff, "badge", "honor", {"icon": icon})
        make_live(session, staff, "badge-default", "-", {"mode": "honor"})

        propose(eva, "badge", {"picture": upload(a_picture(120)), "also_default": "y"}, key="honor")

        assert [change.kind for change in filed(session)] == ["badge", "badge-default", "badge"]

    def test_both_are_refused_where_one_is(self, eva: Visitor, session: Session, staff: Staff, icon: str) -> None:
        make_live(session, staff, "badge", "verified", {"icon": icon})
        propose(eva, "badge-default", {"mode": "verified"})
        before = len(filed(session))

        answer = propose(eva, "badge", {"icon": icon, "also_default": "y"}, key="honor")

        assert answer.status_code == 409
        assert len(filed(session)) == before
        assert refusals(session) == [("eva", "badge", "honor")]


class TestGivenALiveBadge:
    def test_the_list_shows_it_and_whether_it_is_the_default(
        self, eva: Visitor, session: Session, staff: Staff, icon: str
    ) -> None:
        make_live(session, staff, "badge", "honor", {"icon": icon})
        make_live(session, staff, "badge-default", "-", {"mode": "honor"})

        page = eva.get("/admin/badge-images/")

        assert f'src="/admin/badge-images/image/{icon}.png" alt="Badge of honor"' in page
        assert "<span>Yes" in page.replace('<span class="yes">', "<span>") or "Yes</span>" in page

    def test_its_page_shows_it_on_light_and_on_dark(
        self, eva: Visitor, session: Session, staff: Staff, icon: str
    ) -> None:
        make_live(session, staff, "badge", "honor", {"icon": icon})

        page = eva.get("/admin/badge-images/details/?id=honor")

        assert "Badge of honor, on light" in page
        assert "Badge of honor, on dark" in page
        assert "90 × 90 pixels" in page
