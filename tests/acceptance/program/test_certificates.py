"""Does the program list certificates as documented, and load the demonstration once?"""

import json
from pathlib import Path

import pytest

from tests.acceptance.program.terminal import certdesk, one_line

KEYS = ["id", "username", "course_id", "status", "mode", "grade", "name", "verify_uuid", "certificate_url", "download_url",
        "error_reason", "is_passing", "created_at", "modified_at", "issued_at"]  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration's data in it."""
    folder = tmp_path_factory.mktemp("loaded")
    for command in (["db", "upgrade"], ["demo", "load"]):
        done = certdesk(folder, *command)
        assert done.returncode == 0, done.stderr
    return folder


class TestGivenCertificates:
    def listed(self, folder: Path, *arguments: str) -> list[dict[str, object]]:
        done = certdesk(folder, "certificates", "list", "--json", *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_each_is_one_object_a_line_with_the_documented_keys(self, loaded: Path) -> None:
        objects = self.listed(loaded)

        assert len(objects) > 20
        assert {tuple(one) for one in objects} == {tuple(KEYS)}
        assert [one["id"] for one in objects] == list(range(len(objects), 0, -1))

    def test_they_are_narrowed_by_each_option(self, loaded: Path) -> None:
        everything = self.listed(loaded)
        course = "course-v1:Certdesk+Calculus+2026"

        narrowed = {
            key: self.listed(loaded, option, value)
            for option, key, value in (
                ("--course", "course_id", course),
                ("--username", "username", "ada"),
                ("--status", "status", "generating"),
            )
        }

        for key, value in (("course_id", course), ("username", "ada"), ("status", "generating")):
            assert narrowed[key] == [one for one in everything if one[key] == value]
            assert narrowed[key]
        assert self.listed(loaded, "--limit", "3") == everything[:3]

    def test_nobody_is_named_by_what_is_no_text(self, loaded: Path) -> None:
        assert self.listed(loaded, "--username", "\udcff") == []

    def test_a_table_is_for_people(self, loaded: Path) -> None:
        done = certdesk(loaded, "certificates", "list", "--limit", "2")

        assert done.returncode == 0
        assert done.stdout.splitlines()[0].split() == [
            "id",
            "username",
            "course_id",
            "status",
            "mode",
            "grade",
            "modified_at",
        ]
        assert len(done.stdout.splitlines()) == 3

    def test_a_course_that_is_none_is_refused(self, loaded: Path) -> None:
        done = certdesk(loaded, "certificates", "list", "--course", "nonsense")

        assert (done.returncode, done.stdout) == (2, "")
        assert "is not a course key" in done.stderr

    def test_the_demonstration_is_not_loaded_twice(self, loaded: Path) -> None:
        done = certdesk(loaded, "demo", "load")

        assert (done.returncode, done.stdout) == (1, "")
        assert one_line(done)

    def test_its_audit_is_whole(self, loaded: Path) -> None:
        done = certdesk(loaded, "audit", "verify")

        assert done.returncode == 0
