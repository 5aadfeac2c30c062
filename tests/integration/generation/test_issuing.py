"""Is a web certificate there at once, under a link that never changes?"""

from datetime import timedelta

import pytest

from tests.factories.candidates import HTML, make_candidate, make_others, make_run
from tests.factories.certificates import make_certificate
from tests.factories.orders import NAMED, NEW_ID, NEW_KEY, an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk, steps
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import ADDABLE
from webapp.errors import UnknownLearner
from webapp.services.generation import acts
from webapp.services.messages.outbox import Channel

LINK = "5" * 32
LATER = NOON + timedelta(days=3)


@pytest.fixture
def candidate(desk: Desk) -> Desk:
    """Ada, who earns a certificate, among others who do not."""
    with desk.work() as session:
        make_run(session)
        make_others(session, of=make_candidate(session))
    return desk


class TestGivenALearnerWhoHasPassed:
    def test_the_certificate_is_issued_at_once(self, candidate: Desk) -> None:
        with candidate.work() as session:
            made = acts.generate(session, an_order(), "ada", HTML)

        row = candidate.fields("ada", HTML)
        assert (made.before, made.status, made.queued, made.changed) == (None, Status.DOWNLOADABLE, False, True)
        assert (row["status"], row["mode"], row["name"], row["grade"]) == (
            Status.DOWNLOADABLE, "verified", "Ada Lovelace", "0.87"
        )  # fmt: skip
        assert (row["issued_at"], row["created_at"], row["modified_at"]) == (NOON, NOON, NOON)
        assert (row["download_url"], row["error_reason"], row["submitted_at"]) == ("", "", None)
        assert made.certificate_id == candidate.held("ada", HTML).id

    def test_its_link_and_its_key_are_new_and_not_the_same(self, candidate: Desk) -> None:
        with candidate.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        row = candidate.fields("ada", HTML)
        assert all(len(row[name]) == 32 and int(row[name], 16) for name in ("verify_uuid", "key"))
        assert row["verify_uuid"] != row["key"]

    def test_the_key_is_a_jobs_and_the_link_a_public_id(self, candidate: Desk) -> None:
        with candidate.work() as session:
            acts.generate(session, an_order(**NAMED), "ada", HTML)

        row = candidate.fields("ada", HTML)
        assert (row["key"], row["verify_uuid"]) == (NEW_KEY, NEW_ID)

    def test_nobody_else_is_judged(self, candidate: Desk) -> None:
        with candidate.look() as session:
            before = session.connection().exec_driver_sql("SELECT count(*) FROM generated_certificate").scalar()

        with candidate.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        with candidate.look() as session:
            after = session.connection().exec_driver_sql("SELECT count(*) FROM generated_certificate").scalar()
        assert (before, after) == (1, 2)

    def test_nothing_goes_to_the_queue(self, candidate: Desk) -> None:
        with candidate.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        assert candidate.entries(Channel.XQUEUE) == []

    @pytest.mark.parametrize(
        ("generation_mode", "cause"),
        [(mode, "requested" if mode is GenerationMode.SELF else "passed") for mode in GenerationMode],
    )
    def test_the_move_and_the_audit_say_by_whose_wish(
        self, candidate: Desk, generation_mode: GenerationMode, cause: str
    ) -> None:
        with candidate.work() as session:
            made = acts.generate(session, an_order(generation_mode, note="asked by mail"), "ada", HTML)

        (move,), (told,) = candidate.moves("ada", HTML), candidate.told()
        assert steps([move]) == [(None, Status.DOWNLOADABLE, cause)]
        assert (move.at, move.actor_name, move.reason, move.request_id) == (NOON, "sam", "asked by mail", "request-1")
        assert (told.action, told.kind, told.key, told.actor, told.reason) == (
            "certificate.generated", "certificate", str(made.certificate_id), "sam", "asked by mail"
        )  # fmt: skip
        assert told.details["generation_mode"] == generation_mode
        assert (told.details["before"], told.details["after"]["status"]) == (None, "downloadable")
        assert not {"name", "key"} & {*told.details["after"]}
        assert (told.details["course_id"], told.details["refused_by"]) == (HTML, None)
        assert set(told.details["trace"].values()) == {True}

    def test_generating_again_is_refused_and_changes_nothing(self, candidate: Desk) -> None:
        with candidate.work() as session:
            acts.generate(session, an_order(), "ada", HTML)
        before = candidate.fields("ada", HTML)

        with candidate.work() as session:
            made = acts.generate(session, an_order(GenerationMode.BATCH, now=LATER), "ada", HTML)

        assert (made.decision.refused_by, made.status, made.changed) == ("already_issued", Status.DOWNLOADABLE, False)
        assert candidate.fields("ada", HTML) == before
        assert len(candidate.moves("ada", HTML)) == len(candidate.told()) == 1

    def test_whoever_asks_as_support_leaves_a_word_in_the_audit_even_then(self, candidate: Desk) -> None:
        with candidate.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        with candidate.work() as session:
            acts.generate(session, an_order(now=LATER), "ada", HTML)

        assert [(told.action, told.details["refused_by"]) for told in candidate.told()] == [
            ("certificate.generated", None),
            ("certificate.refused", "already_issued"),
        ]
        assert len(candidate.moves("ada", HTML)) == 1


class TestGivenACertificateThatWasNotIssued:
    @pytest.mark.parametrize("status", sorted(ADDABLE))
    def test_it_is_issued_under_the_link_that_it_has(self, candidate: Desk, status: Status) -> None:
        with candidate.work() as session:
            make_certificate(
                session,
                course_id=HTML,
                status=status,
                key="a" * 32,
                verify_uuid=LINK,
                download_url="https://certs.example.org/old.pdf",
                error_reason="no font",
                issued_at=NOON - timedelta(days=90),
                grade="0.1",
            )

        with candidate.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        row = candidate.fields("ada", HTML)
        assert (row["status"], row["verify_uuid"], row["grade"]) == (Status.DOWNLOADABLE, LINK, "0.87")
        assert (row["issued_at"], row["modified_at"]) == (NOON - timedelta(days=90), NOON)
        assert (row["download_url"], row["error_reason"], row["submitted_at"]) == ("", "", None)
        assert row["key"] not in ("", "a" * 32)
        assert steps(candidate.moves("ada", HTML)) == [(status, Status.DOWNLOADABLE, "passed")]


class TestGivenALearnerOnTheAllowlist:
    def test_the_certificate_is_issued_with_the_grade_that_there_is(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session, percent="0.3", letter="", passed=False, beta_tester=True, on_allowlist=True)

        with desk.work() as session:
            made = acts.generate(session, an_order(), "ada", HTML)

        assert made.status is Status.DOWNLOADABLE
        assert desk.held("ada", HTML).grade == "0.3"
        assert steps(desk.moves("ada", HTML)) == [(None, Status.DOWNLOADABLE, "allowlisted")]
        assert desk.told()[0].details["rules"] == "allowlist"


class TestGivenACourseOfTheOldRules:
    def test_a_paid_mode_without_a_verified_identity_becomes_honor(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session, use_updated=False)
            make_candidate(session, id_status="denied")

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        row = desk.held("ada", HTML)
        assert (row.status, row.mode) == (Status.DOWNLOADABLE, "honor")
        assert desk.entries(Channel.XQUEUE) == []


class TestGivenNobodyOfThatName:
    def test_it_is_refused(self, candidate: Desk) -> None:
        with pytest.raises(UnknownLearner), candidate.work() as session:
            acts.generate(session, an_order(), "Ada", HTML)

        assert candidate.told() == []
