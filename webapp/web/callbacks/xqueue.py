"""XQueue's door: a finished job comes in, and the answer's status decides whether it comes again."""

import hmac
import json

import structlog
from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from webapp import clock
from webapp.domain.queue.deliveries import CONTENTS, NO_EXAMPLE, NOTHING_TO_DO, Endpoint, Outcome
from webapp.domain.queue.messages import UnreadableHeader
from webapp.models.base import look_again, unit_of_work
from webapp.models.prepared import direct_line
from webapp.ports.counters import Allowance, AttemptCounter
from webapp.ports.meters import Meter
from webapp.services.certificates import callbacks, examples
from webapp.services.erasure import late
from webapp.services.following.moves import switches_of
from webapp.services.messages import inbox
from webapp.services.messages.inbox import Delivery, OverflowCounts, Verdict
from webapp.web import auth, installation
from webapp.web.auth import csrf, public

bp = Blueprint("xqueue", __name__)
log = structlog.get_logger(__name__)
WHY = "XQueue has no session; the job's key is the proof (XQueue note §1f)"
# As operators' alarms expect (decision 47).
LOG_LEVELS = {Outcome.APPLIED: "info", Outcome.DUPLICATE: "info", Outcome.UNKNOWN_KEY: "critical", Outcome.INVALID_STATUS: "critical"}  # fmt: skip


def init_app(app: Flask) -> None:
    """Open the door, without form tokens."""
    csrf.exempt(bp)
    app.register_blueprint(bp)
    # Rules for every method there is: one that a rule does not know is answered with a page for people.
    for path in ("update_certificate", "update_example_certificate"):
        app.url_map.add(app.url_rule_class(f"/{path}", endpoint=f"{bp.name}.{path}"))
    app.extensions["overflow"] = OverflowCounts()


@bp.endpoint("xqueue.update_certificate")
@public(WHY)
def update_certificate() -> Response:
    """Take one finished job. XQueue looks at the HTTP status alone: 200 means never again."""
    verdict = _take_certificate(_read(Endpoint.CERTIFICATE))
    if verdict.outcome is Outcome.UNAUTHORIZED:
        return _unauthorized(verdict)
    if verdict.outcome is Outcome.UNREADABLE:
        return _json({"error": verdict.content, "field": UnreadableHeader.field}, 400)
    if verdict.outcome is Outcome.APPLIED:
        return _json({"return_code": 0})
    return _json({"return_code": 1, "content": verdict.content})


@bp.endpoint("xqueue.update_example_certificate")
@public(WHY)
def update_example_certificate() -> Response:
    """Take one finished example; answers as it always did, which XQueue takes for "send again" (domain note §4.3)."""
    verdict = _take_example(_read(Endpoint.EXAMPLE))
    match verdict.outcome:
        case Outcome.UNAUTHORIZED:
            return _unauthorized(verdict)
        case Outcome.LIMITED:
            return Response(verdict.content, 403, mimetype="text/html")
        case Outcome.UNKNOWN_KEY:
            page = f"<!doctype html><title>{NO_EXAMPLE}</title><h1>{NO_EXAMPLE}</h1>"
            return Response(page, 404, mimetype="text/html")
        case Outcome.UNREADABLE | Outcome.INVALID_BODY:
            return _json(verdict.content, 400)
    return _json({"return_code": 0})


@bp.before_request
def _post_alone() -> None:
    """A redirect along the way turns XQueue's POST into a GET, which must never be answered with 200 (XQueue note §2)."""
    if request.method != "POST":
        raise MethodNotAllowed(valid_methods=["POST"])


@bp.before_request
def _tell_counts() -> None:
    """Add to the database what this process counted by itself; first, so that a failure leaves nothing half done."""
    if counts := _overflow().due(clock.now()):
        with unit_of_work() as session:
            inbox.count_dropped(session, counts)


@bp.errorhandler(HTTPException)
def _http_error(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        log.warning("delivery.too_large", length=request.content_length)
    answer = _json({"error": error.description}, error.code or 500)
    answer.headers.extend(header for header in error.get_headers() if header[0] == "Allow")
    return answer


@bp.errorhandler(Exception)
def _failure_of_ours(error: Exception) -> Response:
    """Nothing was stored; 503 is the one answer that makes XQueue send again (decision 7)."""
    log.error("delivery.failed", exc_info=error)
    return _json({"error": "the answer could not be stored; send it again", "request_id": g.request_id}, 503)


def _read(endpoint: Endpoint) -> Delivery:
    """Give the two fields of the form; a body that is no form is kept as it came."""
    address, raw = auth.address(), request.get_data()
    if request.content_length is None and len(raw) == request.max_content_length:
        raise RequestEntityTooLarge  # Werkzeug cuts a body of untold length at the limit, and says nothing
    header, body = request.form.get("xqueue_header"), request.form.get("xqueue_body")
    if header is None and body is None and raw:
        return Delivery(endpoint, None, None, address, g.request_id, raw.decode("utf-8", "replace"))
    return Delivery(endpoint, header, body, address, g.request_id)


def _take_certificate(delivery: Delivery) -> Verdict:
    if not _authorized():
        return _keep(delivery, _unheard(Outcome.UNAUTHORIZED))
    unreadable = callbacks.find_unreadable(delivery)
    if unreadable:
        return _keep(delivery, unreadable)
    switches = switches_of(installation.settings())
    with direct_line() as line:
        verdict = callbacks.take(line, delivery, switches=switches, now=clock.now(), new_uuid=clock.new_uuid)
    verdict = _after(delivery, verdict) if verdict.kept else _keep(delivery, verdict)
    if verdict.kept and verdict.outcome is not Outcome.APPLIED:
        # Of what is counted alone there is nothing to be emptied.
        late.forget_if_erased(look_again(), unit_of_work, verdict.username)
    return verdict


def _take_example(delivery: Delivery) -> Verdict:
    if not _authorized():
        return _keep(delivery, _unheard(Outcome.UNAUTHORIZED))
    attempts: AttemptCounter = current_app.extensions["ports"].attempts
    if attempts.seconds_refused(Allowance.BAD_EXAMPLE_ANSWER, delivery.address) is not None:
        return _keep(delivery, _unheard(Outcome.LIMITED))
    with direct_line() as line:
        verdict = examples.take(line, delivery, now=clock.now())
    if verdict.outcome not in NOTHING_TO_DO:
        attempts.count(Allowance.BAD_EXAMPLE_ANSWER, delivery.address)
    return _after(delivery, verdict) if verdict.kept else _keep(delivery, verdict)


def _keep(delivery: Delivery, verdict: Verdict) -> Verdict:
    """Keep what matches nothing of ours; an address that is over its share costs no write at all."""
    now, overflow = clock.now(), _overflow()
    if overflow.full(delivery.address, now):
        overflow.count(delivery.address, now)
        return _after(delivery, verdict)
    with unit_of_work() as session:
        verdict = inbox.keep_alone(session, delivery, verdict, now=now)
    if not verdict.kept:
        overflow.mark_full(delivery.address, now)
    return _after(delivery, verdict)


def _after(delivery: Delivery, verdict: Verdict) -> Verdict:
    _count(delivery, verdict)
    level = LOG_LEVELS.get(verdict.outcome, "warning")
    if delivery.endpoint is Endpoint.EXAMPLE and verdict.outcome is Outcome.APPLIED and verdict.failed:
        level = "warning"
    getattr(log, level)(
        f"delivery.{verdict.outcome}",
        endpoint=delivery.endpoint,
        certificate=verdict.certificate_id,
        example=verdict.example_id,
        failed=verdict.failed,
        content=verdict.content,
    )
    return verdict


def _count(delivery: Delivery, verdict: Verdict) -> None:
    meter: Meter = current_app.extensions["ports"].meter
    meter.callback(verdict.outcome)
    if verdict.outcome is Outcome.APPLIED and delivery.endpoint is Endpoint.CERTIFICATE and not verdict.removed:
        meter.issue({"failed" if verdict.failed else "issued": 1})


def _overflow() -> OverflowCounts:
    counts: OverflowCounts = current_app.extensions["overflow"]
    return counts


def _authorized() -> bool:
    """True where no password was agreed, or the right one came; compared in constant time."""
    settings = installation.settings()
    if settings.callback_basic_auth is None:
        return True
    sent = request.authorization
    given = f"{sent.username}:{sent.password}" if sent is not None and sent.type == "basic" else ""
    return hmac.compare_digest(settings.callback_basic_auth.encode(), given.encode("utf-8", "replace"))


def _unheard(outcome: Outcome) -> Verdict:
    """What becomes of a delivery that nobody read: whoever sent it is told why."""
    return Verdict(outcome, CONTENTS[outcome])


def _unauthorized(verdict: Verdict) -> Response:
    answer = _json({"error": verdict.content}, 401)
    answer.headers["WWW-Authenticate"] = 'Basic realm="certdesk callbacks", charset="UTF-8"'
    return answer


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")
