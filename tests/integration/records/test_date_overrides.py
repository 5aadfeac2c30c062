"""How does the day that certificates show come from another installation (decision 18, domain note §1.14)?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.orders import an_order
from tests.factories.records import COURSE, OTHER_COURSE, Desk, Line, as_text, certificate, in_course, learner
from tests.integration.lists.statements import statements_of
from webapp import clock
from webapp.domain.bus.lifecycle import Happening
from webapp.domain.identifiers import CourseId
from webapp.models.audit import AuditEvent
from webapp.models.certificates import CertificateTransition, DateOverride, GeneratedCertificate
from webapp.models.messages import Outbox
from webapp.services.exceptions import dates
from webapp.services.following.moves import EVERYTHING_USUAL, Switches
from webapp.services.messages.outbox import Channel
from webapp.services.records import intake

LINK = "a" * 32
ISSUED = certificate(status="downloadable", verify_uuid=LINK, name="Ada", created="2026-02-03T12:00:00Z")
HAS_NONE = f"'ada' has no certificate in {COURSE}; import the certificate first"
NO_SUCH_DAY = "date must be between 1970-01-01 and today"


def another_day(day: str | None = "2026-01-31", username: str = "ada", **more: object) -> Line:
    told = {} if day is None else {"date": day}
    return {"type": "date_override", "username": username, "course_id": COURSE, **told, **more}


def ended(notes: str | None = None) -> Line:
    return another_day(None, active=False, **({} if notes is None else {"notes": notes}))


def kept(desk: Desk) -> list[tuple[date, str]]:
    return [(row.date.date(), row.reason) for row in desk.every(DateOverride)]


class TestGivenACertificateFromElsewhere:
    @pytest.fixture(autouse=True)
    def held(self, desk: Desk) -> None:
        desk.imports({"type": "course", "course_id": COURSE}, learner(), ISSUED)

    def test_its_page_shows_the_day_and_its_own_again_once_that_ended(self, desk: Desk) -> None:
        desk.imports(another_day())
        then = desk.app.test_client().get(f"/certificates/{LINK}").text
        desk.imports(ended())
        now = desk.app.test_client().get(f"/certificates/{LINK}").text

        assert ("January 31, 2026" in then, "February 3, 2026" in then) == (True, False)
        assert ("January 31, 2026" in now, "February 3, 2026" in now) == (False, True)

    def test_a_line_adds_changes_and_ends_however_often_it_is_told(self, desk: Desk) -> None:
        words = desk.results(
            ended(), another_day(notes="a"), another_day(notes="a"), another_day("2026-01-31T09:30:00Z"),
            another_day(notes="b"), another_day("2026-01-30"), ended(), ended(), another_day(), ended(), another_day(notes="c"),
        )  # fmt: skip

        assert words == [
            "unchanged", "added", "unchanged", "unchanged", "changed", "changed", "changed", "unchanged", "added", "changed", "added",
        ]  # fmt: skip
        assert kept(desk) == [(date(2026, 1, 31), "c")]

    def test_from_import_to_import_it_is_the_same(self, desk: Desk) -> None:
        words = [
            desk.results(line)
            for line in (another_day(notes="a"), another_day(), ended(notes="b"), another_day("2026-01-30"), ended())
        ]

        assert words == [["added"], ["unchanged"], ["changed"], ["added"], ["changed"]]
        assert kept(desk) == []

    def test_one_that_goes_and_comes_back_in_a_batch_is_there_once(self, desk: Desk) -> None:
        desk.imports(another_day(notes="a"))

        assert desk.results(another_day(notes="b"), ended(), another_day("2026-01-30")) == [
            "changed",
            "changed",
            "added",
        ]
        assert kept(desk) == [(date(2026, 1, 30), "")]

    def test_the_row_and_the_audit_say_who_and_what(self, desk: Desk) -> None:
        desk.imports(another_day(notes="the board"))
        row = desk.one(DateOverride)
        desk.imports(another_day("2026-01-30"))
        desk.imports(ended(notes="a slip"))

        assert row.date == datetime(2026, 1, 31, tzinfo=UTC)
        assert (row.overridden_by, row.created_at) == ("command line", row.modified_at)
        key = str(desk.one(GeneratedCertificate).id)
        assert desk.events("date_override.imported") == [
            {"key": key, "before": {}, "after": {"date": "2026-01-31", "notes": "the board"}},
            {"key": key, "before": {"date": "2026-01-31"}, "after": {"date": "2026-01-30"}},
            {
                "key": key,
                "before": {"date": "2026-01-30", "notes": "the board"},
                "after": {"date": None, "notes": "a slip"},
            },
        ]
        assert [one["counts"] for one in desk.events("records.imported")][1:] == [
            {"date_override": {"added": 1}}, {"date_override": {"changed": 1}}, {"date_override": {"changed": 1}},
        ]  # fmt: skip

    def test_the_audit_has_no_name(self, desk: Desk) -> None:
        desk.imports(learner(name="Ada Lovelace", email="ada@example.org"), another_day())

        told = " ".join(row.body for row in desk.every(AuditEvent))
        assert [word for word in ("Ada", "Lovelace", "ada@") if word in told] == []

    def test_nothing_else_of_it_moves(self, desk: Desk) -> None:
        before = desk.one(GeneratedCertificate)

        desk.imports(another_day())

        after, moves = desk.one(GeneratedCertificate), desk.every(CertificateTransition)
        assert (after.modified_at, after.issued_at, len(moves)) == (before.modified_at, before.issued_at, 1)

    def test_what_staff_did_is_found_and_what_was_imported_staff_can_end(self, desk: Desk) -> None:
        order, here = an_order(note="the board", now=clock.now()), CourseId(COURSE)
        with desk.session() as session:
            dates.override(session, order, "ada", here, date(2026, 1, 31))

        words = desk.results(another_day(), another_day("2026-01-30"))
        with desk.session() as session:
            dates.end(session, order, "ada", here)

        assert (words, kept(desk)) == (["unchanged", "changed"], [])

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (another_day("2999-01-01"), NO_SUCH_DAY),
            (another_day("1969-12-31"), NO_SUCH_DAY),
            (another_day((clock.now() + timedelta(days=3)).isoformat()), NO_SUCH_DAY),
            (another_day(None), "date is missing"),
            (another_day(None, date=None), "date is missing"),
            (another_day("soon"), "date must be a day, such as 2026-01-31, or a time with a zone"),
            (another_day(username="bob"), "no learner has the user name 'bob'; import the learner first"),
        ],
    )
    def test_a_bad_line_is_reported_and_changes_nothing(self, desk: Desk, line: Line, reason: str) -> None:
        desk.imports(another_day("2026-01-30"))

        assert desk.results(line, another_day("2026-01-30")) == [reason, "unchanged"]
        assert (kept(desk), len(desk.events("date_override.imported"))) == ([(date(2026, 1, 30), "")], 1)

    def test_a_dry_run_says_what_would_come_of_it_and_keeps_nothing(self, desk: Desk) -> None:
        desk.imports(another_day("2026-01-30"))

        ran = desk.imports(another_day(), ended(), another_day(), options=("--dry-run",))

        told = [line.rpartition(" ")[2] for line in ran.stdout.splitlines()[:3]]
        assert told == ["changed", "changed", "added"]
        assert kept(desk) == [(date(2026, 1, 30), "")]


class TestGivenACertificateThatComesLaterOrNever:
    def test_the_line_waits_for_nobody(self, desk: Desk) -> None:
        desk.imports(learner())

        assert desk.results(another_day(), ISSUED, another_day()) == [HAS_NONE, "added", "added"]
        assert desk.results(another_day(course_id=OTHER_COURSE)) == [HAS_NONE.replace(COURSE, OTHER_COURSE)]

    @pytest.mark.parametrize("status", ["unavailable", "generating", "error", "deleted"])
    def test_one_that_is_not_valid_takes_the_day_that_the_platform_keeps_for_it(self, desk: Desk, status: str) -> None:
        lines = learner(), certificate(status=status), in_course("invalidation"), another_day()

        assert desk.results(*lines) == ["added"] * 4


class TestGivenABus:
    def told(self, desk: Desk) -> list[Outbox]:
        return [entry for entry in desk.every(Outbox) if entry.channel == Channel.BUS]

    def takes(self, desk: Desk, *lines: Line, switches: Switches) -> None:
        (batch,) = intake.read_batches(enumerate(as_text(*lines).splitlines(), 1))
        with desk.app.app_context(), desk.session() as session:
            intake.take(session, an_order().actor, batch, switches=switches, now=clock.now())

    def test_it_hears_of_each_change_as_when_staff_make_it_and_of_nothing_that_stays(self, desk: Desk) -> None:
        desk.imports(learner(), ISSUED)
        there = Switches(new_event_id=clock.new_event_id)

        self.takes(desk, another_day(), another_day(), switches=there)
        self.takes(desk, another_day("2026-01-30"), ended(), ended(), switches=there)

        told = [entry.payload for entry in self.told(desk)]
        assert [one["type"] for one in told] == [Happening.CHANGED] * 3
        assert {(one["previous_status"], one["current_status"]) for one in told} == {("downloadable", "downloadable")}
        assert {entry.certificate_id for entry in self.told(desk)} == {desk.one(GeneratedCertificate).id}

    def test_of_one_that_comes_with_its_day_it_hears_first_that_it_was_created(self, desk: Desk) -> None:
        self.takes(desk, learner(), ISSUED, another_day(), switches=Switches(new_event_id=clock.new_event_id))

        assert [entry.payload["type"] for entry in self.told(desk)] == [
            Happening.CHANGED,
            Happening.CREATED,
            Happening.CHANGED,
        ]

    def test_without_one_nothing_leaves(self, desk: Desk) -> None:
        self.takes(desk, learner(), ISSUED, another_day(), switches=EVERYTHING_USUAL)

        assert self.told(desk) == []


class TestGivenManyLines:
    def test_more_of_them_ask_no_more(self, desk: Desk) -> None:
        everybody = [f"l{number}" for number in range(60)]
        desk.imports(*(line for one in everybody for line in (learner(one), certificate(one))))
        asked = []

        for some in (everybody[:2], everybody[2:]):
            with statements_of(desk.app) as seen:
                desk.imports(*(another_day(username=one) for one in some))
            asked.append(len(seen))

        assert asked[0] == asked[1]
        assert len(kept(desk)) == 60
