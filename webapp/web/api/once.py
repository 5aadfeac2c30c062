"""What if a program sends a request again, since it never heard the answer? Under a key it is carried out once (interface §6)."""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import wraps
from operator import itemgetter
from typing import Any

import structlog
from flask import Response, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from webapp import clock
from webapp.errors import WebappError
from webapp.models.base import one_transaction, unit_of_work
from webapp.services.messages import idempotency
from webapp.services.messages.idempotency import Answer, Claim
from webapp.web.errors.problems import Refused

log = structlog.get_logger(__name__)
HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEY_PATTERN = "[!-~]{1,255}"
"""What a key is: visible ASCII."""
_KEY = re.compile(KEY_PATTERN)
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Vary", "Cache-Control")
_View = Callable[..., Response]


def once(view: _View) -> _View:
    """Have a request that comes with a key be carried out once, and be answered the same whenever it comes again.

    Its effect and its answer are committed together. A request that is refused or fails leaves its key free. Raises
    Refused: 400 for a key that is none; KeyReused; KeyInFlight.
    """

    @wraps(view)
    def carried_out(*args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - what the address holds
        if HEADER not in request.headers:
            return view(*args, **kwargs)
        found = _claim(request.headers[HEADER])
        if isinstance(found, Answer):
            return _again(found)
        try:
            said = _carry_out(found, lambda: view(*args, **kwargs))
        except Exception:
            _give_back(found)
            raise
        if isinstance(said, Response):
            return said
        raise said

    return carried_out


def _claim(key: str) -> Claim | Answer:
    if not _KEY.fullmatch(key):
        raise Refused(
            400, "bad_idempotency_key", f"{HEADER} must be 1 to 255 visible ASCII characters, such as a UUID."
        )
    account_id: int = current_user.signed_in.account_id
    with unit_of_work() as session:
        return idempotency.claim(session, account_id, key, _digest(), holder=clock.new_request_id(), now=clock.now())


def _carry_out(claim: Claim, act: Callable[[], Response]) -> Response | WebappError | HTTPException:
    """Give the answer, or the refusal: what that left, an event, is committed as well."""
    with one_transaction():
        said: Response | WebappError | HTTPException
        try:
            said = act()
            status = said.status_code
        except WebappError as refusal:
            said, status = refusal, 400
        except HTTPException as refusal:
            if (refusal.code or 500) >= 500:
                raise
            said, status = refusal, 400
        with unit_of_work() as session:
            if isinstance(said, Response) and status < 400:
                headers = {name: said.headers[name] for name in _KEPT_HEADERS if name in said.headers}
                idempotency.keep(session, claim, Answer(status, headers, said.get_data()))
            else:
                idempotency.give_back(session, claim)
        return said


def _give_back(claim: Claim) -> None:
    try:
        with unit_of_work() as session:
            idempotency.give_back(session, claim)
    except SQLAlchemyError as problem:  # what went wrong first is told; the key is free once its time is over
        log.warning("idempotency.not_given_back", problem=type(problem).__name__)


def _again(kept: Answer) -> Response:
    said = Response(kept.body, kept.status)
    said.headers.update(kept.headers)
    said.headers[REPLAYED] = "true"
    said.autocorrect_location_header = False
    return said


def _digest() -> str:
    """Give the digest of the request: its address, and what it holds; two forms that say the same are one."""
    whole = hashlib.sha256()
    for part in (request.method.encode(), request.full_path.encode("utf-8", "surrogatepass"), *_content()):
        whole.update(len(part).to_bytes(8) + part)
    return whole.hexdigest()


def _content() -> Iterator[bytes]:
    if request.mimetype != "multipart/form-data":
        yield request.mimetype.encode()
        yield request.get_data()  # the view reads it again
        return
    # A part may have no name.
    for name, value in sorted((name or "", value) for name, value in request.form.items(multi=True)):
        yield from (name.encode("utf-8", "surrogatepass"), value.encode("utf-8", "surrogatepass"))
    for name, file in sorted(((name or "", file) for name, file in request.files.items(multi=True)), key=itemgetter(0)):
        yield from (name.encode("utf-8", "surrogatepass"), file.stream.read())
        file.stream.seek(0)
