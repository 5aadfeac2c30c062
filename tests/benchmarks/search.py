"""Time the one search at a million learners: search.py fill [N], then search.py measure.

CERTDESK_DATABASE_URL names the database, migrated and empty. Each learner has a name of two or three words, out of
100,000 made-up ones and a few that many bear, and one certificate. `measure` asks through Flask's test client, signed in.
"""

import itertools
import random
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.benchmarks import dataset, fill
from tests.visitors import Visitor
from webapp import create_app
from webapp.domain.learners.name_words import words_of
from webapp.models.base import db
from webapp.models.certificates import CourseMilestone, GeneratedCertificate
from webapp.models.learners import Learner, LearnerNameWord

LEARNERS = 1_000_000
FREQUENT = ("Maria", "Silva", "Wang", "Garcia")
TRIES = 9
TYPED = (
    *("m", "ma", "mar", "maria", "maria s", "maria silva", "wang garcia"),
    *("learner0123", "learner012345@", "course-v1:Org1+", "512345"),
    *("mraia", "garcai", "maria slva", "wnag garcia", "learnre012345", "learner012345@exmaple.org", "Coruse 7"),
    *("zzqx", "qqqqqqqqqqqq"),
)


def main() -> None:
    """Do what the command line says."""
    app = create_app()
    if sys.argv[1] == "fill":
        with app.app_context():
            _fill(int(sys.argv[2]) if len(sys.argv) > 2 else LEARNERS)
        return
    visitor = Visitor(app)
    visitor.sign_in("staff", fill.PASSWORD)
    client = visitor.client
    print("| typed | suggestions | the page |\n|---|---|---|")
    for typed in TYPED:
        print(f"| {typed} | {_took(client, '/search/suggestions', typed)} | {_took(client, '/search', typed)} |")


def _took(client: FlaskClient, path: str, typed: str) -> str:
    """Give the median and the slowest of some tries, in milliseconds."""
    times = []
    for _ in range(TRIES):
        began = time.perf_counter()
        answer = client.get(f"{path}?{urlencode({'q': typed})}")
        times.append((time.perf_counter() - began) * 1_000)
        assert answer.status_code == 200 or "/login" not in (answer.location or "/login"), answer.status
    return f"{statistics.median(times):.0f} ({max(times):.0f})"


def _fill(number: int) -> None:
    with db.engine.begin() as connection:
        fill.fill(connection, 1_000)
        for model in (CourseMilestone, GeneratedCertificate, LearnerNameWord, Learner):
            connection.execute(text(f"DELETE FROM {model.__tablename__}"))  # noqa: S608 - our own tables
    names, held = itertools.tee(enumerate(_names(number), 1))
    with db.engine.begin() as connection:
        fill.insert_all(connection, Learner, itertools.starmap(_learner, names))
        words = ({"learner_id": n, "word": word} for n, name in held for word in words_of(name))
        fill.insert_all(connection, LearnerNameWord, words)
        fill.insert_all(connection, GeneratedCertificate, map(_certificate, range(1, number + 1)))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))


def _names(number: int) -> Iterator[str]:
    rng = random.Random(8)
    parts = ["".join(pair) for pair in itertools.product("bcdfghjklmnprstvwyz", "aeiouéø")]
    made = ["".join(rng.choices(parts, k=rng.choice((2, 3, 3, 4)))).title() for _ in range(100_000)]
    for _ in range(number):
        words = rng.choices(made, k=rng.choice((2, 2, 3)))
        if rng.random() < 0.2:
            words[rng.randrange(2)] = rng.choice(FREQUENT)
        yield " ".join(words)


def _learner(number: int, name: str) -> dict[str, Any]:
    username, address = dataset.username(number), dataset.email(number)
    return {"id": number, "username": username, "email": address, "name": name, "username_folded": username,
            "email_folded": address, "allow_certificate": True}  # fmt: skip


def _certificate(number: int) -> dict[str, Any]:
    return {"id": number, "learner_id": number, "course_id": dataset.course(number % dataset.COURSES),
            "status": "downloadable", "mode": "honor", "key": f"{number:032x}", "verify_uuid": f"{number + 9:032x}",
            "created_at": dataset.EPOCH, "modified_at": dataset.EPOCH, "submitted_at": dataset.EPOCH,
            "issued_at": dataset.EPOCH}  # fmt: skip


if __name__ == "__main__":
    main()
