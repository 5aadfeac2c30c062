"""How long is an entry of the outbox kept?"""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.factories.deliveries import count
from tests.factories.messages import make_entry
from tests.fakes import NOON
from webapp.domain.certificates.statuses import Status
from webapp.models.messages import Outbox
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel

YEAR_AGO = NOON - timedelta(days=365)


class TestGivenOldEntries:
    @pytest.mark.parametrize("left", ["sent_at", "failed_at"])
    @pytest.mark.parametrize(
        ("status", "settled_days_ago", "modified_days_ago", "gone"),
        [
            (None, 29.9, None, False),
            (None, 30.1, None, True),
            (Status.DOWNLOADABLE, 30.1, 30.1, True),
            (Status.DOWNLOADABLE, 29.9, 40, False),
            (Status.DOWNLOADABLE, 90, 29.9, False),
            (Status.ERROR, 31, 31, True),
            (Status.DELETED, 31, 31, True),
            (Status.NOT_PASSING, 31, 31, True),
            (Status.GENERATING, 300, 300, False),
            (Status.REGENERATING, 300, 300, False),
            (Status.DELETING, 300, 300, False),
        ],
    )
    def test_what_has_left_or_failed_stays_until_its_certificate_is_settled_as_long(
        self,
        session: Session,
        left: str,
        status: Status | None,
        settled_days_ago: float,
        modified_days_ago: float | None,
        gone: bool,
    ) -> None:
        certificate_id = None
        if status is not None:
            modified_at = NOON - timedelta(days=modified_days_ago or 0)
            certificate_id = make_certificate(session, status=status, at=modified_at).id
        moment = NOON - timedelta(days=settled_days_ago)
        make_entry(session, created_at=YEAR_AGO, certificate_id=certificate_id, **{left: moment})

        number = outbox.purge(session, now=NOON, days=30)

        assert (number, count(session, Outbox)) == (gone, not gone)

    @pytest.mark.parametrize("channel", Channel)
    def test_what_still_waits_stays_whatever_its_age(self, session: Session, channel: Channel) -> None:
        make_entry(session, channel=channel.value, created_at=YEAR_AGO, next_try_at=YEAR_AGO)

        number = outbox.purge(session, now=NOON, days=30)

        assert (number, count(session, Outbox)) == (0, 1)

    def test_a_run_deletes_so_many_at_most(self, session: Session) -> None:
        for _ in range(5):
            make_entry(session, created_at=YEAR_AGO, sent_at=YEAR_AGO)

        numbers = [outbox.purge(session, now=NOON, days=30, at_most=2) for _ in range(4)]

        assert numbers == [2, 2, 1, 0]
