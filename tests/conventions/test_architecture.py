"""Is the house built as the architecture note says?"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

WEBAPP = Path(__file__).parents[2] / "webapp"
MODULES = sorted(path for path in WEBAPP.rglob("*.py") if "_shipped" not in path.parts)
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MOST_MODULES = 10
OPTIONAL = {
    "babel.dates",
    "babel.messages.catalog",
    "babel.messages.mofile",
    "babel.messages.pofile",
    "typst",
    "webapp.adapters.badge_server",
    "webapp.adapters.caches.shared",
    "webapp.adapters.couriers.broker",
    "webapp.adapters.kafka.bus",
    "webapp.adapters.kafka.stream",
    "webapp.adapters.kafka.tracking",
    "webapp.adapters.mail",
    "webapp.adapters.metering.prometheus",
    "webapp.adapters.metering.traces",
    "webapp.adapters.platform_tokens",
    "webapp.adapters.sign_on.provider",
    "webapp.adapters.sign_on.signed_post",
    "webapp.adapters.xqueue",
    "webapp.services.badges.signing",
    "webapp.services.sign_on.app_codes",
    "webapp.worker",
}
"""What only some installations need, and would cost every process of the others time and memory."""
NOT_A_NAME = {
    "manager",
    "handler",
    "processor",
    "data",
    "info",
    "misc",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "core",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(WEBAPP.parent))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls_in(path: Path, name: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
    ]


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def imports_inside(path: Path) -> list[int]:
    return [
        node.lineno
        for function in functions_of(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module not in OPTIONAL)
    ]


class TestGivenEveryModule:
    def test_it_says_in_a_sentence_what_it_is(self) -> None:
        said = {name_of(path): (ast.get_docstring(tree_of(path)) or "").partition("\n")[0] for path in MODULES}

        assert len(said) > 300
        assert {name: line for name, line in said.items() if not line.endswith((".", "?"))} == {}

    def test_it_is_short(self) -> None:
        lines = {name_of(path): lines_of(path) for path in MODULES}

        assert {name: number for name, number in lines.items() if number > LONGEST_FILE} == {}

    def test_its_functions_are_short(self) -> None:
        lengths = {
            f"{name_of(path)}: {one.name}": (one.end_lineno or 0) - one.lineno + 1
            for path in MODULES
            for one in functions_of(path)
        }

        assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}

    def test_it_imports_at_its_top(self) -> None:
        inside = {name_of(path): imports_inside(path) for path in MODULES}

        assert {name: lines for name, lines in inside.items() if lines} == {}

    def test_none_commits_but_the_unit_of_work(self) -> None:
        commits = {name_of(path): calls_in(path, "commit") for path in MODULES}

        of_brokers = "webapp/adapters/kafka/bus.py"  # tells Kafka how far we are: no transaction of ours
        assert {name for name, lines in commits.items() if lines} == {of_brokers}

    def test_its_name_says_something(self) -> None:
        names = {part for path in MODULES for part in path.relative_to(WEBAPP).with_suffix("").parts}

        assert names & NOT_A_NAME == set()

    def test_no_folder_is_crowded(self) -> None:
        folders = {path.parent for path in MODULES if path.parent != WEBAPP}

        numbers = {name_of(folder): len(list(folder.glob("[!_]*.py"))) for folder in folders}
        assert {name: number for name, number in numbers.items() if number > MOST_MODULES} == {}

    def test_markup_is_never_made_by_formatting(self) -> None:
        made = [name_of(path) for path in MODULES if "Markup(f" in path.read_text(encoding="utf-8")]

        assert made == []
