"""Can configuration be looked at, proposed and decided on from a terminal, and only by people?"""

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD
from tests.factories.governance import REASON, Staff, make_change, make_staff, make_wish, terms_of
from tests.fakes import NOON
from tests.integration.cli.terminal import Terminal
from webapp import clock
from webapp.services.configs import ledger
from webapp.services.governance import decisions
from webapp.services.visits import agents

pytestmark = pytest.mark.any_database
LIST = {"enabled": True, "known_user_agents": ["edX-downloader", "Sitebot"]}


@pytest.fixture
def staff(session: Session) -> Staff:
    return make_staff(session)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "crawlers.json"
    path.write_text(json.dumps(LIST))
    return str(path)


def propose(file: str, *more: str, who: str = "eva") -> list[str]:
    return ["config", "propose", "crawlers", "--file", file, "--reason", REASON, "--as", who, "--password-stdin", *more]


class TestGivenAnInstallation:
    def test_its_values_are_listed(self, terminal: Terminal) -> None:
        result = terminal.types("config", "list", "--json")

        kinds = [json.loads(line)["kind"] for line in result.output.splitlines()]
        assert kinds == ["html-view", "crawlers", "generation", "badge-default"]

    def test_a_moment_without_a_zone_is_wrong_usage(self, terminal: Terminal) -> None:
        result = terminal.types("config", "list", "--at", "2026-05-03T12:00:00")

        assert (result.exit_code, "time zone" in result.output) == (2, True)

    @pytest.mark.parametrize("moment", ["infinity", "-infinity", "0001-01-01T00:00:00+14:00", "12026-05-03T12:00:00Z"])
    def test_what_is_no_moment_of_ours_is_wrong_usage(self, terminal: Terminal, moment: str) -> None:
        result = terminal.types("config", "list", "--at", moment)

        assert (result.exit_code, "is no moment such as" in result.output) == (2, True)


class TestGivenAnEditor:
    def test_a_proposal_changes_nothing_by_itself(
        self, terminal: Terminal, session: Session, staff: Staff, file: str
    ) -> None:
        result = terminal.types(*propose(file), given=PASSWORD.encode())

        assert result.exit_code == 0, result.output
        assert ledger.live_number(session, "crawlers", "-") == 1
        listed = terminal.types("changes", "list", "--json")
        assert json.loads(listed.output)["payload"] == LIST

    def test_a_wrong_password_is_refused(self, terminal: Terminal, staff: Staff, file: str) -> None:
        result = terminal.types(*propose(file), given=b"wrong")

        assert (result.exit_code, "wrong" in result.output) == (1, True)

    def test_who_may_not_propose_is_refused_with_the_reason(self, terminal: Terminal, staff: Staff, file: str) -> None:
        result = terminal.types(*propose(file, who="amir"), given=PASSWORD.encode())

        assert (result.exit_code, "role Editor" in result.output) == (1, True)

    def test_what_is_not_json_is_refused(self, terminal: Terminal, staff: Staff, tmp_path: Path) -> None:
        broken = tmp_path / "broken.json"
        broken.write_text("{")

        result = terminal.types(*propose(str(broken)), given=PASSWORD.encode())

        assert (result.exit_code, "is not JSON" in result.output) == (1, True)


class TestGivenAChange:
    def test_it_is_shown_in_words(self, terminal: Terminal, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)

        result = terminal.types("changes", "show", str(change.id))

        assert "0 of 1 approvals" in result.output
        assert "known_user_agents" in result.output

    def test_an_approver_makes_it_live(self, terminal: Terminal, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)

        result = terminal.types(
            "changes", "approve", str(change.id), "--as", "amir", "--password-stdin", given=PASSWORD.encode()
        )

        assert result.exit_code == 0, result.output
        history = terminal.types("config", "history", "crawlers", "--json").output.splitlines()
        assert [json.loads(line)["version"] for line in history] == [2, 1]

    def test_only_approvals_that_count_are_counted(self, terminal: Terminal, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload={"enabled": True}))
        decisions.approve(session, terms_of(staff.approver), change.id)
        staff.approver.disabled_at = NOON
        session.commit()

        shown = terminal.types("changes", "show", str(change.id)).output
        listed = terminal.types("changes", "list", "--json").output

        assert "0 of 2 approvals" in shown
        assert json.loads(listed)["approvals"] == {"needed": 2, "given": 0}

    def test_it_is_refused_without_an_account(self, terminal: Terminal, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)

        result = terminal.types("changes", "approve", str(change.id))

        assert (result.exit_code, "--as" in result.output) == (2, True)

    def test_it_is_rejected_with_a_note(self, terminal: Terminal, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        command = ["changes", "reject", str(change.id), "--note", "Not now.", "--as", "amir", "--password-stdin"]

        result = terminal.types(*command, given=PASSWORD.encode())

        assert "is rejected now" in result.output

    def test_an_earlier_version_is_proposed_again(self, terminal: Terminal, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        terminal.types(
            "changes", "approve", str(change.id), "--as", "amir", "--password-stdin", given=PASSWORD.encode()
        )
        command = ["config", "revert", "crawlers", "--to", "1", "--reason", REASON, "--as", "eva", "--password-stdin"]

        result = terminal.types(*command, given=PASSWORD.encode())

        assert "Filed change" in result.output


class TestGivenAVersionThatTakesMany:
    def test_going_back_to_it_is_confirmed_anew(self, terminal: Terminal, session: Session, staff: Staff) -> None:
        agents.add(session, {"Mozilla/5.0": 80, "Robot/2": 20}, clock.now().date())
        for names in (["Robot"], ["Nobody"]):
            payload = {"enabled": True, "known_user_agents": names}
            change = make_change(session, staff.editor, make_wish(payload=payload, confirmed=("catches_many",)))
            decisions.approve(session, terms_of(staff.approver), change.id)
            session.commit()
        command = ["config", "revert", "crawlers", "--to", "2", "--reason", REASON, "--as", "eva", "--password-stdin"]

        asked = terminal.types(*command, given=PASSWORD.encode())
        taken = terminal.types(*command, "--confirm", "catches_many", given=PASSWORD.encode())

        assert (asked.exit_code, "20.00% of the recent visits" in asked.output) == (1, True)
        assert "--confirm catches_many" in asked.output
        assert "Filed change" in taken.output
