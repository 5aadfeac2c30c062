"""Which settings exist, what do they mean, and what may their values be?"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from webapp.addresses import (
    parse_base_url,
    parse_broker_url,
    parse_database_url,
    parse_issuer,
    parse_origins,
    parse_redis_url,
    parse_slug,
    parse_token,
    readable,
)
from webapp.kafka_server import (
    KafkaServer,
    Mechanism,
    Security,
    parse_beginning,
    parse_brokers,
    parse_file,
    parse_group,
    parse_mechanism,
    parse_registry_url,
    parse_security,
    parse_topic_prefix,
    parse_topics,
)
from webapp.mail_server import MailServer, parse_mail_server
from webapp.platform_keys import parse_key_list
from webapp.setting_values import (
    parse_approvals,
    parse_queue_name,
    parse_secret,
    parse_switch,
    parse_tracking,
    parse_user_and_password,
    topic_of,
    whole,
)
from webapp.sign_on_keys import parse_sign_on_keys

PREFIX = "CERTDESK_"
# XQueue tells callback URLs apart by 128 characters, the last 32 of which are the job's key (XQueue note §1b).
LONGEST_BASE_URL = 128 - len("/update_example_certificate?key=") - 32
LONGEST_CONSUMING = 540
"""In seconds: whatever runs by the clock counts as stuck after ten minutes (webapp/tasks/jobs.py)."""
PLATFORM_TOKENS = ("jwt_issuer", "jwt_audience", "jwt_jwks")
_PROVIDER, _THIRD_PARTY = ("oidc_issuer", "oidc_client_id"), ("sso_keys", "sso_audience")
SIGN_ON = (_PROVIDER, _PROVIDER[::-1], ("oidc_client_secret", "oidc_issuer"), _THIRD_PARTY, _THIRD_PARTY[::-1])


class SettingsError(Exception):
    """A variable is unknown, missing or has a value that cannot be used; the text is one line and names it."""


def _setting(parse: Callable[[str], Any], default: Any, meaning: str, *, secret: bool = False) -> Any:  # noqa: ANN401 - a dataclass field stands for a value of any type
    return field(default=default, repr=not secret, metadata={"parse": parse, "meaning": meaning, "secret": secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set from outside; each field is the variable CERTDESK_<NAME>."""

    database_url: str = _setting(
        parse_database_url,
        "sqlite:///var/certdesk.sqlite3",
        "where the data is; a relative SQLite path counts from the working directory",
        secret=True,
    )
    migration_url: str | None = _setting(
        parse_database_url, None, "the role that owns the tables, for `db upgrade`; the same when not set", secret=True
    )
    secret_key: str | None = _setting(
        parse_secret, None, "signs cookies; needed by serve; at least 16 characters", secret=True
    )
    base_url: str = _setting(parse_base_url, "http://127.0.0.1:8000", "our public address")
    redis_url: str | None = _setting(
        parse_redis_url, None, "counters of rate limits and a cache for all; one each when not set", secret=True
    )
    broker_url: str | None = _setting(
        parse_broker_url, None, "broker of Celery workers and beat; jobs run inside `serve` when not set", secret=True
    )
    xqueue_url: str | None = _setting(parse_base_url, None, "where XQueue is, without a path; no queue when not set")
    xqueue_username: str | None = _setting(readable, None, "the name that we sign in to XQueue with")
    xqueue_password: str | None = _setting(readable, None, "its password", secret=True)
    xqueue_queue: str = _setting(parse_queue_name, "certificates", "the queue that the certificate workers pull from")
    xqueue_basic_auth: str | None = _setting(
        parse_user_and_password, None, "user:password for a proxy in front of XQueue", secret=True
    )
    queue_removes: bool = _setting(
        parse_switch, False, "whether the queue is told to remove files; the stock agent dies on it"
    )
    callback_basic_auth: str | None = _setting(
        parse_user_and_password, None, "user:password that XQueue must send on callbacks", secret=True
    )
    stuck_minutes: int = _setting(
        whole(0), 15, "after how many minutes without an answer a certificate counts as stuck"
    )
    delay_seconds: int = _setting(whole(0), 2, "delay before a scheduled generation runs, in seconds")
    auto_generate: bool = _setting(
        parse_switch, True, "whether new facts, and the allowlist, lead to a certificate by themselves"
    )
    auto_generate_days: int = _setting(
        whole(0), 7, "an event older than this fills in facts, and leads to no certificate by itself"
    )
    badges: bool = _setting(parse_switch, True, "whether badges are awarded, in course runs that issue them")
    milestones: bool = _setting(
        parse_switch, True, "whether a learner's first passing of a course run is written down and told"
    )
    badge_server_url: str | None = _setting(
        parse_base_url, None, "a Badgr-style server that issues badges in our place, without a path"
    )
    badge_server_token: str | None = _setting(parse_token, None, "our token there", secret=True)
    badge_server_issuer: str | None = _setting(parse_slug, None, "the slug of our issuer there")
    tracking: str | None = _setting(
        parse_tracking, "var/tracking.log", "the file of tracking events, JSON lines; or kafka:TOPIC; `off` for none"
    )
    kafka_bootstrap_servers: str | None = _setting(
        parse_brokers, None, "Kafka brokers, as host:port,host:port, that are told of certificates; none when not set"
    )
    kafka_topic_prefix: str = _setting(
        parse_topic_prefix, "", "stands before the topic that certificates are told on, as the platform's does"
    )
    kafka_topics: tuple[str, ...] = _setting(
        parse_topics, (), "topics whose events are taken, separated by commas; none when not set"
    )
    kafka_group: str = _setting(parse_group, "certdesk", "the consumer group as which they are read")
    kafka_schema_registry_url: str | None = _setting(
        parse_registry_url, None, "the schema registry: with it events are Avro, without they are JSON", secret=True
    )
    kafka_security_protocol: Security = _setting(  # noqa: RUF009 - a field, as the others
        parse_security, Security.PLAINTEXT, "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"
    )
    kafka_sasl_mechanism: Mechanism = _setting(  # noqa: RUF009 - a field, as the others
        parse_mechanism, Mechanism.PLAIN, "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"
    )
    kafka_sasl_username: str | None = _setting(readable, None, "the name that we sign in to Kafka with")
    kafka_sasl_password: str | None = _setting(readable, None, "its password", secret=True)
    kafka_ssl_ca: str | None = _setting(parse_file, None, "a file of authorities; the system's own when not set")
    kafka_ssl_cert: str | None = _setting(parse_file, None, "a file with our certificate, for brokers that want one")
    kafka_ssl_key: str | None = _setting(parse_file, None, "a file with its key")
    consume_from: str | datetime = _setting(  # noqa: RUF009 - a field, as the others
        parse_beginning, "earliest", "where a topic is begun that was never read: earliest, latest, or a time"
    )
    consume_every_seconds: int = _setting(whole(1), 300, "how often events are taken by the scheduled job, in seconds")
    consume_deadline_seconds: int = _setting(
        whole(1, LONGEST_CONSUMING), 180, "after how many seconds each time ends, and `certdesk events consume` too"
    )
    approvals: tuple[tuple[str, int], ...] = _setting(
        parse_approvals,
        (),
        "approvals that a kind of change needs, as `generation=3,access=2`; the author's does not count",
    )
    smtp_url: MailServer | None = _setting(  # noqa: RUF009 - a field, as the others; it does not know the type
        parse_mail_server, None, "the mail server for notices of changes; none when not set", secret=True
    )
    jwt_issuer: str | None = _setting(
        readable, None, "who signs the platform's tokens (`iss`); none are taken when not set"
    )
    jwt_audience: str | None = _setting(readable, None, "for whom they are signed (`aud`)")
    jwt_jwks: str | None = _setting(
        parse_key_list, None, "the keys that may have signed them: a JWKS, or a file with one"
    )
    oidc_issuer: str | None = _setting(
        parse_issuer, None, "the OpenID Connect provider that people may sign in by; local accounts alone when not set"
    )
    oidc_client_id: str | None = _setting(readable, None, "our name there")
    oidc_client_secret: str | None = _setting(readable, None, "our secret; a public client when not set", secret=True)
    sso_keys: str | None = _setting(
        parse_sign_on_keys, None, "keys of third parties that post who has signed in: a JWKS, or its file", secret=True
    )
    sso_audience: str | None = _setting(readable, None, "for whom they sign it (`aud`)")
    platform_issuer: str | None = _setting(readable, None, "the issuer whose people are the learners of their names")
    cors_origins: tuple[str, ...] = _setting(
        parse_origins, (), "origins whose pages may use the API, separated by commas"
    )
    api_account_limit: int = _setting(whole(0), 100_000, "requests a minute to the API of an account; 0 for no limit")
    api_address_limit: int = _setting(whole(0), 3_000, "the same of an address that is not signed in")
    inbox_days: int = _setting(whole(1), 30, "days that a matched delivery is kept after its certificate settled")
    inbox_unmatched_days: int = _setting(whole(1), 7, "days that an unmatched delivery is kept")
    log_requests: bool = _setting(parse_switch, False, "whether each request is logged, with route, status and time")
    metrics: bool = _setting(
        parse_switch, True, "whether it is counted for Prometheus what happens, and told at /metrics"
    )
    metrics_token: str | None = _setting(
        parse_secret, None, "what a scraper must bring (Bearer); anybody may look when not set", secret=True
    )
    otlp_url: str | None = _setting(
        parse_base_url, None, "the OpenTelemetry collector told where time goes, without a path; none when not set"
    )
    drain_seconds: int = _setting(
        whole(0, 20), 5, "seconds after SIGTERM for load balancers to see that we drain, before the port is closed"
    )
    proxies: int = _setting(whole(0), 0, "how many trusted reverse proxies stand in front")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read every CERTDESK_* variable; raises SettingsError for an unknown name, a bad value, or values that clash."""
        environ = os.environ if environ is None else environ
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        values = {}
        for name in sorted(n for n in environ if n.startswith(PREFIX)):
            if name not in known:
                raise SettingsError(f"{name} is not a setting of Certdesk; see the README's table of settings")
            if environ[name] == "":
                continue
            try:
                values[known[name].name] = known[name].metadata["parse"](environ[name])
            except ValueError as problem:
                raise SettingsError(f"{name} {problem}") from None
        values.setdefault("database_url", parse_database_url(cls.database_url))
        settings = cls(**values)
        settings._require_what_the_queue_needs()
        settings._require_what_kafka_needs()
        settings._require("the badge server", "badge_server_url", "badge_server_token", "badge_server_issuer")
        for name in PLATFORM_TOKENS:
            settings._require("whoever reads the platform's tokens", name, *PLATFORM_TOKENS)
        for given, needed in SIGN_ON:
            settings._require("sign-on from elsewhere", given, needed)
        return settings

    @property
    def https(self) -> bool:
        """True when people reach us over https: then cookies are Secure and HSTS is sent."""
        return self.base_url.startswith("https://")

    @property
    def broker_queue(self) -> str:
        """The queue of our jobs: named for our public address, so that installations can share a broker."""
        return f"certdesk-{urlsplit(self.base_url).netloc}"

    @property
    def migrating_url(self) -> str:
        """The address that migrations use."""
        return self.migration_url or self.database_url

    @property
    def kafka(self) -> KafkaServer | None:
        """The Kafka that is told of certificates; None where there is none."""
        if self.kafka_bootstrap_servers is None:
            return None
        return KafkaServer(
            bootstrap=self.kafka_bootstrap_servers,
            security=self.kafka_security_protocol,
            mechanism=self.kafka_sasl_mechanism,
            username=self.kafka_sasl_username or "",
            password=self.kafka_sasl_password or "",
            ca=self.kafka_ssl_ca,
            certificate=self.kafka_ssl_cert,
            key=self.kafka_ssl_key,
            registry_url=self.kafka_schema_registry_url,
            topic_prefix=self.kafka_topic_prefix,
        )

    def require_secret_key(self) -> str:
        """Give the secret key, or raise SettingsError when there is none."""
        if self.secret_key is None:
            raise SettingsError(f"{PREFIX}SECRET_KEY is not set; see var/secret_key, or make one: openssl rand -hex 32")
        return self.secret_key

    def require_broker_url(self) -> str:
        """Give the broker's address, or raise SettingsError when there is none."""
        if self.broker_url is None:
            raise SettingsError(f"{PREFIX}BROKER_URL is not set; without it `certdesk serve` runs the jobs itself")
        return self.broker_url

    def _require_what_the_queue_needs(self) -> None:
        if self.xqueue_url is None:
            return
        for name in ("xqueue_username", "xqueue_password"):
            if getattr(self, name) is None:
                raise SettingsError(f"{PREFIX}{name.upper()} is not set; XQueue ({PREFIX}XQUEUE_URL) wants a sign-in")
        if len(self.base_url) > LONGEST_BASE_URL:
            raise SettingsError(
                f"{PREFIX}BASE_URL must have at most {LONGEST_BASE_URL} characters: "
                "XQueue would take callbacks at a longer address for one and the same, and lose jobs"
            )

    def _require(self, who: str, given: str, *names: str) -> None:
        for name in names if getattr(self, given) is not None else ():
            if getattr(self, name) is None:
                raise SettingsError(f"{PREFIX}{name.upper()} is not set; {who} ({PREFIX}{given.upper()}) wants it")

    def _require_what_kafka_needs(self) -> None:
        wants = "KAFKA_TOPICS" if self.kafka_topics else "TRACKING" if topic_of(self.tracking) else None
        if wants and self.kafka_bootstrap_servers is None:
            raise SettingsError(f"{PREFIX}KAFKA_BOOTSTRAP_SERVERS is not set; {PREFIX}{wants} wants it")
        needed = ["kafka_sasl_username", "kafka_sasl_password"] if self.kafka_security_protocol.signs_in else []
        if self.kafka_ssl_cert or self.kafka_ssl_key:
            needed += ["kafka_ssl_cert", "kafka_ssl_key"]
        for name in needed:
            if getattr(self, name) is None:
                raise SettingsError(f"{PREFIX}{name.upper()} is not set; what else is set of Kafka wants it")
