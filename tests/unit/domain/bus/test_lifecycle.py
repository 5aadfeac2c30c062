"""Which events does each change of a certificate tell, and what is in them (decisions 43, 45, 50)?"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fakes import NOON
from webapp.domain.bus import lifecycle, wire
from webapp.domain.bus.lifecycle import Happening, Person, happenings
from webapp.domain.certificates.statuses import Status

COURSE = "course-v1:edX+Web+2026"
CHANGED, CREATED, REVOKED = ((Happening.CHANGED, *more) for more in ((), (Happening.CREATED,), (Happening.REVOKED,)))
HELD = (Status.DOWNLOADABLE, Status.GENERATING, Status.REGENERATING, Status.ERROR)
REFUSALS = (
    Status.UNAVAILABLE,
    Status.NOT_PASSING,
    Status.UNVERIFIED,
    Status.RESTRICTED,
    Status.AUDIT_PASSING,
    Status.AUDIT_NOT_PASSING,
)
PERSON = Person(
    7, "ada", "ada@example.org", "Ada Lovelace", "Ada Byron", "Über Web", datetime(2026, 1, 2, tzinfo=UTC), None
)
KEPT: dict[str, Any] = {
    "event_id": "0b0e3a6c-6f6b-4f0e-8f0a-6d8a0f6f0c11",
    "before": None,
    "after": Status.DOWNLOADABLE,
    "mode": "verified",
    "grade": "0.87",
    "download_url": "",
    "at": NOON,
}


class TestGivenAMove:
    @pytest.mark.parametrize("before", [None, *Status])
    def test_what_becomes_issued_is_created(self, before: Status | None) -> None:
        assert happenings(before, Status.DOWNLOADABLE) == CREATED

    @pytest.mark.parametrize("before", sorted(set(Status) - {Status.GENERATING}))
    def test_what_goes_to_the_queue_is_created_too(self, before: Status) -> None:
        assert (happenings(before, Status.GENERATING), happenings(None, Status.GENERATING)) == (CREATED, CREATED)

    def test_the_same_job_sent_again_is_a_change_alone(self) -> None:
        assert happenings(Status.GENERATING, Status.GENERATING) == CHANGED

    @pytest.mark.parametrize("after", [*REFUSALS, Status.DELETING, Status.DELETED])
    @pytest.mark.parametrize("before", HELD)
    def test_what_is_taken_away_is_revoked(self, before: Status, after: Status) -> None:
        assert happenings(before, after) == REVOKED

    @pytest.mark.parametrize("after", REFUSALS)
    @pytest.mark.parametrize("before", [None, *sorted(set(Status) - set(HELD))])
    def test_what_nobody_held_is_not(self, before: Status | None, after: Status) -> None:
        assert happenings(before, after) == CHANGED

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (Status.DOWNLOADABLE, Status.REGENERATING),
            (Status.REGENERATING, Status.REGENERATING),
            (Status.GENERATING, Status.ERROR),
            (Status.REGENERATING, Status.ERROR),
            (Status.DELETING, Status.ERROR),
            (Status.DELETING, Status.DELETED),
            (None, Status.REGENERATING),
            (None, Status.ERROR),
        ],
    )
    def test_all_else_is_a_change_alone(self, before: Status | None, after: Status) -> None:
        assert happenings(before, after) == CHANGED


class TestGivenAnEvent:
    def test_nothing_that_is_kept_names_a_person(self) -> None:
        kept = lifecycle.kept(Happening.CREATED, **KEPT)

        assert kept == {
            "type": "org.openedx.learning.certificate.created.v1",
            "id": KEPT["event_id"],
            "time": "2026-11-21T12:00:00+00:00",
            "previous_status": "",
            "current_status": "downloadable",
            "mode": "verified",
            "grade": "0.87",
            "download_url": "",
        }

    def test_it_says_all_when_it_leaves(self) -> None:
        kept = lifecycle.kept(Happening.REVOKED, **{**KEPT, "before": Status.DOWNLOADABLE, "after": Status.NOT_PASSING})

        event = lifecycle.told(json.loads(json.dumps(kept)), COURSE, PERSON)

        assert (event.topic, event.key, event.id) == ("learning-certificate-lifecycle", COURSE, KEPT["event_id"])
        assert event.value == {
            "certificate": {
                "user": {
                    "id": 7,
                    "is_active": True,
                    "pii": {"username": "ada", "email": "ada@example.org", "name": "Ada Lovelace"},
                },
                "course": {
                    "course_key": COURSE,
                    "display_name": "Über Web",
                    "start": "2026-01-02T00:00:00+00:00",
                    "end": None,
                },
                "mode": "verified",
                "grade": "0.87",
                "download_url": "",
                "name": "Ada Byron",
                "current_status": "notpassing",
                "previous_status": "downloadable",
            }
        }

    def test_a_learner_without_a_number_is_nobodys_number(self) -> None:
        person = Person(None, "ada", "", "", "", "", None, None)

        event = lifecycle.told(lifecycle.kept(Happening.CHANGED, **KEPT), COURSE, person)

        assert event.value["certificate"]["user"]["id"] == 0

    @pytest.mark.parametrize("happening", Happening)
    def test_its_schema_is_the_platforms(self, happening: Happening) -> None:
        event = lifecycle.told(lifecycle.kept(happening, **KEPT), COURSE, PERSON)

        assert (event.schema["name"], event.schema["namespace"]) == ("CloudEvent", happening.value)
        (top,) = event.schema["fields"]
        assert [field["name"] for field in top["type"]["fields"]] == [
            "user",
            "course",
            "mode",
            "grade",
            "download_url",
            "name",
            "current_status",
            "previous_status",
        ]
        assert wire.subject_of_value(event) == f"learning-certificate-lifecycle-{happening}.CloudEvent"
        assert wire.subject_of_key(event) == "learning-certificate-lifecycle-string"

    def test_it_has_the_ten_headers(self) -> None:
        event = lifecycle.told(lifecycle.kept(Happening.CREATED, **KEPT), COURSE, PERSON)

        headers = wire.headers(event, content_type="application/avro", host="désk")

        assert headers == [
            ("ce_specversion", b"1.0"),
            ("content-type", b"application/avro"),
            ("ce_datacontenttype", b"application/avro"),
            ("ce_type", b"org.openedx.learning.certificate.created.v1"),
            ("ce_id", KEPT["event_id"].encode()),
            ("ce_source", b"openedx/certdesk/web"),
            ("ce_time", b"2026-11-21T12:00:00+00:00"),
            ("ce_minorversion", b"0"),
            ("sourcehost", "désk".encode()),
            ("sourcelib", b"10.5.0"),
        ]
