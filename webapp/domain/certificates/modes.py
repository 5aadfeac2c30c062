"""Which enrolment modes exist, which of them ask for a verified identity, and in which ways is a certificate generated?"""

from enum import StrEnum


class Mode(StrEnum):
    """An enrolment mode, by the word that goes over the wire (domain note §1.1); a course run may ask otherwise for identities."""

    HONOR = "honor"
    """Asks for no verified identity."""
    VERIFIED = "verified"
    """Asks for a verified identity."""
    AUDIT = "audit"
    """Earns no certificate."""
    PROFESSIONAL = "professional"
    """Asks for no verified identity."""
    NO_ID_PROFESSIONAL = "no-id-professional"
    """Asks for no verified identity."""
    CREDIT = "credit"
    """Asks for a verified identity."""
    MASTERS = "masters"
    """Asks for a verified identity."""
    EXECUTIVE_EDUCATION = "executive-education"
    """Asks for a verified identity."""
    PAID_EXECUTIVE_EDUCATION = "paid-executive-education"
    """Asks for a verified identity."""
    PAID_BOOTCAMP = "paid-bootcamp"
    """Asks for a verified identity."""


class GenerationMode(StrEnum):
    """By whose wish a certificate is generated; always recorded (decision 24)."""

    SELF = "self"
    BATCH = "batch"
    SUPPORT = "support"
    EVENT = "event"


ASKS_ID_VERIFICATION = frozenset(
    {
        Mode.VERIFIED,
        Mode.CREDIT,
        Mode.MASTERS,
        Mode.EXECUTIVE_EDUCATION,
        Mode.PAID_EXECUTIVE_EDUCATION,
        Mode.PAID_BOOTCAMP,
    }
)
"""Modes that ask for a verified identity unless their course mode says otherwise (decision 12)."""


def asks_id_verification(mode: str) -> bool:
    """Say whether a mode asks for a verified identity where its course mode says nothing."""
    return mode in ASKS_ID_VERIFICATION


def earns_certificate(mode: str) -> bool:
    """Say whether a certificate can be earned in a mode: in any but audit (decision 15)."""
    return mode != Mode.AUDIT
