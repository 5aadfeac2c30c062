"""Who acts? A person with an account, the queue, or whoever owns the machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from where; stands in every transition and audit event."""

    name: str
    id: int | None = None
    ip: str = ""
    request_id: str = ""
    by_token: bool = False
    """A program acts in the account's name: it proposes and never decides."""


QUEUE_NAME = "XQueue"
MACHINE_NAME = "command line"
SCHEDULE_NAME = "schedule"
DESK_NAME = "Certdesk"
"""Of what nobody asked for by name, and a visit made necessary."""
