"""What does the world see of somebody who was erased, and who is told?"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.orders import SAM
from tests.fakes import NOON
from tests.integration.erasure.eraser import Eraser
from tests.integration.erasure.everywhere import ASSERTION, FORMER, NEEDLES, UUID, make_everything
from webapp.domain.certificates.statuses import IN_FLIGHT, Status
from webapp.domain.identifiers import folded
from webapp.models.audit import AuditEvent
from webapp.models.certificates import GeneratedCertificate
from webapp.services import audit
from webapp.services.certificates.timeline import timeline_of
from webapp.services.messages.outbox import Channel

GONE = (
    f"/certificates/{UUID}",
    f"/certificates/{UUID}.pdf",
    f"/certificates/{UUID}.png",
    f"/certificates/{UUID}/embed",
    f"/certificates/{UUID}/linkedin",
    f"/badges/assertions/{ASSERTION}",
    f"/badges/assertions/{ASSERTION}.png",
    f"/badges/assertions/{ASSERTION}.jwt",
)


class TestGivenTheAddressesOfACertificate:
    @pytest.mark.parametrize("path", GONE)
    def test_each_is_gone_without_a_word_of_whose_it_was(self, eraser: Eraser, session: Session, path: str) -> None:
        make_everything(session)
        client = eraser.app.test_client()
        client.get(path)  # whatever is kept of it is kept by now

        eraser.erases()

        answer = client.get(path)
        assert answer.status_code == 410
        assert [needle for needle in NEEDLES if needle in folded(answer.text)] == []

    def test_a_former_address_leads_to_where_it_is_gone(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)
        eraser.erases()

        answer = eraser.app.test_client().get(f"/certificates/{FORMER}")

        assert (answer.status_code, answer.location) == (301, f"http://desk.test/certificates/{UUID}")

    @pytest.mark.parametrize("status", sorted({Status.ERROR, *IN_FLIGHT}))
    def test_what_is_on_its_way_comes_to_nothing(self, eraser: Eraser, session: Session, status: Status) -> None:
        learner = make_everything(session)
        held = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.learner_id == learner.id)).one()
        held.status = status
        session.commit()

        eraser.erases()

        session.rollback()
        assert session.get_one(GeneratedCertificate, held.id, populate_existing=True).status is Status.DELETED

    @pytest.mark.parametrize("status", [Status.NOT_PASSING, Status.UNAVAILABLE, Status.AUDIT_PASSING, Status.DELETED])
    def test_what_was_none_stays_as_it_is(self, eraser: Eraser, session: Session, status: Status) -> None:
        learner = make_everything(session)
        held = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.learner_id == learner.id)).one()
        held.status = status
        session.commit()

        done = eraser.erases()

        session.rollback()
        assert session.get_one(GeneratedCertificate, held.id, populate_existing=True).status is status
        assert done.ended == 0


class TestGivenWhoeverIsTold:
    def test_the_analytics_hear_of_a_lost_certificate_of_nobody(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)

        eraser.erases()
        eraser.send()

        told = {event["name"]: event for event in eraser.tracking.events}
        assert set(told) == {"edx.certificate.revoked", "edx.badge.assertion.revoked"}
        assert [folded(str(event)).count(needle) for event in told.values() for needle in NEEDLES] == [0] * 4

    def test_the_bus_hears_nothing(self, eraser: Eraser, session: Session) -> None:
        eraser.sets(kafka_bootstrap_servers="kafka.test:9092")
        make_everything(session)

        eraser.erases()
        eraser.send()

        assert eraser.entries(Channel.BUS) == []
        assert eraser.stream.events == []

    def test_the_badge_is_told_to_be_revoked(self, eraser: Eraser, session: Session) -> None:
        make_everything(session)

        eraser.erases()
        eraser.send()

        session.rollback()
        assert session.scalars(select(AuditEvent.key).where(AuditEvent.action == "badge.revoked")).all() == [ASSERTION]

    def test_staff_read_no_reason_of_before_on_the_timeline(self, eraser: Eraser, session: Session) -> None:
        learner = make_everything(session)
        held = session.scalars(select(GeneratedCertificate).where(GeneratedCertificate.learner_id == learner.id)).one()
        with eraser.work() as work:
            audit.append(
                work, SAM, "certificate.regenerated", "certificate", str(held.id), now=NOON, reason="Ada Needle asked"
            )

        eraser.erases()

        with eraser.look() as look:
            texts = [entry.text for entry in timeline_of(look, held.id)]
        assert [text for text in texts if text and "needle" in folded(text)] == []
