"""What can become of one delivery of the queue, and what is the queue told?"""

from enum import StrEnum

from webapp.wording import phrase


class Endpoint(StrEnum):
    """Where a delivery came in."""

    CERTIFICATE = "certificate"
    EXAMPLE = "example"


class Outcome(StrEnum):
    """What became of a delivery; kept with it in the inbox."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    UNKNOWN_KEY = "unknown_key"
    INVALID_STATUS = "invalid_status"
    INVALID_BODY = "invalid_body"
    ID_TAKEN = "id_taken"
    UNREADABLE = "unreadable"
    UNAUTHORIZED = "unauthorized"
    LIMITED = "limited"


LABELS: dict[Outcome, str] = {
    Outcome.APPLIED: phrase("Applied"),
    Outcome.DUPLICATE: phrase("Repeated"),
    Outcome.CONFLICT: phrase("Rival answer"),
    Outcome.UNKNOWN_KEY: phrase("Unknown key"),
    Outcome.INVALID_STATUS: phrase("Wrong status"),
    Outcome.INVALID_BODY: phrase("Not a result"),
    Outcome.ID_TAKEN: phrase("Id taken"),
    Outcome.UNREADABLE: phrase("Unreadable"),
    Outcome.UNAUTHORIZED: phrase("No password"),
    Outcome.LIMITED: phrase("Rate limited"),
}

EXPLANATIONS: dict[Outcome, str] = {
    Outcome.APPLIED: phrase("The answer was taken and the certificate settled."),
    Outcome.DUPLICATE: phrase("The same answer had been taken before; nothing changed."),
    Outcome.CONFLICT: phrase(
        "Another answer for the same job had been taken before; this one names another file and changed nothing."
    ),
    Outcome.UNKNOWN_KEY: phrase(
        "No certificate waits for an answer with this key: the job was replaced by a newer one, or is not ours."
    ),
    Outcome.INVALID_STATUS: phrase("The certificate was not waiting for an answer."),
    Outcome.INVALID_BODY: phrase("The body is no result of a certificate job."),
    Outcome.ID_TAKEN: phrase("The answer carries a public id that belongs to another certificate."),
    Outcome.UNREADABLE: phrase("The delivery did not come through XQueue in a form that can be read."),
    Outcome.UNAUTHORIZED: phrase("The agreed user name and password were missing or wrong."),
    Outcome.LIMITED: phrase("The address had sent too many bad requests within five minutes."),
}

NOTHING_TO_DO = frozenset({Outcome.APPLIED, Outcome.DUPLICATE})
"""Outcomes that nobody needs to look at."""

REFUSED = frozenset(Outcome) - NOTHING_TO_DO
"""Outcomes that staff may apply again once the cause is mended."""

CONTENTS: dict[Outcome, str] = {
    Outcome.DUPLICATE: "invalid cert status",
    Outcome.CONFLICT: "invalid cert status",
    Outcome.UNKNOWN_KEY: "unable to lookup key",
    Outcome.INVALID_STATUS: "invalid cert status",
    Outcome.ID_TAKEN: "verify_uuid belongs to another certificate",
    Outcome.UNAUTHORIZED: "user name and password are missing or wrong",
    Outcome.LIMITED: "Rate limit exceeded",
}
"""The words that tell the queue why its answer was refused (decisions 2-7, 35)."""

NO_EXAMPLE = "Not Found"
"""What a page says in their place where an example is not known (domain note §4.3)."""
