"""How often is a template compiled, when many threads and applications ask for it?"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask, render_template
from jinja2 import Environment
from jinja2.bccache import Bucket

from webapp.compiling import Compiled, FileLoader, SiteLoader

VISITORS = 8


class Counted(Compiled):
    """What was compiled, and how often something was."""

    compiled = 0

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled += 1
        super().dump_bytecode(bucket)


class Site(Flask):
    """An application whose templates are compiled as ours are."""

    def create_global_jinja_loader(self) -> SiteLoader:
        return SiteLoader(self)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text("{% for one in range(3) %}{{ name }} {% endfor %}" * 50)
    return tmp_path


@pytest.fixture
def kept() -> Counted:
    return Counted()


def environment(folder: Path, kept: Compiled) -> Environment:
    return Environment(loader=FileLoader(folder), bytecode_cache=kept, autoescape=True)


class TestGivenVisitorsWhoComeTogether:
    def test_a_page_is_compiled_for_the_first_of_them(self, folder: Path, kept: Counted) -> None:
        jinja, together = environment(folder, kept), Barrier(VISITORS)

        def visit(_: int) -> str:
            together.wait()
            return jinja.get_template("page.html").render(name="Ada")

        with ThreadPoolExecutor(VISITORS) as pool:
            pages = set(pool.map(visit, range(VISITORS)))

        assert (len(pages), kept.compiled) == (1, 1)

    def test_one_of_the_application_too(self, folder: Path, kept: Counted) -> None:
        app, together = Site("site", template_folder=str(folder)), Barrier(VISITORS)
        app.jinja_env.bytecode_cache = kept

        def visit(_: int) -> str:
            together.wait()
            with app.app_context():
                return render_template("page.html", name="Ada")

        with ThreadPoolExecutor(VISITORS) as pool:
            pages = set(pool.map(visit, range(VISITORS)))

        assert (len(pages), kept.compiled) == (1, 1)


class TestGivenAnotherApplicationOfTheProcess:
    def test_it_finds_what_the_first_compiled(self, folder: Path, kept: Counted) -> None:
        environment(folder, kept).get_template("page.html")

        page = environment(folder, kept).get_template("page.html").render(name="Ada")

        assert ("Ada" in page, kept.compiled) == (True, 1)

    def test_it_compiles_what_was_changed_since(self, folder: Path, kept: Counted) -> None:
        environment(folder, kept).get_template("page.html")
        (folder / "page.html").write_text("Good day, {{ name }}")

        assert environment(folder, kept).get_template("page.html").render(name="Ada") == "Good day, Ada"
