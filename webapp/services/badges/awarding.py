"""Who gets the badge of a course run, and with which image (domain note §5, decision 32)?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain import tracking
from webapp.domain.actors import Actor
from webapp.domain.badges import open_badges, status_lists
from webapp.domain.badges.slugs import badge_slug
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.statuses import Status
from webapp.domain.configs.badges import image_for_mode
from webapp.domain.configs.kinds import Kind
from webapp.domain.tracking import ToldBadge
from webapp.models.badges import BadgeAward
from webapp.models.certificates import GeneratedCertificate
from webapp.models.learners import Enrollment, Learner
from webapp.services import audit
from webapp.services.audit import Act
from webapp.services.badges import keys, standing
from webapp.services.configs import ledger
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect
from webapp.wording import phrase

NO_ADDRESS = phrase("The learner has no e-mail address, and by nothing else does a badge say whose it is.")
AT_ONCE = 200
"""So many awards that waited are given in one transaction."""


@dataclass(frozen=True, slots=True)
class Awarding:
    """Who awards, when, and what awards need from outside."""

    actor: Actor
    now: datetime
    new_secret: Callable[[], str]
    """Gives 32 hexadecimal digits that nobody can guess."""
    base_url: str
    by_server: bool = False
    """A badge server issues in our place (decision 32)."""
    secret: str | None = None
    """What keys are sealed with; without it the key to sign with is made when it is first needed."""


@dataclass(frozen=True, slots=True)
class _Images:
    """The images that are live, as the ledger has them."""

    badges: Mapping[str, Mapping[str, Any]]
    default_mode: str | None

    @classmethod
    def live(cls, session: Session) -> "_Images":
        default = ledger.live_payload(session, Kind.BADGE_DEFAULT)
        return cls(ledger.live_set(session, Kind.BADGE), default["mode"] if default else None)

    def of_mode(self, mode: str) -> str | None:
        return image_for_mode(self.badges, self.default_mode, mode)


def award(session: Session, awarding: Awarding, certificate_id: int) -> BadgeAward | None:
    """Award the badge that a certificate brings, or let the award wait for an image; None where there is nothing to award.

    The certificate is locked, so that of two at once the second finds what the first has awarded. Of a badge that is
    there already it is told that it is revoked, or stands again.
    """
    certificate = _locked(session, certificate_id)
    if certificate is None:
        return None
    found = _find(session, certificate)
    if found is not None:
        if _note_standing(session, awarding, found) and found.revoked_at is not None:
            event = telling(tracking.BADGE_REVOKED, found, base_url=awarding.base_url, now=awarding.now)
            outbox.add(session, [event], now=awarding.now)
        return None
    if certificate.status is not Status.DOWNLOADABLE:
        return None
    mode = _mode_now(session, certificate)
    made = BadgeAward(
        learner_id=certificate.learner_id,
        course_id=certificate.course_id,
        certificate_id=certificate.id,
        mode=mode,
        class_slug=badge_slug(certificate.course_id, mode),
        state=BadgeState.WAITING,
        assertion_id=awarding.new_secret(),
        salt=awarding.new_secret(),
        status_number=_free_number(session, awarding),
        created_at=awarding.now,
    )
    session.add(made)
    session.flush()  # its learner can be looked at from here on
    _give(session, awarding, [made], _Images.live(session))
    return made


def note_standing(session: Session, awarding: Awarding, certificate_id: int) -> None:
    """Note that the badge of a certificate is revoked, or stands again; nothing is sent, for badges are switched off."""
    certificate = _locked(session, certificate_id)
    found = _find(session, certificate) if certificate is not None else None
    if found is not None:
        _note_standing(session, awarding, found)


def award_waiting(session: Session, awarding: Awarding) -> int:
    """Award badges that waited for an image or an address and have both now, and give how many; at most `AT_ONCE`.

    Nobody gets one whose certificate is not valid any more: that award waits on.
    """
    images = _Images.live(session)
    query = (
        select(BadgeAward)
        .join(BadgeAward.certificate)
        .join(BadgeAward.learner)
        .where(BadgeAward.state == BadgeState.WAITING, GeneratedCertificate.status == Status.DOWNLOADABLE)
        .where(Learner.email != "")
        .order_by(BadgeAward.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=BadgeAward)
    )
    if images.default_mode not in images.badges:
        query = query.where(BadgeAward.mode.in_(images.badges))
    waiting = session.scalars(query).all()
    _give(session, awarding, waiting, images)
    return len(waiting)


def _locked(session: Session, certificate_id: int) -> GeneratedCertificate | None:
    query = select(GeneratedCertificate).where(GeneratedCertificate.id == certificate_id)
    return session.scalar(query.with_for_update())


def _find(session: Session, certificate: GeneratedCertificate) -> BadgeAward | None:
    query = select(BadgeAward).where(
        BadgeAward.learner_id == certificate.learner_id, BadgeAward.course_id == certificate.course_id
    )
    return session.scalar(query)


def _note_standing(session: Session, awarding: Awarding, one: BadgeAward) -> bool:
    """Say whether it has changed: once for each time that it does, whoever asked how often."""
    revoked = standing.find_revoked(session, one.id)
    if revoked is (one.revoked_at is not None):
        return False
    one.revoked_at = awarding.now if revoked else None
    session.flush()
    action = "badge.revoked" if revoked else "badge.reinstated"
    details = {"certificate": one.certificate_id, "course_id": one.course_id, "mode": one.mode}
    audit.append(session, awarding.actor, action, "badge_award", one.assertion_id, now=awarding.now, details=details)
    return True


def _free_number(session: Session, awarding: Awarding) -> int:
    """Draw until nobody has the number; of two who draw the same at once the second is tried again by the outbox."""
    newest = session.scalar(select(func.max(BadgeAward.id))) or 0
    while True:
        number = status_lists.status_number(status_lists.list_after(newest), awarding.new_secret())
        if session.scalar(select(BadgeAward.id).where(BadgeAward.status_number == number)) is None:
            return number


def _mode_now(session: Session, certificate: GeneratedCertificate) -> str:
    """The mode that the learner is enrolled in now counts; the certificate's where they are enrolled no more."""
    query = select(Enrollment.mode).where(
        Enrollment.learner_id == certificate.learner_id,
        Enrollment.course_id == certificate.course_id,
        Enrollment.active,
    )
    return session.scalar(query) or certificate.mode


def _give(session: Session, awarding: Awarding, awards: Sequence[BadgeAward], images: _Images) -> None:
    """Award what can be awarded; what a badge server issues is on its way first."""
    if not awards:
        return
    for one in awards:
        one.image_sha256 = images.of_mode(one.mode)
        one.problem = why_not(one)
        if one.problem:
            continue
        one.state = BadgeState.SENDING if awarding.by_server else BadgeState.AWARDED
        one.awarded_at = None if awarding.by_server else awarding.now
        one.identity = "" if awarding.by_server else open_badges.hashed_identity(one.learner.email, one.salt)
    session.flush()
    if awarding.secret and any(one.state is BadgeState.AWARDED for one in awards) and not keys.find_current(session):
        keys.make_first(session, awarding.actor, secret=awarding.secret, now=awarding.now)  # and not by a visit
    effects = [effect for one in awards if (effect := _effect(one, awarding)) is not None]
    outbox.add(session, effects, now=awarding.now)
    acts = [act_of(one, before=BadgeState.WAITING) for one in awards]
    audit.append_all(session, awarding.actor, acts, now=awarding.now)


def _effect(one: BadgeAward, awarding: Awarding) -> Effect | None:
    if one.state is BadgeState.SENDING:
        return Effect(Channel.BADGE_SERVER, {"award_id": one.id}, one.certificate_id)
    if one.state is BadgeState.AWARDED:
        return telling(tracking.BADGE_CREATED, one, base_url=awarding.base_url, now=awarding.now)
    return None


def why_not(one: BadgeAward) -> str:
    """Say why a badge has to wait; empty where nothing is missing."""
    if not one.image_sha256:
        return phrase("There is no badge image for the mode {mode}, and no default.", mode=one.mode)
    return "" if one.learner.email else NO_ADDRESS


def telling(name: str, one: BadgeAward, *, base_url: str, now: datetime) -> Effect:
    """Give what is told of a badge that was awarded, wherever it was issued; `name` is the event's."""
    return Effect(Channel.TRACKING, tracking.badge_told(name, told(one, base_url=base_url), now), one.certificate_id)


def told(one: BadgeAward, *, base_url: str) -> ToldBadge:
    """Give what an event says of a badge."""
    url = one.server_url or open_badges.assertion_url(base_url, one.assertion_id)
    return ToldBadge(
        user_id=one.learner.external_id,
        course_id=one.course_id,
        enrollment_mode=one.mode,
        assertion_id=one.assertion_id,
        image_url=one.server_image_url if one.server_url else open_badges.picture_url(url),
        json_url=url,
        issuer=one.server_issuer if one.server_url else open_badges.issuer_url(base_url),
    )


def act_of(one: BadgeAward, *, before: BadgeState) -> Act:
    """Give what the audit says of the state that a badge has come to; it was in none where it still waits."""
    details = {
        "certificate": one.certificate_id,
        "course_id": one.course_id,
        "mode": one.mode,
        "image": one.image_sha256,
        "before": None if one.state is BadgeState.WAITING else {"state": before},
        "after": {"state": one.state},
    }
    if one.server_url:
        details["server_url"] = one.server_url
    return Act(f"badge.{one.state}", "badge_award", one.assertion_id, details, one.problem)
