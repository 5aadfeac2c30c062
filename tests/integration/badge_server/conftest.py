"""Where badges are issued elsewhere."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.badge_server import ISSUER, TOKEN
from tests.fakes import FakeBadgeServer
from tests.integration.badge_server.elsewhere import use
from tests.integration.badges.awards import give_image
from tests.integration.generation.desk import Desk


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    """An application that has its badges issued elsewhere, with an image for each of them."""
    desk = Desk(app)
    desk.sets(badge_server_url="https://badges.test", badge_server_token=TOKEN, badge_server_issuer=ISSUER)
    give_image(session)
    return desk


@pytest.fixture
def server(desk: Desk) -> FakeBadgeServer:
    """A badge server that issues everything."""
    server = FakeBadgeServer()
    use(desk, server)
    return server
