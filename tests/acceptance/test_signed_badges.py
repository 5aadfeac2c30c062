"""Can a stranger verify a badge over the network, whichever process answers, and whatever key signs?"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session

from tests.databases import KINDS, Databases
from tests.factories.certificates import make_certificate
from tests.fakes import NOON
from tests.servers import HOST, SECRET_KEY, Server
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.statuses import Status
from webapp.models.badges import BadgeAward
from webapp.models.certificates import GeneratedCertificate

ASKING = 12
BADGE = "a" * 32


class Stranger:
    """Somebody who knows the name of the issuer, and fetches what it publishes."""

    def __init__(self, port: int) -> None:
        """Ask a server on this machine; did:web says https, and a proxy would turn it into http."""
        self.base_url, self.did = f"http://{HOST}:{port}", f"did:web:{HOST}%3A{port}"

    def fetch(self, url: str) -> bytes:
        """Give what is served."""
        with urlopen(self.base_url + urlsplit(url).path, timeout=10) as answer:  # noqa: S310 - our own address
            return bytes(answer.read())

    def badge(self) -> str:
        """Give the signed badge."""
        return self.fetch(f"/badges/assertions/{BADGE}.jwt").decode()

    def keys(self) -> list[str]:
        """Give the names of the published keys."""
        return [method["id"] for method in json.loads(self.fetch("/.well-known/did.json"))["verificationMethod"]]

    def verify(self, badge: str) -> str | None:
        """Verify a badge and its status, and give what was achieved."""
        verifier = OB3Verifier.for_issuer_did(self.did, download=self.fetch)
        return verifier.verify(badge, check_status=True, download=self.fetch).name


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own, in which somebody has a badge and nobody a key."""
    with databases.own(request.param) as database:
        engine = create_engine(database.url)
        with Session(engine) as session:
            award(session)
            session.commit()
        engine.dispose()
        yield database.url


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A server of three processes."""
    server = Server(database_url, tmp_path / "server.log", workers=3)
    server.start()
    yield server
    server.kill()


def award(session: Session) -> None:
    certificate = make_certificate(session, status=Status.DOWNLOADABLE, verify_uuid="c" * 32, issued_at=NOON)
    session.flush()
    session.add(
        BadgeAward(
            learner_id=certificate.learner_id,
            course_id=certificate.course_id,
            certificate_id=certificate.id,
            mode="honor",
            class_slug="slug",
            state=BadgeState.AWARDED,
            assertion_id=BADGE,
            salt="5" * 32,
            status_number=131_072 + 77,
            created_at=NOON,
            awarded_at=NOON,
        )
    )


def rotate(database_url: str, _number: int = 0) -> str:
    """Run the command as an operator would, and give what it printed."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    environ |= {"CERTDESK_DATABASE_URL": database_url, "CERTDESK_SECRET_KEY": SECRET_KEY}
    words = [sys.executable, "-m", "webapp", "badges", "rotate-key"]
    return subprocess.run(words, env=environ, check=True, capture_output=True, text=True).stdout


def take_away(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(update(GeneratedCertificate).values(status=Status.UNAVAILABLE))
    engine.dispose()


class TestGivenAServerOfThreeProcesses:
    def test_a_badge_is_verified_through_every_change_of_keys_until_it_is_revoked(
        self, server: Server, database_url: str
    ) -> None:
        stranger = Stranger(server.port)
        with ThreadPoolExecutor(ASKING) as pool:
            first = {tuple(found) for found in pool.map(lambda _number: stranger.keys(), range(ASKING))}
        badge = stranger.badge()
        valid = stranger.verify(badge)

        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(lambda number: rotate(database_url, number), range(2)))
        later = stranger.badge()
        valid_later = [stranger.verify(one) for one in (badge, later)]
        take_away(database_url)
        rotate(database_url)  # each process reads the list anew for another key: nobody has to wait half a minute

        assert [len(keys) for keys in first] == [1]
        assert len(stranger.keys()) == 4
        assert all(line.startswith("Badges are signed with the key ") for line in told)
        assert valid is not None
        assert valid_later == [valid, valid]
        with pytest.raises(OB3VerificationError, match="Credential status 'revocation' is set at index 77"):
            stranger.verify(badge)
        with pytest.raises(OB3VerificationError, match="Invalid signature"):
            stranger.verify(f"{badge[:-8]}AAAAAAAA")
