"""Deterministic benchmark data, free of any framework, so every target gets the same rows.

certificates(n) yields tuples in CERT_COLUMNS order; pools(...) gives the values the
load driver substitutes into requests.  The last `pool_size(n)` certificates are the
ones waiting for their callback (status "generating")."""

import random
from datetime import datetime, timedelta, timezone

LEARNERS, COURSES = 200_000, 2_000
EPOCH = datetime(2024, 1, 1, tzinfo=timezone.utc)
CERT_COLUMNS = (
    "id",
    "user_id",
    "course_id",
    "verify_uuid",
    "download_uuid",
    "download_url",
    "grade",
    "key",
    "distinction",
    "status",
    "mode",
    "name",
    "created_date",
    "modified_date",
    "error_reason",
)
STATUS = [
    ("downloadable", 86),
    ("notpassing", 5),
    ("audit_passing", 2.5),
    ("audit_notpassing", 2),
    ("error", 1.5),
    ("unavailable", 1),
    ("restricted", 0.7),
    ("deleted", 0.6),
    ("regenerating", 0.4),
    ("deleting", 0.3),
]
MODES = [("honor", 60), ("verified", 30), ("audit", 10)]
NAMES = ["Ana", "Bao", "Chidi", "Dörte", "Élodie", "Fatima", "Goran", "Hana", "Ivo", "Юрий", "王芳", "Özge"]


def username(i):
    return f"learner{i:06d}"


def email(i):
    return f"learner{i:06d}@example.org"


def course(i):
    return f"course-v1:Org{i % 40}+C{i:04d}+20{24 + i % 3}_T{1 + i % 3}"


def pool_size(n):
    return min(8000, n // 5)


def _pairs(n, rng):
    """(learner, course) pairs, unique, with Zipf(1) course sizes, in mixed order."""
    weights = [1 / (k + 1) for k in range(COURSES)]
    scale, out = n / sum(weights), []
    for k, w in enumerate(weights):
        out.extend((u, k) for u in rng.sample(range(1, LEARNERS + 1), min(LEARNERS, max(1, round(w * scale)))))
    rng.shuffle(out)
    extra = rng.sample(range(1, LEARNERS + 1), max(0, n - len(out)))  # rounding remainder
    seen = set(out)
    out.extend((u, COURSES - 1) for u in extra if (u, COURSES - 1) not in seen)
    return out[:n]


def certificates(n):
    rng = random.Random(1234 + n)
    hexid = lambda: f"{rng.getrandbits(128):032x}"
    pairs = _pairs(n, rng)
    n = len(pairs)
    names, wts = zip(*STATUS)
    modes, mwts = zip(*MODES)
    first_waiting = n - pool_size(n)
    for i, (user, k) in enumerate(pairs):
        waiting = i >= first_waiting
        status = "generating" if waiting else rng.choices(names, wts)[0]
        issued = status in ("downloadable", "deleting", "deleted")
        when = EPOCH + timedelta(seconds=i * (60_000_000 / n))
        download = hexid()
        yield (
            i + 1,
            user,
            course(k),
            hexid() if issued else "",
            download if issued else "",
            f"https://certs.example.org/{download}/Certificate.pdf" if issued else "",
            f"{rng.random():.2f}",
            hexid(),
            rng.random() < 0.05,
            status,
            rng.choices(modes, mwts)[0],
            f"{rng.choice(NAMES)} {rng.choice(NAMES)}son {user}",
            when,
            when,
            "HTTP error (reason=error(32, 'Broken pipe'))" if status == "error" else "",
        )


def examples(n=2000):
    rng = random.Random(77)
    for i in range(n):
        yield i + 1, course(i % COURSES), f"{rng.getrandbits(128):032x}", f"{rng.getrandbits(128):032x}"


def pools(rows):
    """Request values from certificate rows: dict of lists of dicts."""
    rng = random.Random(5)
    waiting = [r for r in rows if r[9] == "generating"]
    pages = [r for r in rng.sample(rows, min(len(rows), 20_000)) if r[9] == "downloadable"][:5000]
    return {
        "generating": [{"username": username(r[1]), "course": r[2], "key": r[7]} for r in waiting],
        "verify": [{"verify_uuid": r[3]} for r in pages],
        "user": [{"username": username(r[1]), "email": email(r[1])} for r in rng.sample(rows, min(len(rows), 5000))],
        "example": [{"uuid": u, "access_key": k} for _, _, u, k in examples()],
        "agent": [
            {"agent": a} for a in ("edX-downloader/2.1", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "curl/8.5.0")
        ],
        "page": [{"page": str(p)} for p in range(1, 21)],
        "last": [{"page": str((len(rows) - 1) // 100 + 1)}],
        "one": [{}],
    }
