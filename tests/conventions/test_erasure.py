"""Does everybody who adds a column say what becomes of it when a learner is erased (record 37)?"""

from sqlalchemy import JSON, Enum, LargeBinary, String

from tests.erasure import GOES, STAYS, WORDLESS
from webapp.models.base import db
from webapp.services.erasure.parts import PARTS


def columns_of(*lists: dict[str, dict[str, str]]) -> list[str]:
    return sorted(f"{table}.{column}" for one in lists for table, columns in one.items() for column in columns)


class TestGivenEveryColumnThatHoldsText:
    def test_it_is_named_once_as_one_that_goes_one_that_stays_or_one_without_words(self) -> None:
        there = sorted(
            f"{table.name}.{column.name}"
            for table in db.metadata.tables.values()
            for column in table.columns
            if isinstance(column.type, String | JSON | LargeBinary) and not isinstance(column.type, Enum)
        )

        assert columns_of(GOES, STAYS, WORDLESS) == there

    def test_it_says_why(self) -> None:
        reasons = [why for one in (GOES, STAYS, WORDLESS) for columns in one.values() for why in columns.values()]

        assert all(len(why) > 5 for why in reasons)


class TestGivenWhatGoes:
    def test_a_part_of_the_erasure_or_the_erasure_itself_sees_to_each_table(self) -> None:
        by_itself = {"account", "generated_certificate", "learner"}

        assert {part.model.__tablename__ for part in PARTS} | by_itself == set(GOES) | {"mention"}

    def test_no_two_parts_are_counted_under_one_name(self) -> None:
        names = [part.name for part in PARTS]

        assert len(names) == len(set(names))
