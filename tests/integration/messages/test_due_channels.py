"""For which channels does something wait to leave, so that no other need be looked through?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.fakes import NOON
from webapp.models.base import unit_of_work
from webapp.models.messages import Outbox
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect

SECOND = timedelta(seconds=1)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A transaction in which a mail and a tracking event wait, both due at noon."""
    with app.app_context(), unit_of_work() as session:
        outbox.add(session, [Effect(Channel.MAIL, {}), Effect(Channel.TRACKING, {})], now=NOON)
        yield session


def change_mail(session: Session, **values: Any) -> None:  # noqa: ANN401 - columns
    session.execute(update(Outbox).where(Outbox.channel == Channel.MAIL.value).values(**values))


@pytest.mark.parametrize(
    ("mail", "early", "due"),
    [
        ({"tries": 0}, timedelta(0), {"mail", "tracking"}),
        ({"sent_at": NOON}, timedelta(0), {"tracking"}),
        ({"failed_at": NOON}, timedelta(0), {"tracking"}),
        ({"next_try_at": NOON + SECOND}, timedelta(0), {"tracking"}),
        ({"next_try_at": NOON + SECOND}, SECOND, {"mail", "tracking"}),
        ({"next_try_at": NOON + SECOND, "tries": 1}, SECOND, {"tracking"}),
        ({"channel": "of a newer version"}, timedelta(0), {"of a newer version", "tracking"}),
    ],
)
def test_those_of_entries_whose_time_has_come(
    session: Session, mail: dict[str, Any], early: timedelta, due: set[str]
) -> None:
    change_mail(session, **mail)

    assert outbox.due_channels(session, now=NOON, early=early) == due


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.BUS])
def test_who_takes_entries_leaves_none_due(session: Session, channel: Channel) -> None:
    change_mail(session, channel=channel.value)
    take = outbox.take_in_order if channel is Channel.BUS else outbox.take_due

    taken = take(session, channel, now=NOON, at_most=10)

    assert [(entry.channel, entry.tries) for entry in taken] == [(channel, 1)]
    assert outbox.due_channels(session, now=NOON) == {"tracking"}
    assert outbox.due_channels(session, now=NOON + outbox.SENT_WITHIN) == {"tracking", channel.value}
