"""Does the built wheel carry all that the program needs, away from the checkout?"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as an installer would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def run(site: Path, folder: Path, *words: str) -> str:
    """Run Python in an empty folder with the wheel's content first."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CERTDESK_")}
    answer = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(site)},
        check=True,
        capture_output=True,
        text=True,
    )
    return answer.stdout


class TestGivenAnEmptyFolder:
    def test_the_code_is_the_wheels(self, unpacked: Path, tmp_path: Path) -> None:
        place = run(unpacked, tmp_path, "-c", "import webapp; print(webapp.__file__)")

        assert Path(place.strip()).is_relative_to(unpacked)

    def test_the_database_is_migrated_and_matches(self, unpacked: Path, tmp_path: Path) -> None:
        run(unpacked, tmp_path, "-m", "webapp", "db", "upgrade")

        assert "matches the models" in run(unpacked, tmp_path, "-m", "webapp", "db", "check")

    def test_pages_have_their_templates_and_styles(self, unpacked: Path, tmp_path: Path) -> None:
        code = (
            "from webapp import create_app; from webapp.settings import Settings; "
            "client = create_app(Settings.from_env({'CERTDESK_SECRET_KEY': 'x' * 16})).test_client(); "
            "print(client.get('/login').status_code, client.get('/static/css/base.css').status_code)"
        )

        statuses = run(unpacked, tmp_path, "-c", code)

        assert statuses.split()[-2:] == ["200", "200"]
