"""Can support end a certificate for good, through the queue only where it is asked for (decision 43)?"""

import json

import pytest

from tests.factories.candidates import HELD_KEY, HTML, LINK, PDF, make_candidate, make_holder, make_run
from tests.factories.orders import NAMED, NEW_KEY, an_order
from tests.integration.generation.desk import FILE, FILE_ID, Desk, steps
from webapp.domain.certificates.statuses import Status
from webapp.domain.identifiers import CourseId
from webapp.errors import MoveRefused, NoCertificate, NoteMissing, UnknownLearner
from webapp.services.generation import acts, deletion
from webapp.services.messages.outbox import Channel

NOTE = "asked for by the learner"


class TestGivenACertificate:
    @pytest.mark.parametrize("course_id", [HTML, PDF])
    @pytest.mark.parametrize("status", [Status.DOWNLOADABLE, Status.ERROR])
    def test_it_is_deleted_at_once_and_its_link_stays(self, desk: Desk, status: Status, course_id: CourseId) -> None:
        with desk.work() as session:
            make_holder(session, status, course_id)

        with desk.work() as session:
            made = deletion.delete(session, an_order(note=NOTE), "ada", course_id)

        row = desk.held("ada", course_id)
        assert (made.before, made.status, made.queued) == (status, Status.DELETED, False)
        assert (row.status, row.verify_uuid) == (Status.DELETED, LINK)
        assert row.key != HELD_KEY
        assert desk.entries(Channel.XQUEUE) == []
        (move,), (told,) = desk.moves("ada", course_id), desk.told()
        assert (steps([move]), move.reason) == ([(status, Status.DELETED, "deletion")], NOTE)
        assert (told.action, told.key, told.reason) == ("certificate.deleted", str(made.certificate_id), NOTE)

    def test_its_key_is_a_jobs(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, course_id=PDF)

        with desk.work() as session:
            deletion.delete(session, an_order(note=NOTE, **NAMED), "ada", PDF)

        assert (desk.held("ada", PDF).key, desk.held("ada", PDF).verify_uuid) == (NEW_KEY, LINK)

    def test_a_files_address_is_kept_for_whoever_keeps_the_storage(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, course_id=PDF)
        desk.give_file("ada", PDF)

        with desk.work() as session:
            deletion.delete(session, an_order(note=NOTE), "ada", PDF)

        assert (desk.held("ada", PDF).download_url, desk.held("ada", PDF).download_uuid) == (FILE, FILE_ID)

    @pytest.mark.parametrize("note", ["", " \n"])
    def test_without_a_note_it_is_refused(self, desk: Desk, note: str) -> None:
        with desk.work() as session:
            make_holder(session)

        with pytest.raises(NoteMissing), desk.work() as session:
            deletion.delete(session, an_order(note=note), "ada", HTML)

        assert (desk.held("ada", HTML).status, desk.told()) == (Status.DOWNLOADABLE, [])

    @pytest.mark.parametrize("status", sorted(set(Status) - {Status.DOWNLOADABLE, Status.ERROR}))
    @pytest.mark.parametrize("through_queue", [False, True])
    def test_from_other_statuses_it_is_refused(self, desk: Desk, status: Status, *, through_queue: bool) -> None:
        with desk.work() as session:
            make_holder(session, status, PDF)
        desk.give_file("ada", PDF)

        with pytest.raises(MoveRefused, match="Only an issued or failed"), desk.work() as session:
            deletion.delete(session, an_order(note=NOTE), "ada", PDF, through_queue=through_queue)

        assert (desk.held("ada", PDF).status, desk.told(), desk.entries()) == (status, [], [])


class TestGivenTheQueue:
    def test_it_is_asked_to_remove_the_file_and_waited_for(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session, course_id=PDF)
        desk.give_file("ada", PDF)

        with desk.work() as session:
            made = deletion.delete(session, an_order(note=NOTE), "ada", PDF, through_queue=True)

        row, entry = desk.held("ada", PDF), desk.entry()
        assert (made.status, made.queued, row.status) == (Status.DELETING, True, Status.DELETING)
        assert (entry.payload["key"], row.submitted_at) == (row.key, None)
        assert row.key != HELD_KEY
        assert json.loads(entry.payload["body"]) == {
            "action": "remove",
            "username": "ada",
            "course_id": PDF,
            "course_name": "Demonstration",
            "name": "Ada Byron",
            "delete_download_uuid": FILE_ID,
            "delete_verify_uuid": LINK,
        }

    @pytest.mark.parametrize(("course_id", "queue_name"), [(HTML, "certificates"), (PDF, "certificates"), (PDF, None)])
    def test_without_a_file_or_a_queue_it_is_not_asked(
        self, desk: Desk, course_id: CourseId, queue_name: str | None
    ) -> None:
        with desk.work() as session:
            make_holder(session, course_id=course_id)
        if queue_name is None:
            desk.give_file("ada", PDF)

        with desk.work() as session:
            made = deletion.delete(
                session, an_order(note=NOTE, queue_name=queue_name), "ada", course_id, through_queue=True
            )

        assert (made.status, desk.entries(Channel.XQUEUE)) == (Status.DELETED, [])


class TestGivenADeletedCertificate:
    def test_it_can_be_made_again_under_its_link(self, desk: Desk) -> None:
        with desk.work() as session:
            make_holder(session)
            deletion.delete(session, an_order(note=NOTE), "ada", HTML)

        with desk.work() as session:
            acts.generate(session, an_order(), "ada", HTML)

        assert (desk.held("ada", HTML).status, desk.held("ada", HTML).verify_uuid) == (Status.DOWNLOADABLE, LINK)


class TestGivenNothingToDelete:
    def test_no_certificate_is_told(self, desk: Desk) -> None:
        with desk.work() as session:
            make_run(session)
            make_candidate(session)

        with pytest.raises(NoCertificate), desk.work() as session:
            deletion.delete(session, an_order(note=NOTE), "ada", HTML)

    def test_so_is_nobody(self, desk: Desk) -> None:
        with pytest.raises(UnknownLearner), desk.work() as session:
            deletion.delete(session, an_order(note=NOTE), "ada", HTML)
