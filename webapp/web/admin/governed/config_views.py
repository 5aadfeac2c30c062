"""Which kinds of configuration have pages, and what does each of their values mean in words?"""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup

from webapp import clock
from webapp.domain.certificates.modes import Mode
from webapp.domain.configs import html_view_words
from webapp.domain.configs.crawlers import share_caught
from webapp.domain.configs.kinds import Kind, Payload
from webapp.domain.configs.payloads import listed
from webapp.models.base import db
from webapp.models.governance.versions import (
    BadgeDefaultVersion,
    ConfigVersion,
    CourseSettingVersion,
    CrawlersVersion,
    GenerationVersion,
    HtmlViewVersion,
)
from webapp.services import course_runs
from webapp.services.configs import ledger
from webapp.services.visits import agents
from webapp.web import cells
from webapp.web.addresses import course_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Empty, Search
from webapp.web.admin.governed.badge_view import picture_url
from webapp.web.admin.governed.forms.base import ProposeForm
from webapp.web.admin.governed.forms.html_view import HtmlViewForm
from webapp.web.admin.governed.forms.kinds import (
    BadgeDefaultForm,
    CourseForm,
    CrawlersForm,
    GenerationForm,
)
from webapp.web.admin.governed.governed_view import GovernedView
from webapp.web.admin.governed.previewing import answer_preview, answer_sample
from webapp.web.details import Fact
from webapp.web.language import tell
from webapp.wording import phrase, phrase_as, phrase_of

_ITEMS = Markup('<ul class="plain-list" role="list">%s</ul>')
_ITEM = Markup("<li>%s</li>")
_SAID = Markup('<li><span class="said__label">%s</span> <bdi>%s</bdi></li>')
_RULES_SHORT = {None: phrase("Course record"), True: phrase("Regular"), False: phrase("Queue")}
_RULES = {
    None: phrase("As the course record says"),
    True: phrase("The regular rules"),
    False: phrase("The rules of the queue"),
}
_RECORD_SAYS = {
    None: phrase("The course record says: as the course record says."),
    True: phrase("The course record says: the regular rules."),
    False: phrase("The course record says: the rules of the queue."),
}
_TAKES = phrase(
    "The list takes {share} of the visits of the last eight days for a crawler’s: {visits} of {all_visits}."
)
_WOULD_TAKE = phrase(
    "The list would take, switched on, {share} of the visits of the last eight days for a crawler’s: {visits} of {all_visits}."
)
NO_VALUES = Empty(phrase("Nothing is live yet"), "")


class HtmlViewView(GovernedView):
    """What certificate pages say and show."""

    model, kind, form_class = HtmlViewVersion, Kind.HTML_VIEW, HtmlViewForm
    endpoint_name, address = "html_view", "/admin/html-view/"
    heading = phrase("HTML view")
    lead = phrase("What certificates say and show, for all of them and by mode, organization, site and course.")
    empty = NO_VALUES
    fields_template = "admin/governed/html_view_fields.html"
    preview_modes = tuple(mode.value for mode in Mode)

    @expose("/preview/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def sample_view(self) -> ResponseReturnValue:
        """Show a certificate as the live value makes it, for the frame to begin with."""
        return answer_sample()

    @expose("/preview/", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    def preview(self) -> ResponseReturnValue:
        """Show a certificate as the form's value would make it; keeps nothing."""
        return answer_preview(HtmlViewForm(), request.form.get("preview_mode", ""))

    def facts(self, key: str, payload: Payload | None) -> list[Fact]:
        """Give each layer with its texts."""
        if payload is None:
            return []
        layers = html_view_words.told(payload)
        texts = [
            Fact(subject, _ITEMS % Markup("").join(_SAID % (tell(label), tell(words)) for label, words in said))
            for subject, said in layers
        ]
        return [_switch(payload, off=phrase("Certificates show the built-in texts alone.")), *texts]


class CrawlersView(GovernedView):
    """Whose visits leave no learner state."""

    model, kind, form_class = CrawlersVersion, Kind.CRAWLERS, CrawlersForm
    endpoint_name, address = "crawlers", "/admin/crawlers/"
    heading = phrase("Crawlers")
    lead = phrase(
        "Visits whose User-Agent begins with one of these leave no learner state. Nothing else changes for them."
    )
    empty = NO_VALUES

    def facts(self, key: str, payload: Payload | None) -> list[Fact]:
        """Give the switch and the list."""
        if payload is None:
            return []
        agents = payload["known_user_agents"]
        drawn = _ITEMS % Markup("").join(_ITEM % cells.code(agent) for agent in agents) if agents else cells.nothing()
        return [_switch(payload, off=phrase("Nobody counts as a crawler.")), Fact(phrase("User-Agents"), drawn)]

    def numbers(self, key: str, payload: Payload | None) -> list[str]:
        """Say how many of the recent visits the list takes for a crawler's."""
        visits = agents.recent_agents(db.session(), now=clock.now())
        if payload is None or not visits:
            return [phrase("No visit was counted in the last eight days.")]
        catch = share_caught({**payload, "enabled": True}, visits)
        found = {
            "share": format(catch.share, ".2%"),
            "visits": format(catch.visits, ","),
            "all_visits": format(catch.all_visits, ","),
        }
        said = phrase(_TAKES if payload["enabled"] else _WOULD_TAKE, **found)
        worst = [f"{agent[:80]} ({number:,})" for agent, number in [*catch.agents.items()][:3]]
        return [said, phrase("Most often: {agents}.", agents=listed(worst))] if worst else [said]


class GenerationView(GovernedView):
    """Whether learners may ask for certificates at all."""

    model, kind, form_class = GenerationVersion, Kind.GENERATION, GenerationForm
    endpoint_name, address = "generation", "/admin/generation/"
    heading = phrase("Self-generation")
    lead = phrase("Whether learners may generate their own certificates, in the course runs that allow it.")
    empty = NO_VALUES

    def facts(self, key: str, payload: Payload | None) -> list[Fact]:
        """Give the switch."""
        return [_switch(payload or {"enabled": False}, off=phrase("No learner may, whatever the course runs allow."))]

    def numbers(self, key: str, payload: Payload | None) -> list[str]:
        """Say for how many course runs the switch counts."""
        settings = ledger.live_set(db.session(), Kind.COURSE).values()
        number = sum(one["self_generation_enabled"] for one in settings)
        return [
            phrase_of(
                number,
                "{number} course run allows it; in all others the switch changes nothing.",
                "{number} course runs allow it; in all others the switch changes nothing.",
            )
        ]


class CourseSettingsView(GovernedView):
    """What course runs do differently."""

    model, kind, form_class = CourseSettingVersion, Kind.COURSE, CourseForm
    endpoint_name, address = "course_settings", "/admin/course-settings/"
    heading = phrase("Course settings")
    lead = phrase(
        "Course runs that have settings of their own. All others are closed for self-generation, and judged as their records say."
    )
    columns = (phrase("Course"), phrase("Self-generation"), phrase("Rules"))
    search = Search(phrase("Search course settings"), phrase("The beginning of a course key"))
    list_filters = (
        filters.Filter(
            "open",
            phrase("Self-generation"),
            "choice",
            lambda value: ConfigVersion.payload.contains(f'"self_generation_enabled":{_true_or_false(value)}'),
            (("yes", phrase_as("a switch", "On")), ("no", phrase_as("a switch", "Off"))),
        ),
    )
    empty = Empty(phrase("No course run has settings of its own"), phrase("Propose some for the first one."))

    def find_key(self, text: str) -> str | None:
        """Know the course runs that there are, and those that ever had settings."""
        key, session = super().find_key(text), db.session()
        known = key and (course_runs.find_course(session, key) or ledger.live_number(session, self.kind, key))
        return key if known else None

    def key_cell(self, key: str) -> Markup:
        """Draw a course key."""
        return cells.code(key)

    def value_cells(self, row: Any, payload: Payload | None) -> list[Markup]:  # noqa: ANN401 - a row of the list
        """Give the switch and the rules."""
        assert payload is not None, "the list holds what is live"
        return [cells.yes_no(payload["self_generation_enabled"]), cells.plain(_RULES_SHORT[payload["use_updated"]])]

    def facts(self, key: str, payload: Payload | None) -> list[Fact]:
        """Give both settings with what the course record says."""
        if payload is None:
            return []
        course = course_runs.find_course(db.session(), key)
        record = None if course is None else _RECORD_SAYS[course.use_updated]
        link = (
            [] if course is None else [Fact(phrase("Course"), cells.link(course.title, course_url(course.course_id)))]
        )
        return [
            *link,
            Fact(phrase("Self-generation"), cells.yes_no(payload["self_generation_enabled"])),
            Fact(phrase("Learners are judged by"), cells.plain(_RULES[payload["use_updated"]]), record),
        ]


class BadgeDefaultView(GovernedView):
    """Whose image serves the modes without one."""

    model, kind, form_class = BadgeDefaultVersion, Kind.BADGE_DEFAULT, BadgeDefaultForm
    endpoint_name, address = "badge_default", "/admin/badge-default/"
    heading = phrase("Default badge")
    lead = phrase("The mode whose badge image serves all modes without one of their own.")
    empty = NO_VALUES

    def facts(self, key: str, payload: Payload | None) -> list[Fact]:
        """Give the mode."""
        mode = payload["mode"] if payload else None
        help_text = None if mode else phrase("Awards in modes without an image of their own wait.")
        return [Fact(phrase("Image of the mode"), cells.plain(mode or phrase("None")), help_text)]

    def numbers(self, key: str, payload: Payload | None) -> list[str]:
        """Name the modes that go by the default."""
        own = ledger.live_set(db.session(), Kind.BADGE)
        falling = [mode.value for mode in Mode if mode not in own]
        return (
            [phrase("Without an image of their own: {modes}.", modes=listed(falling))]
            if falling
            else [phrase("Every mode has its own image.")]
        )

    def pictures(self, key: str, payload: Payload | None) -> list[tuple[str, str]]:
        """Give the image that the default is now."""
        mode = payload["mode"] if payload else None
        badge = ledger.live_set(db.session(), Kind.BADGE).get(mode) if mode else None
        return [(phrase("Badge of {mode}", mode=mode), picture_url(badge["icon"]))] if badge else []

    def prepare(self, form: ProposeForm) -> None:
        """Offer the modes that have an image."""
        assert isinstance(form, BadgeDefaultForm)
        form.offer_modes(sorted(ledger.live_set(db.session(), Kind.BADGE)))


def _switch(payload: Payload, *, off: str) -> Fact:
    return Fact(phrase("Switched on"), cells.yes_no(payload["enabled"]), None if payload["enabled"] else off)


def _true_or_false(value: str) -> str:
    if value not in ("yes", "no"):
        raise filters.NotUnderstood(phrase("Self-generation: “{value}” is not one of the choices", value=value[:20]))
    return "true" if value == "yes" else "false"
