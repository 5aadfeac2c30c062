"""Are settings refused with which no badge server could be asked?"""

import pytest

from webapp.settings import Settings, SettingsError

SERVER = {
    "CERTDESK_BADGE_SERVER_URL": "https://badges.test/",
    "CERTDESK_BADGE_SERVER_TOKEN": "not-a-token",
    "CERTDESK_BADGE_SERVER_ISSUER": "our-desk",
}


def test_a_badge_server_is_taken_and_its_token_is_not_shown() -> None:
    settings = Settings.from_env(SERVER)

    assert (settings.badge_server_url, settings.badge_server_issuer) == ("https://badges.test", "our-desk")
    assert "not-a-token" not in repr(settings)


@pytest.mark.parametrize("missing", ["CERTDESK_BADGE_SERVER_TOKEN", "CERTDESK_BADGE_SERVER_ISSUER"])
def test_without_token_or_issuer_the_start_is_refused(missing: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({**SERVER, missing: ""})

    assert str(refused.value) == f"{missing} is not set; the badge server (CERTDESK_BADGE_SERVER_URL) wants it"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CERTDESK_BADGE_SERVER_URL", "https://badges.test/v1"),
        ("CERTDESK_BADGE_SERVER_TOKEN", "two words"),
        ("CERTDESK_BADGE_SERVER_TOKEN", "müde"),
        ("CERTDESK_BADGE_SERVER_ISSUER", "../others"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} must be ") as refused:
        Settings.from_env({**SERVER, name: value})

    assert "\n" not in str(refused.value)


def test_a_token_alone_is_no_server() -> None:
    assert Settings.from_env({"CERTDESK_BADGE_SERVER_TOKEN": "not-a-token"}).badge_server_url is None
