"""Who has signed in at the OpenID Connect provider (Core §3.1, RFC 7636)?"""

import json
import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.client import OAuth2Client
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

from webapp.adapters.sign_on.discovery import Discovery, Key, Places
from webapp.adapters.sign_on.wire import ANSWER_TIMEOUT_S, Wire
from webapp.domain.sign_on.arrivals import LONGEST_TOKEN, Arrival, BadSignOn
from webapp.domain.sign_on.id_tokens import Attempt, read_id_token, with_words
from webapp.ports.sign_on import ProviderUnreachable, Redeemed

SCOPE = "openid profile email"
ALGORITHMS: dict[type[Key], tuple[str, ...]] = {
    RSAKey: ("RS256", "PS256"),
    ECKey: ("ES256",),
    OKPKey: ("EdDSA", "Ed25519"),
}
"""Kind of key -> the algorithms that it may have signed with; what a token says of itself chooses among these alone."""
OF_THE_CODE = "invalid_grant"
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)  # for its name alone (RFC 9864)


class OidcProvider:
    """Lets people sign in at one provider; any number of threads may use one at once.

    Authlib builds what is asked and reads the reply; the signature is looked at by joserfc, as everywhere here.
    """

    def __init__(
        self,
        issuer: str,
        *,
        client_id: str,
        client_secret: str | None,
        callback: str,
        after_sign_out: str,
        timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> None:
        """Remember who it is and who we are; asks nothing. `callback` is where people come back to."""
        self.issuer = issuer
        self._client_id, self._client_secret = client_id, client_secret
        self._callback, self._after_sign_out = callback, after_sign_out
        self._wire = Wire(timeout_s)
        self._discovery = Discovery(issuer, self._wire)

    def address_for(self, attempt: Attempt) -> str:
        """Give where somebody goes to sign in; raises ProviderUnreachable."""
        places = self._discovery.places()
        url, _ = self._client(places).create_authorization_url(
            places.authorization, state=attempt.state, code_verifier=attempt.verifier, nonce=attempt.nonce
        )
        return str(url)

    def redeem(self, code: str, attempt: Attempt, *, answered_by: str | None, now: datetime) -> Redeemed:
        """Give who has signed in, by the code that they came back with; raises BadSignOn, ProviderUnreachable."""
        places = self._discovery.places()
        if answered_by != self.issuer and (answered_by is not None or places.names_itself):
            raise BadSignOn("another issuer answered")
        reply = self._redeemed(places, code, attempt)
        id_token = reply.get("id_token")
        if not isinstance(id_token, str):
            raise ProviderUnreachable("unexpected reply from the provider: no ID token")
        said = self._signed_content(id_token)
        arrival = read_id_token(said, issuer=self.issuer, client_id=self._client_id, nonce=attempt.nonce, now=now)
        return Redeemed(self._told_more(arrival, places, reply.get("access_token")), id_token)

    def sign_out_address(self, id_token: str) -> str | None:
        """Give where somebody goes to be signed out there too; None where there is no such place, or it cannot be found."""
        try:
            place = self._discovery.places().end_session
        except ProviderUnreachable:
            return None
        if not place:
            return None
        told = [
            ("id_token_hint", id_token),
            ("client_id", self._client_id),
            ("post_logout_redirect_uri", self._after_sign_out),
        ]
        return str(add_params_to_uri(place, told))

    def find_fault(self) -> str | None:
        """Ask who it is and for its keys, and give what is wrong; None where all is well."""
        try:
            return None if self._discovery.keys(None) else "the provider has no key that we can verify with"
        except ProviderUnreachable as fault:
            return str(fault)

    def _client(self, places: Places) -> OAuth2Client:
        method = "client_secret_basic" if "client_secret_basic" in places.auth_methods else "client_secret_post"
        return OAuth2Client(
            _Posting(self._wire),
            client_id=self._client_id,
            client_secret=self._client_secret,
            token_endpoint_auth_method=method if self._client_secret else "none",
            scope=SCOPE,
            redirect_uri=self._callback,
            code_challenge_method="S256",
        )

    def _redeemed(self, places: Places, code: str, attempt: Attempt) -> Mapping[str, Any]:
        try:
            reply = self._client(places).fetch_token(
                places.token, grant_type="authorization_code", code=code, code_verifier=attempt.verifier
            )
        except OAuth2Error as refusal:
            if refusal.error == OF_THE_CODE:
                raise BadSignOn("the provider does not know the code") from None
            raise ProviderUnreachable(
                "the provider refused us; an operator must look at CERTDESK_OIDC_CLIENT_ID and _SECRET"
            ) from None
        except (httpx.HTTPError, ValueError, TypeError, RecursionError):
            raise ProviderUnreachable("unexpected reply from the provider: no token") from None
        return dict(reply)

    def _signed_content(self, token: str) -> object:
        """By the key that the token names, else by the only one that can have signed it (Core §10.1)."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise BadSignOn("it is no token")
        try:
            signed = jws.extract_compact(token.encode())
            kid, algorithm = signed.headers().get("kid"), signed.headers().get("alg")
            fitting = [
                key
                for key in self._discovery.keys(kid if isinstance(kid, str) else None)
                if algorithm in ALGORITHMS[type(key)]
            ]
            if len(fitting) != 1 or not jws.validate_compact(signed, fitting[0], [str(algorithm)]):
                raise BadSignOn("no key of the provider has signed it")
            return json.loads(signed.payload)
        except BadSignOn:
            raise
        except (JoseError, ValueError, RecursionError, TypeError):
            raise BadSignOn("it is no token of the provider's") from None

    def _told_more(self, arrival: Arrival, places: Places, access_token: object) -> Arrival:
        """Ask for name and address where the ID token has none: providers may keep them for this place (Core §5.4).

        Whoever cannot be told more of signs in all the same.
        """
        if (arrival.name and arrival.email) or not places.userinfo or not isinstance(access_token, str):
            return arrival
        try:
            said = self._wire.fetch(places.userinfo, headers={"Authorization": f"Bearer {access_token}"})
        except ProviderUnreachable:
            return arrival
        return with_words(arrival, said) if said.get("sub") == arrival.subject else arrival


class _Posting:
    """What Authlib's client posts with."""

    def __init__(self, wire: Wire) -> None:
        """Post over the wire."""
        self._wire = wire

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth) -> httpx.Response:
        """Send a form, with what says who we are."""
        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._wire.send("POST", url, headers=sent, body=body)
