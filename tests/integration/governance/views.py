"""What do the tests of previews preview?"""

from collections.abc import Mapping
from typing import Any

from tests.fakes import NOON
from webapp.ports import PageBroken

BASE_URL = "http://desk.test"
HERE: Mapping[str, Any] = {"base_url": BASE_URL, "now": NOON}
BROKEN_LOGO = {"logo_src": "logo.png"}


def a_view(
    default: Mapping[str, Any] | None = None,
    *,
    enabled: bool = True,
    parts: Mapping[str, object] | None = None,
    **more: object,
) -> dict[str, Any]:
    """Give a payload of `html-view`; `parts` are for names that are no keywords."""
    return {"enabled": enabled, "configuration": {"default": default or {}, **(parts or {}), **more}}


def broken(values: Mapping[str, Any], /) -> str:
    """Render nothing, as a template that asks for what is not there."""
    raise PageBroken("UndefinedError: 'motto' is undefined")


def broken_for(key: str, value: str) -> Any:  # noqa: ANN401 - a PageRenderer
    """Give what renders any page but those with a value."""

    def render(values: Mapping[str, Any], /) -> str:
        return broken(values) if values.get(key) == value else "<!doctype html>"

    return render
