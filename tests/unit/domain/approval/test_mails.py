"""Does a mail say what happened, in one piece, whatever people wrote?"""

import re

import pytest

from tests.fakes import NOON
from webapp.domain.approval.mails import About, Line, body_of, one_line, subject_of

ABOUT = About(7, "Catch the robot", "Crawlers", "/changes/7")
HELD = Line("Your change was put on hold", "Wait\nfor the exams.", "amir", NOON)
COMMENTED = Line("Your change has a comment", "", "alice", NOON)


class TestGivenTwoNotices:
    def test_the_mail_tells_them_in_order(self) -> None:
        text = body_of(ABOUT, [HELD, COMMENTED], name="eva", base_url="https://desk.test")

        assert text == (
            "Hello eva,\n\n"
            "Your change was put on hold.\namir, 2026-11-21 12:00 UTC:\n  Wait\n  for the exams.\n\n"
            "Your change has a comment.\nalice, 2026-11-21 12:00 UTC\n\n"
            "Change 7: Crawlers\n  Catch the robot\n\n"
            "Look at it, and sign in if you are asked to:\nhttps://desk.test/changes/7\n\n"
            "-- \nCertdesk tells you of changes that concern you. No more mails? Turn them off at\n"
            "https://desk.test/notices\n"
        )

    def test_its_subject_is_the_last_one(self) -> None:
        assert subject_of(ABOUT, [HELD, COMMENTED]) == "Your change has a comment: Catch the robot"


class TestGivenAReaderWithoutARole:
    def test_both_links_lead_to_where_they_see_the_change(self) -> None:
        about = About(7, "", "Course", "/courses/course-v1:A+B+C#asked", reads_notices=False)

        text = body_of(about, [HELD], name="tom", base_url="https://desk.test")

        assert re.findall(r"https://\S+", text) == ["https://desk.test/courses/course-v1:A+B+C#asked"] * 2


class TestGivenAChangeWithoutATitle:
    def test_its_kind_stands_for_it(self) -> None:
        about = About(7, "", "Course, course-v1:A+B+C", "/changes/7")

        assert subject_of(about, [COMMENTED]) == "Your change has a comment: Course, course-v1:A+B+C"
        assert "Change 7: Course, course-v1:A+B+C\n\nLook" in body_of(about, [COMMENTED], name="eva", base_url="x")


class TestGivenWhatPeopleWrote:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("plain", "plain"),
            ("two\r\nBcc: lines", "two Bcc: lines"),
            ("\x00a\x1b[31m\u202eb\x85c\u2028", "a [31m b c"),
            ("  much \t room ", "much room"),
            ("x" * 600, "x" * 499 + "…"),
            ("", ""),
        ],
    )
    def test_it_is_one_line_of_what_can_be_seen(self, text: str, line: str) -> None:
        assert one_line(text) == line

    def test_a_long_title_is_cut_in_the_subject(self) -> None:
        assert len(subject_of(About(7, "t" * 200, "", "/changes/7"), [HELD])) == 150

    def test_a_long_note_is_cut(self) -> None:
        line = Line("Told", "n" * 4_000, "amir", NOON)

        text = body_of(ABOUT, [line], name="eva", base_url="x")

        assert f"  {'n' * 999}…\n" in text
