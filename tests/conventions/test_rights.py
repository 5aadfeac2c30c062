"""Does the page on running Certdesk give the role that serves the rights that the program uses, and no others?"""

import re
from pathlib import Path

from webapp.models.base import Model, db

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
        assert said("GRANT DELETE") == tables_of(
            found(r"(?<![\w.])(?<!def )delete\((\w+)") | found(r"session\.delete\((\w+)")
        )

    def test_it_may_change_what_the_program_changes(self) -> None:
        kept = said("REVOKE UPDATE")

        assert kept & tables_of(found(r"(?<![\w.])update\(([A-Z]\w+)")) == set()
        assert kept <= set(db.metadata.tables)
