"""How is a template compiled once in a process, however many threads and applications ask for it?"""

from collections.abc import MutableMapping
from threading import RLock
from typing import Any

from flask.templating import DispatchingJinjaLoader
from jinja2 import BytecodeCache, Environment, FileSystemLoader, Template
from jinja2.bccache import Bucket

# The first visitors of a worker come together: each thread would compile the same page, all of them by turns.
_ONE_AT_A_TIME = RLock()


class Compiled(BytecodeCache):
    """Compiled templates in this process's memory; Jinja itself looks whether the source is still the same."""

    def __init__(self) -> None:
        """Begin with none."""
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what was compiled before."""
        if (code := self._codes.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled just now."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


class FileLoader(FileSystemLoader):
    """Templates of a folder, compiled by one thread while the others wait for it."""

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        """Give the template; raises TemplateNotFound, TemplateSyntaxError."""
        with _ONE_AT_A_TIME:
            return super().load(environment, name, globals)


class SiteLoader(DispatchingJinjaLoader):
    """Templates of the application and of its extensions, compiled by one thread while the others wait for it."""

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        """Give the template; raises TemplateNotFound, TemplateSyntaxError."""
        with _ONE_AT_A_TIME:
            return super().load(environment, name, globals)
