"""Which changes of configuration does the demonstration show, each in another state?

They are made as people make them, by the services, at moments of the last days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from webapp.domain.actors import Actor
from webapp.domain.configs import crawlers
from webapp.domain.configs.kinds import SINGLE_KEY, Kind
from webapp.ports import PageRenderer
from webapp.services import accounts
from webapp.services.configs import images
from webapp.services.demo.badge import draw_badge
from webapp.services.demo.facts import HARBOUR, NAVIGATION
from webapp.services.following.moves import EVERYTHING_USUAL, Switches
from webapp.services.governance import changes, decisions
from webapp.services.governance.terms import Terms, Wish
from webapp.services.visits import agents

AGENTS: Mapping[str, int] = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": 611,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148": 402,
    "Googlebot/2.1 (+http://www.google.com/bot.html)": 9,
    "edX-downloader/1.2": 4,
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)": 12,
    "curl/8.14.1": 3,
}
"""Who came to the public pages on each of the last days, as it is counted."""
CERTIFICATES: dict[str, Any] = {
    "enabled": True,
    "configuration": {
        "default": {
            "platform_name": "Certdesk Academy",
            "accomplishment_copy_course_description": "a course of study offered by the Certdesk Academy",
            "copyright": "© 2026 Certdesk Academy. Certificates may be shared freely.",
            "share_linkedin": True,
            "share_embed": True,
        },
        "verified": {"certificate_type": "Certificate with Verified Identity"},
    },
}


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the demonstration runs, and how it draws certificates."""

    base_url: str
    render: PageRenderer
    switches: Switches = EVERYTHING_USUAL


def propose_changes(session: Session, installation: Installation, *, now: datetime) -> None:
    """File every change and let people decide, the earliest first; everybody has to have an account already."""
    for day in range(agents.DAYS):
        agents.add(session, AGENTS, (now - timedelta(days=day)).date())
    desk = _Desk(session, installation, now)
    desk.let_robots_be()
    desk.draw_badges()
    desk.switch_on_for_all()
    desk.open_harbour()
    desk.let_navigation_become_stale()
    desk.catch_expanders()
    desk.name_the_academy()
    desk.help_support()


@dataclass(frozen=True, slots=True)
class _Desk:
    """The people at work."""

    session: Session
    installation: Installation
    now: datetime

    def let_robots_be(self) -> None:
        """Proposed and approved: live."""
        payload = {"enabled": True, "known_user_agents": ["edX-downloader", "Googlebot"]}
        reason = "Googlebot opened 72 certificates last week, and each visit counted as a person's."
        wish = Wish(Kind.CRAWLERS, SINGLE_KEY, payload, reason, "Count Googlebot as a crawler")
        number = self._propose("eva", 200, wish)
        decisions.approve(self.session, self._terms("amir", 196), number, note="The counts will drop; that is right.")

    def draw_badges(self) -> None:
        """Two that were approved: an image, and that it serves every mode."""
        terms = self._terms("eva", 192)
        picture = images.read_badge_image(draw_badge())
        images.keep(self.session, terms.actor, picture, now=terms.now)
        reason = "The courses of the harbour have issued badges for a while, and none has been seen yet."
        drawn = Wish(Kind.BADGE, "verified", {"icon": picture.sha256}, reason, "Give badges an image")
        number = self._propose("eva", 192, drawn)
        decisions.approve(self.session, self._terms("amir", 191), number, note="Handsome.")
        serves = Wish(Kind.BADGE_DEFAULT, SINGLE_KEY, {"mode": "verified"}, reason, "Let one image serve every mode")
        number = self._propose("eva", 190, serves)
        decisions.approve(self.session, self._terms("alice", 189), number)

    def switch_on_for_all(self) -> None:
        """Rejected, with what stands against it."""
        reason = "Learners of the open courses ask support for what they could do themselves."
        title = "Let learners ask for their certificates"
        number = self._propose("eva", 150, Wish(Kind.GENERATION, SINGLE_KEY, {"enabled": True}, reason, title))
        changes.comment(self.session, self._terms("vera", 148), number, "Is support ready for the questions?")
        note = "Not in the weeks of the exams. Please propose it again in December."
        decisions.reject(self.session, self._terms("alice", 130), number, note=note)

    def open_harbour(self) -> None:
        """Approved, and waiting for its moment."""
        moment = (self.now + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
        payload = {"self_generation_enabled": True, "use_updated": None}
        reason = "The course team wants it open from the first day of the new term."
        title = "Open the harbour course for self-generation"
        number = self._propose("eva", 70, Wish(Kind.COURSE, HARBOUR, payload, reason, title, apply_at=moment))
        decisions.approve(self.session, self._terms("amir", 52), number)

    def let_navigation_become_stale(self) -> None:
        """Pending, and overtaken by an emergency that nobody else has looked at yet."""
        opened = {"self_generation_enabled": True, "use_updated": True}
        reason = "The last grades are in; learners may ask from now on, by the regular rules."
        self._propose("eva", 40, Wish(Kind.COURSE, NAVIGATION, opened, reason, "Open navigation"))
        urgent = Wish(
            Kind.COURSE,
            NAVIGATION,
            {"self_generation_enabled": False, "use_updated": False},
            "The regular rules refuse everybody of the course; the ceremony is tonight.",
            "Judge navigation by the rules of the queue",
        )
        decisions.propose_in_emergency(self.session, self._terms("adam", 5), urgent, typed_key=NAVIGATION)

    def catch_expanders(self) -> None:
        """On hold, with a question."""
        payload = {"enabled": True, "known_user_agents": ["edX-downloader", "Googlebot", "Slackbot-LinkExpanding"]}
        reason = "Slack opens every certificate that somebody shares there."
        title = "Count Slack’s link robot as a crawler"
        read = (crawlers.CATCHES_MANY,)
        number = self._propose("eva", 30, Wish(Kind.CRAWLERS, SINGLE_KEY, payload, reason, title, confirmed=read))
        note = "Do we want to lose how often certificates are shared there? Ask the course teams first."
        decisions.hold(self.session, self._terms("alice", 26), number, note=note)

    def name_the_academy(self) -> None:
        """Pending; one of those who can decide is asked."""
        reason = "The academy has its own name since October, and verified certificates should say what is special."
        title = "Name the academy on certificates"
        number = self._propose("eva", 20, Wish(Kind.HTML_VIEW, SINGLE_KEY, CERTIFICATES, reason, title, ask="amir"))
        changes.comment(self.session, self._terms("vera", 18), number, "The copyright line reads well now.")

    def help_support(self) -> None:
        """Pending: somebody gets another role."""
        reason = "Vera answers the support mails on Fridays from now on."
        self._propose("adam", 2, Wish(Kind.ACCESS, "vera", {"roles": ["viewer", "support"]}, reason))

    def _propose(self, name: str, hours: int, wish: Wish) -> int:
        return changes.propose_change(self.session, self._terms(name, hours), wish).id

    def _terms(self, name: str, hours: int) -> Terms:
        account = accounts.find_account(self.session, name)
        assert account is not None, "everybody of the demonstration has an account"
        place = self.installation
        return Terms(Actor(name, account.id), self.now - timedelta(hours=hours), place.base_url, place.render)
