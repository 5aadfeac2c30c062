"""What do people see first, and where does the one search lead?"""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import DEMO_COURSE, make_certificate, make_course, make_learner, make_noise
from tests.fakes import NOON
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.certificates.deliveries import Endpoint, Outcome
from webapp.domain.certificates.statuses import HIDDEN, Status
from webapp.domain.roles import Role
from webapp.models.base import db
from webapp.models.certificates import FormerPublicId
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox

STAFF_PAGES = (
    "/search?q=ada",
    "/admin/",
    "/admin/certificates/",
    "/admin/certificates/details/?id=1",
    "/admin/learners/",
    "/admin/courses/",
    "/admin/examples/",
    "/admin/allowlist/",
    "/admin/invalidations/",
    "/admin/inbox/",
    "/admin/inbox/details/?id=1",
    "/admin/accounts/",
    "/audit/",
    "/audit/details/?id=1",
)
UUID = "0123456789abcdef0123456789abcdef"
FORMER = "fedcba9876543210fedcba9876543210"


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session outside of any application context, so that each request has one of its own."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def staff(visitor: Visitor, session: Session) -> Visitor:
    """Somebody who reads the desk."""
    make_account(session, "sam", Role.VIEWER)
    session.commit()
    visitor.sign_in("sam", PASSWORD)
    return visitor


def make_delivery(session: Session, outcome: Outcome, **more: object) -> None:
    values: dict[str, object] = {
        "received_at": NOON,
        "address": "192.0.2.7",
        "endpoint": Endpoint.CERTIFICATE,
        "whole": True,
        "digest": "0" * 64,
        "matched": False,
        "outcome": outcome,
        **more,
    }
    session.add(CallbackInbox(**values))


def signed_in_learner(visitor: Visitor, session: Session, *roles: Role) -> Visitor:
    ada = make_learner(session)
    make_account(session, "ada", *roles, learner_id=ada.id)
    session.commit()
    visitor.sign_in("ada", PASSWORD)
    return visitor


def words_of(page: str) -> str:
    return page.split("<main", 1)[1]


def looked_up(visitor: Visitor, text: str) -> str:
    return words_of(visitor.get(f"/search?{urlencode({'q': text})}"))


class TestGivenNothingThatWaits:
    def test_staff_are_told_that_all_is_quiet(self, staff: Visitor) -> None:
        page = staff.get("/")

        assert "All quiet" in page
        assert "Needs attention" not in page


class TestGivenThingsThatWait:
    def test_staff_see_how_many_and_are_led_to_them(self, staff: Visitor, session: Session) -> None:
        just_now = clock.now()
        make_certificate(session, "new1", key="a", at=just_now)
        for name in ("old1", "old2"):
            make_certificate(session, name, key=name, at=just_now - timedelta(hours=1))
        for name in ("bad1", "bad2", "bad3"):
            make_certificate(session, name, status=Status.ERROR)
        make_certificate(session, "done", status=Status.DOWNLOADABLE)
        for outcome in (Outcome.UNKNOWN_KEY, Outcome.CONFLICT, Outcome.APPLIED, Outcome.DUPLICATE):
            make_delivery(session, outcome)
        make_delivery(session, Outcome.UNKNOWN_KEY, closed_at=NOON)
        session.commit()

        page = staff.get("/")

        shown = [
            (title, card.split('ask__count">')[1].split("<")[0], card.split('href="')[1].split('"')[0])
            for card in page.split('<a class="ask ask--')[1:]
            for title in [card.split('ask__title">')[1].split("<")[0]]
        ]
        assert shown == [
            ("Refused answers", "2", "/admin/inbox/?waiting=1"),
            ("Stuck certificates", "2", "/admin/certificates/?stuck=1"),
            ("Failed certificates", "3", "/admin/certificates/?status=error"),
            ("Being made", "3", "/admin/certificates/?waiting=1"),
        ]

    def test_each_card_leads_to_as_many_rows_as_it_counts(self, staff: Visitor, session: Session) -> None:
        hour_ago = clock.now() - timedelta(hours=1)
        for status in (Status.GENERATING, Status.REGENERATING, Status.DELETING, Status.ERROR):
            make_certificate(session, status.value, status=status, key=status.value, at=hour_ago)
        make_delivery(session, Outcome.UNKNOWN_KEY)
        session.commit()
        cards = staff.get("/").split('<a class="ask ask--')[1:]

        counted = {
            card.split('href="')[1].split('"')[0]: int(card.split('ask__count">')[1].split("<")[0]) for card in cards
        }
        led_to = {address: staff.get(address).count('role="rowheader"') for address in counted}

        assert led_to == counted

    def test_more_than_a_thousand_are_not_counted_out(self, staff: Visitor, session: Session) -> None:
        for _ in range(1_002):
            make_delivery(session, Outcome.UNKNOWN_KEY)
        session.commit()

        page = staff.get("/")

        assert "more than 1,000" in page

    def test_the_last_ten_deliveries_are_shown_newest_first(self, staff: Visitor, session: Session) -> None:
        for number in range(12):
            make_delivery(session, Outcome.UNKNOWN_KEY, username=f"learner{number:02}", course_id=DEMO_COURSE)
            session.flush()
        session.commit()

        page = staff.get("/")

        shown = [part[:9] for part in page.split('entry__text">')[1:]]
        assert shown == [f"learner{number:02}" for number in range(11, 1, -1)]


class TestGivenALearner:
    @pytest.mark.parametrize(
        ("status", "title", "words"),
        [
            (Status.DOWNLOADABLE, "Issued", "Your certificate is ready."),
            (Status.GENERATING, "Being made", "is being made"),
            (Status.ERROR, "Not issued", "takes longer than usual"),
            (Status.NOT_PASSING, "Not issued", "You have not passed this course yet."),
            (Status.UNVERIFIED, "Not issued", "Your identity has to be verified"),
            (Status.RESTRICTED, "Not issued", "Ask support why."),
            (Status.INVALIDATED, "Not issued", "There is no certificate for this course at the moment."),
        ],
    )
    def test_home_shows_the_own_certificate_in_plain_words(
        self, visitor: Visitor, session: Session, status: Status, title: str, words: str
    ) -> None:
        make_certificate(session, status=status, error_reason="Traceback in agent.py", issued_at=NOON)
        learner = signed_in_learner(visitor, session)

        page = words_of(learner.get("/"))

        assert all(text in page for text in ("My certificates", "Demonstration", title, words))
        assert "Traceback" not in page

    @pytest.mark.parametrize("status", Status)
    def test_no_status_shows_its_code_word_and_none_is_forgotten(
        self, visitor: Visitor, session: Session, status: Status
    ) -> None:
        make_certificate(session, status=status, download_url="https://files.test/a.pdf", issued_at=NOON)
        learner = signed_in_learner(visitor, session)

        page = words_of(learner.get("/"))

        assert ("Demonstration" in page) is (status not in HIDDEN)
        assert ("https://files.test/a.pdf" in page) is (status is Status.DOWNLOADABLE)
        assert "_" not in page.split("mine__status")[-1].split("</p>")[0] if status not in HIDDEN else True

    def test_nothing_of_audit_enrolments_and_of_others_is_shown(self, visitor: Visitor, session: Session) -> None:
        make_noise(session)
        make_course(session, "course-v1:edX+Audit+1", display_name="Audited course")
        make_certificate(session, "ada", "course-v1:edX+Audit+1", status=Status.AUDIT_PASSING)
        make_certificate(session, "bob", status=Status.DOWNLOADABLE, download_url="https://files.test/bob.pdf")
        learner = signed_in_learner(visitor, session)

        page = words_of(learner.get("/"))

        assert "No certificates yet" in page
        assert not [words for words in ("Audited", "audit", "bob", "Noise", "noise") if words in page]

    @pytest.mark.parametrize("path", STAFF_PAGES)
    def test_every_staff_page_is_403(self, visitor: Visitor, session: Session, path: str) -> None:
        make_certificate(session)
        make_delivery(session, Outcome.UNKNOWN_KEY)
        learner = signed_in_learner(visitor, session)

        answer = learner.client.get(path)

        assert answer.status_code == 403
        assert "ada@example.org" not in answer.text

    def test_the_page_leads_to_nothing_of_the_staffs(self, visitor: Visitor, session: Session) -> None:
        make_certificate(session)
        learner = signed_in_learner(visitor, session)

        page = learner.get("/")

        assert "/admin/" not in page
        assert "/audit" not in page

    def test_an_account_of_no_learner_holds_nothing(self, visitor: Visitor, session: Session) -> None:
        make_certificate(session)
        make_account(session, "nobody")
        session.commit()
        visitor.sign_in("nobody", PASSWORD)

        page = visitor.get("/")

        assert "No certificates yet" in page

    def test_a_course_that_is_gone_goes_by_its_key(self, visitor: Visitor, session: Session) -> None:
        make_course(session, display_name="")
        make_certificate(session, status=Status.DOWNLOADABLE)
        learner = signed_in_learner(visitor, session)

        page = words_of(learner.get("/"))

        assert DEMO_COURSE in page


class TestGivenTheSiteSearch:
    def seed(self, session: Session) -> dict[str, int]:
        make_noise(session)
        ada = make_learner(session, name="Augusta Ada")
        course = make_course(session, display_name="Sailing")
        session.execute(update(Learner).where(Learner.id != ada.id).values(name="Noise", name_folded="noise"))
        certificate = make_certificate(session, verify_uuid=UUID)
        session.add(FormerPublicId(verify_uuid=FORMER, certificate_id=certificate.id, retired_at=NOON))
        session.commit()
        return {"certificates": certificate.id, "learners": ada.id, "courses": course.id}

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("ada", "learners"),
            ("AUGUSTA A", "learners"),
            ("ada@EXAMPLE.org", "learners"),
            (DEMO_COURSE, "courses"),
            ("course-v1:edx+demo", "courses"),
            ("SAIL", "courses"),
            (UUID, "certificates"),
            (UUID.upper(), "certificates"),
            (FORMER, "certificates"),
            (f"  {UUID} ", "certificates"),
        ],
    )
    def test_it_leads_to_what_is_named_and_to_nothing_else(
        self, staff: Visitor, session: Session, text: str, kind: str
    ) -> None:
        numbers = self.seed(session)

        page = looked_up(staff, text)

        assert f'href="/admin/{kind}/details/?id={numbers[kind]}"' in page
        assert "noise" not in page.lower()

    def test_a_learner_comes_with_the_certificates_held(self, staff: Visitor, session: Session) -> None:
        numbers = self.seed(session)

        page = looked_up(staff, "ada")

        addresses = [f'href="/admin/{kind}/details/?id={numbers[kind]}"' for kind in ("learners", "certificates")]
        assert [page.count(address) for address in addresses] == [1, 1]
        assert page.count('class="hit"') == 2

    def test_a_number_leads_to_its_certificate(self, staff: Visitor, session: Session) -> None:
        number = self.seed(session)["certificates"]

        page = looked_up(staff, str(number))

        assert f'href="/admin/certificates/details/?id={number}"' in page

    @pytest.mark.parametrize("text", ["zzz", "%", "_", "a\x00b", "9" * 10_000, "/" * 300, "²", "'", "\u202e"])
    def test_what_names_nothing_is_said_to(self, staff: Visitor, session: Session, text: str) -> None:
        self.seed(session)

        page = looked_up(staff, text)

        assert "Nothing matches" in page

    @pytest.mark.parametrize("address", ["/search", "/search?q=", "/search?q=%20"])
    def test_an_empty_one_explains_itself(self, staff: Visitor, address: str) -> None:
        page = staff.get(address)

        assert "What are you looking for?" in page

    def test_at_most_ten_of_a_kind_are_shown(self, staff: Visitor, session: Session) -> None:
        for number in range(15):
            make_learner(session, f"many{number}", name=f"Many {number}")
        session.commit()

        page = looked_up(staff, "many")

        assert 10 <= page.count('class="hit"') <= 20

    def test_who_fits_by_two_names_is_shown_once(self, staff: Visitor, session: Session) -> None:
        make_learner(session, "twice", name="Twice Named")
        session.commit()

        page = looked_up(staff, "twice")

        assert page.count('class="hit"') == 1

    def test_what_was_typed_and_found_is_escaped(self, staff: Visitor, session: Session) -> None:
        make_learner(session, "x1", name="<script>alert(1)</script>")
        session.commit()

        page = looked_up(staff, "<script>alert")

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
