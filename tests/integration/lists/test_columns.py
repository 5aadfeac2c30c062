"""Does a list show the columns that its address names, and keep them wherever it leads?"""

import re

import pytest
from sqlalchemy.orm import Session

from tests.factories.lists import UUID, seed_lists
from tests.visitors import Visitor

pytestmark = pytest.mark.any_database


def heads_of(page: str) -> list[str]:
    """Give the heads of a list's columns."""
    return [re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(r'columnheader"[^>]*>(.*?)</th>', page)]


class TestGivenAnAddressThatNamesColumns:
    def test_those_are_shown_and_one_more_that_usually_is_not(self, staff: Visitor, session: Session) -> None:
        seed_lists(session)

        page = staff.get("/admin/certificates/?columns=status,certificate-id")

        assert heads_of(page) == ["Number", "Status", "Certificate id"]
        assert UUID in page

    def test_filters_pages_and_files_know_of_it_as_they_should(self, staff: Visitor, session: Session) -> None:
        seed_lists(session)

        page = staff.get("/admin/certificates/?columns=number&columns=status&status=generating")

        assert '<input type="hidden" name="columns" value="number,status">' in page
        assert 'href="/admin/certificates/?columns=number,status"' in page.replace("%2C", ",")
        assert "export.csv?status=generating" in page

    def test_a_governed_list_takes_it_too(self, staff: Visitor) -> None:
        page = staff.get("/admin/access/?columns=account,version")

        boxes = re.findall(r'name="columns" value="([^"]+)"( checked)?', page)
        assert [key for key, on in boxes if on] == ["version"]
