"""May learners ask for certificates by themselves, anywhere at all (domain note §1.6, §1.7)?"""

from typing import Any

from webapp.domain.configs.payloads import read_payload, switch
from webapp.domain.configs.proposals import Checked, Payload, Proposal, refused
from webapp.wording import phrase

INSTALLATION: Payload = {"enabled": False}
"""What an installation begins with (decision 49)."""
FIELDS = {
    "enabled": switch("Whether learners may ask for their certificates themselves, where their course run lets them.")
}


def parse(value: object) -> dict[str, Any]:
    """Read `{"enabled": bool}`; raises BadPayload."""
    return read_payload(value, FIELDS)


def check(proposal: Proposal) -> Checked:
    """Refuse the deletion alone: a switch is off, never absent."""
    if proposal.payload is None:
        return refused("", phrase("The switch cannot be deleted; switch it off instead."))
    return Checked()


def sentences(before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
    """Say what the change does; no row means off."""
    was, will = (bool(payload and payload["enabled"]) for payload in (before, after))
    if was == will:
        return () if before == after else (phrase("Self-generation stays switched off for all courses."),)
    if will:
        return (phrase("Self-generation will be switched on for all courses that allow it."),)
    return (phrase("Self-generation will be switched off for all courses, whatever they allow."),)
