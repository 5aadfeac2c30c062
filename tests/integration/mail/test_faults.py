"""What is said of a mail server that refuses, hangs, breaks off or is not there? Never an address or a password."""

import time

import pytest

from tests.integration.mail.test_handed_over import MAIL, mailer_to
from tests.mail_server import DRIBBLE, HANG_UP, SILENCE, StandInMailServer
from tests.servers import free_port
from webapp.adapters.mail import SmtpMailer
from webapp.mail_server import parse_mail_server
from webapp.ports import MailDeferred, MailRefused, MailUnsent

SHORT_S = 0.3
BROKE_OFF = "cannot connect to the mail server (the connection broke off)"
TOO_LATE = "cannot connect to the mail server (no answer in time)"
NO_TLS = "cannot connect to the mail server (no trusted TLS)"

FOR_GOOD = [
    ("RCPT", "550 5.1.1 <eva@example.org> unknown", "the mail server refuses the recipient (550)"),
    (".", "554 eva@example.org is spam", "the mail server refuses the mail (554)"),
    ("DATA", "503 no", "the mail server refuses the mail (503)"),
]
OF_THE_MAIL = [
    ("RCPT", "450 4.2.0 <eva@example.org> greylisted", "the mail server refuses the recipient (450)"),
    ("RCPT", "452 4.2.2 <eva@example.org> is full", "the mail server refuses the recipient (452)"),
    (".", "452 full", "the mail server refuses the mail (452)"),
]
FOR_NOW = [
    ("", "421 busy", "the mail server does not work just now (421)"),
    ("", "554 not you", "the mail server does not work just now (554)"),
    ("AUTH", "535 hunter2 is wrong", "the mail server refuses the sign-in (535)"),
    ("AUTH", "454 later", "the mail server refuses the sign-in (454)"),
    ("MAIL", "553 desk@desk.test is not yours", "the mail server refuses our own address (553)"),
    ("MAIL", "451 later", "the mail server refuses our own address (451)"),
    ("RCPT", "421 closing", "the mail server refuses the recipient (421)"),
    (".", "421 closing", "the mail server refuses the mail (421)"),
    ("", HANG_UP, BROKE_OFF),
    ("EHLO", HANG_UP, BROKE_OFF),
    ("RCPT", HANG_UP, BROKE_OFF),
    (".", HANG_UP, BROKE_OFF),
    ("", SILENCE, TOO_LATE),
    ("", DRIBBLE, TOO_LATE),
    ("EHLO", SILENCE, TOO_LATE),
    ("DATA", SILENCE, TOO_LATE),
    ("EHLO", DRIBBLE, TOO_LATE),
    (".", DRIBBLE, TOO_LATE),
]


def quick(server: StandInMailServer) -> SmtpMailer:
    return SmtpMailer(parse_mail_server(server.url), "desk@desk.test", timeout_s=SHORT_S)


class TestGivenARefusalForGood:
    @pytest.mark.parametrize(("command", "answer", "words"), FOR_GOOD)
    def test_the_mail_is_refused_and_its_address_stays_untold(self, command: str, answer: str, words: str) -> None:
        with StandInMailServer(answers={command: answer}) as server, pytest.raises(MailRefused) as refused:
            mailer_to(server).send(MAIL)

        assert str(refused.value) == words
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__


class TestGivenARefusalForNow:
    @pytest.mark.parametrize(("command", "answer", "words"), OF_THE_MAIL)
    def test_the_mail_is_put_off_and_its_address_stays_untold(self, command: str, answer: str, words: str) -> None:
        with StandInMailServer(answers={command: answer}) as server, pytest.raises(MailDeferred) as deferred:
            mailer_to(server).send(MAIL)

        assert str(deferred.value) == words
        assert deferred.value.__cause__ is None
        assert deferred.value.__suppress_context__


class TestGivenAFaultOfTheServer:
    @pytest.mark.parametrize(("command", "answer", "words"), FOR_NOW)
    def test_the_mail_is_unsent_with_the_reason_and_before_long(self, command: str, answer: str, words: str) -> None:
        began = time.monotonic()

        with (
            StandInMailServer("desk", "hunter2", answers={command: answer}) as server,
            pytest.raises(MailUnsent) as unsent,
        ):
            quick(server).send(MAIL)

        assert (type(unsent.value), str(unsent.value)) == (MailUnsent, words)
        assert unsent.value.__suppress_context__
        assert time.monotonic() - began < 10 * SHORT_S

    def test_what_it_says_after_it_took_the_mail_does_not_matter(self) -> None:
        for answer in ("500 what", HANG_UP, SILENCE):
            with StandInMailServer(answers={"QUIT": answer}) as server:
                quick(server).send(MAIL)

            assert len(server.letters) == 1

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("smtp://127.0.0.1:{port}", "cannot connect to the mail server"),
            ("smtps://127.0.0.1:{port}", "cannot connect to the mail server"),
            ("smtp://no-such-host.invalid:{port}", "cannot connect to the mail server (no such host)"),
            (f"smtp://{'x' * 70}.test", "cannot connect to the mail server (no such host)"),
        ],
    )
    def test_one_that_is_not_there_is_told(self, url: str, words: str) -> None:
        mailer = SmtpMailer(parse_mail_server(url.format(port=free_port())), "desk@desk.test")

        with pytest.raises(MailUnsent) as unsent:
            mailer.send(MAIL)

        assert (str(unsent.value), mailer.find_fault()) == (words, words)


class TestGivenNoTrust:
    @pytest.mark.parametrize("at_once", [False, True])
    def test_a_certificate_of_anybody_is_not_enough(self, at_once: bool) -> None:
        guarded = StandInMailServer("desk", "word", starttls=not at_once, at_once=at_once)

        with guarded as server, pytest.raises(MailUnsent) as unsent:
            mailer_to(server).send(MAIL)

        assert str(unsent.value) == NO_TLS
        assert "AUTH" not in server.commands

    def test_a_server_that_lost_its_starttls_gets_neither_password_nor_mail(self) -> None:
        with StandInMailServer("desk", "word") as server:
            mailer = SmtpMailer(parse_mail_server(f"{server.url}?starttls=on"), "desk@desk.test")

            with pytest.raises(MailUnsent, match="offers no STARTTLS"):
                mailer.send(MAIL)

        assert {"AUTH", "MAIL"} & set(server.commands) == set()


class TestGivenALook:
    def test_all_is_well_where_it_lets_us_in(self) -> None:
        with StandInMailServer("desk", "word") as server:
            assert mailer_to(server).find_fault() is None

        assert server.letters == []

    def test_a_wrong_password_is_told(self) -> None:
        with StandInMailServer("desk", "word", answers={"AUTH": "535 no"}) as server:
            assert mailer_to(server).find_fault() == "the mail server refuses the sign-in (535)"
