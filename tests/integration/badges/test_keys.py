"""Which key signs badges, who can read it, and how does another take over?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.integration.badges.awards import give_image, issue, rotate
from tests.integration.cli.terminal import Terminal
from tests.integration.generation.desk import Desk
from webapp.models.badges import BadgeAward, BadgeKey
from webapp.settings import SettingsError

DOCUMENT = "/.well-known/did.json"


def published(client: FlaskClient) -> list[str]:
    """The id of every published key, in order."""
    return [method["id"].partition("#")[2] for method in read(client)["verificationMethod"]]


def read(client: FlaskClient) -> dict[str, Any]:
    """What is published."""
    document: dict[str, Any] = client.get(DOCUMENT).get_json(force=True)
    return document


def at_once(act: Callable[[int], object]) -> None:
    """Do something twice at the same moment."""
    ready = Barrier(2)

    def begin(number: int) -> None:
        ready.wait()
        act(number)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(begin, number) for number in range(2)]:
            done.result()


class TestGivenNoKey:
    def test_whoever_asks_first_has_one_made(self, desk: Desk) -> None:
        answer = desk.app.test_client().get(DOCUMENT)

        (key,) = desk.every(BadgeKey)
        (method,) = answer.get_json(force=True)["verificationMethod"]
        assert method["id"] == f"did:web:desk.test#{key.kid}"
        assert set(method["publicKeyJwk"]) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
        assert (answer.mimetype, answer.headers["Access-Control-Allow-Origin"]) == ("application/did+json", "*")
        assert [(told.action, told.key, told.actor) for told in desk.told()] == [
            ("badge_key.made", key.kid, "Certdesk")
        ]

    def test_the_first_badge_brings_it_so_that_no_visit_has_to(self, desk: Desk, session: Session) -> None:
        give_image(session)
        issue(desk)

        desk.send()

        (key,) = desk.every(BadgeKey)
        assert ("badge_key.made", key.kid, "schedule") in [(told.action, told.key, told.actor) for told in desk.told()]

    def test_two_who_ask_at_once_leave_one(self, desk: Desk) -> None:
        clients = [desk.app.test_client(), desk.app.test_client()]

        at_once(lambda number: read(clients[number]))

        (key,) = desk.every(BadgeKey)
        assert [told.action for told in desk.told()] == ["badge_key.made"]
        assert published(desk.app.test_client()) == [key.kid]

    def test_the_database_does_not_tell_the_private_half(self, desk: Desk) -> None:
        read(desk.app.test_client())

        (key,) = desk.every(BadgeKey)
        assert key.sealed_key.count(".") == 4  # the five parts of a JWE
        assert '"d"' not in key.sealed_key + key.public_jwk


class TestGivenAKey:
    @pytest.fixture(autouse=True)
    def _key(self, desk: Desk) -> None:
        read(desk.app.test_client())

    def test_the_document_stays_the_same_until_it_is_changed(self, desk: Desk) -> None:
        client = desk.app.test_client()
        tag = client.get(DOCUMENT).headers["ETag"]

        again = client.get(DOCUMENT, headers={"If-None-Match": tag})
        rotate(desk)
        other = client.get(DOCUMENT, headers={"If-None-Match": tag})

        assert (again.status_code, other.status_code) == (304, 200)

    def test_a_new_one_takes_over_and_the_former_stays_published(self, desk: Desk) -> None:
        (former,) = published(desk.app.test_client())

        new = rotate(desk)

        first, second = desk.every(BadgeKey)
        assert (first.kid, first.retired_at is None) == (former, False)
        assert (second.kid, second.retired_at) == (new, None)
        assert published(desk.app.test_client()) == [new, former]
        told = desk.told()[-1]
        assert (told.action, told.key, told.actor) == ("badge_key.rotated", new, "sam")
        assert (told.details["before"], told.details["after"]) == ({"kid": former}, {"kid": new})

    def test_two_who_change_it_at_once_leave_one_that_signs(self, desk: Desk) -> None:
        at_once(lambda _number: rotate(desk))

        keys = desk.every(BadgeKey)
        assert [key.retired_at is None for key in keys] == [False, False, True]

    def test_with_another_secret_nothing_is_signed_until_there_is_a_new_key(
        self, desk: Desk, award: BadgeAward
    ) -> None:
        signed = f"/badges/assertions/{award.assertion_id}.jwt"
        desk.sets(secret_key="another-secret-of-no-one")
        client, kept = desk.app.test_client(), published(desk.app.test_client())
        refused = client.get(signed)
        rotate(desk)

        answer = client.get(signed)

        assert refused.status_code == 503
        assert "certdesk badges rotate-key" in refused.text
        assert answer.status_code == 200
        assert published(client)[1:] == kept


class TestGivenSomebodyAtTheMachine:
    @pytest.fixture
    def terminal(self, app: Flask) -> Terminal:
        return Terminal(app)

    def test_the_first_command_makes_the_first_key(self, terminal: Terminal) -> None:
        told = terminal.done("badges", "rotate-key")

        (key,) = terminal.every(BadgeKey)
        assert told == f"Badges are signed with the key {key.kid} from now on.\n"
        assert [(event.action, event.actor) for event in terminal.told()] == [("badge_key.rotated", "command line")]

    def test_each_further_one_says_which_stay_published(self, terminal: Terminal) -> None:
        terminal.done("badges", "rotate-key")

        told = terminal.done("badges", "rotate-key")

        former, key = terminal.every(BadgeKey)
        assert told.splitlines() == [
            f"Badges are signed with the key {key.kid} from now on.",
            f"{former.kid} stays published; 2 keys are.",
        ]

    def test_a_secret_that_the_service_does_not_have_makes_no_key(self, terminal: Terminal) -> None:
        terminal.done("badges", "rotate-key")
        terminal.sets(secret_key="another-secret-of-no-one")

        refused = terminal.types("badges", "rotate-key")
        changed = terminal.types("badges", "rotate-key", "--secret-changed")

        assert (refused.exit_code, changed.exit_code) == (1, 0)
        assert "sealed with another CERTDESK_SECRET_KEY" in refused.stderr
        assert len(terminal.every(BadgeKey)) == 2

    def test_without_a_secret_there_is_nothing_to_seal_it_with(self, terminal: Terminal) -> None:
        terminal.sets(secret_key=None)

        with pytest.raises(SettingsError, match="CERTDESK_SECRET_KEY is not set"):
            terminal.types("badges", "rotate-key")

        assert terminal.every(BadgeKey) == []
