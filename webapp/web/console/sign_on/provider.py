"""Signing in by the OpenID Connect provider (interface note §4)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.domain.sign_on.arrivals import BadSignOn
from webapp.domain.sign_on.id_tokens import Attempt
from webapp.ports.sign_on import IdentityProvider, ProviderUnreachable
from webapp.services.sign_on.sessions import How
from webapp.web.auth import public
from webapp.web.console.blueprint import bp
from webapp.web.console.sign_on import beginning
from webapp.web.console.sign_on.beginning import within_site
from webapp.wording import words_of

WAY = "provider"
ATTEMPTS = "sign_on"
"""What the browser's signed cookie holds of attempts that are under way."""
MOST_ATTEMPTS = 4
"""Of one browser: a person may have several tabs open, each of which led to the provider."""
ATTEMPT_LASTS = timedelta(minutes=15)


@bp.get("/login/oidc")
@public("this is where people sign in")
def leave_for_provider() -> ResponseReturnValue:
    """Lead somebody to the provider, with an attempt that this browser alone can come back with."""
    provider, wanted = _provider(), within_site(request.args.get("next", ""))
    if current_user.is_authenticated:
        return redirect(wanted or url_for("console.home"))
    attempt = Attempt(clock.new_secret(), clock.new_secret(), clock.new_secret() + clock.new_secret())
    try:
        there = provider.address_for(attempt)
    except ProviderUnreachable as problem:
        return beginning.unreachable(str(problem))
    kept = {**_attempts(), attempt.state: [attempt.nonce, attempt.verifier, wanted, int(clock.now().timestamp())]}
    newest = sorted(kept.items(), key=lambda one: one[1][3])[-MOST_ATTEMPTS:]
    session[ATTEMPTS] = dict(newest)
    return redirect(there)


@bp.get("/login/oidc/callback")
@public("this is where people sign in")
def come_from_provider() -> ResponseReturnValue:
    """Sign in whoever comes back from the provider with an attempt of this browser's, once."""
    provider, state = _provider(), request.args.get("state", "")
    attempts = _attempts()
    found = attempts.pop(state, None)
    if found is None:
        return beginning.not_begun_here()
    session[ATTEMPTS] = attempts
    if too_many := beginning.too_often():
        return too_many
    nonce, verifier, wanted, _ = found
    code = request.args.get("code", "")
    if "error" in request.args or not code:
        return beginning.refuse(WAY, "the provider signed nobody in")
    try:
        redeemed = provider.redeem(
            code, Attempt(state, nonce, verifier), answered_by=request.args.get("iss"), now=clock.now()
        )
    except ProviderUnreachable as problem:
        return beginning.unreachable(str(problem))
    except BadSignOn as problem:
        return beginning.refuse(WAY, words_of(problem))
    return beginning.admit(redeemed.arrival, How(WAY, redeemed.arrival.issuer, redeemed.id_token), wanted)


def _attempts() -> dict[str, Any]:
    """Those that are not over, the oldest first."""
    since = clock.now() - ATTEMPT_LASTS
    kept: dict[str, Any] = session.get(ATTEMPTS, {})
    return {state: attempt for state, attempt in kept.items() if datetime.fromtimestamp(attempt[3], UTC) > since}


def _provider() -> IdentityProvider:
    provider: IdentityProvider | None = current_app.extensions["ports"].identity_provider
    if provider is None:
        abort(404)
    return provider
