"""What does each line of records change in the database?"""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select

from tests.factories.certificates import make_certificate, make_noise
from tests.factories.records import COURSE, OTHER_COURSE, Desk, Line, certificate, example, in_course, learner
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.models.audit import AuditEvent
from webapp.models.base import Model
from webapp.models.certificates import CertificateTransition, DateOverride, FormerPublicId, GeneratedCertificate
from webapp.models.courses import CourseMode, CourseRun
from webapp.models.examples import ExampleCertificate
from webapp.models.exceptions import AllowlistEntry
from webapp.models.learners import CourseGrade, CourseRole, Enrollment, IdVerification, Learner, LearnerNameWord

CREATED = datetime(2026, 1, 31, 12, tzinfo=UTC)
FIRST_ID, SECOND_ID = "1" * 32, "2" * 32


LIFE_OF_A_FACT: list[tuple[Line, dict[str, object], type[Model], dict[str, object]]] = [
    (learner("grace", email="Grace@Example.org"), {"name": "Grace H"}, Learner, {"email_folded": "grace@example.org", "name": "Grace H"}),
    ({"type": "course", "course_id": COURSE, "display_name": "Démo"}, {"start": "2026-01-31T12:00:00Z"}, CourseRun, {"display_name_folded": "démo", "start": CREATED, "use_updated": True}),
    ({"type": "course_mode", "course_id": COURSE, "mode": "verified"}, {"requires_id_verification": False}, CourseMode, {"requires_id_verification": False}),
    (in_course("course_role", role="staff"), {"active": False}, CourseRole, {"role": "staff", "active": False}),
    (in_course("enrollment", mode="honor"), {"active": False}, Enrollment, {"mode": "honor", "active": False}),
    (in_course("grade", percent=0.5, passed=False), {"percent": 0.87, "letter": "B", "passed": True}, CourseGrade, {"letter": "B", "passed": True}),
    ({"type": "id_verification", "username": "ada", "status": "pending"}, {"status": "approved", "expires": "2026-01-31T12:00:00Z"}, IdVerification, {"status": "approved", "expires_at": CREATED}),
    (in_course("allowlist", notes="a"), {"notes": "b"}, AllowlistEntry, {"allowlisted": True, "notes": "b"}),
    (certificate(name="Ada"), {"status": "notpassing"}, GeneratedCertificate, {"name": "Ada", "status": Status.NOT_PASSING}),
    (in_course("date_override", date="2026-01-30"), {"date": "2026-01-31", "notes": "b"}, DateOverride, {"date": datetime(2026, 1, 31, tzinfo=UTC), "reason": "b"}),
    (example(), {"status": "success"}, ExampleCertificate, {"status": ExampleStatus.SUCCESS}),
]  # fmt: skip
"""A line, what a second one says otherwise, and what the row then says."""


class TestGivenALineOfEachType:
    @pytest.mark.parametrize(("line", "otherwise", "model", "expected"), LIFE_OF_A_FACT)
    def test_it_is_added_then_unchanged_then_changed(
        self,
        desk: Desk,
        line: dict[str, Any],
        otherwise: dict[str, Any],
        model: type[Model],
        expected: dict[str, object],
    ) -> None:
        if model is not Learner:
            desk.imports(learner())
        if model is DateOverride:
            desk.imports(certificate())

        words = [desk.results(one)[0] for one in (line, line, {**line, **otherwise}, {**line, **otherwise})]

        assert words == ["added", "unchanged", "changed", "unchanged"]
        row = desk.one(model)
        assert {name: getattr(row, name) for name in expected} == expected

    def test_facts_that_a_line_does_not_carry_stay(self, desk: Desk) -> None:
        desk.imports({"type": "course", "course_id": COURSE, "use_updated": False, "certificate": {"title": "T"}})
        desk.imports(learner("ada", name="Ada", allow_certificate=False, external_id=7))

        words = desk.results(
            {"type": "course", "course_id": COURSE, "display_name": "D"}, learner("ada", email="a@b.c")
        )

        assert words == ["changed", "changed"]
        course, person = desk.one(CourseRun), desk.one(Learner)
        assert (course.use_updated, course.certificate, course.display_name) == (False, {"title": "T"}, "D")
        assert (person.name, person.allow_certificate, person.external_id) == ("Ada", False, 7)

    @pytest.mark.parametrize(("mode", "asks"), [("verified", True), ("honor", False), ("of-our-own", False)])
    def test_a_mode_asks_for_an_identity_as_it_does_by_itself(self, desk: Desk, mode: str, asks: bool) -> None:
        desk.imports({"type": "course_mode", "course_id": COURSE, "mode": mode})

        assert desk.one(CourseMode).requires_id_verification is asks


class TestGivenALearnersName:
    def words(self, desk: Desk) -> list[tuple[str, str]]:
        with desk.session() as session:
            kept = session.execute(select(Learner.username, LearnerNameWord.word).join(LearnerNameWord.learner))
            return sorted((username, word) for username, word in kept)

    def test_they_are_found_by_its_words(self, desk: Desk) -> None:
        desk.imports(learner(name="Ada O'Neill"), learner("bob", name="Bob"), learner("nameless"))

        assert self.words(desk) == [("ada", "ada"), ("ada", "neill"), ("ada", "oneill"), ("bob", "bob")]

    @pytest.mark.parametrize(
        ("name", "words"), [("Ada King", ["ada", "king"]), ("Zoë", ["zoe", "zoë"]), ("", []), ("x" * 255, ["x" * 255])]
    )
    def test_a_new_one_takes_the_place_of_the_former(self, desk: Desk, name: str, words: list[str]) -> None:
        desk.imports(learner(name="Ada Lovelace"), learner("bob", name="Bob"))

        desk.imports(learner(name=name))

        assert self.words(desk) == [*(("ada", word) for word in words), ("bob", "bob")]

    def test_the_last_of_several_counts(self, desk: Desk) -> None:
        desk.imports(learner(), learner(name="Ada Byron"), learner(name="Ada King"), learner(email="ada@example.org"))

        assert self.words(desk) == [("ada", "ada"), ("ada", "king")]

    @pytest.mark.parametrize("more", [{}, {"email": "new@example.org"}, {"name": "Ada Lovelace"}])
    def test_a_line_that_does_not_change_it_leaves_the_words_alone(self, desk: Desk, more: dict[str, str]) -> None:
        desk.imports(learner(name="Ada Lovelace"))
        with desk.session() as session:
            session.execute(delete(LearnerNameWord).where(LearnerNameWord.word == "ada"))

        desk.imports(learner(**more))

        assert self.words(desk) == [("ada", "lovelace")]


class TestGivenACourseRunThatNobodyToldOf:
    def test_it_is_first_seen_here_and_counted(self, desk: Desk) -> None:
        ran = desk.imports(learner(), in_course("enrollment", mode="honor"), in_course("grade", percent=1, passed=True))

        assert (
            ran.stdout.splitlines()[-1]
            == "3 lines: 3 added, 0 changed, 0 unchanged, 0 failed; 1 course runs first seen."
        )
        course = desk.one(CourseRun)
        assert (course.course_id, course.course_id_folded, course.use_updated) == (COURSE, COURSE.casefold(), True)

    def test_a_bad_line_does_not_make_it_known(self, desk: Desk) -> None:
        desk.imports(in_course("enrollment", "nobody", mode="honor"))

        assert desk.every(CourseRun) == []


class TestGivenSeveralLinesAboutOneThing:
    def test_the_later_one_wins(self, desk: Desk) -> None:
        words = desk.results(
            learner(name="A"), learner(name="B"), learner(name="B"), certificate(grade="0.1"), certificate(grade="0.2")
        )

        assert words == ["added", "changed", "unchanged", "added", "changed"]
        assert (desk.one(Learner).name, desk.one(GeneratedCertificate).grade) == ("B", "0.2")

    def test_each_status_on_the_way_is_a_transition(self, desk: Desk) -> None:
        desk.imports(learner(), certificate(status="generating"), certificate(status="downloadable"))

        moves = [(move.from_status, move.to_status, move.cause) for move in desk.every(CertificateTransition)]
        assert moves == [(None, Status.GENERATING, "import"), (Status.GENERATING, Status.DOWNLOADABLE, "import")]


class TestGivenACertificate:
    def test_a_new_one_waits_since_it_was_created(self, desk: Desk) -> None:
        desk.imports(learner(), certificate(status="generating", key="k", created="2026-01-31T12:00:00Z"))

        row = desk.one(GeneratedCertificate)
        assert (row.created_at, row.submitted_at, row.issued_at) == (CREATED, CREATED, None)
        assert row.modified_at > CREATED

    def test_a_new_downloadable_one_was_issued_when_it_was_created(self, desk: Desk) -> None:
        desk.imports(learner(), certificate(status="downloadable", created="2026-01-31T12:00:00Z"))

        row = desk.one(GeneratedCertificate)
        assert (row.issued_at, row.submitted_at) == (CREATED, None)

    def test_a_line_that_changes_nothing_writes_nothing(self, desk: Desk) -> None:
        line = certificate(status="generating", key="k", verify_uuid=FIRST_ID, created="2026-01-31T12:00:00Z")
        desk.imports(learner(), line)
        before = desk.one(GeneratedCertificate)

        assert desk.results(line) == ["unchanged"]

        after = desk.one(GeneratedCertificate)
        assert after.modified_at == before.modified_at
        assert len(desk.every(CertificateTransition)) == 1
        assert len(desk.events("certificate.imported")) == 1

    def test_a_change_keeps_the_day_of_issue_and_says_in_the_audit_what_changed(self, desk: Desk) -> None:
        desk.imports(learner(), certificate(status="downloadable", key="secret", created="2026-01-31T12:00:00Z"))

        desk.imports(certificate(grade="0.9", key="another"))

        row = desk.one(GeneratedCertificate)
        assert (row.issued_at, row.grade, row.status) == (CREATED, "0.9", Status.DOWNLOADABLE)
        told = desk.events("certificate.imported")[1]
        assert told == {
            "key": str(row.id),
            "before": {"grade": "", "key": "hidden"},
            "after": {"grade": "0.9", "key": "hidden"},
        }

    def test_the_audit_says_that_the_name_became_another_and_never_the_name(self, desk: Desk) -> None:
        desk.imports(learner(name="Ada Byron", email="ada@example.org"), certificate(name="Ada Byron"))

        desk.imports(learner(name="Ada Lovelace", email="ada@new.example"), certificate(name="Ada Lovelace"))
        desk.imports(certificate(name=""))

        told = [(one["before"].get("name"), one["after"]["name"]) for one in desk.events("certificate.imported")]
        assert told == [(None, "hidden"), ("hidden", "hidden"), ("hidden", "")]
        kept = " ".join(event.body for event in desk.every(AuditEvent))
        assert [word for word in ("Byron", "Lovelace", "@") if word in kept] == []

    def test_a_changed_public_id_leaves_the_former_one_behind(self, desk: Desk) -> None:
        desk.imports(learner(), certificate(verify_uuid=FIRST_ID))

        for public_id in (SECOND_ID, FIRST_ID, SECOND_ID):
            assert desk.results(certificate(verify_uuid=public_id)) == ["changed"]

        assert desk.one(GeneratedCertificate).verify_uuid == SECOND_ID
        assert {row.verify_uuid for row in desk.every(FormerPublicId)} == {FIRST_ID, SECOND_ID}

    def test_a_line_without_a_public_id_takes_none_away(self, desk: Desk) -> None:
        desk.imports(learner(), certificate(verify_uuid=FIRST_ID, grade="0.8"))

        again, changed = desk.results(
            certificate(verify_uuid="", grade="0.8"), certificate(verify_uuid="", grade="0.9")
        )

        assert (again, changed) == ("unchanged", "changed")
        row = desk.one(GeneratedCertificate)
        assert (row.verify_uuid, row.grade) == (FIRST_ID, "0.9")
        assert desk.every(FormerPublicId) == []

    def test_another_ones_public_id_is_refused_now_and_for_ever(self, desk: Desk) -> None:
        words = desk.results(
            learner(), learner("bob"), certificate(verify_uuid=FIRST_ID), certificate("bob", verify_uuid=FIRST_ID)
        )
        later = desk.results(certificate(verify_uuid=SECOND_ID), certificate("bob", verify_uuid=FIRST_ID))
        last = desk.results(certificate("bob", verify_uuid=FIRST_ID))

        refusal = "verify_uuid belongs, or once belonged, to another certificate"
        assert words[3] == refusal
        assert later == ["changed", refusal]
        assert last == [refusal]
        assert len(desk.every(GeneratedCertificate)) == 1

    def test_other_ones_stay_as_they_are(self, desk: Desk) -> None:
        with desk.session() as session:
            make_noise(session)
            make_certificate(session, "ada", COURSE)
            make_certificate(session, "ada", OTHER_COURSE, key="other")

        assert desk.results(certificate(status="error", error_reason="broken")) == ["changed"]

        changed = [row.course_id for row in desk.every(GeneratedCertificate) if row.status is Status.ERROR]
        assert changed == [COURSE]
        assert desk.one(CertificateTransition).reason == "broken"
