"""What time is it, and which new random names do we give? The only places that ask the machine."""

import os
import secrets
import time
import uuid
from datetime import UTC, datetime

ON_PAPER = "abcdefghjkmnpqrstuvwxyz23456789"
_VARIANTS = "89ab"


def now() -> datetime:
    """Give the present moment in UTC."""
    return datetime.now(UTC)


def new_uuid() -> str:
    """Give a new public id: 32 lower-case hexadecimal digits."""
    return uuid.uuid4().hex


def new_event_id() -> str:
    """Give the id of a new event for the bus: random, so that it tells nothing of the machine."""
    return str(uuid.uuid4())


def new_key() -> str:
    """Give a new key of a job: 128 random bits as 32 lower-case hexadecimal digits (decision 4)."""
    return secrets.token_hex(16)


def new_secret() -> str:
    """Give 256 random bits as text, for a session or a token."""
    return secrets.token_urlsafe(32)


def new_recovery_code() -> str:
    """Give 79 random bits as four groups of letters and digits, without those that are taken for one another on paper."""
    return "-".join("".join(secrets.choice(ON_PAPER) for _ in range(4)) for _ in range(4))


def new_request_id() -> str:
    """Give an id that sorts by time: a UUID of version 7 (RFC 9562 §5.7)."""
    moment, chance = f"{time.time_ns() // 1_000_000:012x}", os.urandom(10).hex()
    variant = _VARIANTS[int(chance[3], 16) & 3]
    return f"{moment[:8]}-{moment[8:]}-7{chance[:3]}-{variant}{chance[4:7]}-{chance[7:19]}"
