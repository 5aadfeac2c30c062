"""What is in each analytics event (decision 45, domain note §3.1, §3.5)?"""

from typing import Any

import pytest

from tests.fakes import NOON
from webapp.domain import tracking
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.tracking import ToldBadge

ABOUT: dict[str, Any] = {
    "user_id": 7,
    "course_id": "course-v1:edX+Web+2026",
    "certificate_id": "5" * 32,
    "enrollment_mode": "verified",
    "at": NOON,
}
SAID = {name: value for name, value in ABOUT.items() if name != "at"}


class TestGivenAnEvent:
    def test_a_creation_tells_by_whose_wish(self) -> None:
        event = tracking.created(**ABOUT, generation_mode=GenerationMode.SELF)

        assert event == {
            "name": "edx.certificate.created",
            "event_type": "edx.certificate.created",
            "time": "2026-11-21T12:00:00+00:00",
            "event_source": "server",
            "event": {**SAID, "generation_mode": "self"},
        }

    def test_a_revocation_tells_from_where_it_came(self) -> None:
        event = tracking.revoked(**ABOUT, source="support")

        assert (event["name"], event["event"]) == ("edx.certificate.revoked", {**SAID, "source": "support"})

    def test_a_milestone_tells_who_has_passed_what_and_how(self) -> None:
        event = tracking.milestone_fulfilled(user_id=None, course_id=ABOUT["course_id"], reason="import", at=NOON)

        assert event == {
            "name": "edx.course.milestone.fulfilled",
            "event_type": "edx.course.milestone.fulfilled",
            "time": "2026-11-21T12:00:00+00:00",
            "event_source": "server",
            "event": {"user_id": None, "course_id": ABOUT["course_id"], "reason": "import"},
        }

    @pytest.mark.parametrize("name", [tracking.BADGE_CREATED, tracking.BADGE_REVOKED, tracking.BADGE_EVIDENCE_VISITED])
    def test_a_badge_s_tells_which_and_where_it_is(self, name: str) -> None:
        url = "http://desk.test/badges/assertions/a"
        badge = ToldBadge(7, ABOUT["course_id"], "verified", "a", f"{url}.png", url, "http://desk.test/badges/issuer")

        event = tracking.badge_told(name, badge, NOON)

        assert event["name"] == name
        assert event["event"]["assertion_json_url"] == url
        assert event["event"]["assertion_image_url"] == f"{url}.png"

    @pytest.mark.parametrize("network", ["LinkedIn", None])
    def test_a_visit_tells_from_where_and_never_whose(self, network: str | None) -> None:
        url = f"http://desk.test/certificates/{ABOUT['certificate_id']}"

        event = tracking.evidence_visited(**ABOUT, social_network=network, certificate_url=url)

        assert event["name"] == "edx.certificate.evidence_visited"
        assert event["event"] == {**SAID, "social_network": network, "certificate_url": url}

    def test_a_share_tells_by_which_way(self) -> None:
        event = tracking.shared(**ABOUT, social_network="X", certificate_url="http://desk.test/c")

        assert event["name"] == "edx.certificate.shared"
        assert event["event"] == {**SAID, "social_network": "X", "certificate_url": "http://desk.test/c"}
