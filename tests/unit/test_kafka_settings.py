"""Are settings refused with which Kafka could not be used, and do the others say all that is needed?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from webapp.kafka_server import KafkaServer, Mechanism, Security
from webapp.settings import Settings, SettingsError

KAFKA = {"CERTDESK_KAFKA_BOOTSTRAP_SERVERS": "kafka-1.test:9092, [::1]:9093"}
SIGN_IN = {
    **KAFKA,
    "CERTDESK_KAFKA_SECURITY_PROTOCOL": "sasl_ssl",
    "CERTDESK_KAFKA_SASL_MECHANISM": "scram-sha-512",
    "CERTDESK_KAFKA_SASL_USERNAME": "desk",
    "CERTDESK_KAFKA_SASL_PASSWORD": "hunter2",
}


class TestGivenNoKafka:
    def test_there_is_none(self) -> None:
        assert Settings.from_env({"CERTDESK_KAFKA_SCHEMA_REGISTRY_URL": "http://registry.test"}).kafka is None


class TestGivenBrokers:
    def test_they_alone_are_enough(self) -> None:
        assert Settings.from_env(KAFKA).kafka == KafkaServer(bootstrap="kafka-1.test:9092,[::1]:9093")

    def test_all_else_comes_along(self, tmp_path: Path) -> None:
        file = tmp_path / "ключ.pem"
        file.write_text("")
        files = {f"CERTDESK_KAFKA_SSL_{name}": str(file) for name in ("CA", "CERT", "KEY")}
        registry = {"CERTDESK_KAFKA_SCHEMA_REGISTRY_URL": "https://key:secret@registry.test:8081/v1/"}

        settings = Settings.from_env({**SIGN_IN, **files, **registry, "CERTDESK_KAFKA_TOPIC_PREFIX": "prod"})

        assert settings.kafka == KafkaServer(
            bootstrap="kafka-1.test:9092,[::1]:9093",
            security=Security.SASL_SSL,
            mechanism=Mechanism.SCRAM_SHA_512,
            username="desk",
            password="hunter2",
            ca=str(file),
            certificate=str(file),
            key=str(file),
            registry_url="https://key:secret@registry.test:8081/v1",
            topic_prefix="prod",
        )
        assert "secret" not in f"{settings!r} {settings.kafka!r}"
        assert "hunter2" not in f"{settings!r} {settings.kafka!r}"

    @pytest.mark.parametrize("missing", ["USERNAME", "PASSWORD"])
    def test_without_a_whole_sign_in_the_start_is_refused(self, missing: str) -> None:
        name = f"CERTDESK_KAFKA_SASL_{missing}"

        with pytest.raises(SettingsError, match=f"^{name} is not set"):
            Settings.from_env({**SIGN_IN, name: ""})

    @pytest.mark.parametrize(("given", "missing"), [("CERT", "KEY"), ("KEY", "CERT")])
    def test_without_half_of_a_certificate_it_is_refused_too(self, given: str, missing: str) -> None:
        with pytest.raises(SettingsError, match=f"^CERTDESK_KAFKA_SSL_{missing} is not set"):
            Settings.from_env({**KAFKA, f"CERTDESK_KAFKA_SSL_{given}": __file__})

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("BOOTSTRAP_SERVERS", "kafka.test"),
            ("BOOTSTRAP_SERVERS", "kafka.test:0"),
            ("BOOTSTRAP_SERVERS", "kafka.test:65536"),
            ("BOOTSTRAP_SERVERS", "kafka.test:port"),
            ("BOOTSTRAP_SERVERS", "kafka.test:٩٠٩٢"),
            ("BOOTSTRAP_SERVERS", "kafka.test:9092,"),
            ("BOOTSTRAP_SERVERS", ":9092"),
            ("BOOTSTRAP_SERVERS", "http://kafka.test:9092"),
            ("BOOTSTRAP_SERVERS", "two\nlines:9092"),
            ("SECURITY_PROTOCOL", "tls"),
            ("SASL_MECHANISM", "GSSAPI"),
            ("SASL_USERNAME", "desk\udcff"),
            ("SASL_PASSWORD", "pass\udcff"),
            ("SCHEMA_REGISTRY_URL", "registry.test"),
            ("SCHEMA_REGISTRY_URL", "https://"),
            ("SCHEMA_REGISTRY_URL", "https://[registry"),
            ("SCHEMA_REGISTRY_URL", "https://registry.test?x=1"),
            ("SSL_CA", "/nowhere/ca.pem"),
            ("SSL_CERT", "/"),
            ("SSL_KEY", "\x00"),
            ("SSL_KEY", "x" * 300),
        ],
    )
    def test_what_cannot_be_is_refused_in_one_line_that_does_not_quote_it(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError) as refused:
            Settings.from_env({**KAFKA, f"CERTDESK_KAFKA_{name}": value})

        assert str(refused.value).startswith(f"CERTDESK_KAFKA_{name} must ") or "has " in str(refused.value)
        assert "\n" not in str(refused.value)


class TestGivenTopics:
    def test_they_are_read_as_one_group_from_the_beginning(self) -> None:
        settings = Settings.from_env({**KAFKA, "CERTDESK_KAFKA_TOPICS": " learning, grades,learning"})

        assert settings.kafka_topics == ("learning", "grades")
        assert (settings.kafka_group, settings.consume_from) == ("certdesk", "earliest")
        assert (settings.consume_every_seconds, settings.consume_deadline_seconds) == (300, 180)

    @pytest.mark.parametrize(
        ("value", "beginning"),
        [
            ("Latest", "latest"),
            ("2026-01-31T13:00:00+01:00", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ],
    )
    def test_they_may_begin_elsewhere(self, value: str, beginning: str | datetime) -> None:
        assert Settings.from_env({**KAFKA, "CERTDESK_CONSUME_FROM": value}).consume_from == beginning

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("KAFKA_TOPICS", "two words"),
            ("KAFKA_TOPICS", ","),
            ("KAFKA_GROUP", "a/b"),
            ("KAFKA_TOPIC_PREFIX", "a/b"),
            ("KAFKA_TOPIC_PREFIX", "p" * 201),
            ("TRACKING", "kafka:"),
            ("TRACKING", "kafka:one,two"),
            ("CONSUME_FROM", "yesterday"),
            ("CONSUME_FROM", "2026-01-31T13:00:00"),
            ("CONSUME_DEADLINE_SECONDS", "541"),
            ("CONSUME_EVERY_SECONDS", "0"),
        ],
    )
    def test_what_cannot_be_is_refused(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError, match=f"CERTDESK_{name} must"):
            Settings.from_env({**KAFKA, f"CERTDESK_{name}": value})

    @pytest.mark.parametrize(("name", "value"), [("KAFKA_TOPICS", "learning"), ("TRACKING", "kafka:tracking")])
    def test_topics_without_brokers_are_refused(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError, match=f"CERTDESK_KAFKA_BOOTSTRAP_SERVERS is not set; CERTDESK_{name}"):
            Settings.from_env({f"CERTDESK_{name}": value})
