"""Do the lists and the pages of their rows show what they should, whatever number or text somebody types?"""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE, make_certificate, make_example
from tests.factories.lists import FORMER, UUID, seed_lists
from tests.factories.messages import make_delivery
from tests.fakes import NOON
from tests.integration.lists.pages import LISTS, SEARCHED, numbers_in, with_query
from tests.visitors import Visitor
from webapp.domain.actors import Actor
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.queue.deliveries import Outcome
from webapp.models.certificates import CertificateTransition
from webapp.services import audit

ODD_TEXTS = ("%", "_", "%%%", "\\", "'", '"; DROP TABLE learner; --', "\x00", "a\x00b", "\ud800", "a" * 10_000,
             "9" * 10_000, "/" * 10_000, "²", "٣", "-1", "1e9", "٪", "\u202e", "💥", "course-v1:x", "+")  # fmt: skip
ODD_NUMBERS = ("999999", "abc", "", "-1", "1.0", "1e3", "2147483648", "9" * 5000, "²", "٣", "0x1", "1 OR 1=1", "\x00")


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
        numbers = seed_lists(session)

        page = staff.get(LISTS[name])

        line = next(part for part in page.split("<tr") if f"<strong>{numbers[name]}</strong>" in part)
        assert [word for word in words if word not in line] == []
        own_page = f"/courses/{DEMO_COURSE}" if name == "courses" else f"{LISTS[name]}details/?id={numbers[name]}"
        assert f'href="{own_page}"' in line

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            (
                "certificates",
                ["Certificate", "Ada Lovelace", "No answer from the queue", UUID, FORMER, "What happened"],
            ),
            ("learners", ["Ada Lovelace", "ada@example.org", "Generating", "87 % B"]),
            ("examples", ["John Doë", "No answer has come in yet."]),
            ("allowlist", ["ill on the day"]),
            ("invalidations", ["copied"]),
            ("inbox", ["lms_key", "Unknown key", "Apply again", "Close"]),
            ("audit", ["looked at", "request-1", "192.0.2.9", "SHA-256"]),
            ("accounts", ["zoe@example.org", "This account is disabled", "Never signed in."]),
        ],
    )
    def test_its_page_says_all_about_it(self, staff: Visitor, session: Session, name: str, words: list[str]) -> None:
        numbers = seed_lists(session)

        page = staff.get(f"{LISTS[name]}details/?id={numbers[name]}")

        assert [word for word in words if word not in page] == []

    def test_the_page_of_an_issued_certificate_leads_to_what_the_world_sees(
        self, staff: Visitor, session: Session
    ) -> None:
        issued = make_certificate(session, status=Status.DOWNLOADABLE, key="", verify_uuid=UUID, issued_at=NOON)
        session.commit()

        page = staff.get(f"/admin/certificates/details/?id={issued.id}")

        assert f'href="http://desk.test/certificates/{UUID}"' in page

    def test_the_page_of_a_web_example_awaits_no_answer(self, staff: Visitor, session: Session) -> None:
        example = make_example(session, status=ExampleStatus.SUCCESS)
        example.template = ""
        session.commit()

        page = staff.get(f"/admin/examples/details/?id={example.id}")

        assert "Web page" in page
        assert [text for text in ("XQueue's answers", "No answer has come in yet.", ">PDF<") if text in page] == []

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
        number = seed_lists(session)[name]

        answers = {odd: staff.client.get(with_query(LISTS[name], q=odd)) for odd in ODD_TEXTS}

        assert {odd[:20]: answer.status_code for odd, answer in answers.items() if answer.status_code != 200} == {}
        assert [odd[:20] for odd, answer in answers.items() if number in numbers_in(answer.text)] == []

    @pytest.mark.parametrize("name", SEARCHED)
    def test_a_text_that_no_database_keeps_is_said_to_be_none(self, staff: Visitor, name: str) -> None:
        page = staff.get(with_query(LISTS[name], q="a\x00b"))

        assert "characters that no name has" in page


class TestGivenASitePutUnderAFolder:
    def test_a_list_leads_to_pages_of_that_folder_and_then_again_to_those_without(
        self, staff: Visitor, session: Session
    ) -> None:
        number = seed_lists(session)["certificates"]
        row, menu = f"/admin/certificates/details/?id={number}", "/admin/learners/"

        under = staff.client.get("/admin/certificates/", environ_overrides={"SCRIPT_NAME": "/desk"}).text
        plain = staff.client.get("/admin/certificates/").text

        assert (f'href="/desk{row}"' in under, f'href="/desk{menu}"' in under) == (True, True)
        assert (f'href="{row}"' in plain, f'href="{menu}"' in plain) == (True, True)
        assert re.findall(r'(?:href|src|action)="(/[^"]*)"', plain) == [
            address.removeprefix("/desk") for address in re.findall(r'(?:href|src|action)="(/[^"]*)"', under)
        ]


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
