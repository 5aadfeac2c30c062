"""How does a command get its application, and how does it say what came of it?"""

import functools
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from flask import Flask, current_app

from webapp import clock
from webapp.domain.actors import MACHINE_NAME, Actor
from webapp.domain.identifiers import BadCourseId, CourseId, parse_course_id
from webapp.domain.records.parsing import quoted
from webapp.errors import WebappError
from webapp.logs import quiet_logs
from webapp.services.configs.current import Current
from webapp.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
VERBOSE = "webapp.cli.verbose"
"""In a context's `meta`: whoever called wants to read what is logged."""
BAR_AFTER_S = 2
CLEAR_LINE = "\r\x1b[K"


class _CourseKey(click.ParamType[CourseId]):
    """A course key in either spelling; anything else is wrong usage (interface §1)."""

    name = "course"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> CourseId:
        """Give the key in its canonical spelling."""
        try:
            return parse_course_id(value)
        except BadCourseId:
            self.fail(f"{quoted(value)} is not a course key such as course-v1:Org+Course+Run.", param, ctx)


COURSE_KEY = _CourseKey()


def with_app(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application, which is made only now: `--help` needs neither settings nor database.

    What cannot be honoured ends it with one line and exit code 1; what it left in the outbox is sent before it ends.
    What is logged meanwhile is printed with `certdesk --verbose` alone.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        context = click.get_current_context()
        app: Flask = context.find_root().obj()
        with app.app_context(), nullcontext() if context.meta.get(VERBOSE) else quiet_logs():
            try:
                return command(*args, **kwargs)
            except WebappError as problem:
                refuse(printable(str(problem)))
            finally:
                app.extensions["ports"].courier.finish()

    return run


def machine() -> Actor:
    """Give the actor of everything that is done at the machine itself."""
    return Actor(MACHINE_NAME, request_id=clock.new_request_id())


def current_settings() -> Settings:
    """Give the settings of the application that the command runs in."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def current() -> Current:
    """Give the live configuration."""
    found: Current = current_app.extensions["current"]
    return found


def refuse(message: str) -> NoReturn:
    """Say on standard error why the command was refused, and end with exit code 1."""
    click.echo(message, err=True)
    sys.exit(1)


def show_table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, width: int | None = None) -> None:
    """Print rows under their heads, each column as wide as it must be.

    With a `width` in characters what stands last is cut in its middle, down to the width of its head, where a line would
    be wider. Where there is no row, standard error says so: programs that read the output meet the heads alone.
    """
    texts = [tuple(heads), *(tuple("" if value is None else str(value) for value in row) for row in rows)]
    widths = [max(len(text[column]) for text in texts) for column in range(len(heads))]
    room = widths[-1] if width is None else max(width - sum(widths[:-1]) - 2 * len(widths[:-1]), len(heads[-1]))
    for *others, last in texts:
        before = "".join(f"{value.ljust(wide)}  " for value, wide in zip(others, widths, strict=False))
        click.echo(f"{before}{shortened(last, room)}".rstrip())
    if len(texts) == 1:
        click.echo("There is nothing to list.", err=True)


def show_rows(heads: Sequence[str], rows: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print rows one by one as JSON, or some values of each in a table."""
    if as_json:
        for row in rows:
            show_json(row)
    else:
        show_table(heads, ([printable(row[head]) for head in heads] for row in rows))


def shortened(text: str, length: int) -> str:
    """Give a text in at most so many characters, at least one, with an ellipsis for what had to go from its middle."""
    if len(text) <= length:
        return text
    end = (length - 1) // 2
    return f"{text[: length - 1 - end]}…{text[len(text) - end :]}"


def terminal_width() -> int | None:
    """Give how many characters fit into a line of the terminal; None where somebody else reads what is printed."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def show_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON can say
    """Print one JSON object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def printable(text: str) -> str:
    """Leave out whatever steers a terminal or ends a line."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


class Bar:
    """A progress bar on a terminal, from the third second on; what is told meanwhile is printed above it."""

    def __init__(self, label: str, length: int | None) -> None:
        """Begin with nothing done; without a length there is nothing to be shown."""
        self._label, self._length = label, length
        self._began = time.monotonic()
        self._bar: Any = None  # click keeps its class to itself
        self._done = 0

    def __enter__(self) -> "Bar":
        """Give the bar."""
        return self

    def __exit__(self, *_problem: object) -> None:
        """End the line."""
        if self._bar is not None:
            self._bar.render_finish()

    def clear(self) -> None:
        """Make room for a line of text."""
        if self._bar is not None:
            click.echo(CLEAR_LINE, nl=False, err=True)

    def move_to(self, done: int) -> None:
        """Show how much is done."""
        if self._bar is None and self._length and sys.stderr.isatty() and time.monotonic() - self._began > BAR_AFTER_S:
            self._bar = click.progressbar(length=self._length, label=self._label, file=sys.stderr)
        if self._bar is not None:
            self._bar.update(done - self._done)
            self._bar.render_progress()
        self._done = done if self._bar is not None else 0
