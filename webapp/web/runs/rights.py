"""Who may do something about a run? Support, and of the team of course runs whoever asked for it (records 32, 35)."""

from flask_login import current_user

from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.models.certificates import GenerationRun
from webapp.services.generation import runs


def may_act(run: GenerationRun | None) -> bool:
    """Say whether whoever asks may pause, resume and cancel a run, or do for real what it foresaw.

    To support it may be told that there is no such run.
    """
    return current_user.may(Permission.SUPPORT_LEARNERS) or (run is not None and _is_own(run))


def team_of() -> int | None:
    """Give the learner whose course runs are the limit; None for support, who have none."""
    if current_user.may(Permission.SUPPORT_LEARNERS):
        return None
    return current_user.signed_in.learner_id or 0


def _is_own(run: GenerationRun) -> bool:
    signed_in = current_user.signed_in
    asked = signed_in.account_id is not None and signed_in.account_id == run.asked_by_id
    return asked and runs.is_of_team(db.session(), run, signed_in.learner_id)
