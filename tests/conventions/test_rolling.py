"""Does every migration leave the version before at work (record 27)?"""

import ast
from pathlib import Path

import pytest

from webapp import paths

FIRST = "0022"
"""From here on; what came before was migrated with the service at a stand."""
ADDS = {"add_column", "create_index", "create_table", "f", "get_bind", "get_context"}
EXCUSE = "OLDER_VERSIONS"
"""A migration that does more has a text of this name: why the version before goes on all the same."""
FILES = sorted(file for file in (paths.MIGRATIONS / "versions").glob("[0-9]*_*.py") if file.name >= FIRST)


def calls_in_upgrade(tree: ast.Module) -> list[ast.Call]:
    (upgrade,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
    return [node for node in ast.walk(upgrade) if isinstance(node, ast.Call)]


def excused(tree: ast.Module) -> bool:
    named = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(at, ast.Name) and at.id == EXCUSE for at in node.targets)
    ]
    return any(isinstance(value, ast.Constant) and len(str(value.value)) > 20 for value in named)


def demanded(call: ast.Call) -> bool:
    """Say whether a column is added that the version before cannot leave out."""
    column = next((argument for argument in call.args if isinstance(argument, ast.Call)), None)
    words = {word.arg: word.value for word in column.keywords} if column is not None else {}
    nullable = words.get("nullable")
    return "server_default" not in words and isinstance(nullable, ast.Constant) and nullable.value is False


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
class TestGivenAMigration:
    def test_it_only_adds_what_the_version_before_need_not_know(self, file: Path) -> None:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        on_op = [
            call
            for call in calls_in_upgrade(tree)
            if isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "op"
        ]

        more = {call.func.attr for call in on_op if isinstance(call.func, ast.Attribute)} - ADDS
        wanted = [call.lineno for call in on_op if call.func.attr == "add_column" and demanded(call)]  # type: ignore[attr-defined]  # as above

        assert excused(tree) or (more, wanted) == (set(), [])
