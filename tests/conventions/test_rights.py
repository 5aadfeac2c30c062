"""Does the page on running Certdesk give the role that serves the rights that the program uses, and no others?"""

import re
from pathlib import Path

from tests.fakes import NOON
from webapp.models.base import Model, db
from webapp.services.erasure.parts import PARTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
SOURCES = [path.read_text(encoding="utf-8") for path in (ROOT / "webapp").rglob("*.py")]
BY_ROW = {"factor": "second_factor", "kept": "date_override"}
"""What is deleted row by row: the name that a function has for the row -> its table. The page's list has to have it, too."""


def tables_of(models: set[str]) -> set[str]:
    tables = {mapper.class_.__name__: mapper.class_.__tablename__ for mapper in Model.registry.mappers}
    return {BY_ROW.get(name) or tables.get(name, name) for name in models}


def found(pattern: str) -> set[str]:
    return {name for source in SOURCES for name in re.findall(pattern, source)}


def said(pattern: str) -> set[str]:
    (names,) = re.findall(rf"{pattern} ON ([\w,\s]+?) (?:TO|FROM) certdesk;", PAGE)
    return set(re.split(r",\s*", names))


class TestGivenTheRightsOfTheRoleThatServes:
    def test_it_may_delete_where_the_program_does(self) -> None:
        written = tables_of(found(r"(?<![\w.])(?<!def )delete\((\w+)") | found(r"session\.delete\((\w+)"))
        erased = {part.model.__tablename__ for part in PARTS if part.values is None}

        assert said("GRANT DELETE") == written | erased

    def test_it_may_change_what_the_program_changes(self) -> None:
        kept = said("REVOKE UPDATE")

        assert kept & tables_of(found(r"(?<![\w.])update\(([A-Z]\w+)")) == set()
        assert kept <= set(db.metadata.tables)

    def test_an_erasure_may_empty_what_it_empties_in_what_is_kept(self) -> None:
        kept = said("REVOKE UPDATE")
        emptied = {
            (part.model.__tablename__, column)
            for part in PARTS
            if part.values is not None and part.model.__tablename__ in kept
            for column in part.values(NOON)
        }
        granted = re.findall(r"GRANT UPDATE \(([\w, ]+)\) ON (\w+) TO certdesk;", PAGE)

        assert emptied == {(table, column) for columns, table in granted for column in columns.split(", ")}
        assert PAGE.index("REVOKE UPDATE ON") < PAGE.index(
            "GRANT UPDATE ("
        )  # what is taken from a table is taken from its columns
