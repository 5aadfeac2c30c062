"""What comes of a form that somebody sends: a change request, what it would do, or what is wrong with it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp import clock
from webapp.domain.approval import policy
from webapp.domain.approval.policy import Refusal
from webapp.domain.configs.kinds import KINDS, Kind
from webapp.errors.governance import InvalidPayload
from webapp.models.base import db, unit_of_work
from webapp.models.governance.changes import ChangeRequest
from webapp.services.configs import ledger
from webapp.services.governance import applying, changes, refused, standing
from webapp.web import auth
from webapp.web.admin.governed.forms.base import ProposeForm
from webapp.web.installation import terms_of

if TYPE_CHECKING:
    from webapp.web.admin.governed.governed_view import GovernedView


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do, in sentences and numbers, and what its requester will have to confirm."""

    sentences: Sequence[str]
    numbers: Sequence[str]
    cautions: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides on a change: how many have to, and who may."""

    needed: int
    names: Sequence[str]

    @property
    def too_few(self) -> bool:
        """True where nobody could make the change live as things are."""
        return len(self.names) < self.needed


def find_refusal(kind: Kind) -> Refusal | None:
    """Say why whoever asks may not propose changes of a kind, or None where they may."""
    return policy.find_proposal_refusal(kind, standing.person_of(db.session(), auth.actor()))


def require_proposer(kind: Kind, key: str) -> None:
    """Let those pass who may propose changes of a kind; raises RoleMissing, of which an event stays."""
    with refused.recorded(unit_of_work, auth.actor(), kind, key, now=clock.now()) as session:
        standing.refuse(policy.find_proposal_refusal(kind, standing.person_of(session, auth.actor())))


def deciding_on(kind: Kind, key: str) -> Deciding:
    """Give who would decide on a change that whoever asks files now; the key is empty while nobody knows it."""
    actor, subject_id = auth.actor(), standing.find_subject(db.session(), kind, key)
    needed = terms_of(actor, clock.now()).approvals_of(KINDS[kind])
    barred = {one for one in (actor.id, subject_id) if one is not None}
    return Deciding(needed, standing.list_deciders(db.session(), barred))


def look_ahead(view: "GovernedView", form: ProposeForm, key: str) -> Effect:
    """Judge a form and keep nothing; raises InvalidPayload and what its fields raise."""
    session, rule = db.session(), view.rule
    terms = terms_of(auth.actor(), clock.now())
    key = applying.parse_key(session, rule, key)
    payload = applying.parse(rule, form.payload())
    checked = applying.check(session, terms, rule.kind, key, payload, terms.actor.name)
    if checked.problems:
        raise InvalidPayload([(one.field, one.reason) for one in checked.problems])
    before = ledger.live_payload(session, rule.kind, key)
    sentences = rule.sentences(before, payload, "" if rule.single else key)
    cautions = [(one.code, one.text) for one in checked.cautions]
    return Effect(sentences, view.numbers(key, payload), cautions)


def file_change(view: "GovernedView", form: ProposeForm, key: str) -> list[ChangeRequest]:
    """File what a form asks for, with what belongs to it as one batch; raises as `propose_change` does."""
    actor, now = auth.actor(), clock.now()
    with refused.recorded(unit_of_work, actor, view.kind, key, now=now) as session:
        terms = terms_of(actor, now)
        return [changes.propose_change(session, terms, wish) for wish in view.wishes(session, form, key)]
