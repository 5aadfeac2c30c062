"""Is a mail server read as it was meant, guarded where nobody says otherwise, and refused without its password?"""

import pytest

from webapp.mail_server import MailServer, Tls, default_sender, writable
from webapp.settings import Settings, SettingsError

NAME = "CERTDESK_SMTP_URL"


def read(value: str) -> MailServer | None:
    return Settings.from_env({NAME: value}).smtp_url


class TestGivenAnAddress:
    @pytest.mark.parametrize(
        ("value", "server"),
        [
            ("smtp://localhost", MailServer("localhost", 25, Tls.NONE)),
            ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025, Tls.NONE)),
            ("smtp://[::1]", MailServer("::1", 25, Tls.NONE)),
            ("smtp://relay.test", MailServer("relay.test", 25, Tls.STARTTLS)),
            ("smtp://192.0.2.7", MailServer("192.0.2.7", 25, Tls.STARTTLS)),
            ("smtp://relay.test?starttls=off", MailServer("relay.test", 25, Tls.NONE)),
            ("smtp://localhost?starttls=ON", MailServer("localhost", 25, Tls.STARTTLS)),
            ("smtp://desk:word@mail.test", MailServer("mail.test", 587, Tls.STARTTLS, "desk", "word")),
            ("smtp://desk:word@mail.test:2525/", MailServer("mail.test", 2525, Tls.STARTTLS, "desk", "word")),
            ("smtps://desk%40x.test:a%2Fb%23%40@mail.test", MailServer("mail.test", 465, Tls.AT_ONCE, "desk@x.test", "a/b#@")),
            ("smtps://mail.test?from=desk%2Ba@x.test", MailServer("mail.test", 465, Tls.AT_ONCE, sender="desk+a@x.test")),
            ("smtp://localhost?from=desk+a@x.test", MailServer("localhost", 25, Tls.NONE, sender="desk+a@x.test")),
        ],
    )  # fmt: skip
    def test_it_is_read(self, value: str, server: MailServer) -> None:
        assert read(value) == server

    @pytest.mark.parametrize(
        "value",
        [
            "mail.test",
            "http://mail.test",
            "smtp://",
            "smtp://mail.test:0",
            "smtp://mail.test:70000",
            "smtp://mail.test:port",
            "smtp://[::1",
            "smtp://mail.test/path",
            "smtp://mail.test#part",
            "smtp://desk@mail.test",
            "smtp://:hunter2@mail.test",
            "smtp://desk:hunter2é@mail.test",
            "smtp://desk:hunter2%0A@mail.test",
            "smtp://mail.test?starttls=maybe",
            "smtp://mail.test?starttls",
            "smtps://mail.test?starttls=on",
            "smtp://mail.test?tls=on",
            "smtp://mail.test?from=a@x.test&from=b@x.test",
            "smtp://mail.test?from=nobody",
            f"smtp://mail.test?from=desk@{'ü' * 70}.test",
            "smtp://mail.test?from=a@x.test%0D%0ABcc:b@x.test",
        ],
    )
    def test_another_is_refused_in_a_line_that_names_the_variable(self, value: str) -> None:
        with pytest.raises(SettingsError, match=f"^{NAME} ") as refused:
            read(value)

        assert "\n" not in str(refused.value)
        assert "hunter2" not in str(refused.value)

    def test_its_password_is_not_shown(self) -> None:
        settings = Settings.from_env({NAME: "smtp://desk:hunter2@mail.test"})

        assert "hunter2" not in f"{settings!r} {settings.smtp_url!r}"

    def test_none_is_none(self) -> None:
        assert read("") is None


class TestGivenNoSender:
    @pytest.mark.parametrize(
        ("base_url", "sender"),
        [
            ("https://desk.test", "certdesk@desk.test"),
            ("http://desk.test:8000", "certdesk@desk.test"),
            ("https://bücher.example", "certdesk@xn--bcher-kva.example"),
            ("http://127.0.0.1:8000", "certdesk@[127.0.0.1]"),
            ("http://[::1]:8000", "certdesk@[IPv6:::1]"),
        ],
    )
    def test_our_public_address_suggests_one(self, base_url: str, sender: str) -> None:
        assert default_sender(base_url) == sender
        assert writable(sender)


class TestGivenAMailAddress:
    @pytest.mark.parametrize(
        "address",
        [
            "eva@example.org",
            "e.v+a@x",
            "jurgen@bücher.example",
            "a@مثال.اختبار",
            "o'neil_x/y=z@x",
            f"{'a' * 242}@example.org",
        ],
    )
    def test_it_can_be_written_to(self, address: str) -> None:
        assert writable(address)

    @pytest.mark.parametrize(
        "address",
        ["", "eva", "@x", "eva@", "a@b@c", "a b@c", "a@b, c@d", "<a@b>", "a@b\r\nBcc: c@d", "a@b\n", '"a"@b', "a;b@c",
         "a@b\u2028", "jürgen@example.org", "a\\b@c", "\u202ea@b", f"{'a' * 243}@example.org"],
    )  # fmt: skip
    def test_what_is_none_can_not(self, address: str) -> None:
        assert not writable(address)
