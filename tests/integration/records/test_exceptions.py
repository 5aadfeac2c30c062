"""What do records of exceptions and of examples change, which one line alone does not decide?"""

import pytest

from tests.factories.certificates import make_example
from tests.factories.records import COURSE, OTHER_COURSE, Desk, certificate, example, in_course, learner
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.models.certificates import GeneratedCertificate
from webapp.models.examples import ExampleCertificate, ExampleCertificateSet
from webapp.models.exceptions import AllowlistEntry, Invalidation


class TestGivenTheAllowlistAndAnInvalidation:
    def test_they_exclude_each_other_within_a_batch(self, desk: Desk) -> None:
        words = desk.results(
            learner(),
            certificate(),
            in_course("allowlist"),
            in_course("invalidation"),
            in_course("allowlist", allowlisted=False),
            in_course("invalidation"),
            in_course("allowlist", allowlisted=True),
            in_course("allowlist", notes="why"),
        )

        assert words[2:] == [
            "added",
            f"'ada' is on the allowlist of {COURSE}; take the learner off it first",
            "changed",
            "added",
            "the certificate of 'ada' is invalidated; end the invalidation first",
            "changed",
        ]

    @pytest.mark.parametrize(("first", "second"), [("allowlist", "invalidation"), ("invalidation", "allowlist")])
    def test_they_exclude_each_other_from_import_to_import(self, desk: Desk, first: str, second: str) -> None:
        desk.imports(learner(), certificate(), in_course(first))

        assert "first" in desk.results(in_course(second))[0]
        assert desk.results(in_course(second, course_id=OTHER_COURSE))[0] == (
            "added"
            if second == "allowlist"
            else f"'ada' has no certificate in {OTHER_COURSE}; import the certificate first"
        )

    def test_one_invalidation_is_active_however_often_it_is_told(self, desk: Desk) -> None:
        desk.imports(learner(), certificate())

        words = desk.results(*(in_course("invalidation", active=active, notes=notes) for active, notes in [
            (False, ""), (True, "a"), (True, "a"), (True, "b"), (False, "b"), (False, "b"), (True, "c"),
        ]))  # fmt: skip

        assert words == ["unchanged", "added", "unchanged", "changed", "changed", "unchanged", "added"]
        assert [(row.active, row.notes) for row in desk.every(Invalidation)] == [(False, "b"), (True, "c")]
        assert desk.results(in_course("invalidation", active=False)) == ["changed"]
        assert [row.active for row in desk.every(Invalidation)] == [False, False]
        assert desk.one(GeneratedCertificate).status is Status.UNAVAILABLE

    def test_who_did_it_and_what_it_was_stands_in_the_audit(self, desk: Desk) -> None:
        desk.imports(
            learner(),
            learner("bob"),
            certificate("bob"),
            in_course("allowlist", notes="n"),
            in_course("invalidation", "bob"),
        )

        assert desk.one(AllowlistEntry).created_by == desk.one(Invalidation).invalidated_by == "command line"
        assert desk.events("allowlist.imported") == [
            {"key": f"ada/{COURSE}", "before": {}, "after": {"allowlisted": True, "notes": "n"}}
        ]
        assert desk.events("invalidation.imported")[0]["key"] == str(desk.one(GeneratedCertificate).id)


class TestGivenExamples:
    def test_one_of_each_mode_shares_a_set_and_a_second_of_a_mode_begins_another(self, desk: Desk) -> None:
        desk.imports(example("e1"), example("e2", "verified"))
        desk.imports(example("e3", "verified"), example("e4", "honor"), example("e5", "honor"))

        sets = {row.uuid: row.set_id for row in desk.every(ExampleCertificate)}
        assert sets["e1"] == sets["e2"] < sets["e3"] == sets["e4"] < sets["e5"]
        newest = max(desk.every(ExampleCertificateSet), key=lambda row: row.created_at)
        assert newest.id == sets["e5"]

    def test_what_a_line_leaves_open_is_as_the_platform_makes_it(self, desk: Desk) -> None:
        desk.imports(example("e1"), example("e2", "verified"))

        rows = desk.every(ExampleCertificate)
        assert [row.template for row in rows] == [
            "certificate-template-edX-DemoX.pdf",
            "certificate-template-edX-DemoX-verified.pdf",
        ]
        assert {(row.full_name, row.status) for row in rows} == {("John Doë", ExampleStatus.STARTED)}

    def test_one_cannot_move_to_another_course_run(self, desk: Desk) -> None:
        with desk.session() as session:
            make_example(session, "e1", course_id=COURSE)

        assert desk.results(example("e1", course_id=OTHER_COURSE)) == [
            f"the example belongs to the course run {COURSE}"
        ]

    def test_a_course_run_whose_template_would_have_no_name_is_refused(self, desk: Desk) -> None:
        course_id = f"course-v1:edX+{'D' * 239}+1"

        assert desk.results(example("e1", "verified", course_id=course_id)) == [
            "course_id is too long for the name of a template"
        ]
