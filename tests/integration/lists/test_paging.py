"""Does walking through a list give each row once, whatever comes meanwhile and whatever cursor somebody forges?"""

import base64
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.factories.lists import seed_lists
from tests.fakes import NOON
from tests.integration.lists.pages import LISTS, cursor, neighbour, numbers_in, with_query
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.services import audit

FORGED = ["nonsense", "!", "é", "a", "\x00", cursor(), cursor("1"), cursor(1.5), cursor(True), cursor(None), cursor(1, 2),
          cursor([1]), cursor(10**30), cursor(2**63), cursor("2026-11-21T12:00:00+00:00", 1),
          *(base64.urlsafe_b64encode(raw).decode() for raw in (b'{"a": 1}', b"[" * 100_000, b"9" * 5_000, b"[NaN]", b"\xff"))]  # fmt: skip
FORGED_DATES = [cursor(7), cursor("x", 1), cursor("2026-11-21", True), cursor("2026-11-21T12:00:00+00:00"),
                cursor("nonsense", 7), cursor("0001-01-01T00:00:00+23:59", 7), cursor("9999-12-31T23:59:59-23:59", 7),
                cursor("2026-11-21T12:00:00", 2**63), cursor("2026-11-21T12:00:00", 2**62)]  # fmt: skip
FAR_NUMBERS = [-(2**63) + 1, -1, 0, 2**31, 2**63 - 1]


def make_many(session: Session, number: int) -> list[int]:
    """Add certificates of which two each were made at the same moment."""
    return [
        make_certificate(session, f"many{n}", "course-v1:Many+M+1", key="", at=NOON - timedelta(minutes=n // 2)).id
        for n in range(number)
    ]


def walk(staff: Visitor, path: str, rel: str) -> tuple[list[list[int]], str]:
    pages, address = [], path
    for _ in range(20):
        page = staff.get(address)
        pages.append(numbers_in(page))
        following = neighbour(page, rel)
        if following is None:
            return pages, address
        address = following
    raise AssertionError(f"{path} never ends: {pages[:4]}")


class TestGivenMoreRowsThanAPage:
    @pytest.mark.parametrize("arguments", [{}, {"course": "course-v1:Many+M+1"}, {"status": "generating"}])
    @pytest.mark.parametrize("order", ["newest", "oldest"])
    def test_walking_there_and_back_gives_each_once(
        self, staff: Visitor, session: Session, arguments: dict[str, str], order: str
    ) -> None:
        made = make_many(session, 120)
        session.commit()
        start = with_query("/admin/certificates/", order=order, **arguments)

        there, last = walk(staff, start, "next")
        back, first = walk(staff, last, "prev")

        expected = made if order == "oldest" else made[::-1]
        assert [number for page in there for number in page] == expected
        assert [number for page in reversed(back) for number in page] == expected
        assert [len(page) for page in there] == [50, 50, 20]
        assert numbers_in(staff.get(first)) == there[0]

    @pytest.mark.parametrize("order", ["newest", "oldest"])
    @pytest.mark.parametrize("arguments", [{"created_from": "2026-11-21"}, {"created_to": "2026-11-21"}])
    def test_filters_by_date_order_by_date_and_lose_nothing(
        self, staff: Visitor, session: Session, arguments: dict[str, str], order: str
    ) -> None:
        made = make_many(session, 120)
        session.commit()

        there, last = walk(staff, with_query("/admin/certificates/", order=order, **arguments), "next")
        back, _ = walk(staff, last, "prev")

        by_date = sorted(made, key=lambda number: (-(made.index(number) // 2), number))
        expected = by_date if order == "oldest" else by_date[::-1]
        assert [number for page in there for number in page] == expected
        assert [number for page in reversed(back) for number in page] == expected

    @pytest.mark.parametrize(("number", "pages"), [(49, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
    def test_there_is_no_empty_last_page(self, staff: Visitor, session: Session, number: int, pages: int) -> None:
        make_many(session, number)
        session.commit()

        there, _ = walk(staff, "/admin/certificates/", "next")

        assert len(there) == pages
        assert all(there)

    def test_rows_that_come_meanwhile_move_nothing(self, staff: Visitor, session: Session) -> None:
        made = make_many(session, 60)
        session.commit()
        following = neighbour(staff.get("/admin/certificates/"), "next")
        make_certificate(session, "late")
        session.commit()

        page = staff.get(following or "")

        assert numbers_in(page) == made[:10][::-1]

    @pytest.mark.parametrize("name", ["learners", "audit"])
    def test_other_lists_walk_as_well(self, staff: Visitor, session: Session, name: str) -> None:
        make_many(session, 60)
        for number in range(60):
            audit.append(session, Actor("sam"), "account.enabled", "account", str(number), now=NOON)
        session.commit()

        there, last = walk(staff, LISTS[name], "next")
        back, _ = walk(staff, last, "prev")

        everything = [number for page in there for number in page]
        assert everything == sorted(set(everything), reverse=True)
        assert len(everything) >= 60
        assert [number for page in reversed(back) for number in page] == everything


class TestGivenACursorThatWasNotMadeHere:
    @pytest.mark.parametrize("key", ["after", "before"])
    def test_the_first_page_is_given(self, staff: Visitor, session: Session, key: str) -> None:
        made = make_many(session, 60)
        session.commit()

        pages = {forged: staff.get(with_query("/admin/certificates/", **{key: forged})) for forged in FORGED}

        assert [forged[:80] for forged, page in pages.items() if numbers_in(page) != made[:9:-1]] == []

    @pytest.mark.parametrize("key", ["after", "before"])
    def test_no_cursor_breaks_the_order_by_date(self, staff: Visitor, session: Session, key: str) -> None:
        make_many(session, 3)
        session.commit()

        answers = {
            forged: staff.client.get(with_query("/admin/certificates/", created_to="2026-11-21", **{key: forged}))
            for forged in FORGED_DATES
        }

        broken = [forged for forged, answer in answers.items() if answer.status_code != 200]
        assert [base64.urlsafe_b64decode(forged + "==") for forged in broken] == []

    @pytest.mark.parametrize("name", LISTS)
    def test_a_number_out_of_range_is_no_error(self, staff: Visitor, session: Session, name: str) -> None:
        seed_lists(session)
        cursors = [{key: cursor(number)} for number in FAR_NUMBERS for key in ("after", "before")]

        answers = [staff.client.get(with_query(LISTS[name], **arguments)) for arguments in cursors]

        assert [answer.status_code for answer in answers] == [200] * len(cursors)
