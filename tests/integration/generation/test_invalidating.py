"""Can staff declare a certificate void and take that back, never together with the allowlist (decisions 14, 29, 38)?"""

import pytest

from tests.factories.candidates import FAILING, HTML, ISSUED, LINK, PDF, make_candidate, make_holder, make_run
from tests.factories.certificates import make_moves
from tests.factories.orders import an_order
from tests.fakes import NOON
from tests.integration.generation.desk import Desk, steps
from webapp.domain.certificates.statuses import Status, label_of
from webapp.domain.certificates.visibility import IN_THE_MAKING
from webapp.domain.identifiers import CourseId
from webapp.errors import AlreadyInvalidated, NoCertificate, NotInvalidated, NotIssued, OnAllowlist, UnknownLearner
from webapp.models.exceptions import Invalidation
from webapp.services.generation import acts, allowlist, invalidations


class TestGivenAnIssuedCertificate:
    @pytest.mark.parametrize("course_id", [HTML, PDF])
    def test_it_is_void_and_its_link_stays(self, desk: Desk, course_id: CourseId) -> None:
        with desk.work() as session:
            make_holder(session, course_id=course_id, **FAILING)

        with desk.work() as session:
            made = invalidations.invalidate(session, an_order(note="copied"), "ada", course_id)

        row = desk.fields("ada", course_id)
        assert (made.before, made.status) == (Status.DOWNLOADABLE, Status.UNAVAILABLE)
        assert (row["status"], row["grade"], row["verify_uuid"]) == (Status.UNAVAILABLE, "", LINK)
        assert (row["download_url"], row["download_uuid"], row["issued_at"]) == ("", "", ISSUED)
        *_, here = desk.every(Invalidation)
        assert (here.certificate_id, here.active, here.notes, here.invalidated_by, here.created_at) == (
            made.certificate_id, True, "copied", "sam", NOON
        )  # fmt: skip

    def test_move_and_audit_say_who_and_why(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)

        with desk.work() as session:
            made = invalidations.invalidate(session, an_order(note="copied"), "ada", HTML)

        (move,), (told,) = desk.moves("ada", HTML), desk.told()
        assert steps([move]) == [(Status.DOWNLOADABLE, Status.UNAVAILABLE, "invalidated")]
        assert (move.reason, move.actor_name) == ("copied", "sam")
        assert (told.action, told.key, told.reason) == ("certificate.invalidated", str(made.certificate_id), "copied")
        assert (told.details["generation_mode"], told.details["refused_by"]) == ("support", "invalidated")
        assert told.details["trace"]["invalidated"] is False

    def test_while_it_is_made_anew_it_can_be_declared_void_and_the_queues_answer_comes_too_late(
        self, desk: Desk
    ) -> None:
        with desk.work() as session:
            make_holder(session, course_id=PDF)
            acts.regenerate(session, an_order(), "ada", PDF)

        with desk.work() as session:
            made = invalidations.invalidate(session, an_order(note="copied"), "ada", PDF)
        desk.send()

        assert (made.before, desk.held("ada", PDF).status) == (Status.REGENERATING, Status.UNAVAILABLE)
        assert desk.queue.tries == []

    def test_generating_is_refused_from_then_on(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)
            invalidations.invalidate(session, an_order(), "ada", HTML)

        with desk.work() as session:
            made = acts.generate(session, an_order(), "ada", HTML)

        assert (made.decision.refused_by, made.status) == ("invalidated", Status.UNAVAILABLE)

    def test_twice_is_refused(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)
            invalidations.invalidate(session, an_order(), "ada", HTML)

        with pytest.raises(AlreadyInvalidated, match="already, by sam"), desk.work() as session:
            invalidations.invalidate(session, an_order(), "ada", HTML)

        assert len(desk.told()) == 1


class TestGivenWhatCannotBeInvalidated:
    @pytest.mark.parametrize("status", sorted(set(Status) - {Status.DOWNLOADABLE}))
    def test_only_an_issued_certificate_can(self, desk: Desk, status: Status) -> None:
        with desk.work() as session:
            make_holder(session, status)

        with pytest.raises(NotIssued, match=f"; this one's status is {label_of(status)}\\.$"), desk.work() as session:
            invalidations.invalidate(session, an_order(), "ada", HTML)

        assert (desk.held("ada", HTML).status, desk.told()) == (status, [])

    @pytest.mark.parametrize("came_from", sorted(set(Status) - {Status.DOWNLOADABLE} - IN_THE_MAKING))
    def test_what_is_made_after_it_was_taken_away_cannot(self, desk: Desk, came_from: Status) -> None:
        with desk.work() as session:
            make_holder(session, Status.ERROR, PDF)
        with desk.work() as session:
            make_moves(session, desk.held("ada", PDF), Status.DOWNLOADABLE, came_from, Status.GENERATING, Status.ERROR)

        with pytest.raises(NotIssued), desk.work() as session:
            invalidations.invalidate(session, an_order(), "ada", PDF)

    def test_a_learner_on_the_allowlist_is_refused_with_what_to_do(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, on_allowlist=True)

        with pytest.raises(OnAllowlist, match="take the learner off it first"), desk.work() as session:
            invalidations.invalidate(session, an_order(), "ada", HTML)

        assert (desk.held("ada", HTML).status, desk.told()) == (Status.DOWNLOADABLE, [])

    def test_nothing_cannot(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, None)

        with pytest.raises(NoCertificate), desk.work() as session:
            invalidations.invalidate(session, an_order(), "ada", HTML)

    def test_nobody_cannot(self, desk: Desk) -> None:
        with pytest.raises(UnknownLearner), desk.work() as session:
            invalidations.invalidate(session, an_order(), "ada", HTML)


class TestGivenAnActiveInvalidation:
    def test_ended_it_is_kept_and_the_certificate_is_not_made_by_that_alone(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)
            made = invalidations.invalidate(session, an_order(), "ada", HTML)

        with desk.work() as session:
            invalidations.end(session, an_order(note="her own"), "ada", HTML)

        elsewhere, here = desk.every(Invalidation)
        assert (elsewhere.active, here.active, here.modified_at) == (True, False, NOON)
        assert desk.held("ada", HTML).status is Status.UNAVAILABLE
        told = desk.told()[-1]
        assert (told.action, told.key, told.reason) == ("invalidation.ended", str(made.certificate_id), "her own")

    def test_ended_the_certificate_can_be_made_again_under_its_link(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)
            invalidations.invalidate(session, an_order(), "ada", HTML)
            invalidations.end(session, an_order(), "ada", HTML)

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        row = desk.held("ada", HTML)
        assert (row.status, row.verify_uuid, row.issued_at) == (Status.DOWNLOADABLE, LINK, ISSUED)

    def test_ended_the_certificate_can_be_invalidated_again(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)
            invalidations.invalidate(session, an_order(), "ada", HTML)
            invalidations.end(session, an_order(), "ada", HTML)
            acts.generate(session, an_order(), "ada", HTML)

        with desk.work() as session:
            invalidations.invalidate(session, an_order(), "ada", HTML)

        assert [invalidation.active for invalidation in desk.every(Invalidation)] == [True, False, True]

    def test_nobody_gets_onto_the_allowlist(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)
            invalidations.invalidate(session, an_order(), "ada", HTML)

        with pytest.raises(AlreadyInvalidated, match="end the invalidation first"), desk.work() as session:
            allowlist.allow(session, an_order(), "ada", HTML)


class TestGivenNoInvalidation:
    def test_there_is_nothing_to_end(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)

        with pytest.raises(NotInvalidated), desk.work() as session:
            invalidations.end(session, an_order(), "ada", HTML)

        assert [invalidation.active for invalidation in desk.every(Invalidation)] == [True]

    def test_nor_where_there_is_no_certificate(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session)

        with pytest.raises(NotInvalidated), desk.work() as session:
            invalidations.end(session, an_order(), "ada", HTML)
