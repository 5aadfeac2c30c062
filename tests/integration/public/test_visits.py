"""Which requests count as visits, and as whose?"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.candidates import make_run
from tests.factories.queue_messages import EXAMPLE_PATH, PATH
from tests.fakes import FakeAttempts, FakeVisits
from tests.integration.public.pages import PAGE, make_issued
from webapp.domain.certificates.statuses import Status
from webapp.ports import Ports

pytestmark = pytest.mark.any_database
UNKNOWN = f"/certificates/{'9' * 32}"


@pytest.fixture
def visits(app: Flask) -> FakeVisits:
    """What is counted from now on."""
    counter = FakeVisits()
    app.extensions["ports"] = Ports(attempts=FakeAttempts(), visits=counter)
    return counter


class TestGivenAPublicPage:
    @pytest.fixture(autouse=True)
    def _issued(self, session: Session) -> None:
        make_run(session)
        make_issued(session)
        session.commit()

    @pytest.mark.parametrize("agent", ["Mozilla/5.0", "edX-downloader/1.2", "(other)"])
    def test_people_and_crawlers_count_alike(self, client: FlaskClient, visits: FakeVisits, agent: str) -> None:
        statuses = [client.get(PAGE, headers={"User-Agent": agent}).status_code for _ in range(2)]

        assert statuses == [200, 200]
        assert visits.counted == {agent: 2}

    def test_somebody_who_does_not_say_counts_as_the_empty_text(self, client: FlaskClient, visits: FakeVisits) -> None:
        client.environ_base.pop("HTTP_USER_AGENT", None)

        client.get(PAGE)

        assert visits.counted == {"": 1}

    def test_one_that_is_looked_at_by_its_head_counts(self, client: FlaskClient, visits: FakeVisits) -> None:
        client.head(PAGE, headers={"User-Agent": "curl/8"})

        assert visits.counted == {"curl/8": 1}

    def test_one_that_nobody_has_counts(self, client: FlaskClient, visits: FakeVisits) -> None:
        status = client.get(UNKNOWN, headers={"User-Agent": "curl/8"}).status_code

        assert status == 404
        assert visits.counted == {"curl/8": 1}

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("POST", PAGE),
            ("OPTIONS", PAGE),
            ("GET", "/certificates/"),
            ("GET", f"{PAGE}/more"),
            ("GET", "/nothing"),
            ("GET", "/healthz"),
            ("GET", "/readyz"),
            ("GET", "/login"),
            ("GET", "/"),
            ("GET", "/static/css/certificate.css"),
            ("GET", PATH),
            ("POST", PATH),
            ("POST", EXAMPLE_PATH),
            ("POST", "/request_certificate"),
        ],
    )
    def test_nothing_else_counts(self, client: FlaskClient, visits: FakeVisits, method: str, path: str) -> None:
        client.open(path, method=method, headers={"User-Agent": "curl/8"})

        assert visits.counted == {}


class TestGivenACertificateThatIsNotValidAnyMore:
    def test_its_page_counts_as_well(self, session: Session, client: FlaskClient, visits: FakeVisits) -> None:
        make_run(session)
        make_issued(session, status=Status.DELETED)
        session.commit()

        status = client.get(PAGE, headers={"User-Agent": "curl/8"}).status_code

        assert status == 410
        assert visits.counted == {"curl/8": 1}
