"""Does a mail get to the server as it was meant, and nothing else with it?"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fakes import NOON
from tests.mail_server import CERTIFICATE, StandInMailServer
from webapp.adapters.mail import SmtpMailer
from webapp.mail_server import parse_mail_server
from webapp.ports import Mail, MailRefused

MAIL = Mail(
    name="eva",
    address="eva@example.org",
    subject="Your change was put on hold: Catch the robot",
    text="Hello eva,\n\nWait.\n.\nhttps://desk.test/changes/7\n",
    at=NOON,
    reference="notice-9",
    thread="change-7",
)


def mailer_to(server: StandInMailServer) -> SmtpMailer:
    return SmtpMailer(parse_mail_server(server.url), "desk@desk.test")


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signed the stand-in's certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


class TestGivenAMail:
    def test_it_gets_there_whole(self) -> None:
        with StandInMailServer() as server:
            mailer_to(server).send(MAIL)

        (letter,) = server.letters
        assert (letter.sender, letter.recipient) == ("desk@desk.test", "eva@example.org")
        assert letter.text == MAIL.text
        assert dict(letter.message.items()) == {
            "From": "Certdesk <desk@desk.test>",
            "To": "eva <eva@example.org>",
            "Subject": MAIL.subject,
            "Date": "Sat, 21 Nov 2026 12:00:00 +0000",
            "Message-ID": "<notice-9@desk.test>",
            "References": "<change-7@desk.test>",
            "Auto-Submitted": "auto-generated",
            "Content-Type": 'text/plain; charset="utf-8"',
            "Content-Transfer-Encoding": "quoted-printable",
            "MIME-Version": "1.0",
        }

    def test_names_and_words_of_any_language_do(self) -> None:
        mail = replace(MAIL, name="آدا لوفلايس", subject="“Émile” – محمد " + "long" * 25, text="Grüße, محمد – 你好\n")
        with StandInMailServer() as server:
            mailer_to(server).send(mail)

        (letter,) = server.letters
        (to,) = letter.message["To"].addresses
        assert (to.display_name, to.addr_spec) == (mail.name, mail.address)
        assert (letter.message["Subject"], letter.text) == (mail.subject, mail.text)
        assert letter.raw.isascii()
        assert max(len(line) for line in letter.raw.splitlines()) <= 998

    def test_the_host_of_its_address_may_be_of_any_language(self) -> None:
        with StandInMailServer() as server:
            mailer_to(server).send(replace(MAIL, address="eva@bücher.example"))

        (letter,) = server.letters
        assert letter.recipient == "eva@xn--bcher-kva.example"
        assert letter.message["To"].addresses[0].addr_spec == letter.recipient

    def test_a_name_that_looks_like_an_address_stays_a_name(self) -> None:
        with StandInMailServer() as server:
            mailer_to(server).send(replace(MAIL, name='"x" <mallory@example.org>, y'))

        (letter,) = server.letters
        assert letter.recipient == "eva@example.org"
        assert [to.addr_spec for to in letter.message["To"].addresses] == ["eva@example.org"]

    @pytest.mark.parametrize(
        "bad",
        [
            replace(MAIL, subject="Hello\r\nBcc: mallory@example.org"),
            replace(MAIL, name="eva\nBcc: mallory@example.org"),
            replace(MAIL, address="eva@example.org\r\nRCPT TO:<mallory@example.org>"),
            replace(MAIL, address="eva@example.org, mallory@example.org"),
            replace(MAIL, address="jürgen@example.org"),
            replace(MAIL, address=f"eva@{'ü' * 70}.example"),
            replace(MAIL, address="nobody"),
            replace(MAIL, address=""),
        ],
        ids=[
            "subject",
            "name",
            "address",
            "two addresses",
            "name beyond ASCII",
            "host too long",
            "no address",
            "nothing",
        ],
    )
    def test_one_with_more_in_its_head_than_belongs_there_is_not_sent(self, bad: Mail) -> None:
        with StandInMailServer() as server, pytest.raises(MailRefused):
            mailer_to(server).send(bad)

        assert server.letters == []

    def test_a_connection_serves_one_and_the_next_gets_its_own(self) -> None:
        with StandInMailServer() as server:
            mailer = mailer_to(server)
            mailer.send(MAIL)
            mailer.send(replace(MAIL, reference="notice-10"))

        assert [letter.message["Message-ID"] for letter in server.letters] == [
            "<notice-9@desk.test>",
            "<notice-10@desk.test>",
        ]
        assert server.commands.count("QUIT") == 2

    def test_it_does_not_tell_the_name_of_this_machine(self) -> None:
        with StandInMailServer() as server:
            mailer_to(server).send(MAIL)

        assert server.commands[0] == "EHLO"
        assert server.greeted_by == ["desk.test"]


@pytest.mark.usefixtures("trusted")
class TestGivenAServerThatGuardsItsConnections:
    @pytest.mark.parametrize(
        "make",
        [
            lambda: StandInMailServer("desk", "word", starttls=True),
            lambda: StandInMailServer("desk", "word", at_once=True),
        ],
        ids=["starttls", "smtps"],
    )
    def test_mail_and_password_go_through_tls(self, make: Callable[[], StandInMailServer]) -> None:
        with make() as server:
            mailer_to(server).send(MAIL)

        (letter,) = server.letters
        assert (letter.guarded, letter.signed_in_as) == (True, "desk")
