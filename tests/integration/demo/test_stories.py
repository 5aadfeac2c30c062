"""Does the demonstration tell its stories, and can a newcomer play along?"""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fakes import NOON
from tests.integration.demo.told import (
    ADAS_KEY,
    CALCULUS,
    HARBOUR,
    SASHA,
    held,
    moves,
    outcomes,
)
from webapp.clock import new_uuid
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Endpoint, Outcome
from webapp.models.certificates import DateOverride, FormerPublicId
from webapp.models.exceptions import AllowlistEntry, Invalidation
from webapp.models.learners import Learner
from webapp.models.messages import CallbackInbox
from webapp.models.prepared import Line
from webapp.services import audit
from webapp.services.certificates import callbacks, examples
from webapp.services.demo import answers
from webapp.services.demo.stories import APPLY_AGAIN_KEY, WAITING_EXAMPLE
from webapp.services.following.moves import EVERYTHING_USUAL
from webapp.services.messages import retries
from webapp.services.messages.inbox import Delivery


class TestGivenItsStories:
    def test_a_failed_job_was_sent_again_and_made(self, told: Session) -> None:
        certificate = held(told, "aoife", "course-v1:SeaU+Typesetting+2026")

        went_through = moves(told, certificate)

        assert went_through == [Status.GENERATING, Status.ERROR, Status.GENERATING, Status.DOWNLOADABLE]
        assert outcomes(told, certificate) == [Outcome.APPLIED, Outcome.APPLIED]

    def test_a_failed_job_says_why(self, told: Session) -> None:
        certificate = held(told, "zoe", "course-v1:SeaU+Typesetting+2026")

        reason = certificate.error_reason

        assert certificate.status is Status.ERROR
        assert "Nothing in fontlist supports string" in reason

    def test_repetition_rival_and_late_answers_changed_nothing(self, told: Session) -> None:
        names = ("grace", "noam", "leila", "bjorn")

        answered = [outcomes(told, held(told, name, CALCULUS)) for name in names]

        assert answered == [
            [Outcome.APPLIED, Outcome.DUPLICATE],
            [Outcome.APPLIED, Outcome.CONFLICT],
            [Outcome.UNKNOWN_KEY, Outcome.APPLIED],
            [Outcome.INVALID_BODY],
        ]

    def test_the_exceptions_are_there(self, told: Session) -> None:
        allowlisted = set(told.scalars(select(Learner.username).join(AllowlistEntry)))
        active = told.scalars(select(Invalidation).where(Invalidation.active)).all()

        assert "kofi" in allowlisted
        assert [invalidation.certificate_id for invalidation in active] == [held(told, "marta", HARBOUR).id]
        assert held(told, "marta", HARBOUR).grade == ""

    def test_a_former_id_and_another_date_are_there(self, told: Session) -> None:
        former = told.scalars(select(FormerPublicId)).one()
        override = told.scalars(select(DateOverride)).one()

        assert former.certificate_id == held(told, "sofia", CALCULUS).id
        assert override.certificate_id == held(told, "dmitri", HARBOUR).id


class TestGivenItsWaitingJobs:
    def test_five_answers_can_be_sent_by_hand(self, told: Session) -> None:
        keys = {name: held(told, name, CALCULUS).key for name in ("ada", "emmy", "sofya", "hypatia", "emilie")}

        waiting = [held(told, name, CALCULUS) for name in keys]

        assert list(keys.values()) == [f"5eed{number:028x}" for number in range(1, 6)]
        assert all(certificate.status is Status.GENERATING for certificate in waiting)

    def test_an_answer_as_captured_settles_adas(self, told: Session) -> None:
        body = answers.done_body("ada", CALCULUS, download_uuid="b" * 32, verify_uuid="a" * 32)
        delivery = Delivery(Endpoint.CERTIFICATE, answers.header(ADAS_KEY), body, "127.0.0.1", "")

        verdict = callbacks.take(Line.of(told), delivery, switches=EVERYTHING_USUAL, now=NOON, new_uuid=new_uuid)
        told.commit()

        assert verdict.outcome is Outcome.APPLIED
        told.expire_all()
        assert held(told, "ada", CALCULUS).status is Status.DOWNLOADABLE
        assert audit.verify(told).ok

    def test_the_refused_answer_can_be_applied_again(self, told: Session) -> None:
        refused = told.scalars(select(CallbackInbox).where(CallbackInbox.key == APPLY_AGAIN_KEY)).one()
        was_about = refused.certificate_id

        verdict = retries.apply_again(told, SASHA, refused.id, switches=EVERYTHING_USUAL, now=NOON, new_uuid=new_uuid)

        assert was_about is None
        assert verdict.outcome is Outcome.APPLIED
        assert verdict.certificate_id == held(told, "oluwaseun", CALCULUS).id

    def test_an_answer_settles_the_waiting_example(self, told: Session) -> None:
        uuid, access_key = WAITING_EXAMPLE
        body = json.dumps({"username": uuid, "url": "https://certs.example.org/example.pdf"})
        delivery = Delivery(Endpoint.EXAMPLE, answers.example_header(uuid, access_key), body, "127.0.0.1", "")

        verdict = examples.take(Line.of(told), delivery, now=NOON)

        assert verdict.outcome is Outcome.APPLIED
