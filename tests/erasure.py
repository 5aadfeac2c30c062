"""Which columns hold words, whose are they, and what becomes of them when a learner is erased (record 37)?"""

LEDGER = "the ledger and its gate are only ever added to, and about configuration"
AUDIT = "the audit is a chain that nobody can rewrite"
DESK = "the name of whoever worked at the desk: an account with a role is not erased"
OF_US = "a word of ours, or a number of one"
RANDOM = "random, or a digest of what is random"
PLACE = "a course run, a mode or a file, and nobody"
ROW_GOES = "goes with its row"
EMPTIED = "emptied"
REPLACED = "nobody's name takes its place"

GOES: dict[str, dict[str, str]] = {
    "account": {
        "username": REPLACED,
        "username_folded": REPLACED,
        "email": EMPTIED,
        "password_hash": EMPTIED,
    },
    "account_session": {"token_digest": ROW_GOES, "issuer": ROW_GOES, "id_token": ROW_GOES},
    "allowlist_entry": {"course_id": ROW_GOES, "notes": ROW_GOES, "created_by": ROW_GOES},
    "api_token": {"name": ROW_GOES, "token_digest": ROW_GOES, "scopes": ROW_GOES},
    "badge_award": {"identity": EMPTIED, "server_reply": EMPTIED, "problem": EMPTIED},
    "callback_inbox": {"header": EMPTIED, "body": EMPTIED, "username": EMPTIED, "note": EMPTIED},
    "certificate_transition": {"actor_name": REPLACED, "reason": EMPTIED},
    "course_grade": {"course_id": ROW_GOES, "letter": ROW_GOES},
    "course_role": {"course_id": ROW_GOES, "role": ROW_GOES},
    "date_override": {"reason": EMPTIED},
    "dead_letter": {
        "key": EMPTIED,
        "value": EMPTIED,
        "headers": EMPTIED,
        "told": EMPTIED,
        "reason": EMPTIED,
        "note": EMPTIED,
    },
    "enrollment": {"course_id": ROW_GOES, "mode": ROW_GOES},
    "generated_certificate": {"name": EMPTIED, "grade": EMPTIED, "key": EMPTIED, "error_reason": EMPTIED},
    "generation_run": {"chosen": EMPTIED},
    "held_back": {"course_id": ROW_GOES},
    "id_attempt": {"attempt_id": ROW_GOES, "status": ROW_GOES},
    "id_verification": {"status": ROW_GOES},
    "idempotency_key": {"body": EMPTIED, "headers": EMPTIED},
    "identity": {"issuer": ROW_GOES, "subject": ROW_GOES},
    "invalidation": {"notes": EMPTIED},
    "learner": {
        "username": REPLACED,
        "username_folded": REPLACED,
        "email": EMPTIED,
        "email_folded": EMPTIED,
        "name": EMPTIED,
    },
    "learner_name_word": {"word": ROW_GOES},
    "learner_note": {
        "course_id": ROW_GOES,
        "author_name": ROW_GOES,
        "text": ROW_GOES,
        "struck_by": ROW_GOES,
        "struck_why": ROW_GOES,
    },
    "notice": {"action": ROW_GOES, "actor_name": ROW_GOES, "text": ROW_GOES, "note": ROW_GOES},
    "outbox": {
        "channel": ROW_GOES,
        "recipient": ROW_GOES,
        "payload": ROW_GOES,
        "last_problem": ROW_GOES,
        "request_id": ROW_GOES,
    },
    "recovery_code": {"code_digest": ROW_GOES},
    "saved_view": {"made_by": ROW_GOES, "list_name": ROW_GOES, "name": ROW_GOES, "query": ROW_GOES},
    "second_factor": {"sealed_secret": ROW_GOES},
}
"""Table and column -> how it goes, in the rows that are about the learner."""

STAYS: dict[str, dict[str, str]] = {
    "audit_event": dict.fromkeys(("actor_name", "key", "reason", "ip", "body"), AUDIT),
    "callback_inbox": {"address": "XQueue's, not the learner's", "closed_by": DESK, "content": OF_US},
    "change_request": dict.fromkeys(("key", "payload", "author_name", "title", "reason", "reviewed_by"), LEDGER),
    "config_version": dict.fromkeys(("key", "payload"), LEDGER),
    "contributor": {"account_name": LEDGER},
    "course_run": {"certificate": "the people who sign, whom the platform tells and takes away"},
    "date_override": {"overridden_by": DESK},
    "dead_letter": {"closed_by": DESK},
    "decision": dict.fromkeys(("account_name", "note"), LEDGER),
    "generated_certificate": {"download_url": "whoever keeps the storage has to find the file that is to be deleted"},
    "generation_run": {"asked_by": DESK, "problem": OF_US},
    "idempotency_key": {"key": "a program's own, for a day"},
    "invalidation": {"invalidated_by": DESK},
    "sign_on_nonce": dict.fromkeys(("issuer", "nonce"), "names a token, for a minute"),
    "badge_award": dict.fromkeys(
        ("server_url", "server_image_url", "server_issuer"), "whoever runs the badge server has to find the badge there"
    ),
}
"""Table and column -> why it stays, though a person could stand in it."""

WORDLESS: dict[str, dict[str, str]] = {
    "audit_check": dict.fromkeys(("head", "reason"), OF_US),
    "audit_event": dict.fromkeys(("action", "kind", "request_id", "prev", "hash"), OF_US),
    "badge_award": {
        **dict.fromkeys(("course_id", "mode", "class_slug"), PLACE),
        **dict.fromkeys(("assertion_id", "salt"), RANDOM),
        "image_sha256": OF_US,
    },
    "badge_key": dict.fromkeys(("kid", "algorithm", "public_jwk", "sealed_key"), OF_US),
    "blob": dict.fromkeys(("sha256", "mime", "content"), PLACE),
    "callback_count": {"address": "XQueue's, or a stranger's"},
    "callback_inbox": {**dict.fromkeys(("digest", "key"), RANDOM), "course_id": PLACE, "request_id": OF_US},
    "certificate_selection": {"digest": RANDOM},
    "certificate_transition": dict.fromkeys(("cause", "request_id"), OF_US),
    "change_request": dict.fromkeys(("kind", "confirmed", "batch"), OF_US),
    "config_version": {"kind": OF_US},
    "course_milestone": {"course_id": PLACE, "reason": OF_US},
    "course_mode": dict.fromkeys(("course_id", "mode"), PLACE),
    "course_run": dict.fromkeys(("course_id", "course_id_folded", "display_name", "display_name_folded"), PLACE),
    "dead_letter": dict.fromkeys(("topic", "event_id", "event_type"), OF_US),
    "erased_mark": {"digest": "from which nobody reads who it was"},
    "erasure_key": {"key": RANDOM},
    "event_count": {"event_type": OF_US},
    "event_inbox": dict.fromkeys(("event_id", "event_type"), OF_US),
    "event_partition": {"topic": OF_US},
    "example_certificate": dict.fromkeys(
        ("description", "uuid", "access_key", "full_name", "template", "error_reason", "download_url"),
        "of nobody: John Doë",
    ),
    "example_certificate_set": {"course_id": PLACE},
    "former_public_id": {"verify_uuid": RANDOM},
    "generated_certificate": {
        **dict.fromkeys(("course_id", "mode"), PLACE),
        **dict.fromkeys(("verify_uuid", "download_uuid"), RANDOM),
    },
    "generation_run": {"course_id": PLACE, "statuses": OF_US, "request_id": OF_US},
    "generation_run_row": {"refused_by": OF_US},
    "hour_figure": {"part": OF_US},
    "idempotency_key": dict.fromkeys(("digest", "holder"), RANDOM),
    "job_lease": dict.fromkeys(("job", "holder"), OF_US),
    "selected_result": {"course_id": PLACE, "refused_by": OF_US},
    "user_agent_count": {"agent": "a program's name for itself, of nobody's in particular"},
}
"""Table and column -> why nobody's name, and nobody's words, stand in it."""
