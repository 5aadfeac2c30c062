"""Which settings are taken, which are refused, and do secrets stay out of sight?"""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from webapp.settings import PREFIX, Settings, SettingsError

SECRET = "0123456789abcdef"
BAD = [
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "mysql://root@localhost/x"),
    ("DATABASE_URL", "postgresql+asyncpg://localhost/x"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "postgresql://localhost:port/x"),
    ("MIGRATION_URL", "nonsense"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "x" * 15),
    ("BASE_URL", "desk.example.org"),
    ("BASE_URL", "ftp://desk.example.org"),
    ("BASE_URL", "https://"),
    ("BASE_URL", "https://desk.example.org/path"),
    ("BASE_URL", "https://desk.example.org?x=1"),
    ("BASE_URL", "https://[desk"),
    ("BASE_URL", "https://desk.example.org:port"),
    ("BASE_URL", "https://user:password@desk.example.org"),
    ("BASE_URL", "https://desk.example.org#x"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "redis://localhost:port"),
    ("APPROVALS", "generation"),
    ("APPROVALS", "generation=0"),
    ("APPROVALS", "generation=two"),
    ("APPROVALS", "generation=11"),
    ("APPROVALS", "certificates=2"),
    ("REDIS_URL", "http://localhost"),
    ("BROKER_URL", "localhost"),
    ("BROKER_URL", "redis://"),
    ("BROKER_URL", "redis:///0"),
    ("BROKER_URL", "redis://broker.test/certdesk"),
    ("BROKER_URL", "redis://broker.test:port"),
    ("BROKER_URL", "unix:///run/redis.sock"),
    ("BROKER_URL", "sqla+sqlite:///broker.sqlite3"),
    ("BROKER_URL", "memory://broker"),
    ("BROKER_URL", "amqp://user:password@broker.test;amqp://user:password@other.test"),
    ("BROKER_URL", "amqp://user:pass\udcff@broker.test"),
    ("XQUEUE_URL", "xqueue.test"),
    ("XQUEUE_URL", "https://xqueue.test/xqueue"),
    ("XQUEUE_URL", "https://user:password@xqueue.test"),
    ("XQUEUE_USERNAME", "lms\udcff"),
    ("XQUEUE_PASSWORD", "pass\udcff"),
    ("XQUEUE_QUEUE", "q" * 129),
    ("XQUEUE_QUEUE", "prüfungen"),
    ("XQUEUE_QUEUE", "two\nlines"),
    ("XQUEUE_BASIC_AUTH", "user"),
    ("XQUEUE_BASIC_AUTH", ":password"),
    ("XQUEUE_BASIC_AUTH", "user:\udcff"),
    ("DRAIN_SECONDS", "21"),
    ("DRAIN_SECONDS", "-1"),
    ("QUEUE_REMOVES", "perhaps"),
    ("QUEUE_REMOVES", "2"),
    ("CALLBACK_BASIC_AUTH", "user"),
    ("CALLBACK_BASIC_AUTH", ":password"),
    ("STUCK_MINUTES", "-1"),
    ("STUCK_MINUTES", "1.5"),
    ("STUCK_MINUTES", "fifteen"),
    ("STUCK_MINUTES", "١٥"),
    ("STUCK_MINUTES", "²"),
    ("STUCK_MINUTES", "9" * 5_000),
    ("STUCK_MINUTES", "9" * 30),
    ("INBOX_DAYS", "0"),
    ("INBOX_UNMATCHED_DAYS", "0"),
    ("PROXIES", "-1"),
    ("PROXIES", "yes"),
]


class TestGivenNothing:
    def test_every_default_stands(self) -> None:
        settings = Settings.from_env({})

        assert settings.database_url == f"sqlite:///{Path.cwd() / 'var/certdesk.sqlite3'}"
        assert (settings.base_url, settings.https) == ("http://127.0.0.1:8000", False)
        assert (settings.stuck_minutes, settings.inbox_days, settings.inbox_unmatched_days) == (15, 30, 7)
        assert (settings.broker_url, settings.broker_queue) == (None, "certdesk-127.0.0.1:8000")
        assert (settings.xqueue_url, settings.xqueue_username, settings.xqueue_password) == (None, None, None)
        assert (settings.xqueue_queue, settings.xqueue_basic_auth, settings.queue_removes) == (
            "certificates",
            None,
            False,
        )
        assert (settings.secret_key, settings.redis_url, settings.callback_basic_auth, settings.proxies) == (
            None,
            None,
            None,
            0,
        )

    def test_a_missing_secret_is_refused_only_when_it_is_needed(self) -> None:
        settings = Settings.from_env({})

        with pytest.raises(SettingsError, match="CERTDESK_SECRET_KEY is not set"):
            settings.require_secret_key()

    def test_a_missing_broker_is_refused_only_when_it_is_needed(self) -> None:
        settings = Settings.from_env({})

        with pytest.raises(SettingsError, match=r"^CERTDESK_BROKER_URL is not set"):
            settings.require_broker_url()

    def test_an_empty_value_is_none(self) -> None:
        settings = Settings.from_env({f"{PREFIX}{field.name.upper()}": "" for field in fields(Settings)})

        assert settings == Settings.from_env({})

    def test_variables_of_others_are_left_alone(self) -> None:
        settings = Settings.from_env({"HOME": "/", "certdesk_base_url": "x", "XCERTDESK_NONSENSE": "x"})

        assert settings == Settings.from_env({})


class TestGivenGoodValues:
    @pytest.mark.parametrize(
        ("name", "value", "taken"),
        [
            ("secret_key", SECRET, SECRET),
            ("base_url", "https://desk.example.org", "https://desk.example.org"),
            ("base_url", "https://desk.example.org/", "https://desk.example.org"),
            ("base_url", "http://localhost:8000", "http://localhost:8000"),
            ("base_url", "https://[::1]:8443", "https://[::1]:8443"),
            ("redis_url", "redis://localhost:6379/1", "redis://localhost:6379/1"),
            ("redis_url", "rediss://localhost", "rediss://localhost"),
            ("redis_url", "unix:///run/redis.sock", "unix:///run/redis.sock"),
            ("broker_url", "redis://broker.test", "redis://broker.test"),
            ("broker_url", "redis://:pass@broker.test:6379/3", "redis://:pass@broker.test:6379/3"),
            ("broker_url", "rediss://broker.test/0", "rediss://broker.test/0"),
            ("broker_url", "amqp://user:pass@broker.test:5672//", "amqp://user:pass@broker.test:5672//"),
            ("broker_url", "amqps://broker.test/desk", "amqps://broker.test/desk"),
            ("xqueue_username", "lms", "lms"),
            ("xqueue_password", "pässword", "pässword"),
            ("xqueue_queue", "q" * 128, "q" * 128),
            ("xqueue_basic_auth", "user:pass:word", "user:pass:word"),
            ("queue_removes", "on", True),
            ("queue_removes", "TRUE", True),
            ("queue_removes", "yes", True),
            ("queue_removes", "1", True),
            ("queue_removes", "off", False),
            ("queue_removes", "False", False),
            ("queue_removes", "no", False),
            ("queue_removes", "0", False),
            ("callback_basic_auth", "user:pass:word", "user:pass:word"),
            ("callback_basic_auth", "user:", "user:"),
            ("stuck_minutes", "0", 0),
            ("inbox_days", "1", 1),
            ("inbox_unmatched_days", "365", 365),
            ("proxies", "2", 2),
            ("approvals", "generation=3, access=2,", (("generation", 3), ("access", 2))),
        ],
    )
    def test_each_is_taken(self, name: str, value: str, taken: object) -> None:
        settings = Settings.from_env({f"{PREFIX}{name.upper()}": value})

        assert getattr(settings, name) == taken

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_every_spelling_of_postgresql_means_our_driver(self, scheme: str) -> None:
        settings = Settings.from_env(
            {"CERTDESK_DATABASE_URL": f"{scheme}://me:p%40ss@db.test:5433/desk?sslmode=require"}
        )

        assert settings.database_url == "postgresql+psycopg://me:p%40ss@db.test:5433/desk?sslmode=require"

    def test_a_relative_file_counts_from_the_working_directory(self) -> None:
        settings = Settings.from_env({"CERTDESK_DATABASE_URL": "sqlite:///some/where.sqlite3"})

        assert settings.database_url == f"sqlite:///{Path.cwd() / 'some/where.sqlite3'}"

    def test_an_absolute_file_stays_where_it_is(self) -> None:
        settings = Settings.from_env({"CERTDESK_DATABASE_URL": "sqlite:////srv/desk.sqlite3"})

        assert settings.database_url == "sqlite:////srv/desk.sqlite3"

    @pytest.mark.parametrize(("base_url", "https"), [("http://desk.test", False), ("https://desk.test", True)])
    def test_https_goes_by_the_base_url(self, base_url: str, https: bool) -> None:
        settings = Settings.from_env({"CERTDESK_BASE_URL": base_url})

        assert settings.https is https

    @pytest.mark.parametrize(
        ("base_url", "queue"),
        [
            ("https://desk.example.org/", "certdesk-desk.example.org"),
            ("http://localhost:8000", "certdesk-localhost:8000"),
        ],
    )
    def test_the_queue_goes_by_the_base_url(self, base_url: str, queue: str) -> None:
        settings = Settings.from_env({"CERTDESK_BASE_URL": base_url})

        assert settings.broker_queue == queue

    def test_the_broker_is_given_to_who_needs_it(self) -> None:
        settings = Settings.from_env({"CERTDESK_BROKER_URL": "redis://broker.test"})

        assert settings.require_broker_url() == "redis://broker.test"

    def test_migrations_use_their_own_address_where_given(self) -> None:
        own = {"CERTDESK_MIGRATION_URL": "postgresql://owner@db.test/desk"}

        settings = [Settings.from_env(environ) for environ in ({}, own)]

        assert settings[0].migrating_url == settings[0].database_url
        assert settings[1].migrating_url == "postgresql+psycopg://owner@db.test/desk"

    def test_they_cannot_be_changed(self) -> None:
        settings = Settings.from_env({})

        with pytest.raises(FrozenInstanceError):
            settings.base_url = "https://evil.test"  # type: ignore[misc]  # that it is refused is what is tried


class TestGivenABadValue:
    @pytest.mark.parametrize(("name", "value"), BAD)
    def test_one_line_names_the_variable(self, name: str, value: str) -> None:
        environ = {PREFIX + name: value}

        with pytest.raises(SettingsError) as refused:
            Settings.from_env(environ)

        assert str(refused.value).startswith(f"{PREFIX}{name} ")
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize(
        ("name", "value"), [(name, value) for name, value in BAD if "x" * 15 in value or "@" in value]
    )
    def test_the_line_does_not_give_a_secret_away(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError) as refused:
            Settings.from_env({PREFIX + name: value})

        assert value not in str(refused.value)

    @pytest.mark.parametrize("name", ["CERTDESK_NONSENSE", "CERTDESK_", "CERTDESK_DATABASE_URL2", "CERTDESK_base_url"])
    def test_an_unknown_variable_is_named(self, name: str) -> None:
        with pytest.raises(SettingsError, match=f"^{name} is not a setting of Certdesk"):
            Settings.from_env({name: "x"})

    def test_a_port_that_cannot_be_is_told_in_words_of_ours(self) -> None:
        with pytest.raises(SettingsError, match=r"has a host or a port that cannot be$"):
            Settings.from_env({"CERTDESK_DATABASE_URL": "postgresql://localhost:port/x"})

    def test_an_unknown_variable_is_refused_even_when_empty(self) -> None:
        with pytest.raises(SettingsError, match="CERTDESK_NONSENSE"):
            Settings.from_env({"CERTDESK_NONSENSE": ""})


class TestGivenSecrets:
    def test_none_shows_when_settings_are_printed(self) -> None:
        settings = Settings.from_env(
            {
                "CERTDESK_SECRET_KEY": "hunter2hunter2hunter2",
                "CERTDESK_DATABASE_URL": "postgresql://me:hunter2@db.test/desk",
                "CERTDESK_MIGRATION_URL": "postgresql://owner:hunter2@db.test/desk",
                "CERTDESK_REDIS_URL": "redis://:hunter2@redis.test",
                "CERTDESK_BROKER_URL": "amqp://me:hunter2@broker.test",
                "CERTDESK_XQUEUE_PASSWORD": "hunter2",
                "CERTDESK_XQUEUE_BASIC_AUTH": "proxy:hunter2",
                "CERTDESK_CALLBACK_BASIC_AUTH": "xqueue:hunter2",
            }
        )

        assert "hunter2" not in f"{settings!r} {settings}"
