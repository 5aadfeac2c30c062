"""Does a case file hold whatever people wrote, and nothing that opens a door?"""

from tests.fakes import NOON
from webapp.domain.support.case_file import CaseFile, Item, Section, as_markdown, without_query

NASTY = "<b>ليلى</b> | `x` [y](z) # *a*"
CASE = CaseFile("T", NASTY, "V", (Section("S", (Item("L", "- 1", ("1. two",)),)), Section("N", (), "None.")), NOON)


class TestGivenWhatPeopleWrote:
    def test_it_is_a_text_in_the_markdown(self) -> None:
        written = as_markdown(CASE)

        assert r"\<b\>ليلى\</b\> \| \`x\` \[y\](z) \# \*a\*" in written
        assert "- **L**: \\- 1\n  1\\. two" in written
        assert "## N\n\nNone." in written

    def test_the_same_case_gives_the_same_bytes(self) -> None:
        assert as_markdown(CASE) == as_markdown(CASE)


class TestGivenTheAddressOfAFile:
    def test_the_right_to_read_it_is_left_out(self) -> None:
        assert without_query("https://u:p@s3.test/a/C.pdf?X-Signature=1#x") == "https://s3.test/a/C.pdf"
