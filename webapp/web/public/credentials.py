"""Signed badges: the credential, the list of which are not valid any more, and the keys to verify both with."""

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app, g
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock
from webapp.domain.actors import DESK_NAME, Actor
from webapp.domain.badges import credentials, identities
from webapp.domain.badges.credentials import Issuer
from webapp.domain.certificates.visibility import Publicity
from webapp.models.badges import BadgeKey
from webapp.models.base import db, unit_of_work
from webapp.services.badges import keys, reading
from webapp.services.badges.status_lists import StatusLists
from webapp.web import installation
from webapp.web.auth import public
from webapp.web.conditional import digest_tag
from webapp.web.public import badges

if TYPE_CHECKING:
    from webapp.services.badges.signing import Signer

TYPE = "JWT"
"""The only word that Open Badges 3.0 allows in the header of a signed badge."""
MOST_LISTS = 2**31
"""A greater number is asked for by nobody in earnest, and its places would not fit into a column."""

bp = Blueprint("credentials", __name__)


def init_app(app: Flask) -> None:
    """Open the door to the world."""
    app.extensions["status_lists"] = StatusLists()
    app.register_blueprint(bp)


@bp.get("/badges/assertions/<string:assertion_id>.jwt")
@public(badges.WHY)
def show_credential(assertion_id: str) -> ResponseReturnValue:
    """Give a badge as a credential that can be verified without asking us; 404 and 410 as its assertion."""
    seen = badges.find(assertion_id)
    if seen.document is None:
        abort(404)
    if seen.publicity is Publicity.GONE or seen.award is None:
        return badges.document(seen.document, 410)
    signer, base_url = _signer(), installation.settings().base_url
    claims = reading.find_credential(db.session(), seen.award, _issuer(), base_url=base_url)
    tag = digest_tag(json.dumps([claims, signer.key_url]).encode())
    return _token(signer.sign(claims, TYPE), tag)


@bp.get("/badges/status/<int:number>")
@public(badges.WHY)
def show_status_list(number: int) -> ResponseReturnValue:
    """Say which badges of a list are not valid any more; 404 where no badge belongs to it."""
    if number >= MOST_LISTS:
        abort(404)
    lists: StatusLists = current_app.extensions["status_lists"]
    found = lists.find(db.session(), number, _signer(), base_url=installation.settings().base_url, now=clock.now())
    if found is None:
        abort(404)
    tag = digest_tag(json.dumps([found.places, found.at.isoformat(), found.key_url]).encode())
    return _token(found.token, tag)


@bp.get("/.well-known/did.json")
@public(badges.WHY)
def show_did_document() -> ResponseReturnValue:
    """Give the keys that badges are signed with and were: the one that signs now first."""
    _key()  # whether we can still sign with it or not: what was signed has to verify
    said = keys.did_document(db.session(), base_url=installation.settings().base_url)
    return badges.shared(Response(json.dumps(said), mimetype=identities.MEDIA_TYPE))


def _token(token: str, tag: str) -> BaseResponse:
    """The tag is a weak one: each process signs for itself, and no two signatures are alike."""
    return badges.shared(Response(token, mimetype=credentials.MEDIA_TYPE), tag)


def _signer() -> "Signer":
    settings = installation.settings()
    return keys.signer_of(_key(), base_url=settings.base_url, secret=settings.require_secret_key())


def _key() -> BadgeKey:
    """Give the key that signs now; whoever asks first has the first one made."""
    found = keys.find_current(db.session())
    if found is not None:
        return found
    db.session.rollback()  # a look that began before the key was there would not see it afterwards either
    actor = Actor(DESK_NAME, request_id=g.get("request_id", ""))
    with unit_of_work() as session:
        return keys.make_first(session, actor, secret=installation.settings().require_secret_key(), now=clock.now())


def _issuer() -> Issuer:
    base_url, (name, email) = installation.settings().base_url, badges.issuer_name_and_email()
    return Issuer(identities.did_of(base_url), name, base_url, email)
