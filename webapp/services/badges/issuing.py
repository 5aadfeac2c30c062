"""What is a badge server asked to issue, and what becomes of the award (decisions 31, 32, 39)?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain import tracking
from webapp.domain.actors import Actor
from webapp.domain.badges import server_messages
from webapp.domain.badges.server_messages import BadgeOrder, Issued
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.visibility import page_url
from webapp.domain.queue import backoff
from webapp.domain.queue.messages import cut
from webapp.errors import BadgeNotFailed, UnknownBadge
from webapp.models.badges import BadgeAward
from webapp.models.governance.versions import Blob
from webapp.services import audit
from webapp.services.badges import awarding, reading, standing
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect, Entry
from webapp.wording import phrase

ENDED = phrase("The certificate is not valid any more; no badge is issued for it.")
OFF = phrase("Badges are switched off (CERTDESK_BADGES); none is sent until they are on again.")
LOOKED_AT_AGAIN = timedelta(minutes=10)
"""So soon what waits for badges to be switched on is looked at again."""
ASKED = "asked"
"""In an entry that is not settled yet: for which addresses the server was asked."""
NO_SERVER = "no badge server is configured"


def prepare(
    session: Session, entry: Entry, actor: Actor, *, base_url: str, asks: bool, now: datetime
) -> BadgeOrder | None:
    """Give what is to be said of an award; None where it shall not be issued any more, and then it is settled here.

    An award whose certificate ended meanwhile fails, and can be sent again by staff once it is valid again. One whose
    certificate is only made anew is issued: that takes nothing away. Where it `asks` the server now, the entry keeps
    for which address until it is settled: should the answer be lost, the badge is looked for there later.
    """
    award = _locked(session, entry.payload["award_id"])
    if award is None or award.state is not BadgeState.SENDING:
        _forget_addresses(session, entry)
        outbox.record_sent(session, entry, now=now)
        return None
    picture = session.scalar(select(Blob.content).where(Blob.sha256 == award.image_sha256))
    if standing.find_lost(session, award.id):
        give_up(session, entry, actor, ENDED, now=now)
        return None
    email = award.learner.email
    if picture is None or not email:
        give_up(session, entry, actor, awarding.NO_ADDRESS if picture else phrase("Its image is not there."), now=now)
        return None
    asked, uuid = _asked(entry), award.certificate.verify_uuid
    if asks and email not in asked:
        outbox.rewrite(session, entry, {**entry.payload, ASKED: [*asked, email]})
    return server_messages.order(
        reading.achievement_of(session, award),
        picture=picture,
        email=email,
        evidence=f"{page_url(base_url, uuid)}?evidence_visit=1" if uuid else "",
        base_url=base_url,
        earlier=[address for address in asked if address != email],
    )


def record_issued(
    session: Session, entry: Entry, actor: Actor, issued: Issued, *, base_url: str, now: datetime
) -> None:
    """The server has issued it: the learner has the badge, and whoever counts is told."""
    award = _locked(session, entry.payload["award_id"])
    _forget_addresses(session, entry)
    outbox.record_sent(session, entry, now=now)
    if award is None or award.state is not BadgeState.SENDING:
        return
    award.state, award.awarded_at, award.problem = BadgeState.AWARDED, now, ""
    award.server_url, award.server_image_url, award.server_issuer = issued.url, issued.image_url, issued.issuer
    award.server_reply = dict(issued.reply)
    event = awarding.telling(tracking.BADGE_CREATED, award, base_url=base_url, now=now)
    outbox.add(session, [event], now=now)
    audit.append_all(session, actor, [awarding.act_of(award, before=BadgeState.SENDING)], now=now)


def record_unreachable(
    session: Session, entry: Entry, actor: Actor, problem: str, *, now: datetime, chance: float
) -> None:
    """The server could not be asked: again later, for six hours; until then the award says why it is still on its way."""
    if last_word := backoff.last_word(problem, entry.created_at, now, tries=entry.tries, undone="issued"):
        give_up(session, entry, actor, last_word, now=now)
        return
    award = _locked(session, entry.payload["award_id"])
    if award is not None and award.state is BadgeState.SENDING:
        award.problem = cut(problem)
    outbox.try_again(session, entry, problem, now=now, chance=chance)


def hold_back(session: Session, entry: Entry, *, now: datetime) -> None:
    """Badges are switched off: the award stays on its way and says why; its six hours begin once they are on (decision 32)."""
    award = _locked(session, entry.payload["award_id"])
    if award is not None and award.state is BadgeState.SENDING:
        award.problem = OFF
    if award is None or not award.learner.email:  # it may wait for long: what was taken away is not kept here meanwhile
        _forget_addresses(session, entry)
    outbox.hold_back(session, entry, until=now + LOOKED_AT_AGAIN, now=now)


def give_up(session: Session, entry: Entry, actor: Actor, problem: str, *, now: datetime) -> None:
    """The badge will not be issued unless staff send it again, once what is wrong is mended."""
    _forget_addresses(session, entry)
    outbox.record_failure(session, entry, problem, now=now)
    award = _locked(session, entry.payload["award_id"])
    if award is None or award.state is not BadgeState.SENDING:
        return
    award.state, award.problem = BadgeState.FAILED, cut(_without(problem, [award.learner.email, *_asked(entry)]))
    audit.append_all(session, actor, [awarding.act_of(award, before=BadgeState.SENDING)], now=now)


def send_again(session: Session, actor: Actor, award_id: int, *, now: datetime) -> BadgeAward:
    """Send an award that failed once more, on behalf of staff; raises UnknownBadge, BadgeNotFailed."""
    award = _locked(session, award_id)
    if award is None:
        raise UnknownBadge(phrase("There is no badge {number}.", number=award_id))
    if award.state is not BadgeState.FAILED:
        raise BadgeNotFailed(phrase("Only a badge that failed is sent again."))
    award.state, award.problem = BadgeState.SENDING, ""
    # Its answer may have been lost: the server is asked first whether it has issued it.
    effect = Effect(Channel.BADGE_SERVER, {"award_id": award.id, "again": True}, award.certificate_id)
    outbox.add(session, [effect], now=now)
    audit.append_all(session, actor, [awarding.act_of(award, before=BadgeState.FAILED)], now=now)
    return award


def _locked(session: Session, award_id: int) -> BadgeAward | None:
    query = select(BadgeAward).where(BadgeAward.id == award_id).with_for_update(of=BadgeAward)
    return session.scalar(query.execution_options(populate_existing=True))


def _asked(entry: Entry) -> list[str]:
    """Give for which addresses the server was asked before."""
    return list(entry.payload.get(ASKED, []))


def _forget_addresses(session: Session, entry: Entry) -> None:
    outbox.rewrite(session, entry, {name: value for name, value in entry.payload.items() if name != ASKED})


def _without(problem: str, addresses: Sequence[str]) -> str:
    """The audit forgets nothing, and a server quotes what it refuses."""
    for address in filter(None, addresses):
        problem = problem.replace(address, "(the learner's address)")
    return problem
