"""How does a test award Ada a badge, and take her certificate away again?"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, make_candidate, make_run
from tests.factories.governance import make_staff
from tests.factories.orders import an_order
from tests.factories.pictures import a_picture
from tests.integration.generation.desk import Desk
from tests.integration.governed.desk import make_live, make_picture
from webapp import clock
from webapp.domain.actors import Actor
from webapp.models.badges import BadgeAward
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Learner
from webapp.services.badges import keys
from webapp.services.generation import acts, invalidations


def issue(desk: Desk, *, badges: bool = True, email: str = "ada@example.org") -> None:
    """Issue Ada's web certificate, and leave what follows from it in the outbox."""
    with desk.work() as session:
        make_run(session, issue_badges=badges, display_name="Web")
        make_candidate(session, email=email)
        acts.generate(session, an_order(now=clock.now()), "ada", HTML)


def award_of(desk: Desk) -> BadgeAward:
    """Give the only award."""
    (award,) = desk.every(BadgeAward)
    assert isinstance(award, BadgeAward)
    return award


def page_of(desk: Desk) -> str:
    """The public page of the one certificate."""
    with desk.look() as session:
        uuid = session.scalars(select(GeneratedCertificate.verify_uuid)).one()
    return desk.app.test_client().get(f"/certificates/{uuid}").text


def give_image(session: Session) -> None:
    """Let the mode verified have an image, which is the default's."""
    staff = make_staff(session)
    icon = make_picture(session, a_picture())
    make_live(session, staff, "badge", "verified", {"icon": icon})
    make_live(session, staff, "badge-default", "-", {"mode": "verified"})


def take_away(desk: Desk) -> None:
    """Declare her certificate invalid."""
    with desk.work() as session:
        invalidations.invalidate(session, an_order(now=clock.now(), note="No."), "ada", HTML)


def tell_address(desk: Desk, email: str) -> None:
    """Let the platform tell another address of hers."""
    with desk.work() as session:
        session.execute(update(Learner).values(email=email, email_folded=email))


def rotate(desk: Desk) -> str:
    """Let another key sign, and give its id."""
    with desk.work() as session:
        secret = desk.app.extensions["settings"].secret_key
        return keys.rotate(session, Actor("sam"), secret=secret, now=clock.now()).kid


def make_valid_again(desk: Desk) -> None:
    """Take that back, and make it anew."""
    with desk.work() as session:
        acts.regenerate(session, an_order(now=clock.now()), "ada", HTML, end_invalidation=True)
