"""Do the settings name things that are there and answer?"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp.errors import KeyUnreadable
from webapp.ports import BadgeServer, CertificateQueue, Courier, EventStream, Mailer, Ports, Tracking
from webapp.ports.bus import EventBus
from webapp.ports.meters import TraceCollector
from webapp.ports.sign_on import IdentityProvider
from webapp.services.badges import keys
from webapp.services.installation import owner, schema
from webapp.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    subject: str
    ok: bool
    text: str


def check(settings: Settings, session: Session, ports: Ports) -> list[Finding]:
    """Try everything that the settings name, and change nothing there; the page on running it says what that is."""
    return [*_ours(settings, session, ports.tracking), *_others(settings, ports)]


def _ours(settings: Settings, session: Session, tracking: Tracking) -> Iterator[Finding]:
    known = (_secret(settings), _database(session))
    yield from known
    if settings.migration_url:
        yield _owner(settings.migration_url, session)
    if all(finding.ok for finding in known):
        yield from _signing_key(settings, session)
    if settings.tracking:
        yield _tracking(tracking)


def _others(settings: Settings, ports: Ports) -> Iterator[Finding]:
    if settings.redis_url:
        answers = ports.attempts.answers()
        yield Finding("CERTDESK_REDIS_URL", answers, "answers" if answers else "cannot be reached")
    if settings.broker_url:
        yield _broker(settings, ports.courier)
    if ports.queue is not None:
        yield _queue(ports.queue)
    if ports.mailer is not None:
        yield _mail(ports.mailer)
    if ports.badge_server is not None:
        yield _badge_server(ports.badge_server)
    if ports.stream is not None:
        yield _kafka(ports.stream)
    if ports.identity_provider is not None:
        yield _provider(ports.identity_provider)
    if ports.events is not None:
        yield _topics(ports.events)
    if ports.collector is not None:
        yield _collector(ports.collector)


def _secret(settings: Settings) -> Finding:
    missing = settings.secret_key is None
    return Finding(
        "CERTDESK_SECRET_KEY", not missing, "not set; needed by serve, worker and beat" if missing else "set"
    )


def _database(session: Session) -> Finding:
    subject = "CERTDESK_DATABASE_URL"
    try:
        at_head = schema.at_head(session)
    except SQLAlchemyError as problem:
        return Finding(subject, False, f"cannot be reached: {str(problem.args[0]).splitlines()[0]}")
    return Finding(
        subject, at_head, "answers, schema is current" if at_head else "answers, but needs: certdesk db upgrade"
    )


def _owner(address: str, session: Session) -> Finding:
    fault = owner.find_fault(address, session)
    return Finding("CERTDESK_MIGRATION_URL", fault is None, fault or "answers, and may migrate")


def _signing_key(settings: Settings, session: Session) -> list[Finding]:
    """Nothing is found before there is a key: the first badge that is asked for has one made."""
    key = keys.find_current(session)
    if key is None:
        return []
    try:
        keys.signer_of(key, base_url=settings.base_url, secret=settings.require_secret_key())
    except KeyUnreadable as problem:
        return [Finding("signing key of badges", False, str(problem))]
    return [Finding("signing key of badges", True, f"{key.kid} can be opened")]


def _broker(settings: Settings, courier: Courier) -> Finding:
    answers = courier.answers()
    text = f"answers; our queue there is {settings.broker_queue}" if answers else "cannot be reached"
    return Finding("CERTDESK_BROKER_URL", answers, text)


def _queue(queue: CertificateQueue) -> Finding:
    fault = queue.find_fault()
    return Finding("CERTDESK_XQUEUE_URL", fault is None, fault or "answers, takes the sign-in and has the queue")


def _tracking(tracking: Tracking) -> Finding:
    fault = tracking.find_fault()
    return Finding("CERTDESK_TRACKING", fault is None, fault or "can be written")


def _mail(mailer: Mailer) -> Finding:
    fault = mailer.find_fault()
    return Finding("CERTDESK_SMTP_URL", fault is None, fault or "answers")


def _badge_server(server: BadgeServer) -> Finding:
    fault = server.find_fault()
    return Finding("CERTDESK_BADGE_SERVER_URL", fault is None, fault or "answers, takes the token and has our issuer")


def _kafka(stream: EventStream) -> Finding:
    fault = stream.find_fault()
    return Finding("CERTDESK_KAFKA_BOOTSTRAP_SERVERS", fault is None, fault or "answers")


def _provider(provider: IdentityProvider) -> Finding:
    fault = provider.find_fault()
    return Finding("CERTDESK_OIDC_ISSUER", fault is None, fault or "answers, is who it says, and has keys")


def _topics(events: EventBus) -> Finding:
    fault = events.find_fault()
    return Finding("CERTDESK_KAFKA_TOPICS", fault is None, fault or "answers, and has every topic")


def _collector(collector: TraceCollector) -> Finding:
    fault = collector.find_fault()
    return Finding("CERTDESK_OTLP_URL", fault is None, fault or "answers, and takes traces")
