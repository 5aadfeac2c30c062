"""An OpenID Connect provider for tests: a real one on a loopback port, which forgets nobody and errs as it is told to."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import RSAKey

from tests.xqueue_wire import Fault, Received, Reply, Server
from webapp import clock

CLIENT_ID, CLIENT_SECRET = "certdesk", "not-a-secret-of-anyone"
DISCOVERY, KEYS, AUTHORIZE, TOKEN, USERINFO, END_SESSION = (
    "/.well-known/openid-configuration",
    "/keys",
    "/authorize",
    "/token",
    "/userinfo",
    "/end-session",
)
Claims = dict[str, Any]


@dataclass
class Code:
    """What a code stands for, until it is redeemed."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    person: Claims


@dataclass
class IdentityProvider:
    """Answers while it is entered; who sits before the browser is `person`."""

    person: Claims = field(
        default_factory=lambda: {"sub": "248289761001", "preferred_username": "ada", "email": "ada@example.org"}
    )
    callbacks: tuple[str, ...] = ("http://desk.test/login/oidc/callback",)
    path: str = ""
    """Below which its places are: some issuers have a path."""
    public_client: bool = False
    change: Callable[[Claims], Claims] = lambda claims: claims
    """What becomes of the claims of an ID token before it is signed."""
    sign: Callable[["IdentityProvider", Claims], str] | None = None
    """What signs in the place of the newest key."""
    metadata: Claims = field(default_factory=dict)
    """What the discovery says otherwise; `...` leaves something out."""
    faults: dict[str, Reply | Fault] = field(default_factory=dict)
    """What a place answers in the place of its answer, for as long as it stands here."""
    asked: list[str] = field(default_factory=list)
    userinfo: Claims = field(default_factory=dict)
    keys: list[RSAKey] = field(default_factory=lambda: [new_key("first")])

    def __enter__(self) -> "IdentityProvider":
        self._codes: dict[str, Code] = {}
        self._tokens: dict[str, Claims] = {}
        self._server = Server(self._take, 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    @property
    def issuer(self) -> str:
        """Its name for itself."""
        return self._server.url + self.path

    def sign_in(self, address: str) -> str:
        """Sit before the browser: go where the service leads, sign in there, and give where that leads back to."""
        answer = self._authorize(dict(parse_qsl(urlsplit(address).query)))
        assert answer.status == HTTPStatus.FOUND, answer.body
        return answer.location

    def signed(self, claims: Claims, key: RSAKey | None = None, **header: str | None) -> str:
        """Sign claims with a key, the newest where none is named."""
        key = key or self.keys[-1]
        head = {"alg": "RS256", "kid": key.kid, **header}
        head = {name: value for name, value in head.items() if value is not None}
        return jws.serialize_compact(head, json.dumps(claims).encode(), key, [str(head["alg"])])

    def _take(self, received: Received) -> Reply | Fault:
        place = urlsplit(received.path).path.removeprefix(self.path)
        self.asked.append(place)
        if place in self.faults:
            return self.faults[place]
        if place == DISCOVERY:
            return _said(self._described())
        if place == KEYS:
            return _said({"keys": [key.as_dict(private=False) for key in self.keys]})
        if place == AUTHORIZE:
            return self._authorize(dict(parse_qsl(urlsplit(received.path).query)))
        if place == END_SESSION:
            return Reply("<!doctype html><title>Signed out there</title><h1>Signed out there</h1>")
        if place == TOKEN and received.method == "POST":
            return self._redeem(received)
        if place == USERINFO:
            return self._tell(received.headers.get("Authorization", ""))
        return Reply("", HTTPStatus.NOT_FOUND)

    def _described(self) -> Claims:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": self.issuer + AUTHORIZE,
            "token_endpoint": self.issuer + TOKEN,
            "jwks_uri": self.issuer + KEYS,
            "userinfo_endpoint": self.issuer + USERINFO,
            "end_session_endpoint": self.issuer + END_SESSION,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }
        return {name: value for name, value in said.items() if value is not ...}

    def _authorize(self, asked: dict[str, str]) -> Reply:
        """As Core §3.1.2 has it: what names a wrong client or address is not led back."""
        if asked.get("client_id") != CLIENT_ID or asked.get("redirect_uri") not in self.callbacks:
            return Reply("unknown client or address", HTTPStatus.BAD_REQUEST)
        wrong = asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split()
        if wrong or asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return _led(asked["redirect_uri"], error="invalid_request", state=asked.get("state", ""))
        code = clock.new_secret()
        self._codes[code] = Code(
            asked["client_id"],
            asked["redirect_uri"],
            asked["code_challenge"],
            asked.get("nonce", ""),
            dict(self.person),
        )
        return _led(asked["redirect_uri"], code=code, state=asked.get("state", ""), iss=self.issuer)

    def _redeem(self, received: Received) -> Reply:
        form = received.form
        if not self._knows_client(received, form):
            return _said({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED)
        code = self._codes.pop(form.get("code", ""), None)  # once, whatever becomes of it
        verifier = form.get("code_verifier", "")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        good = code is not None and challenge == code.challenge and form.get("redirect_uri") == code.redirect_uri
        if code is None or not good or not 43 <= len(verifier) <= 128 or form.get("grant_type") != "authorization_code":
            return _said({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
        access_token, now = clock.new_secret(), int(clock.now().timestamp())
        self._tokens[access_token] = code.person
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": code.nonce,
            **code.person,
        }
        claims = {name: value for name, value in self.change(claims).items() if value is not ...}
        id_token = self.sign(self, claims) if self.sign else self.signed(claims)
        return _said({"access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token})

    def _knows_client(self, received: Received, form: dict[str, str]) -> bool:
        if self.public_client:
            return form.get("client_id") == CLIENT_ID and "Authorization" not in received.headers
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        by_form = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        return received.headers.get("Authorization") == f"Basic {basic}" or by_form

    def _tell(self, authorization: str) -> Reply:
        person = self._tokens.get(authorization.removeprefix("Bearer "))
        if person is None:
            return Reply("", HTTPStatus.UNAUTHORIZED)
        return _said({"sub": person["sub"], **self.userinfo})


def new_key(kid: str) -> RSAKey:
    """Make a key that signs."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


def query_of(address: str) -> dict[str, str]:
    """Give what an address asks."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def _said(value: object, status: int = HTTPStatus.OK) -> Reply:
    return Reply(json.dumps(value), status)


def _led(address: str, **told: str) -> Reply:
    return Reply("", HTTPStatus.FOUND, location=f"{address}?{urlencode(told)}")
