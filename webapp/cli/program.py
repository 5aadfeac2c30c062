"""How does a command get its application, and how does it say what came of it?"""

import functools
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from webapp import clock
from webapp.domain.actors import MACHINE_NAME, Actor

P = ParamSpec("P")
R = TypeVar("R")


def with_app(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application, which is made only now: `--help` needs neither settings nor database."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        make_app = click.get_current_context().find_root().obj
        with make_app().app_context():
            return command(*args, **kwargs)

    return run


def machine() -> Actor:
    """Give the actor of everything that is done at the machine itself."""
    return Actor(MACHINE_NAME, request_id=clock.new_request_id())


def refuse(message: str) -> NoReturn:
    """Say on standard error why the command was refused, and end with exit code 1."""
    click.echo(message, err=True)
    sys.exit(1)


def show_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their heads, each column as wide as it must be."""
    texts = [tuple(heads), *(tuple("" if value is None else str(value) for value in row) for row in rows)]
    widths = [max(len(text[column]) for text in texts) for column in range(len(heads))]
    for text in texts:
        click.echo("  ".join(value.ljust(width) for value, width in zip(text, widths, strict=True)).rstrip())


def show_json(value: Any) -> None:  # noqa: ANN401 - anything that JSON can say
    """Print one JSON object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))
