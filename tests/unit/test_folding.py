"""Does a page whose known words were written into its template say the same as one that asks for each of them?"""

from typing import Any

import pytest
from jinja2 import DictLoader, TemplateSyntaxError
from markupsafe import Markup

from webapp.adapters.certificate_page.folding import FoldingEnvironment, spoken

WORDS = {"Yes": "Ja", "100 %% sure": "zu 100 %% sicher", "Name": "<b>Name</b>", "Hello %(who)s": "Hallo %(who)s"}
ASKED = "{{ _('Yes') }}|{{ name }}|{{ _('100 %% sure') }}|{{ _('Name') }}"


class _Spy:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, text: str) -> str:
        self.asked.append(text)
        return WORDS.get(text, text)


def environment(template: str, *, known: bool) -> tuple[FoldingEnvironment, _Spy]:
    """Make an environment with one template, whose words are known or asked for each time."""
    spy = _Spy()
    made = FoldingEnvironment(loader=DictLoader({"page": template}), autoescape=True, extensions=["jinja2.ext.i18n"])
    made.install_gettext_callables(spy, lambda one, many, number: one, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    made.globals["mark"] = _mark
    made.fold({"_": spoken(spy), "gettext": spoken(spy), "mark": _mark} if known else {})
    return made, spy


def _mark(shape: str, size: str = "") -> Markup:
    return Markup('<i class="{}{}">').format(shape, size)


@pytest.mark.parametrize(
    "template",
    [
        ASKED,
        "{% if sure %}{{ _('Yes') }}{% else %}{{ _('No') }}{% endif %}",
        "{{ _('Yes') if sure else _('No') }}",
        "{% macro say(what) %}[{{ what }}]{% endmacro %}{{ say(_('Name')) }}{{ say(name) }}",
        "{% for one in (1, 2) %}{{ one }}{{ _('Yes') }}{% endfor %}",
        "{% trans %}Yes{% endtrans %}{% trans who=name %}Hello {{ who }}{% endtrans %}",
        "{{ mark('tick') }}{{ mark('tick', ' small') }}{{ mark(name) }}",
        "{{ _('Yes') | upper }}{{ _('Name') ~ name }}",
        "<a title=\"{{ _('Name') }}\">{{ _('Nobody said this') }}</a>",
        "{{ _(name) }}",
        "",
    ],
)
@pytest.mark.parametrize("values", [{"name": 'Ada "<b>"', "sure": True}, {"name": "Yes", "sure": False}])
def test_it_says_the_same(template: str, values: dict[str, Any]) -> None:
    folded, _ = environment(template, known=True)
    asking, _ = environment(template, known=False)

    assert folded.get_template("page").render(values) == asking.get_template("page").render(values)


def test_what_is_known_is_asked_for_once() -> None:
    folded, spy = environment(ASKED, known=True)

    pages = [folded.get_template("page").render(name="Ada") for _ in range(3)]

    assert pages == ["Ja|Ada|zu 100 % sicher|<b>Name</b>"] * 3
    assert spy.asked == ["Yes", "100 %% sure", "Name"]


def test_a_template_that_is_none_is_refused_as_ever() -> None:
    folded, _ = environment("{% if %}", known=True)

    with pytest.raises(TemplateSyntaxError):
        folded.get_template("page")
