"""What does axe find wrong with a page?"""

from collections.abc import Mapping

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
EVERYTHING = {"runOnly": _RULES, "rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
BUT_COLOURS = {"runOnly": _RULES, "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}}}
"""For a page whose colours are looked at elsewhere: they cost axe as much as all the rest."""
_WRONG_ALONE = {"resultTypes": ["violations"]}
"""Of all that is right one example is enough: to say where each of it stands took axe most of its time."""


def violations(page: Page, options: Mapping[str, object] = EVERYTHING) -> list[str]:
    """Give each rule that a page breaks, with the first three places where it does."""
    found = Axe().run(page, options={**options, **_WRONG_ALONE}).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"][:3]]
