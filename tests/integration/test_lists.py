"""Do the staff's lists show, find and page what they should, whatever somebody types, and by index alone?"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from sqlalchemy import Connection, event, insert, text, update
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import (
    DEMO_COURSE,
    make_certificate,
    make_course,
    make_example,
    make_learner,
    make_noise,
)
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.domain.certificates.deliveries import Endpoint, Outcome
from webapp.domain.certificates.statuses import Status
from webapp.domain.roles import Role
from webapp.models.accounts import Account
from webapp.models.base import db
from webapp.models.certificates import CertificateTransition, FormerPublicId, GeneratedCertificate
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import CourseGrade, Enrollment, Learner
from webapp.models.messages import CallbackInbox
from webapp.services import audit

OLD_COURSE = "edX/DemoX/Demo_Course"
UUID = "0123456789abcdef0123456789abcdef"
FORMER = "fedcba9876543210fedcba9876543210"
LISTS = {
    "certificates": "/admin/certificates/",
    "learners": "/admin/learners/",
    "courses": "/admin/courses/",
    "examples": "/admin/examples/",
    "allowlist": "/admin/allowlist/",
    "invalidations": "/admin/invalidations/",
    "inbox": "/admin/inbox/",
    "audit": "/audit/",
    "accounts": "/admin/accounts/",
}
SEARCHED = ("certificates", "learners", "courses", "allowlist", "invalidations", "inbox", "accounts")
ODD_TEXTS = ("%", "_", "%%%", "\\", "'", '"; DROP TABLE learner; --', "\x00", "a\x00b", "\ud800", "a" * 10_000,
             "9" * 10_000, "/" * 10_000, "²", "٣", "-1", "1e9", "٪", "\u202e", "💥", "course-v1:x", "+")  # fmt: skip
ODD_NUMBERS = ("999999", "abc", "", "-1", "1.0", "1e3", "2147483648", "9" * 5000, "²", "٣", "0x1", "1 OR 1=1", "\x00")


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session outside of any application context, so that each request has one of its own."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def staff(visitor: Visitor, session: Session) -> Visitor:
    """Somebody who may see every list."""
    make_account(session, "sam", Role.SUPPORT, Role.ADMIN)
    session.commit()
    visitor.sign_in("sam", PASSWORD)
    return visitor


def make_delivery(session: Session, outcome: Outcome = Outcome.UNKNOWN_KEY, **more: object) -> CallbackInbox:
    values: dict[str, Any] = {
        "received_at": NOON,
        "address": "192.0.2.7",
        "endpoint": Endpoint.CERTIFICATE,
        "header": '{"lms_key": "k"}',
        "body": "{}",
        "whole": True,
        "digest": "0" * 64,
        "matched": False,
        "outcome": outcome,
        **more,
    }
    delivery = CallbackInbox(**values)
    session.add(delivery)
    session.flush()
    return delivery


def make_allowlist_entry(session: Session, learner: Learner, **more: object) -> AllowlistEntry:
    values: dict[str, Any] = {
        "course_id": DEMO_COURSE,
        "allowlisted": True,
        "notes": "ill on the day",
        "created_by": "sam",
        **more,
    }
    entry = AllowlistEntry(learner_id=learner.id, created_at=NOON, modified_at=NOON, **values)
    session.add(entry)
    session.flush()
    return entry


def make_invalidation(session: Session, certificate: GeneratedCertificate, **more: object) -> Invalidation:
    values: dict[str, Any] = {"active": True, "notes": "copied", "invalidated_by": "sam", **more}
    invalidation = Invalidation(certificate_id=certificate.id, created_at=NOON, modified_at=NOON, **values)
    session.add(invalidation)
    session.flush()
    return invalidation


def seed(session: Session) -> dict[str, int]:
    """Add one row about ada to every list, noise around it, and give the numbers."""
    ada = make_learner(session)
    course = make_course(session, html_certificates=False)
    make_noise(session)
    session.execute(update(Learner).where(Learner.id != ada.id).values(name="Noise", name_folded="noise"))
    session.execute(update(CourseRun).where(CourseRun.id != course.id).values(display_name_folded="noise"))
    certificate = make_certificate(session, verify_uuid=UUID, at=NOON)
    certificate.submitted_at = NOON - timedelta(days=9)
    session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=certificate.id, retired_at=NOON))
    session.add(CourseMode(course_id=DEMO_COURSE, mode="honor", requires_id_verification=False))
    session.add(Enrollment(learner_id=ada.id, course_id=DEMO_COURSE, mode="honor", modified_at=NOON))
    session.add(CourseGrade(learner_id=ada.id, course_id=DEMO_COURSE, percent="0.87", letter="B", modified_at=NOON))
    make_learner(session, "bob", name="Bob", allow_certificate=False)
    noise = make_example(session, "e" * 32, "f" * 32, course_id="course-v1:Noise+E+1")
    example = make_example(session)
    entry = make_allowlist_entry(session, ada)
    make_allowlist_entry(session, make_learner(session, "bob"), course_id="course-v1:Noise+E+1", allowlisted=False)
    invalidation = make_invalidation(session, certificate)
    make_delivery(session, Outcome.APPLIED, endpoint=Endpoint.EXAMPLE, example_id=noise.id, matched=True)
    delivery = make_delivery(session, certificate_id=certificate.id, username="ada", course_id=DEMO_COURSE)
    who = Actor("aurelia", ip="192.0.2.9", request_id="request-1")
    seq = audit.append(session, who, "delivery.closed", "delivery", str(delivery.id), now=NOON, reason="looked at")
    account = make_account(session, "zoe", Role.EDITOR, learner_id=ada.id)
    account.disabled_at = NOON
    session.commit()
    return {
        "certificates": certificate.id,
        "learners": ada.id,
        "courses": course.id,
        "examples": example.id,
        "allowlist": entry.id,
        "invalidations": invalidation.id,
        "inbox": delivery.id,
        "audit": seq,
        "accounts": account.id,
    }


def numbers_in(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'role="rowheader"[^>]*>.*?<strong>(\d+)</strong>', page)]


def neighbour(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else None


def with_query(path: str, **arguments: str) -> str:
    return f"{path}?{urlencode(arguments, errors='surrogatepass')}"


class TestGivenNoRows:
    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("/admin/certificates/", "No certificates yet"),
            ("/admin/learners/", "No learners yet"),
            ("/admin/courses/", "No courses yet"),
            ("/admin/examples/", "No examples yet"),
            ("/admin/allowlist/", "Nobody is on the allowlist"),
            ("/admin/invalidations/", "No certificate was invalidated"),
            ("/admin/inbox/", "No delivery yet"),
        ],
    )
    def test_a_list_says_how_rows_come(self, staff: Visitor, path: str, words: str) -> None:
        page = staff.get(path)

        assert words in page
        assert numbers_in(page) == []

    @pytest.mark.parametrize("name", SEARCHED)
    def test_a_search_says_that_nothing_was_found(self, staff: Visitor, name: str) -> None:
        page = staff.get(with_query(LISTS[name], q="nobody at all"))

        assert "Nothing found" in page
        assert f'href="{LISTS[name]}">Show all' in page


class TestGivenARowInEveryList:
    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("certificates", ["ada", "ada@example.org", DEMO_COURSE, "Generating", "honor", "21 Nov 2026, 12:00 UTC"]),
            ("learners", ["ada", "Ada Lovelace", "ada@example.org"]),
            ("courses", [DEMO_COURSE, "Demonstration", "PDF"]),
            ("examples", [DEMO_COURSE, "honor", "Started", "certificate-template-edX-DemoX.pdf"]),
            ("allowlist", ["ada", DEMO_COURSE, "ill on the day", "sam"]),
            ("invalidations", ["ada", DEMO_COURSE, "copied", "sam"]),
            ("inbox", ["Unknown key", "ada", DEMO_COURSE, "Waiting"]),
            ("audit", ["aurelia", "Delivery closed", "looked at"]),
            ("accounts", ["zoe", "zoe@example.org", "Editor", "ada"]),
        ],
    )
    def test_the_list_shows_it_and_leads_to_it(
        self, staff: Visitor, session: Session, name: str, words: list[str]
    ) -> None:
        numbers = seed(session)

        page = staff.get(LISTS[name])

        line = next(part for part in page.split("<tr") if f"<strong>{numbers[name]}</strong>" in part)
        assert [word for word in words if word not in line] == []
        assert f"{LISTS[name]}details/?id={numbers[name]}" in line

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            (
                "certificates",
                ["Certificate", "Ada Lovelace", "No answer from the queue", UUID, FORMER, "What happened"],
            ),
            ("learners", ["Ada Lovelace", "ada@example.org", "Generating", "87 % B"]),
            ("courses", ["Demonstration", "edX", "honor"]),
            ("examples", ["John Doë", "No answer has come in yet."]),
            ("allowlist", ["ill on the day"]),
            ("invalidations", ["copied"]),
            ("inbox", ["lms_key", "Unknown key", "Apply again", "Close"]),
            ("audit", ["looked at", "request-1", "192.0.2.9", "SHA-256"]),
            ("accounts", ["zoe@example.org", "This account is disabled", "Never signed in."]),
        ],
    )
    def test_its_page_says_all_about_it(self, staff: Visitor, session: Session, name: str, words: list[str]) -> None:
        numbers = seed(session)

        page = staff.get(f"{LISTS[name]}details/?id={numbers[name]}")

        assert [word for word in words if word not in page] == []

    @pytest.mark.parametrize("name", LISTS)
    def test_a_number_that_is_none_is_404(self, staff: Visitor, name: str) -> None:
        addresses = {number: with_query(f"{LISTS[name]}details/", id=number) for number in ODD_NUMBERS}

        answers = {number[:20]: staff.client.get(address).status_code for number, address in addresses.items()}

        assert answers == dict.fromkeys(answers, 404)

    @pytest.mark.parametrize("name", LISTS)
    def test_no_number_at_all_is_404(self, staff: Visitor, name: str) -> None:
        answer = staff.client.get(f"{LISTS[name]}details/")

        assert answer.status_code == 404

    @pytest.mark.parametrize("name", SEARCHED)
    def test_an_odd_text_finds_nothing_and_breaks_nothing(self, staff: Visitor, session: Session, name: str) -> None:
        number = seed(session)[name]

        answers = {odd: staff.client.get(with_query(LISTS[name], q=odd)) for odd in ODD_TEXTS}

        assert {odd[:20]: answer.status_code for odd, answer in answers.items() if answer.status_code != 200} == {}
        assert [odd[:20] for odd, answer in answers.items() if number in numbers_in(answer.text)] == []

    @pytest.mark.parametrize("name", SEARCHED)
    def test_a_text_that_no_database_keeps_is_said_to_be_none(self, staff: Visitor, name: str) -> None:
        page = staff.get(with_query(LISTS[name], q="a\x00b"))

        assert "characters that no name has" in page


FILTERS = [
    ("certificates", "status", "generating", "downloadable", "nonsense"),
    ("certificates", "mode", "honor", "verified", "nonsense"),
    ("certificates", "course", DEMO_COURSE, OLD_COURSE, "nonsense"),
    ("certificates", "learner", "ada", "bob", "\x00"),
    ("certificates", "email", "ada@", "bob@", "\x00"),
    ("certificates", "created_from", "2026-11-21", "2026-11-22", "31.12.2026"),
    ("certificates", "created_to", "2026-11-21", "2026-11-20", "0001-01-01"),
    ("certificates", "stuck", "1", None, None),
    ("certificates", "waiting", "1", None, None),
    ("learners", "allowed", "yes", "no", "maybe"),
    ("courses", "html", "no", "yes", "maybe"),
    ("courses", "badges", "no", "yes", "maybe"),
    ("courses", "self_paced", "no", "yes", "maybe"),
    ("examples", "course", DEMO_COURSE, OLD_COURSE, "nonsense"),
    ("examples", "status", "started", "error", "nonsense"),
    ("allowlist", "course", DEMO_COURSE, OLD_COURSE, "nonsense"),
    ("allowlist", "listed", "yes", "no", "maybe"),
    ("invalidations", "course", DEMO_COURSE, OLD_COURSE, "nonsense"),
    ("invalidations", "active", "yes", "no", "maybe"),
    ("inbox", "waiting", "1", None, None),
    ("inbox", "outcome", "unknown_key", "applied", "nonsense"),
    ("inbox", "kind", "certificate", "example", "nonsense"),
    ("inbox", "received_from", "2026-11-21", "2026-11-22", "9999-12-31"),
    ("inbox", "received_to", "2026-11-21", "2026-11-20", "2026-13-01"),
    ("audit", "action", "delivery.closed", "account.enabled", "nonsense"),
    ("audit", "actor", "aurelia", "aurel", "\x00"),
    ("audit", "kind", "delivery", "example", "\x00"),
    ("audit", "key", "{inbox}", "0", "\x00"),
    ("audit", "request", "request-1", "request", "\x00"),
    ("audit", "at_from", "2026-11-21", "2026-11-22", "nonsense"),
    ("audit", "at_to", "2026-11-21", "2026-11-20", "nonsense"),
    ("accounts", "role", "editor", "approver", "nonsense"),
    ("accounts", "disabled", "1", None, None),
]


def chosen_for(name: str, place: int, **numbers: int) -> dict[str, str]:
    """Give each filter of a list with the value in that place of the table above."""
    return {
        line[1]: str(line[place]).format(**numbers) for line in FILTERS if line[0] == name and line[place] is not None
    }


class TestGivenAFilter:
    @pytest.mark.parametrize("name", LISTS)
    def test_what_fits_is_shown(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = seed(session)

        pages = {
            key: staff.get(with_query(LISTS[name], **{key: value}))
            for key, value in chosen_for(name, 2, **numbers).items()
        }

        assert [key for key, page in pages.items() if numbers[name] not in numbers_in(page)] == []
        assert [key for key, page in pages.items() if "Remove filter" not in page] == []

    @pytest.mark.parametrize("name", LISTS)
    def test_what_does_not_fit_is_not(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = seed(session)

        pages = {key: staff.get(with_query(LISTS[name], **{key: value})) for key, value in chosen_for(name, 3).items()}

        assert [key for key, page in pages.items() if numbers[name] in numbers_in(page)] == []

    @pytest.mark.parametrize("name", LISTS)
    def test_a_value_that_means_nothing_gives_a_notice_and_no_rows(
        self, staff: Visitor, session: Session, name: str
    ) -> None:
        seed(session)

        pages = {key: staff.get(with_query(LISTS[name], **{key: value})) for key, value in chosen_for(name, 4).items()}

        assert [key for key, page in pages.items() if "notice--warning" not in page] == []
        assert [key for key, page in pages.items() if numbers_in(page)] == []

    @pytest.mark.parametrize("name", LISTS)
    def test_all_together_narrow_to_the_one_row(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = seed(session)
        chosen = chosen_for(name, 2, **numbers)

        page = staff.get(with_query(LISTS[name], **chosen))

        assert numbers[name] in numbers_in(page)
        assert page.count("Remove filter") == len(chosen)

    @pytest.mark.parametrize(
        "value", ["2026-02-30", "2026", "20261121", "٢٠٢٦-١١-٢١", "-2026-11-21", "2026-11-21T00:00"]
    )
    def test_what_is_no_day_is_said_to_be_none(self, staff: Visitor, session: Session, value: str) -> None:
        seed(session)

        answer = staff.client.get(with_query("/admin/certificates/", created_from=value))

        assert answer.status_code == 200

    def test_rows_of_another_are_left_out(self, staff: Visitor, session: Session) -> None:
        numbers = seed(session)

        page = staff.get("/admin/certificates/?learner=ada")

        assert numbers_in(page) == [numbers["certificates"]]


class TestGivenASearch:
    @pytest.mark.parametrize(
        "words",
        [
            "ada",
            "ADA",
            "ad",
            "Ada L",
            "ADA LOVELACE",
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
        numbers = seed(session)

        page = staff.get(with_query(LISTS[name], q=words))

        assert numbers_in(page) == [numbers[name]]

    @pytest.mark.parametrize("name", ["certificates", "invalidations", "inbox"])
    def test_a_certificate_is_found_by_its_number(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = seed(session)

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
        numbers = seed(session)

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


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


FORGED = ["nonsense", "!", "é", "a", "\x00", cursor(), cursor("1"), cursor(1.5), cursor(True), cursor(None), cursor(1, 2),
          cursor([1]), cursor(10**30), cursor(2**63), cursor("2026-11-21T12:00:00+00:00", 1),
          *(base64.urlsafe_b64encode(raw).decode() for raw in (b'{"a": 1}', b"[" * 100_000, b"9" * 5_000, b"[NaN]", b"\xff"))]  # fmt: skip
FORGED_DATES = [cursor(7), cursor("x", 1), cursor("2026-11-21", True), cursor("2026-11-21T12:00:00+00:00"),
                cursor("nonsense", 7), cursor("0001-01-01T00:00:00+23:59", 7), cursor("9999-12-31T23:59:59-23:59", 7),
                cursor("2026-11-21T12:00:00", 2**63), cursor("2026-11-21T12:00:00", 2**62)]  # fmt: skip
FAR_NUMBERS = [-(2**63) + 1, -1, 0, 2**31, 2**63 - 1]


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
        seed(session)
        cursors = [{key: cursor(number)} for number in FAR_NUMBERS for key in ("after", "before")]

        answers = [staff.client.get(with_query(LISTS[name], **arguments)) for arguments in cursors]

        assert [answer.status_code for answer in answers] == [200] * len(cursors)


class TestGivenACertificateWithAHistory:
    def test_its_timeline_runs_from_the_newest_to_the_oldest(self, staff: Visitor, session: Session) -> None:
        certificate = make_certificate(session, status=Status.DOWNLOADABLE)
        other = make_certificate(session, "bob")
        moves = [(0, None, Status.GENERATING, "import"), (3, Status.GENERATING, Status.DOWNLOADABLE, "queue_answer")]
        for minute, before, after, cause in moves:
            session.add(
                CertificateTransition(
                    certificate_id=certificate.id,
                    at=NOON + timedelta(minutes=minute),
                    from_status=before,
                    to_status=after,
                    cause=cause,
                    actor_name="XQueue",
                )
            )
        for minute, of, outcome in (
            (1, certificate, Outcome.INVALID_BODY),
            (2, certificate, Outcome.DUPLICATE),
            (4, certificate, Outcome.CONFLICT),
            (5, other, Outcome.ID_TAKEN),
        ):
            make_delivery(session, outcome, certificate_id=of.id, received_at=NOON + timedelta(minutes=minute))
        audit.append(
            session,
            Actor("sam"),
            "certificate.answered",
            "certificate",
            str(certificate.id),
            now=NOON + timedelta(minutes=6),
        )
        session.commit()

        page = staff.get(f"/admin/certificates/details/?id={certificate.id}")

        titles = re.findall(r'entry__title">(?:<a[^>]*>)?([^<]+)<', page)
        assert titles == ["Answer applied", "Rival answer", "Generating → Issued", "Not a result", "New → Generating"]


HOSTILE = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


class TestGivenTextsWithMarkup:
    def seed(self, session: Session) -> dict[str, int]:
        learner = make_learner(session, HOSTILE, name=HOSTILE, email=f"{HOSTILE}@example.org")
        course = make_course(session, display_name=HOSTILE)
        certificate = make_certificate(
            session, HOSTILE, status=Status.ERROR, error_reason=HOSTILE, mode=HOSTILE[:32], grade="<b>"
        )
        example = make_example(session)
        example.error_reason, example.template, example.full_name = HOSTILE, HOSTILE, HOSTILE
        entry = make_allowlist_entry(session, learner, notes=HOSTILE, created_by=HOSTILE)
        invalidation = make_invalidation(session, certificate, notes=HOSTILE, invalidated_by=HOSTILE)
        told: dict[str, Any] = {"header": HOSTILE, "body": json.dumps(HOSTILE), "content": HOSTILE, "username": HOSTILE}
        delivery = make_delivery(session, certificate_id=certificate.id, key=HOSTILE, address=HOSTILE, **told)
        session.add(
            CertificateTransition(
                certificate_id=certificate.id,
                at=NOON,
                to_status=Status.ERROR,
                cause=HOSTILE,
                actor_name=HOSTILE,
                reason=HOSTILE,
            )
        )
        seq = audit.append(session, Actor(HOSTILE, ip=HOSTILE), "certificate.imported", "certificate",
                           str(certificate.id), now=NOON, reason=HOSTILE, details={HOSTILE: HOSTILE})  # fmt: skip
        account = make_account(session, HOSTILE)
        session.commit()
        return {
            "certificates": certificate.id,
            "learners": learner.id,
            "courses": course.id,
            "examples": example.id,
            "allowlist": entry.id,
            "invalidations": invalidation.id,
            "inbox": delivery.id,
            "audit": seq,
            "accounts": account.id,
        }

    @pytest.mark.parametrize("name", LISTS)
    def test_they_are_shown_as_they_are(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = self.seed(session)

        pages = [staff.get(LISTS[name]), staff.get(f"{LISTS[name]}details/?id={numbers[name]}")]

        assert [HOSTILE in page for page in pages] == [False, False]
        assert [ESCAPED in page for page in pages] == [True, True]

    @pytest.mark.parametrize("key", ["q", "status", "course", "created_from", "learner"])
    def test_what_was_typed_is_shown_as_it_is(self, staff: Visitor, key: str) -> None:
        page = staff.get(with_query("/admin/certificates/", **{key: f'"{HOSTILE}'}))

        assert HOSTILE not in page
        assert ESCAPED in page or ESCAPED[:20] in page


@contextmanager
def statements_of(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:  # noqa: ANN401 - as the driver has them
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan_of(app: Flask, statement: str, parameters: Any) -> str:  # noqa: ANN401 - as the driver has them
    with app.app_context(), db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        prefix = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        rows = connection.exec_driver_sql(prefix + statement, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


def full_scans(plan: str, table: str) -> list[str]:
    """Give the lines of a plan that read a whole table; one in the order of its key stops after a page."""
    lines = [line for line in plan.splitlines() if re.search(rf"Seq Scan on {table}\b|SCAN {table}(?! USING)", line)]
    in_order_of_key = "USE TEMP B-TREE FOR ORDER BY" not in plan
    return [line for line in lines if not (in_order_of_key and line == f"SCAN {table}")]


def rows_passed_over(app: Flask, statement: str, values: Any) -> int:  # noqa: ANN401 - as the driver has them
    """Give how many rows a query looked at in vain; for SQLite, which does not count them, a guess from its steps."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return _steps_of(connection, statement, values) // STEPS_A_ROW
        rows = connection.exec_driver_sql("EXPLAIN (ANALYZE, TIMING OFF) " + statement, values).all()
    plan = "\n".join(str(row[0]) for row in rows)
    removed = re.findall(r"loops=(\d+)\)(?:(?!loops=)[\s\S])*?Rows Removed by (?:Filter|Join Filter): (\d+)", plan)
    return sum(int(loops) * int(number) for loops, number in removed)


def _steps_of(connection: Connection, statement: str, values: Any) -> int:  # noqa: ANN401 - as the driver has them
    ticks: list[int] = []
    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(lambda: ticks.append(1), 100)
    connection.exec_driver_sql(statement, values).all()
    driver.set_progress_handler(None, 0)
    return 100 * len(ticks)


STEPS_A_ROW = 5
MOST_PASSED_OVER = 5_000
CERTIFICATES, LEARNERS = 20_000, 4_000
CROWD_COURSES = 400


def crowd(session: Session) -> None:
    """Fill the tables with as many rows as it takes for a plan to matter."""
    session.execute(
        insert(Learner),
        [
            {"id": n, "username": f"user{n:05}", "email": f"user{n:05}@example.org", "name": f"Name {n:05}",
             "username_folded": f"user{n:05}", "email_folded": f"user{n:05}@example.org", "name_folded": f"name {n:05}"}
            for n in range(1, LEARNERS + 1)
        ],
    )  # fmt: skip
    session.execute(
        insert(CourseRun),
        [
            {"course_id": f"course-v1:Crowd+C{n}+1", "course_id_folded": f"course-v1:crowd+c{n}+1",
             "display_name": f"Course {n}", "display_name_folded": f"course {n}"}
            for n in range(CROWD_COURSES)
        ],
    )  # fmt: skip
    session.execute(insert(GeneratedCertificate), [_one_of_the_crowd(n) for n in range(CERTIFICATES)])
    session.execute(insert(CallbackInbox), [_delivery_of_the_crowd(n) for n in range(CERTIFICATES)])
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()


def _one_of_the_crowd(n: int) -> dict[str, Any]:
    status = {0: Status.ERROR, 1: Status.GENERATING, 2: Status.NOT_PASSING}.get(n % 200, Status.DOWNLOADABLE)
    at: datetime = NOON - timedelta(minutes=CERTIFICATES - n)
    return {
        "id": n + 1,
        "learner_id": n % LEARNERS + 1,
        "course_id": f"course-v1:Crowd+C{n // LEARNERS * 80 + n % 80}+1",
        "status": status,
        "mode": {0: "verified", 1: "audit"}.get(n % 50, "honor"),
        "key": f"{n:032x}",
        "verify_uuid": f"{n + 1:032x}" if status is Status.DOWNLOADABLE else "",
        "created_at": at,
        "modified_at": at,
        "submitted_at": at,
    }


def _delivery_of_the_crowd(n: int) -> dict[str, Any]:
    return {
        "id": n + 1,
        "received_at": NOON - timedelta(minutes=CERTIFICATES - n),
        "address": "192.0.2.7",
        "endpoint": Endpoint.CERTIFICATE,
        "header": "{}",
        "body": "{}",
        "whole": True,
        "digest": "0" * 64,
        "matched": True,
        "outcome": Outcome.UNKNOWN_KEY if n % 100 == 0 else Outcome.APPLIED,
        "username": f"user{n % LEARNERS + 1:05}",
    }


NEEDLES = ("user00017", "user00017@example.org", "Name 0001", "17", "course-v1:Crowd+C7+1", f"{18:032x}", "course-v1:crowd+c39",
           "nobody", "nobody@nowhere", "f" * 32, "course-v1:None+N+1")  # fmt: skip
NARROWED: tuple[dict[str, str], ...] = (
    {},
    {"order": "oldest"},
    {"after": cursor(10_000)},
    {"before": cursor(10_000)},
    {"order": "oldest", "after": cursor(10_000)},
    *({"status": status.value} for status in (Status.ERROR, Status.GENERATING, Status.DOWNLOADABLE, Status.DELETED)),
    {"status": "error", "after": cursor(10_000)},
    *({"mode": mode} for mode in ("honor", "verified", "audit", "masters")),
    {"course": "course-v1:Crowd+C7+1"},
    {"course": "course-v1:Crowd+C7+1", "status": "error"},
    {"course": "course-v1:Crowd+C7+1", "after": cursor(10_000)},
    {"learner": "user00017"},
    {"learner": "nobody"},
    {"email": "user00017@"},
    {"created_from": "2026-11-21"},
    {"created_to": "2026-11-10"},
    {"created_from": "2026-11-10", "created_to": "2026-11-11"},
    {"created_to": "2026-11-21", "after": cursor("2026-11-15T12:00:00+00:00", 10_000)},
    {"stuck": "1"},
    {"waiting": "1"},
    *({"q": needle} for needle in NEEDLES),
)
INBOX_NARROWED: tuple[dict[str, str], ...] = (
    {},
    {"order": "oldest"},
    {"after": cursor(2_000)},
    {"waiting": "1"},
    {"outcome": "unknown_key"},
    {"outcome": "id_taken"},
    {"received_from": "2026-11-21"},
    {"received_to": "2026-11-10"},
    {"q": "user00017"},
    {"q": "nobody"},
    {"q": "17"},
)


@pytest.fixture(scope="class")
def crowded(shared_app: Flask, database: Database) -> Visitor:
    """Somebody of the staff before full tables, made once for the class."""
    database.empty(shared_app)
    with shared_app.app_context():
        engine = db.engine
    with Session(engine) as session:
        make_account(session, "sam", Role.SUPPORT, Role.ADMIN)
        crowd(session)
    visitor = Visitor(shared_app)
    visitor.sign_in("sam", PASSWORD)
    return visitor


class TestGivenTwentyThousandCertificates:
    @pytest.mark.parametrize("arguments", NARROWED, ids=str)
    def test_no_list_of_certificates_reads_them_all(
        self, crowded: Visitor, shared_app: Flask, arguments: dict[str, str]
    ) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(with_query("/admin/certificates/", **arguments))

        plans = {statement: plan_of(shared_app, statement, values) for statement, values in statements}
        passed_over = sum(rows_passed_over(shared_app, statement, values) for statement, values in statements)
        assert [plan for plan in plans.values() if full_scans(plan, "generated_certificate")] == []
        assert [plan for plan in plans.values() if full_scans(plan, "learner")] == []
        assert passed_over < MOST_PASSED_OVER

    @pytest.mark.parametrize("arguments", INBOX_NARROWED, ids=str)
    def test_no_list_of_deliveries_reads_them_all(
        self, crowded: Visitor, shared_app: Flask, arguments: dict[str, str]
    ) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(with_query("/admin/inbox/", **arguments))

        plans = {statement: plan_of(shared_app, statement, values) for statement, values in statements}
        passed_over = sum(rows_passed_over(shared_app, statement, values) for statement, values in statements)
        assert [plan for plan in plans.values() if full_scans(plan, "callback_inbox")] == []
        assert [plan for plan in plans.values() if full_scans(plan, "generated_certificate")] == []
        assert passed_over < MOST_PASSED_OVER

    @pytest.mark.parametrize("needle", NEEDLES)
    def test_no_search_reads_a_whole_table(self, crowded: Visitor, shared_app: Flask, needle: str) -> None:
        with statements_of(shared_app) as statements:
            for path in ("/search", "/admin/learners/", "/admin/invalidations/", "/admin/allowlist/"):
                crowded.get(with_query(path, q=needle))

        plans = {statement: plan_of(shared_app, statement, values) for statement, values in statements}
        scanned = [
            plan for plan in plans.values() for table in ("generated_certificate", "learner") if full_scans(plan, table)
        ]
        assert scanned == []

    @pytest.mark.parametrize("path", ["/", "/admin/certificates/details/?id=17", "/admin/learners/details/?id=17"])
    def test_no_page_reads_a_whole_table(self, crowded: Visitor, shared_app: Flask, path: str) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(path)

        plans = {statement: plan_of(shared_app, statement, values) for statement, values in statements}
        counted = {statement for statement in plans if "count(" in statement.lower()}
        tables = ("generated_certificate", "callback_inbox", "learner")
        uncounted = [plan for statement, plan in plans.items() if statement not in counted]
        assert [plan for plan in uncounted for table in tables if full_scans(plan, table)] == []

    @pytest.mark.parametrize("path", [*LISTS.values(), "/", "/search?q=user1"])
    def test_nothing_counts_a_whole_table(self, crowded: Visitor, shared_app: Flask, path: str) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(path)

        counts = [statement for statement, _ in statements if "count(" in statement.lower()]
        assert [statement for statement in counts if "LIMIT" not in statement] == []
        assert path == "/" or counts == []

    @pytest.mark.parametrize("path", [*LISTS.values(), "/", "/search?q=user1"])
    def test_a_page_asks_few_questions(self, crowded: Visitor, shared_app: Flask, path: str) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(path)

        assert len(statements) <= 10

    @pytest.mark.parametrize("path", [*LISTS.values(), quote("/search")])
    def test_nothing_skips_rows_by_offset(self, crowded: Visitor, shared_app: Flask, path: str) -> None:
        with statements_of(shared_app) as statements:
            crowded.get(with_query(path, after=cursor(5)))

        assert [
            (statement, values)
            for statement, values in statements
            if "OFFSET" in statement and not _skips_nothing(statement, values)
        ] == []


def _skips_nothing(statement: str, values: Any) -> bool:  # noqa: ANN401 - as the driver has them
    """SQLAlchemy writes LIMIT ? OFFSET ? for SQLite even where the offset is zero."""
    given = values if isinstance(values, tuple) else tuple(values.values())
    return bool(given) and given[-1] == 0 and statement.rstrip().endswith("OFFSET ?")


class TestGivenAnAccountInTheList:
    def test_it_is_found_by_the_beginning_of_its_name(self, staff: Visitor, session: Session) -> None:
        account: Account = make_account(session, "Zoë")
        make_account(session, "ann")
        session.commit()

        page = staff.get(with_query("/admin/accounts/", q="ZO"))

        assert numbers_in(page) == [account.id]
