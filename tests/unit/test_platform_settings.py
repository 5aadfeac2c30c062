"""Are settings refused by which no token of the platform could be told from another?"""

import pytest

from tests.factories.platform_tokens import AUDIENCE, ISSUER, key_list
from webapp.settings import Settings, SettingsError

PLATFORM = {
    "CERTDESK_JWT_ISSUER": ISSUER,
    "CERTDESK_JWT_AUDIENCE": AUDIENCE,
    "CERTDESK_JWT_JWKS": key_list("one"),
}


def test_all_three_are_taken() -> None:
    settings = Settings.from_env(PLATFORM)

    assert (settings.jwt_issuer, settings.jwt_audience) == (ISSUER, AUDIENCE)


@pytest.mark.parametrize("missing", sorted(PLATFORM))
def test_two_of_them_are_refused(missing: str) -> None:
    with pytest.raises(SettingsError, match=f"^{missing} is not set; "):
        Settings.from_env({**PLATFORM, missing: ""})


def test_keys_that_cannot_be_used_are_refused_in_one_line() -> None:
    with pytest.raises(SettingsError, match=r"^CERTDESK_JWT_JWKS must hold a public RSA key"):
        Settings.from_env({**PLATFORM, "CERTDESK_JWT_JWKS": '{"keys": []}'})
