"""Are settings refused with which XQueue could not be used, or would lose jobs?"""

import pytest

from webapp.settings import LONGEST_BASE_URL, Settings, SettingsError

QUEUE = {
    "CERTDESK_XQUEUE_URL": "https://xqueue.test:18040",
    "CERTDESK_XQUEUE_USERNAME": "lms",
    "CERTDESK_XQUEUE_PASSWORD": "hunter2",
}


def base_url(length: int) -> str:
    return "https://".ljust(length, "x")


class TestGivenAQueue:
    def test_it_is_taken(self) -> None:
        settings = Settings.from_env(QUEUE)

        assert settings.xqueue_url == "https://xqueue.test:18040"
        assert (settings.xqueue_username, settings.xqueue_password) == ("lms", "hunter2")

    @pytest.mark.parametrize("missing", ["CERTDESK_XQUEUE_USERNAME", "CERTDESK_XQUEUE_PASSWORD"])
    def test_without_a_whole_sign_in_the_start_is_refused(self, missing: str) -> None:
        environ = {**QUEUE, missing: ""}

        with pytest.raises(SettingsError) as refused:
            Settings.from_env(environ)

        assert str(refused.value) == f"{missing} is not set; XQueue (CERTDESK_XQUEUE_URL) wants a sign-in"

    def test_the_longest_base_url_is_taken(self) -> None:
        settings = Settings.from_env({**QUEUE, "CERTDESK_BASE_URL": base_url(LONGEST_BASE_URL)})

        assert len(settings.base_url) == LONGEST_BASE_URL

    def test_a_longer_one_is_refused_in_one_line(self) -> None:
        environ = {**QUEUE, "CERTDESK_BASE_URL": base_url(LONGEST_BASE_URL + 1)}

        with pytest.raises(SettingsError, match=f"^CERTDESK_BASE_URL must have at most {LONGEST_BASE_URL} ") as refused:
            Settings.from_env(environ)

        assert "\n" not in str(refused.value)


class TestGivenNoQueue:
    def test_a_base_url_may_be_as_long_as_it_likes(self) -> None:
        settings = Settings.from_env({"CERTDESK_BASE_URL": base_url(500)})

        assert len(settings.base_url) == 500

    def test_a_sign_in_alone_is_no_queue(self) -> None:
        settings = Settings.from_env({name: value for name, value in QUEUE.items() if name != "CERTDESK_XQUEUE_URL"})

        assert settings.xqueue_url is None
