"""Can people keep views of lists, share them, and get back what they deleted?"""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.visitors import Visitor
from webapp.domain.roles import Role
from webapp.models.audit import AuditEvent
from webapp.models.desk.saved_views import SavedView
from webapp.services import audit

CERTIFICATES = "/admin/certificates/"
ERRORS = {"list": "certificates", "name": "Failed ones", "query": "status=error&columns=number,status&evil=1&after=x"}


def someone(app: Flask, session: Session, name: str, *roles: Role) -> Visitor:
    """Somebody who has signed in."""
    make_account(session, name, *roles)
    session.commit()
    visitor = Visitor(app)
    visitor.sign_in(name, PASSWORD)
    return visitor


def keep(visitor: Visitor, **form: str) -> str:
    """Keep a view and give the address that it leads to."""
    answer = visitor.post("/saved-views", {**ERRORS, **form}, of=CERTIFICATES)
    assert answer.status_code == 303
    return answer.headers["Location"]


def number_of(url: str) -> str:
    """Give the number of the view that an address leads to."""
    return url.rpartition("view=")[2]


def tabs_of(page: str) -> list[str]:
    """Give the names of the views over a list."""
    bar = page.partition('aria-label="Saved views of this list"')[2].partition("</nav>")[0]
    return [unescape(found) for found in re.findall(r"<bdi>(.*?)</bdi>", bar)]


def events_of(session: Session) -> list[tuple[str, str]]:
    """Give what was done to views, and by whom."""
    session.expire_all()
    found = session.scalars(select(AuditEvent).where(AuditEvent.kind == "saved_view").order_by(AuditEvent.seq))
    return [(event.action, event.actor_name) for event in found]


class TestGivenAListThatSomebodyHasNarrowed:
    def test_it_is_kept_under_a_name_for_them_alone(self, app: Flask, session: Session) -> None:
        sam, vera = (someone(app, session, name, Role.VIEWER) for name in ("sam", "vera"))

        url = keep(sam)

        page = sam.get(url)
        assert url.startswith(f"{CERTIFICATES}?columns=number%2Cstatus&status=error&view=")
        assert (tabs_of(page), tabs_of(vera.get(CERTIFICATES))) == (["Failed ones"], [])
        assert 'aria-current="page"><bdi>Failed ones' in page
        assert events_of(session) == [("saved_view.made", "sam")]

    def test_twice_the_same_is_kept_once_and_another_of_that_name_is_refused(
        self, app: Flask, session: Session
    ) -> None:
        sam = someone(app, session, "sam", Role.VIEWER)

        again = [keep(sam), keep(sam), keep(sam, query="mode=audit")]

        assert len(session.scalars(select(SavedView)).all()) == 1
        assert again[0] == again[1]
        assert "is there already" in sam.get(again[2])

    @pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
    def test_a_name_that_is_none_is_refused_with_the_reason(self, app: Flask, session: Session, name: str) -> None:
        sam = someone(app, session, "sam", Role.VIEWER)

        url = keep(sam, name=name)

        assert "Nothing was kept." in sam.get(url)
        assert events_of(session) == []

    def test_what_people_wrote_is_shown_as_it_is(self, app: Flask, session: Session) -> None:
        sam = someone(app, session, "sam", Role.VIEWER)

        page = sam.get(keep(sam, name='<img src=x onerror="1">شهادات'))

        assert tabs_of(page) == ['<img src=x onerror="1">شهادات']
        assert "<img src=x" not in page


class TestGivenAViewThatIsShared:
    def test_all_see_it_and_its_maker_and_admins_alone_change_it(self, app: Flask, session: Session) -> None:
        sam, vera = (someone(app, session, name, Role.VIEWER) for name in ("sam", "vera"))
        admin = someone(app, session, "adam", Role.ADMIN)
        url = keep(sam, shared="1")
        form = {**ERRORS, "name": "Errors", "shared": "1"}

        seen = vera.get(url)
        answers = [
            one.post(f"/saved-views/{number_of(url)}/change", form, of=CERTIFICATES).status_code
            for one in (vera, admin)
        ]

        assert (tabs_of(seen), "This view" in seen) == (["Failed ones"], False)
        assert answers == [403, 303]
        assert tabs_of(vera.get(CERTIFICATES)) == ["Errors"]
        assert events_of(session) == [("saved_view.made", "sam"), ("saved_view.changed", "adam")]

    def test_anothers_own_is_as_if_it_were_not_there(self, app: Flask, session: Session) -> None:
        sam, admin = someone(app, session, "sam", Role.VIEWER), someone(app, session, "adam", Role.ADMIN)
        number = number_of(keep(sam))

        answers = [
            admin.post(f"/saved-views/{number}/{act}", ERRORS, of=CERTIFICATES).status_code
            for act in ("change", "remove", "restore")
        ]

        assert answers == [404, 404, 404]

    def test_nobody_keeps_one_of_a_list_that_they_may_not_see(self, app: Flask, session: Session) -> None:
        sam = someone(app, session, "sam", Role.VIEWER)

        answers = [
            sam.post("/saved-views", {**ERRORS, "list": name}, of=CERTIFICATES).status_code
            for name in ("accounts", "audit", "nothing")
        ]

        assert answers == [403, 403, 400]


class TestGivenAViewThatIsLookedAt:
    def test_other_filters_are_kept_in_it_where_that_is_wanted(self, app: Flask, session: Session) -> None:
        sam = someone(app, session, "sam", Role.VIEWER)
        number = number_of(keep(sam))
        moved = sam.get(f"{CERTIFICATES}?status=deleted&view={number}")

        sam.post(
            f"/saved-views/{number}/change", {**ERRORS, "query": "status=deleted", "as_shown": "1"}, of=CERTIFICATES
        )

        assert "(changed)" in moved
        assert session.scalars(select(SavedView.query)).all() == ["status=deleted"]
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "saved_view.changed")).one()
        told = audit.details_of(event)
        assert (told["after"]["narrowed_by"], told["changed"]) == (["status"], ["columns", "status"])

    def test_the_audit_has_no_word_that_was_typed_into_it(self, app: Flask, session: Session) -> None:
        sam = someone(app, session, "sam", Role.VIEWER)
        number = number_of(keep(sam, query="email=ada%40example.org&q=Lovelace"))
        form = {**ERRORS, "name": "Hers", "query": "email=bob%40example.org&q=Lovelace", "as_shown": "1"}

        for act in ("change", "change", "remove", "restore"):
            sam.post(f"/saved-views/{number}/{act}", form, of=CERTIFICATES)

        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "saved_view").order_by(AuditEvent.seq))
        told = [audit.details_of(event) for event in events]
        assert [one.get("changed") for one in told] == [None, ["email", "name"], None, None]
        assert told[0]["after"]["narrowed_by"] == ["email", "q"]
        assert [word for word in ("example.org", "Lovelace") if word in str(told)] == []

    def test_deleted_it_is_gone_and_back_at_a_click(self, app: Flask, session: Session) -> None:
        sam = someone(app, session, "sam", Role.VIEWER)
        number = number_of(keep(sam))

        gone = sam.get(sam.post(f"/saved-views/{number}/remove", of=CERTIFICATES).headers["Location"])
        sam.post(f"/saved-views/{number}/restore", {"list": "certificates"}, of=CERTIFICATES)

        assert (tabs_of(gone), "is deleted." in gone) == ([], True)
        assert tabs_of(sam.get(CERTIFICATES)) == ["Failed ones"]
        assert [action for action, _ in events_of(session)][1:] == ["saved_view.removed", "saved_view.restored"]
