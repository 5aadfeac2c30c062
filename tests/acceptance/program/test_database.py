"""Does the program migrate its database, find out what is wrong with it, and try its settings?"""

import sqlite3
from pathlib import Path

from tests.acceptance.program.terminal import SECRET, certdesk, one_line


class TestGivenADatabase:
    def test_it_is_migrated_once_and_then_left_alone(self, tmp_path: Path) -> None:
        before = certdesk(tmp_path, "db", "check")

        first, second = certdesk(tmp_path, "db", "upgrade"), certdesk(tmp_path, "db", "upgrade")

        assert (before.returncode, "certdesk db upgrade" in before.stderr) == (1, True)
        assert [first.returncode, second.returncode] == [0, 0]
        assert first.stdout.startswith("Migrated from nothing to ")
        assert second.stdout.endswith(" already.\n")
        assert certdesk(tmp_path, "db", "check").stdout.endswith("matches the models.\n")

    def test_serving_before_the_migration_is_refused(self, tmp_path: Path) -> None:
        done = certdesk(tmp_path, "serve", settings=SECRET)

        assert (done.returncode, "certdesk db upgrade" in done.stderr) == (1, True)

    def test_a_column_too_many_is_found(self, folder: Path) -> None:
        with sqlite3.connect(folder / "desk.sqlite3") as connection:
            connection.execute("ALTER TABLE learner ADD COLUMN surplus TEXT")

        done = certdesk(folder, "db", "check")

        assert (done.returncode, "surplus" in done.stderr) == (1, True)

    def test_a_guard_too_few_is_found(self, folder: Path) -> None:
        with sqlite3.connect(folder / "desk.sqlite3") as connection:
            connection.execute("DROP TRIGGER audit_event_follows")

        done = certdesk(folder, "db", "check")

        assert (done.returncode, "audit_event_follows" in done.stderr) == (1, True)

    def test_the_settings_are_tried(self, folder: Path) -> None:
        good = certdesk(folder, "check-config", settings=SECRET)
        bad = certdesk(folder, "check-config", settings={**SECRET, "CERTDESK_REDIS_URL": "redis://127.0.0.1:1"})

        assert (good.returncode, good.stdout.count("ok ")) == (0, 3)
        assert (bad.returncode, "WRONG  CERTDESK_REDIS_URL: cannot be reached" in bad.stdout) == (1, True)

    def test_the_settings_are_tried_before_there_is_a_database(self, tmp_path: Path) -> None:
        done = certdesk(tmp_path, "check-config")

        assert done.returncode == 1
        assert "WRONG  CERTDESK_SECRET_KEY" in done.stdout
        assert "WRONG  CERTDESK_DATABASE_URL: answers, but needs: certdesk db upgrade" in done.stdout

    def test_a_folder_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()

        done = certdesk(tmp_path, "check-config", settings=SECRET, url=f"sqlite:///{tmp_path / 'file' / 'x.sqlite3'}")

        assert (done.returncode, one_line(done)) == (1, True)
        assert f"CERTDESK_DATABASE_URL: the folder {tmp_path / 'file'} cannot be made" in done.stderr
