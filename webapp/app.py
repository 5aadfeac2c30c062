"""How is the service put together? The only place where the parts meet."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from flask import Flask
from flask.templating import DispatchingJinjaLoader
from jinja2 import StrictUndefined
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

import webapp.models  # noqa: F401 - registers every table
from webapp import paths, web
from webapp.adapters.caches.process import ProcessCache
from webapp.adapters.counting.attempts import Attempts
from webapp.adapters.counting.pace import Pace
from webapp.adapters.couriers.threads import ThreadCourier
from webapp.adapters.disk import Disk
from webapp.adapters.metering.late import LateCollector, LateMeter
from webapp.adapters.tracking import TrackingFile
from webapp.compiling import Compiled, SiteLoader
from webapp.logs import configure_logs
from webapp.mail_server import default_sender
from webapp.models.base import db
from webapp.ports import (
    BadgeServer,
    CertificateQueue,
    Courier,
    EventStream,
    Mailer,
    NoTracking,
    PlatformTokens,
    Ports,
    Tracking,
)
from webapp.ports.bus import EventBus
from webapp.ports.caches import Cache
from webapp.ports.meters import NoMeter
from webapp.ports.sign_on import IdentityProvider, SignedPosts
from webapp.services.caching.kept import Store, Stores
from webapp.services.caching.merged import MergedTexts
from webapp.services.configs.current import Current
from webapp.setting_values import topic_of
from webapp.settings import Settings, SettingsError
from webapp.tasks.outbox import send_due
from webapp.tasks.visits import VisitTeller
from webapp.wording import phrase

MOST_BODY_BYTES = 1024 * 1024
# Some hundred pages of lists; where somebody writes each second none of them is of use for longer than that.
PAGES_BYTES, PAGES_KEPT_S = 4 * 1024 * 1024, 60
# Two connections a thread at most (one reads, one writes), and room for more threads than we start.
POOL = {"pool_size": 16, "max_overflow": 16, "pool_timeout": 3, "pool_recycle": 1800}
# XQueue waits 5 s for an answer: whoever waits longer for a lock had better be told so.
POSTGRESQL = {"connect_timeout": 3, "options": "-c timezone=UTC -c lock_timeout=4000 -c statement_timeout=30000"}


class _Certdesk(Flask):
    """Flask, but for its care for coroutines, and with templates that are compiled once."""

    jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func  # Flask asks of every function at every request whether it is a coroutine

    def create_global_jinja_loader(self) -> DispatchingJinjaLoader:
        return SiteLoader(self)


def create_app(settings: Settings | None = None, ports: Ports | None = None) -> Flask:
    """Make the application; settings come from the environment and ports are the real ones where not given."""
    settings = settings or Settings.from_env()
    app = _Certdesk("webapp", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    app.config.from_mapping(_flask_config(settings))
    app.jinja_env.undefined = StrictUndefined
    app.extensions["settings"] = settings
    app.extensions["ports"] = ports or _real_ports(settings, app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, *(settings.proxies,) * 4)  # type: ignore[method-assign]  # Flask's documented way
    configure_logs()
    db.init_app(app)
    current = app.extensions["current"] = Current(lambda: Session(db.engine))
    merged = app.extensions["merged"] = MergedTexts(current.html_view)
    app.extensions["stores"] = _stores(app, current, merged)
    # A redirect for the sake of a slash loses what was posted.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    web.init_app(app)
    return app


def _stores(app: Flask, current: Current, merged: MergedTexts) -> Stores:
    """What is kept ready; the doors add what they keep."""
    answers = Store(
        phrase("Answers of the API about configuration"),
        phrase("Kept under the newest version of the ledger, so that a change is never followed by an old answer."),
        lambda: app.extensions["ports"].cache.numbers(),
        lambda: app.extensions["ports"].cache.empty(),
        shared=app.extensions["ports"].cache.shared,
    )
    pages = Store(
        phrase("Pages of lists"),
        phrase(
            "As the API sent them; given again while nothing at all was written to PostgreSQL since. "
            "SQLite does not tell, so that nothing is kept there."
        ),
        lambda: app.extensions["ports"].pages.numbers(),
        lambda: app.extensions["ports"].pages.empty(),
    )
    live = Store(
        phrase("Live configuration"),
        phrase("What public pages and the crawler check go by; looked after every half second."),
        lambda: [current.numbers()],
        current.forget,
    )
    texts = Store(
        phrase("Texts of certificates"),
        phrase("Merged for each course run, mode, site and language; another live configuration is merged anew."),
        lambda: [merged.numbers()],
        merged.forget,
    )
    return Stores([answers, pages, live, texts])


def _flask_config(settings: Settings) -> dict[str, object]:
    if settings.database_url.startswith("sqlite"):
        _make_folder(Path(make_url(settings.database_url).database or "").parent)
        engine_options: dict[str, object] = {**POOL}
    else:
        engine_options = {**POOL, "connect_args": POSTGRESQL}
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options,
        "MIGRATION_URL": settings.migrating_url,
        "MAX_CONTENT_LENGTH": MOST_BODY_BYTES,
        "MAX_FORM_MEMORY_SIZE": MOST_BODY_BYTES,
    }


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsError(f"CERTDESK_DATABASE_URL: the folder {folder} cannot be made: {problem.strerror}") from None


def _real_ports(settings: Settings, app: Flask) -> Ports:
    return Ports(
        attempts=Attempts(settings.redis_url),
        requests=Pace(settings.redis_url),
        courier=_courier(settings, app),
        disk=Disk(_places(settings)),
        tracking=_tracking(settings),
        queue=_queue(settings),
        visits=VisitTeller(app),
        mailer=_mailer(settings),
        badge_server=_badge_server(settings),
        stream=_stream(settings),
        events=_events(settings),
        cache=_cache(settings),
        pages=ProcessCache(PAGES_BYTES, PAGES_KEPT_S),
        platform_tokens=_platform_tokens(settings),
        identity_provider=_identity_provider(settings),
        signed_posts=_signed_posts(settings),
        meter=LateMeter(lambda: db.engine.pool) if settings.metrics else NoMeter(),
        collector=LateCollector(settings.otlp_url) if settings.otlp_url else None,
    )


def _places(settings: Settings) -> dict[str, Path]:
    """Where files of ours grow; what is uploaded and what workers count lies among the temporary ones."""
    places = {"temporary files": Path(gettempdir())}
    if settings.database_url.startswith("sqlite"):
        places["the database"] = Path(make_url(settings.database_url).database or "").absolute().parent
    if settings.tracking and topic_of(settings.tracking) is None:
        places["the tracking file"] = Path(settings.tracking).absolute().parent
    return places


def _tracking(settings: Settings) -> Tracking:
    topic = topic_of(settings.tracking)
    if settings.kafka is not None and topic is not None:
        from webapp.adapters.kafka.tracking import TrackingTopic  # as `_stream` below

        return TrackingTopic(settings.kafka, topic)
    return TrackingFile(settings.tracking) if settings.tracking else NoTracking()


def _cache(settings: Settings) -> Cache:
    if settings.redis_url is None:
        return ProcessCache()
    from webapp.adapters.caches.shared import RedisCache  # Redis's client, for whoever has a Redis

    return RedisCache(settings.redis_url, settings.broker_queue)


def _courier(settings: Settings, app: Flask) -> Courier:
    if settings.broker_url is not None:
        from webapp.adapters.couriers.broker import BrokerCourier  # Celery: 0.2 s and 15 MB for whoever has a broker

        return BrokerCourier(settings.broker_url, settings.broker_queue)
    delay = timedelta(seconds=settings.delay_seconds)
    return ThreadCourier(lambda: send_due(app), lambda: send_due(app, early=delay))


def _queue(settings: Settings) -> CertificateQueue | None:
    if settings.xqueue_url is None:
        return None
    from webapp.adapters.xqueue import XQueue  # an HTTP client, for whoever has a queue

    return XQueue(
        settings.xqueue_url,
        username=settings.xqueue_username or "",
        password=settings.xqueue_password or "",
        queue_name=settings.xqueue_queue,
        basic_auth=settings.xqueue_basic_auth,
    )


def _mailer(settings: Settings) -> Mailer | None:
    if settings.smtp_url is None:
        return None
    from webapp.adapters.mail import SmtpMailer  # the standard library's mail, for whoever has a server

    return SmtpMailer(settings.smtp_url, settings.smtp_url.sender or default_sender(settings.base_url))


def _badge_server(settings: Settings) -> BadgeServer | None:
    if settings.badge_server_url is None:
        return None
    from webapp.adapters.badge_server import BadgrServer  # an HTTP client, for whoever has such a server

    return BadgrServer(
        settings.badge_server_url,
        token=settings.badge_server_token or "",
        issuer=settings.badge_server_issuer or "",
    )


def _stream(settings: Settings) -> EventStream | None:
    if settings.kafka is None:
        return None
    from webapp.adapters.kafka.stream import KafkaStream  # librdkafka and Avro: 0.1 s and 10 MB for whoever has a Kafka

    return KafkaStream(settings.kafka)


def _events(settings: Settings) -> EventBus | None:
    if settings.kafka is None or not settings.kafka_topics:
        return None
    from webapp.adapters.kafka.bus import KafkaBus  # as above

    return KafkaBus(settings.kafka, settings.kafka_topics, group=settings.kafka_group, begin=settings.consume_from)


def _platform_tokens(settings: Settings) -> PlatformTokens | None:
    if settings.jwt_issuer is None:
        return None
    from webapp.adapters.platform_tokens import (
        PlatformTokens as SignedTokens,
    )  # joserfc, for whoever has such a platform

    assert settings.jwt_audience is not None, "the settings see to it"
    assert settings.jwt_jwks is not None, "the settings see to it"
    return SignedTokens(settings.jwt_jwks, issuer=settings.jwt_issuer, audience=settings.jwt_audience)


def _identity_provider(settings: Settings) -> IdentityProvider | None:
    if settings.oidc_issuer is None:
        return None
    from webapp.adapters.sign_on.provider import OidcProvider  # Authlib: 0.2 s for whoever has a provider

    return OidcProvider(
        settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        client_secret=settings.oidc_client_secret,
        callback=f"{settings.base_url}/login/oidc/callback",
        after_sign_out=f"{settings.base_url}/login",
    )


def _signed_posts(settings: Settings) -> SignedPosts | None:
    if settings.sso_keys is None:
        return None
    from webapp.adapters.sign_on.signed_post import SignedPosts as PostedTokens  # joserfc, for whoever has such a party

    others = [issuer for issuer in (settings.oidc_issuer, settings.jwt_issuer) if issuer is not None]
    return PostedTokens(settings.sso_keys, audience=settings.sso_audience or "", others=others)
