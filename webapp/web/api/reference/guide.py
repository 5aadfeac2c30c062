"""What has whoever writes a client to know that holds for every operation?"""

from collections.abc import Mapping

GUIDE: Mapping[str, str] = {
    "Who asks": (
        "Send a token, `Authorization: Bearer <token>`: `certdesk accounts token` makes one. It reaches as far as its "
        "scopes and, at each request, the roles of its account: 401 `unauthenticated` where it is no good, 403 `scope` "
        "or `role` where it does not reach. A script of a page uses the cookie of its session instead, which a browser has "
        "from `/login`, and sends with every write `X-CSRFToken`: what GET `/csrf/api/v1/token` gives as `csrfToken`. Tokens read, act for "
        "learners, bring in records, propose and talk; on changes of the configuration people decide who have signed in. "
        "Admins propose and edit changes of kind `access`, editors all others."
    ),
    "What is sent": (
        "JSON in UTF-8 with `Content-Type: application/json`, at most 1 MiB. Fields and filters that are not named here "
        "are refused, so that a misspelt one cannot pass unseen. Moments are ISO 8601 with a zone, such as "
        "`2026-05-03T12:00:00Z`. In a path, percent-encode what is no letter or digit: `course-v1%3ACertdesk%2BHarbour%2B2026`."
    ),
    "What comes back": (
        "JSON. Pass over fields that you do not know: new ones may come. Every answer has `X-Request-ID`, which stands in "
        "our logs and audit, too."
    ),
    "Lists": (
        "`results` with at most `limit` rows, and `next`: the cursor of the next page, null on the last. The header "
        '`Link: <...>; rel="next"` is the whole address of that page. A cursor goes with its list and its filters: '
        "another's is 400 `bad_cursor`. What is added meanwhile does not shift the pages."
    ),
    "Asking again": (
        "Every GET but an export has an `ETag`. Send it in `If-None-Match`, and the answer is 304 without a body as long "
        "as nothing has changed. What edits the configuration, and what decides about a change, wants the ETag that was "
        "seen in `If-Match`: 428 `precondition_required` without it, 412 `revision_moved` where somebody was "
        "quicker, and be it with another title or reason, with the ETag of what is there now; then look again and "
        "decide anew."
    ),
    "Doing once": (
        "Send an `Idempotency-Key`, such as a new UUID, with each POST but `/records`, which may be sent again as it is, and "
        "those of the platform's own clients. The same request with the same key is carried out "
        "once in a day, and answered as before, with `Idempotent-Replayed: true`. 409 `idempotency_key_in_flight` while it "
        "is under way, 422 `idempotency_key_reused` where the key came with another request."
    ),
    "Refusals": (
        "Problems by RFC 9457, `application/problem+json`. Go by `code`, which never changes; `title` and `detail` are for "
        "people, and `errors` names each field that is wrong. 4xx: the same request is refused again. 4xx and "
        "503: nothing was changed, but for `/records`, where `detail` says what is kept."
    ),
    "Pace": (
        "`RateLimit` and `RateLimit-Policy` say with each answer how many requests are left in this minute: "
        '`"account";r=598;t=42` is 598 for the account until 42 seconds from now. Where none is left the answer is 429 '
        "`too_many_requests`, with `Retry-After`."
    ),
    "Failures": (
        "429 and 503 pass: wait for as many seconds as `Retry-After` says, a few seconds where it is not there, and ask "
        "again. Where no answer came, a GET and a write with `If-Match` may be sent again, and so may a POST with its "
        "`Idempotency-Key`; one without may have been done already: look first."
    ),
}
"""Title -> text, in which what stands between backquotes is code."""
TAGS: Mapping[str, str] = {
    "allowlist": "Learners who need no passing grade.",
    "audit": "What was done, by whom and why: read, taken elsewhere, and checked.",
    "blobs": "Pictures of badges, for changes to name.",
    "certificates": "What learners hold, and what happened to it.",
    "changes": "Requests to change one key of the configuration, from the proposal to the end.",
    "configs": "The configuration that is live, or was.",
    "courses": "Example certificates of a course run.",
    "crawlers": "Whether a visit is a crawler's.",
    "freeze": "Moments before which nothing goes live but in an emergency.",
    "invalidations": "Certificates that staff declared void.",
    "learners": "Why a learner has, or has not, a certificate.",
    "milestones": "Who has passed which course run.",
    "records": "The platform's facts on learners and course runs, as they come in.",
    "runs": "Generating for a whole course run, in steps that can be paused.",
    "platform": "What the platform's own clients ask, at their addresses and in their words; for nobody else.",
}
"""Tag -> what its operations are about."""
PATHS: Mapping[str, str] = {
    "change_id": "The number of the change request.",
    "course_id": "The course run's key, in either spelling.",
    "key": "The key within its kind, `-` where the kind has one only.",
    "kind": "The kind of configuration.",
    "number": "Its number.",
    "run_id": "The number of the run.",
    "username": "The learner's user name, letter for letter.",
}
"""Parameter of a path -> what it says."""
