"""Does `allowlist import` take each row of a file by itself?"""

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.factories.candidates import FAILING, HTML, make_candidate, make_run
from tests.factories.certificates import make_certificate
from tests.factories.exceptions import make_invalidation
from tests.integration.cli.terminal import DONE, REFUSED, Terminal
from webapp.domain.certificates.statuses import Status
from webapp.models.exceptions import AllowlistEntry

IMPORT = ("allowlist", "import", "--course", HTML)


@pytest.fixture
def enrolled(terminal: Terminal) -> Terminal:
    """Somebody at the machine, while ada and bob are enrolled, cyd is invalidated, and dan is not enrolled."""
    with terminal.work() as session:
        make_run(session)
        for username in ("ada", "bob", "cyd"):
            make_candidate(session, username, **FAILING)
        make_candidate(session, "dan", mode=None)
        held = make_certificate(session, "cyd", HTML, status=Status.UNAVAILABLE)
        make_invalidation(session, held)
    return terminal


def imports(terminal: Terminal, text: str | bytes, *words: str) -> Result:
    """Import a file from standard input."""
    return terminal.types(*IMPORT, "-", *words, given=text if isinstance(text, bytes) else text.encode())


def notes(terminal: Terminal) -> list[str]:
    """Give the note of each entry, in order."""
    return [entry.notes for entry in terminal.every(AllowlistEntry)]


class TestGivenAFile:
    def test_good_rows_are_kept_and_bad_ones_reported(self, enrolled: Terminal) -> None:
        ran = imports(
            enrolled, "ada,ill on the day\nnobody\n\ncyd\ndan\n,x\na,b,c\nbob@example.org\nada@example.org,ill again\n"
        )

        assert ran.exit_code == REFUSED
        assert ran.stdout.splitlines() == [
            "row 1: ada: repeated: Row 9 names the same learner, and counts.",
            "row 8: bob@example.org: added",
            "row 9: ada@example.org: added",
            "8 rows: 2 added, 1 repeated, 5 failed.",
        ]
        assert ran.stderr.splitlines() == [
            "row 2: nobody: FAILED: There is no learner “nobody”.",
            "row 4: cyd: FAILED: The certificate of cyd is invalidated; end the invalidation first.",
            f"row 5: dan: FAILED: dan is not enrolled in {HTML}.",
            "row 6: : FAILED: The row names no learner.",
            "row 7: a: FAILED: The row has 3 columns: a user name or e-mail address, and a note, are expected.",
        ]
        assert notes(enrolled) == ["", "ill again"]

    def test_those_who_were_added_are_judged_before_the_command_ends(self, enrolled: Terminal) -> None:
        ran = imports(enrolled, "ada\nbob\n")

        assert (ran.exit_code, ran.stderr) == (DONE, "")
        assert [enrolled.held(name, HTML).status for name in ("ada", "bob")] == [Status.DOWNLOADABLE] * 2

    def test_programs_get_an_object_for_each_row_and_the_sums(self, enrolled: Terminal) -> None:
        ran = imports(enrolled, "ada\nnobody\na,b,c\n", "--json")

        assert ran.exit_code == REFUSED
        assert [json.loads(line) for line in ran.stdout.splitlines()] == [
            {"row": 1, "name": "ada", "result": "added", "code": None, "reason": None},
            {
                "row": 2,
                "name": "nobody",
                "result": "failed",
                "code": "unknown_learner",
                "reason": "There is no learner “nobody”.",
            },
            {
                "row": 3,
                "name": "a",
                "result": "failed",
                "code": "bad_row",
                "reason": "The row has 3 columns: a user name or e-mail address, and a note, are expected.",
            },
            {"summary": {"rows": 3, "added": 1, "repeated": 0, "failed": 2}},
        ]

    def test_what_a_spreadsheet_writes_is_read(self, enrolled: Terminal, tmp_path: Path) -> None:
        file = tmp_path / "list.csv"
        file.write_bytes(b'\xef\xbb\xbf ada , "ill, on\nthe day"\r\n,,\r\nbob,\xc3\xa9t\xc3\xa9,\r\n')

        ran = enrolled.types(*IMPORT, str(file))

        assert (ran.exit_code, ran.stderr) == (DONE, "")
        assert notes(enrolled) == ["ill, on\nthe day", "été"]

    @pytest.mark.parametrize("row", [b"ada\x00", b"ada,a\x00b", b'"ada', b'ada,"x"y'])
    def test_a_row_that_cannot_be_kept_is_reported(self, enrolled: Terminal, row: bytes) -> None:
        ran = imports(enrolled, b"bob\n" + row + b"\n")

        assert (ran.exit_code, ran.stdout.splitlines()[0]) == (REFUSED, "row 1: bob: added")
        assert ran.stderr.startswith("row 2: ")
        assert len(ran.stderr.splitlines()) == 1

    def test_who_is_on_the_list_already_is_reported(self, enrolled: Terminal) -> None:
        imports(enrolled, "ada\n")

        ran = imports(enrolled, "ada\n")

        assert ran.stderr == f"row 1: ada: FAILED: ada is on the allowlist of {HTML} already.\n"

    def test_an_empty_one_is_no_failure(self, enrolled: Terminal) -> None:
        ran = imports(enrolled, "")

        assert (ran.exit_code, ran.stdout) == (DONE, "0 rows: 0 added, 0 failed.\n")


class TestGivenAFileThatIsNone:
    def test_other_bytes_than_text_are_refused(self, enrolled: Terminal) -> None:
        ran = imports(enrolled, "ada\n".encode("utf-16"))

        assert (ran.exit_code, ran.stdout) == (REFUSED, "")
        assert ran.stderr == "The file is not UTF-8 text: save it as CSV UTF-8.\n"

    def test_an_unknown_course_run_is_refused_once(self, terminal: Terminal) -> None:
        ran = imports(terminal, "ada\nbob\n")

        assert (ran.exit_code, ran.stdout, ran.stderr) == (REFUSED, "", f"There is no course run “{HTML}”.\n")
