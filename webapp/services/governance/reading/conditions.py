"""Which change requests are stale, owe a review, or wait for somebody? Said once, for pages and for programs."""

from sqlalchemy import BindParameter, ColumnElement, and_, exists, func, or_, select

from webapp.domain.approval.states import State, Verdict
from webapp.domain.configs.kinds import Kind
from webapp.models.accounts import Account
from webapp.models.governance.changes import LIVE, OWED, ChangeRequest, Contributor, Decision
from webapp.models.governance.versions import ConfigVersion

_HEAD = (
    select(func.max(ConfigVersion.version))
    .where(ConfigVersion.kind == ChangeRequest.kind, ConfigVersion.key == ChangeRequest.key)
    .scalar_subquery()
)
UP_TO_DATE = ChangeRequest.base_version == func.coalesce(_HEAD, 0)
STALE = and_(LIVE, ~UP_TO_DATE)
"""Open, and made from a value that is live no more."""
OWES_REVIEW = and_(OWED, ChangeRequest.undone_by.is_(None))
"""Made live by an emergency, which nobody else has looked at or undone (I15)."""

_STANDS = and_(
    Decision.change_id == ChangeRequest.id,
    Decision.revision == ChangeRequest.revision,
    Decision.verdict == Verdict.APPROVE,
    Decision.taken_back_at.is_(None),
)
_MAY_APPROVE = and_(Account.disabled_at.is_(None), Account.access.contains('"approver"'))
_GIVEN = (
    select(func.count())
    .select_from(Decision)
    .join(Account, Account.id == Decision.account_id)
    .where(_STANDS, _MAY_APPROVE)
    .where(~exists().where(Contributor.change_id == Decision.change_id, Contributor.account_id == Decision.account_id))
    .correlate(ChangeRequest)
    .scalar_subquery()
)
"""How many approvals count at this moment, as `standing.see` says."""


def waits_for(account_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Match what waits for the decision of somebody who may decide.

    It is pending and not stale; they have neither written on it nor approved it, and it is not about their own roles.
    What has enough approvals and is pending still waits for those who approved, too: by approving once more.
    """
    wrote = exists().where(Contributor.change_id == ChangeRequest.id, Contributor.account_id == account_id)
    approved = exists().where(_STANDS, Decision.account_id == account_id)
    own_name = select(Account.username).where(Account.id == account_id).scalar_subquery()
    about_them = and_(ChangeRequest.kind == Kind.ACCESS, ChangeRequest.key == own_name)
    to_approve = or_(~approved, ChangeRequest.approvals_needed <= _GIVEN)
    return and_(ChangeRequest.state == State.PENDING, UP_TO_DATE, ~wrote, to_approve, ~about_them)
