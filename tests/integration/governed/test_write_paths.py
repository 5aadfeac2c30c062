"""Does every way to write that Flask-Admin has end in a change request, or nowhere (approvals note §3.6)?"""

from typing import Any

import pytest
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import make_account
from tests.factories.certificates import make_course
from tests.factories.governance import REASON, Staff
from tests.integration.governed.conftest import signed_in
from tests.integration.governed.desk import PAGES, filed, kept, make_live, refusals
from tests.visitors import Visitor
from webapp.domain.roles import Role
from webapp.models.base import db
from webapp.models.governance.changes import ChangeRequest
from webapp.models.governance.versions import Blob, ConfigVersion, CrawlersVersion
from webapp.web.admin.desk_view import DeskView, Empty
from webapp.web.admin.governed.config_views import CrawlersView
from webapp.web.admin.site import GOVERNED, OpenDoor, refuse_open_doors

FIRST, SECOND = "course-v1:Org+First+1", "Org/Second/1"
SET = {"self_generation_enabled": True, "use_updated": None}
FORM: dict[str, Any] = {
    "reason": REASON,
    "id": FIRST,
    "rowid": [FIRST, SECOND],
    "action": "delete",
    "version": "1",
    "key": FIRST,
    "enabled": "y",
    "payload": "{}",
    "list_form_pk": "1",
}
SHUT = ("ajax/update/", "ajax/lookup/", "export/csv/")


@pytest.fixture
def courses(session: Session, staff: Staff) -> None:
    """Two course runs with settings."""
    for key in (FIRST, SECOND):
        make_course(session, key)
        session.commit()
        make_live(session, staff, "course", key, SET)


def ledger_of(session: Session) -> list[tuple[object, ...]]:
    session.rollback()
    columns = (ConfigVersion.kind, ConfigVersion.key, ConfigVersion.version, ConfigVersion.payload)
    return [tuple(row) for row in session.execute(select(*columns).order_by(ConfigVersion.id))]


@pytest.mark.usefixtures("courses")
class TestGivenADeletion:
    def test_it_is_a_request(self, eva: Visitor, session: Session) -> None:
        before = ledger_of(session)

        answer = eva.post(
            "/admin/course-settings/delete/", {"id": FIRST, "reason": REASON}, of="/admin/course-settings/"
        )

        change = filed(session)[-1]
        assert answer.status_code == 303
        assert (change.key, change.payload, change.base_version) == (FIRST, None, 1)
        assert ledger_of(session) == before

    def test_of_several_each_is_a_request_of_one_batch(self, eva: Visitor, session: Session) -> None:
        form = {"csrf_token": eva.token_on("/admin/course-settings/"), "action": "delete", "reason": REASON}

        answer = eva.client.post("/admin/course-settings/action/", data={**form, "rowid": [FIRST, SECOND]})

        first, second = filed(session)[-2:]
        assert answer.status_code == 303
        assert ({first.key, second.key}, first.payload, second.payload) == ({FIRST, SECOND}, None, None)
        assert first.batch == second.batch != ""

    def test_each_of_several_stands_or_falls_alone(self, eva: Visitor, session: Session) -> None:
        form = {"csrf_token": eva.token_on("/admin/course-settings/"), "action": "delete", "reason": REASON}

        eva.client.post("/admin/course-settings/action/", data={**form, "rowid": ["nonsense", FIRST]})
        page = eva.get("/admin/course-settings/")

        assert filed(session)[-1].key == FIRST
        assert "nonsense: nothing was filed." in page
        assert f"to delete {FIRST} waits for approval" in page
        assert refusals(session) == [("eva", "course", "nonsense")]

    @pytest.mark.any_database
    @pytest.mark.parametrize("form", [{}, {"action": "explode", "rowid": FIRST}, {"action": "delete"}])
    def test_an_action_on_nothing_files_nothing(self, eva: Visitor, session: Session, form: dict[str, str]) -> None:
        before = kept(session)

        answer = eva.post("/admin/course-settings/action/", form, of="/admin/course-settings/")

        assert (answer.status_code, kept(session)) == (303, before)

    def test_a_value_that_moved_meanwhile_is_not_deleted(self, eva: Visitor, session: Session, staff: Staff) -> None:
        make_live(session, staff, "course", FIRST, {**SET, "use_updated": True})
        before = kept(session)
        form = {"id": FIRST, "reason": REASON, "base_version": "1"}

        eva.post("/admin/course-settings/delete/", form, of="/admin/course-settings/")

        assert kept(session) == before
        assert "The live value is version 2 by now" in eva.get("/admin/course-settings/")


@pytest.mark.usefixtures("courses")
class TestGivenEveryDoorAndEverybody:
    @pytest.mark.any_database
    @pytest.mark.parametrize("role", [*Role, None])
    def test_no_row_of_the_ledger_is_touched(self, app: Flask, session: Session, role: Role | None) -> None:
        make_account(session, "walker", *([role] if role else []))
        session.commit()
        visitor, before = signed_in(app, "walker"), ledger_of(session)
        form = {**FORM, "csrf_token": visitor.token_on("/")}

        statuses = {
            (rule.rule, method): visitor.client.open(
                rule.rule.replace("<string(length=64):sha256>", "0" * 64),
                method=method,
                data=form,
                query_string={"id": FIRST},
            ).status_code
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith(tuple(PAGES.values()))
            for method in ("POST", "PUT", "PATCH", "DELETE")
        }

        assert ledger_of(session) == before
        assert {status for status in statuses.values() if status >= 500} == set()

    @pytest.mark.any_database
    @pytest.mark.parametrize("kind", PAGES)
    def test_editing_in_the_list_is_shut(self, eva: Visitor, session: Session, kind: str) -> None:
        before = kept(session)

        answers = [
            eva.client.post(f"{PAGES[kind]}{path}", data={**FORM, "csrf_token": eva.token_on("/")}) for path in SHUT
        ]

        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert kept(session) == before

    @pytest.mark.any_database
    def test_no_list_may_be_edited_in_place(self) -> None:
        assert [
            view for view in GOVERNED if view.column_editable_list or view.form_ajax_refs or view.inline_models
        ] == []


@pytest.mark.any_database
class TestGivenAnotherViewOverTheLedger:
    @pytest.mark.parametrize("model", [ConfigVersion, CrawlersVersion, Blob, ChangeRequest])
    def test_the_application_does_not_start(self, model: type) -> None:
        admin = Admin(Flask("rogue"))
        admin._views = [ModelView(model, db, endpoint="rogue")]

        with pytest.raises(OpenDoor, match=model.__name__):
            refuse_open_doors(admin)

    def test_a_list_of_the_desk_over_the_ledger_is_none_either(self) -> None:
        class Rogue(DeskView):
            endpoint_name, address, heading, lead, columns = "rogue", "/admin/rogue/", "Rogue", "", ("Key",)
            order = (ConfigVersion.id,)
            empty = Empty("", "")

        admin = Admin(Flask("rogue"))
        admin._views = [Rogue(ConfigVersion, db, endpoint="rogue")]

        with pytest.raises(OpenDoor):
            refuse_open_doors(admin)

    def test_our_own_may_be_there(self) -> None:
        admin = Admin(Flask("ours"))
        admin._views = [CrawlersView(CrawlersVersion, db, endpoint="ours")]

        refuse_open_doors(admin)
