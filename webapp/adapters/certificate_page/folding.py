"""Which words of a page are known before anybody asks for it? They become part of the template when it is compiled."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup


class FoldingEnvironment(Environment):
    """Templates whose calls with constants alone are made once: a page has one language, and so its words are constants.

    Saying them anew took a third of the time of a certificate's page.
    """

    _known: Mapping[str, Callable[..., str]] = {}

    def fold(self, known: Mapping[str, Callable[..., str]]) -> None:
        """Make these functions known, which give the same HTML for the same arguments; templates name nothing else so."""
        self._known = known

    def compile(self, source: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as Jinja has them
        """Compile a template, its known words written in; raises TemplateSyntaxError."""
        tree = self.parse(source, *args[:2]) if isinstance(source, str) else source
        return super().compile(_Folding(self._known).visit(tree), *args, **options)


class _Folding(NodeTransformer):
    def __init__(self, known: Mapping[str, Callable[..., str]]) -> None:
        self._known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja calls it so
        self.generic_visit(node)
        of = node.node
        if not isinstance(of, nodes.Name) or of.name not in self._known or not _of_constants(node):
            return node
        said = self._known[of.name](*(one.value for one in node.args if isinstance(one, nodes.Const)))
        return nodes.MarkSafe(nodes.Const(str(said), lineno=node.lineno), lineno=node.lineno)


def _of_constants(node: nodes.Call) -> bool:
    more = node.kwargs or node.dyn_args or node.dyn_kwargs
    return not more and all(isinstance(one, nodes.Const) for one in node.args)


def spoken(gettext: Callable[[str], str]) -> Callable[[str], Markup]:
    """Give what a template's `_` says: a sign of percent is written twice, as in every sentence with something to fill in."""
    return lambda text: Markup(gettext(text)) % {}  # noqa: S704 - our own words
