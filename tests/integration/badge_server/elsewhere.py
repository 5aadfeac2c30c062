"""A badge server that issues in our place: how it fails, what is told of it, and who looks."""

from dataclasses import replace

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.candidates import PDF, make_candidate, make_run
from tests.factories.deliveries import APPLIED
from tests.factories.deliveries import send as deliver
from tests.factories.orders import an_order
from tests.fakes import FakeBadgeServer
from tests.integration.generation.desk import Desk
from tests.visitors import Visitor
from webapp import clock
from webapp.adapters.badge_server import BadgrServer
from webapp.domain.roles import Role
from webapp.ports import BadgeRefused, BadgeServerUnreachable
from webapp.services.generation import acts

AWAY = BadgeServerUnreachable("cannot connect to the badge server")
NO = BadgeRefused("the badge server refused it [400]: ada@example.org is on no list of ours")


def use(desk: Desk, server: FakeBadgeServer | BadgrServer | None) -> None:
    """Have badges issued by a server."""
    desk.app.extensions["ports"] = replace(desk.app.extensions["ports"], badge_server=server)


def told_of(desk: Desk) -> list[str]:
    """Give what the audit says of badges."""
    return [told.action for told in desk.told() if told.kind == "badge_award"]


def have_pdf_made(desk: Desk) -> None:
    """Ask the queue for Ada's certificate in a course run that issues badges, too."""
    with desk.work() as session:
        make_run(session, PDF, issue_badges=True, display_name="Paper")
        make_candidate(session, course_id=PDF, email="ada@example.org")
        acts.generate(session, an_order(now=clock.now()), "ada", PDF)


def answer_queue(desk: Desk, body: str) -> None:
    """Let the queue answer the newest job of Ada's."""
    answer = deliver(desk.app.test_client(), body, desk.held("ada", PDF).key)
    assert answer.json == APPLIED


def visitor_who_is(desk: Desk, role: Role) -> Visitor:
    """Sign somebody in."""
    with desk.look() as session, session.begin():
        make_account(session, "sam", role)
    visitor = Visitor(desk.app)
    visitor.sign_in("sam", PASSWORD)
    return visitor
