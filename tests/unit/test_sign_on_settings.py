"""Are settings refused by which people could not be told who sign in elsewhere?"""

import json

import pytest

from tests.factories.third_party import AUDIENCE, key_list, key_named
from webapp.settings import Settings, SettingsError

PROVIDER = {"CERTDESK_OIDC_ISSUER": "https://id.test/realms/campus", "CERTDESK_OIDC_CLIENT_ID": "certdesk"}
THIRD_PARTY = {"CERTDESK_SSO_KEYS": key_list("ed", "seal"), "CERTDESK_SSO_AUDIENCE": AUDIENCE}
OCT = {"kty": "oct", "kid": "a"}


def of_keys(*keys: object) -> dict[str, str]:
    return {**THIRD_PARTY, "CERTDESK_SSO_KEYS": json.dumps({"keys": keys})}


def test_both_are_taken_and_the_issuer_kept_letter_for_letter() -> None:
    settings = Settings.from_env({**PROVIDER, **THIRD_PARTY, "CERTDESK_PLATFORM_ISSUER": "https://id.test/"})

    assert (settings.oidc_issuer, settings.platform_issuer) == ("https://id.test/realms/campus", "https://id.test/")


def test_no_secret_is_shown() -> None:
    settings = Settings.from_env({**PROVIDER, **THIRD_PARTY, "CERTDESK_OIDC_CLIENT_SECRET": "hush-hush"})

    assert "hush" not in repr(settings)
    assert "A256" not in repr(settings)
    assert '"k"' not in repr(settings)


@pytest.mark.parametrize("missing", [*PROVIDER, *THIRD_PARTY])
def test_one_without_the_other_is_refused(missing: str) -> None:
    with pytest.raises(SettingsError, match=f"^{missing} is not set; "):
        Settings.from_env({**PROVIDER, **THIRD_PARTY, missing: ""})


@pytest.mark.parametrize("issuer", ["http://id.test", "id.test", "https://a@id.test", "https://id.test/?a", "https://id.test/#a", "https://", "https://id.test:x"])  # fmt: skip
def test_an_issuer_that_others_could_speak_for_is_refused(issuer: str) -> None:
    with pytest.raises(SettingsError, match=r"^CERTDESK_OIDC_ISSUER must be an https:// address"):
        Settings.from_env({**PROVIDER, "CERTDESK_OIDC_ISSUER": issuer})


@pytest.mark.parametrize("issuer", ["http://localhost:9000", "http://127.0.0.1:9000/a", "http://[::1]:9000"])
def test_on_this_machine_http_will_do(issuer: str) -> None:
    assert Settings.from_env({**PROVIDER, "CERTDESK_OIDC_ISSUER": issuer}).oidc_issuer == issuer


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ([], "must hold a key that signs"),
        ([{**key_named("seal").as_dict(private=True), "use": "enc"}], "must hold a key that signs"),
        ([key_named("ed").as_dict(private=True)], "must hold public and shared keys alone"),
        ([{"kty": ["oct"], "kid": "a"}], "must hold keys of these kinds alone"),
        ([{"kty": "EC", "crv": {}, "kid": "a"}], "must hold keys of these kinds alone"),
        ([{"kty": "RSA", "kid": "a"}], "must hold keys of these kinds alone"),
        ([{"kty": "EC", "crv": "P-521", "kid": "a"}], "must hold keys of these kinds alone"),
        ([{**OCT, "k": "c2hvcnQ"}], "must hold shared keys of 32 bytes or more"),
        ([{**OCT, "k": "c2hvcnQ", "use": "enc"}], r"must encrypt with a shared key \(oct\) of 32 bytes"),
        ([{**OCT, "k": "A" * 43, "alg": "HS512"}], "must hold keys for EdDSA, ES256 or HS256"),
        ([{"kty": "oct", "k": "A" * 43}], "must name each key that signs by a `kid`"),
        ([{**OCT, "k": "A" * 43}] * 2, "must name each key that signs by a `kid` of its own"),
        ([{**OCT, "k": "A" * 43, "iss": 1}], "must say in `iss` for whom"),
        (["a"], "must be JSON of the form"),
    ],
)
def test_keys_that_cannot_be_used_are_refused_in_one_line(keys: list[object], problem: str) -> None:
    with pytest.raises(SettingsError, match=rf"^CERTDESK_SSO_KEYS {problem}"):
        Settings.from_env(of_keys(*keys))
