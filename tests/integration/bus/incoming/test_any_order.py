"""Do events in any order, and any number of times, lead to what they tell in the order of their moments?"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.databases import Database
from tests.factories import events
from tests.factories.events import (
    CATALOG,
    ENROLLED,
    ENROLLMENT_CHANGED,
    GRADE,
    PASSING,
    REGISTERED,
    UNENROLLED,
    attempt_type,
    message,
)
from tests.integration.bus.incoming.follower import Follower
from webapp.domain.bus.incoming import Message

COURSES = ["course-v1:edX+DemoX+2026", "course-v1:edX+Other+2026"]
PEOPLE = [(1, "ada"), (2, "bob")]
NAMES = ["Ada", "Bob", "Eve"]
LETTERS = [(0.3, ""), (0.8, "B"), (0.95, "A")]


@some.composite
def an_event(draw: some.DrawFn) -> tuple[str, dict[str, Any]]:
    """One event about one of two learners, in one of two course runs."""
    number, username = draw(some.sampled_from(PEOPLE))
    name = draw(some.sampled_from(NAMES))
    who: dict[str, Any] = {"number": number, "username": username, "name": name}
    course_id = draw(some.sampled_from(COURSES))
    percent, letter = draw(some.sampled_from(LETTERS))
    word = draw(some.sampled_from(["created", "pending", "approved", "denied"]))
    mode = draw(some.sampled_from(["audit", "honor", "verified"]))
    tries = draw(some.integers(1, 2))
    passes = draw(some.booleans())
    kinds: list[tuple[str, dict[str, Any]]] = [
        (REGISTERED, events.registration(**who)),
        (ENROLLED, events.enrollment(mode, course_id=course_id, **who)),
        (ENROLLMENT_CHANGED, events.enrollment(mode, active=passes, course_id=course_id, **who)),
        (UNENROLLED, events.enrollment(mode, course_id=course_id, **who)),
        (GRADE, events.grade(percent, letter, number=number, course_id=course_id)),
        (PASSING, events.passing(is_passing=passes, course_id=course_id, number=number, username=username)),
        (attempt_type(word), events.attempt(tries, number=number, username=username)),
        (CATALOG, events.catalog(name, pacing="self" if passes else "instructor", course_id=course_id)),
    ]
    return kinds[draw(some.integers(0, len(kinds) - 1))]


def fold(told: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Say what is known in the end, written down anew and as simply as it can be said."""
    known: dict[str, Any] = {name: {} for name in ("learners", "enrollments", "grades", "verifications", "courses")}
    names: dict[str, str] = {}
    tries: dict[str, dict[int, str]] = {}
    catalogued: set[str] = set()
    told_of = {part[1] for _, said in told for part in [_who(said)] if part}
    for event_type, said in told:
        who = _who(said)
        course_id = _course(said)
        if who is not None and event_type in (REGISTERED, ENROLLED, ENROLLMENT_CHANGED, UNENROLLED):
            names[who[1]] = who[2]
        if course_id and event_type != CATALOG and course_id not in catalogued and _is_told(said, told_of):
            known["courses"].setdefault(course_id, ("Demonstration", False))
        if event_type == CATALOG:
            catalogued.add(course_id)
            info = said["catalog_info"]
            known["courses"][course_id] = (info["name"], info["schedule_data"]["pacing"] == "self")
        elif "enrollment" in said:
            place = said["enrollment"]
            active = place["is_active"] and event_type != UNENROLLED
            known["enrollments"][_place(said, course_id)] = (place["mode"], active)
        elif "grade" in said and _is_told(said, told_of):
            place = _place(said, course_id)
            percent, letter = said["grade"]["percent_grade"], said["grade"]["letter_grade"]
            known["grades"][place] = (percent, letter, bool(letter))
        elif "course_passing_status" in said:
            place = _place(said, course_id)
            percent, letter, _ = known["grades"].get(place, (None, "", False))
            known["grades"][place] = (percent, letter, said["course_passing_status"]["is_passing"])
        elif "idv_attempt" in said and who is not None:
            tries.setdefault(who[1], {}).pop(said["idv_attempt"]["attempt_id"], None)
            tries[who[1]][said["idv_attempt"]["attempt_id"]] = event_type.split(".")[-2]
    for username, words in tries.items():
        found = [*words.values()]
        known["verifications"][username] = ("approved" if "approved" in found else found[-1], None)
    known["learners"] = {
        username: (number, names.get(username, ""), f"{username}@example.org" if username in names else "")
        for number, username in PEOPLE
        if username in told_of
    }
    return known


def _who(said: dict[str, Any]) -> tuple[int, str, str] | None:
    (part,) = said.values()
    user = said["user"] if "user" in said else part.get("user")
    return None if user is None else (user["id"], user["pii"]["username"], user["pii"]["name"])


def _course(said: dict[str, Any]) -> str:
    (part,) = said.values()
    course = part.get("course") or {"course_key": part.get("course_key", "")}
    return str(course["course_key"])


def _is_told(said: dict[str, Any], told_of: set[str]) -> bool:
    return "grade" not in said or dict(PEOPLE)[said["grade"]["user_id"]] in told_of


def _place(said: dict[str, Any], course_id: str) -> tuple[str, str]:
    who = _who(said)
    return (dict(PEOPLE)[said["grade"]["user_id"]] if who is None else who[1], course_id)


class TestGivenEventsInAnyOrder:
    @pytest.mark.any_database
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=some.data(), told=some.lists(an_event(), min_size=1, max_size=12))
    def test_what_is_known_in_the_end_is_what_they_tell_one_after_another(
        self, follower: Follower, database: Database, data: some.DataObject, told: list[tuple[str, dict[str, Any]]]
    ) -> None:
        database.empty(follower.app)
        sent = [message(event_type, said, minute=minute) for minute, (event_type, said) in enumerate(told)]
        twice = data.draw(some.lists(some.sampled_from(sent), max_size=4))
        shuffled: list[Message] = data.draw(some.permutations([*sent, *twice]))
        cuts = data.draw(some.integers(1, len(shuffled)))

        for start in range(0, len(shuffled), cuts):
            follower.takes(*shuffled[start : start + cuts])

        assert follower.state() == fold(told)
