"""Has every code of ours words that people read?"""

import ast
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from webapp import errors
from webapp.domain import roles, runs
from webapp.domain.approval import policy, states
from webapp.domain.approval.notices import NOTICES, SILENT, STALE
from webapp.domain.approval.states import State
from webapp.domain.badges import states as badge_states
from webapp.domain.badges.states import BadgeState
from webapp.domain.bus import letters
from webapp.domain.certificates import statuses
from webapp.domain.certificates.statuses import HIDDEN, ExampleStatus, Status
from webapp.domain.certificates.transitions import CAUSES, Cause
from webapp.domain.configs.kinds import KINDS, Kind
from webapp.domain.queue import deliveries
from webapp.domain.queue.deliveries import REFUSED, Outcome
from webapp.domain.roles import Permission, Role
from webapp.domain.runs import Among, RunState
from webapp.errors import WebappError
from webapp.models.governance.versions import VERSIONS
from webapp.services.audit_words import ACTIONS
from webapp.setting_values import GOVERNED
from webapp.web.admin.badges.award_view import TONES as BADGE_TONES
from webapp.web.admin.bus import letter_view
from webapp.web.admin.inbox_view import HELP
from webapp.web.cells import CHANGE_TONES
from webapp.web.errors import PAGES, STATUSES
from webapp.web.runs.words import TONES

WEBAPP = Path(__file__).parents[2] / "webapp"
TABLES: dict[str, tuple[Mapping[Any, Any], set[Enum]]] = {
    "roles have labels": (roles.LABELS, set(Role)),
    "roles have permissions": (roles.PERMISSIONS, set(Role)),
    "statuses have labels": (statuses.LABELS, {*Status, *ExampleStatus}),
    "outcomes have labels": (deliveries.LABELS, set(Outcome)),
    "outcomes have explanations": (deliveries.EXPLANATIONS, set(Outcome)),
    "refused outcomes have help": (HELP, set(REFUSED)),
    "reasons of dead letters have labels": (letters.LABELS, set(letters.Why)),
    "reasons of dead letters have explanations": (letters.EXPLANATIONS, set(letters.Why)),
    "reasons of dead letters have tones": (letter_view.TONES, set(letters.Why)),
    "closings of dead letters have words": (letter_view.CLOSINGS, set(letters.Closing)),
    "whom runs are for has words": (runs.AMONG, set(Among)),
    "states of runs have labels": (runs.STATE_LABELS, set(RunState)),
    "states of runs have tones": (TONES, set(RunState)),
    "states of changes have labels": (states.LABELS, set(states.State)),
    "moves of changes have states": (states.FROM, set(states.Move)),
    "moves of changes have checks": (policy.CHECKS, set(states.Move)),
    "states of badges have labels": (badge_states.LABELS, set(BadgeState)),
    "states of badges have tones": (BADGE_TONES, set(BadgeState)),
    "kinds have rules": (KINDS, set(Kind)),
    "states of changes have tones": (CHANGE_TONES, set(State)),
    "causes of moves have words": (CAUSES, set(Cause)),
}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def constants(*, below: str) -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted((WEBAPP / below).rglob("*.py")):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                yield path, node


def name_of(call: ast.Call) -> str:
    function = call.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def text_of(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def actions_written() -> set[str]:
    """Give the action of each audit.append(session, actor, action, ...) and each Act(action, ...)."""
    found = set()
    for _, call in constants(below="services"):
        place = {"append": 2, "Act": 0, "act_of": 1}.get(name_of(call))
        if place is not None and len(call.args) > place:
            found.add(text_of(call.args[place]))
    return {action for action in found if action is not None and "." in action}


def dotted_texts(*, below: str) -> set[str]:
    return {
        node.value
        for path in (WEBAPP / below).rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ACTIONS
    }


class TestGivenEveryMember:
    @pytest.mark.parametrize("rule", TABLES)
    def test_it_has_its_words(self, rule: str) -> None:
        table, members = TABLES[rule]

        assert set(table) == members
        assert all(table.values())

    @pytest.mark.parametrize("table", [roles.LABELS, statuses.LABELS, deliveries.LABELS, deliveries.EXPLANATIONS])
    def test_no_two_of_a_kind_share_words(self, table: Mapping[Enum, str]) -> None:
        words = [(type(member), word) for member, word in table.items()]

        assert len(words) == len(set(words))

    @pytest.mark.parametrize("table", [roles.LABELS, statuses.LABELS, deliveries.LABELS])
    def test_its_words_are_no_code(self, table: Mapping[Enum, str]) -> None:
        assert [word for word in table.values() if "_" in word or word != word[:1].upper() + word[1:]] == []

    def test_every_permission_is_carried_by_a_role(self) -> None:
        carried = {permission for permissions in roles.PERMISSIONS.values() for permission in permissions}

        assert carried == set(Permission)

    def test_every_kind_is_known_to_the_settings_and_to_the_ledger(self) -> None:
        assert set(GOVERNED) == set(Kind) == set(VERSIONS)

    def test_what_is_hidden_is_a_status(self) -> None:
        assert set(Status) >= HIDDEN


class TestGivenWhatTheServicesWriteDown:
    def test_every_act_has_words(self) -> None:
        written = actions_written()

        assert len(written) > 10
        assert written - set(ACTIONS) == set()

    def test_no_words_are_kept_for_an_act_that_nobody_does(self) -> None:
        assert set(ACTIONS) - dotted_texts(below="services") - {"never"} == set()

    def test_every_act_on_a_change_is_told_to_somebody_or_to_nobody_on_purpose(self) -> None:
        acts = {action for action in ACTIONS if action.startswith("change.")}

        assert acts == (NOTICES.keys() | SILENT) - {STALE}
        assert NOTICES.keys() & SILENT == set()


class TestGivenEveryErrorOfOurs:
    def kinds(self) -> list[type[WebappError]]:
        found = [*vars(errors).values(), *vars(errors.governance).values(), *vars(errors.desk).values()]
        found += vars(errors.learners).values()
        kinds = {kind for kind in found if isinstance(kind, type) and issubclass(kind, WebappError)}
        return [kind for kind in kinds if kind is not WebappError]

    def test_it_has_a_status(self) -> None:
        assert set(STATUSES) == set(self.kinds())

    def test_it_has_a_code_of_its_own(self) -> None:
        codes = [kind.code for kind in self.kinds()]

        assert len(codes) == len(set(codes))
        assert WebappError.code not in codes

    def test_every_status_of_an_error_that_has_a_page_says_what_to_do(self) -> None:
        assert [status for status, words in PAGES.items() if not all(words)] == []
