"""Does a change go from a wish to being live, and only with two people?"""

from datetime import timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.accounts import make_account
from tests.factories.audits import tamper
from tests.factories.governance import REASON, Staff, make_change, make_wish, terms_of
from tests.fakes import NOON
from webapp.domain.approval.states import State
from webapp.domain.roles import Role
from webapp.errors.governance import (
    AlreadyDecided,
    ChangesFrozen,
    OpenRequest,
    RevisionMoved,
    RoleMissing,
    SelfApproval,
    TokenDecides,
    Unchanged,
    WrongState,
)
from webapp.models.accounts import Account
from webapp.models.audit import AuditEvent
from webapp.models.governance.changes import ChangeRequest
from webapp.services import audit
from webapp.services.configs import ledger
from webapp.services.governance import changes, decisions, due, standing
from webapp.services.governance.terms import Edit

BROWSER = {"enabled": True, "known_user_agents": ["Mozilla"]}
ON = {"enabled": True}
TOKYO = timezone(timedelta(hours=9))


def live(session: Session, kind: str = "crawlers", key: str = "-") -> object:
    return ledger.live_payload(session, kind, key)


def actions(session: Session, change: ChangeRequest) -> list[str]:
    query = select(AuditEvent.action).where(AuditEvent.change_id == change.id).order_by(AuditEvent.seq)
    return list(session.scalars(query))


class TestGivenAProposal:
    def test_it_changes_nothing_by_itself(self, session: Session, staff: Staff) -> None:
        before = live(session)

        change = make_change(session, staff.editor)

        assert change.state is State.PENDING
        assert live(session) == before
        assert actions(session, change) == ["change.proposed"]

    def test_an_approver_makes_it_live(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)

        decisions.approve(session, terms_of(staff.approver), change.id, note="Fine.")
        session.commit()

        assert change.state is State.APPLIED
        assert live(session) == {"enabled": True, "known_user_agents": ["edX-downloader", "Robot"]}
        assert ledger.live_number(session, "crawlers", "-") == 2
        assert actions(session, change) == ["change.proposed", "change.applied"]

    def test_two_are_needed_where_the_kind_says_so(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload=ON))
        decisions.approve(session, terms_of(staff.approver), change.id)
        after_one = change.state

        with pytest.raises(AlreadyDecided):
            decisions.approve(session, terms_of(staff.approver), change.id)
        decisions.approve(session, terms_of(staff.second), change.id)

        assert (after_one, change.state) == (State.PENDING, State.APPLIED)
        assert live(session, "generation") == ON

    def test_the_same_again_is_an_open_request(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)

        with pytest.raises(OpenRequest) as refusal:
            make_change(session, staff.editor)

        assert refusal.value.change_id == change.id

    def test_what_is_live_already_is_no_change(self, session: Session, staff: Staff) -> None:
        with pytest.raises(Unchanged):
            make_change(session, staff.editor, make_wish("generation", payload={"enabled": False}))

    @pytest.mark.parametrize("who", ["editor", "viewer", "admin"])
    def test_only_an_approver_approves(self, session: Session, staff: Staff, who: str) -> None:
        change = make_change(session, staff.editor)

        with pytest.raises(RoleMissing):
            decisions.approve(session, terms_of(getattr(staff, who)), change.id)

    def test_who_rejects_what_they_approved_approves_it_no_longer(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload=ON))
        decisions.approve(session, terms_of(staff.approver), change.id)

        decisions.reject(session, terms_of(staff.approver), change.id, note="I was wrong.")

        assert (change.state, standing.approvals_of(session, change)) == (State.REJECTED, [])

    def test_a_token_never_decides(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)

        with pytest.raises(TokenDecides):
            decisions.approve(session, terms_of(staff.approver, by_token=True), change.id)

    @pytest.mark.parametrize(
        "edit",
        [
            Edit(payload=BROWSER),
            Edit(title="Robots"),
            Edit(reason="Quite another reason."),
            Edit(ask="alice"),
            Edit(confirmed=("catches_many",)),
        ],
        ids=["payload", "title", "why", "who is asked", "what is meant"],
    )
    def test_an_approval_is_of_what_was_seen(self, session: Session, staff: Staff, edit: Edit) -> None:
        change = make_change(session, staff.editor)
        seen = standing.tag_of(session, change)
        changes.edit_change(session, terms_of(staff.editor), change.id, edit)
        session.commit()

        with pytest.raises(RevisionMoved):
            decisions.approve(session, terms_of(staff.approver), change.id, expected=seen)


class TestGivenTheAuditOfAChange:
    def test_an_edit_keeps_what_was_asked_for_before(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        changes.edit_change(session, terms_of(staff.editor), change.id, Edit(payload=BROWSER))
        session.commit()

        query = select(AuditEvent).where(AuditEvent.change_id == change.id).order_by(AuditEvent.seq)
        told = [audit.details_of(event) for event in session.scalars(query)]

        before = {"enabled": False, "known_user_agents": ["edX-downloader"]}
        first = {"enabled": True, "known_user_agents": ["edX-downloader", "Robot"]}
        assert [(one["before"], one["after"]) for one in told] == [(before, first), (before, BROWSER)]

    def test_it_goes_on_though_somebody_replaced_the_last_text(
        self, session: Session, staff: Staff, database: Database
    ) -> None:
        change = make_change(session, staff.editor, make_wish("generation", payload=ON))
        tamper(session, database, "UPDATE audit_event SET body = '{}' WHERE action = 'change.proposed'")

        decisions.approve(session, terms_of(staff.approver), change.id)
        session.commit()

        last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
        assert (last.action, audit.details_of(last)["before"]) == ("change.approved", None)


class TestGivenSomebodyWhoWroteOnIt:
    def test_they_cannot_approve_though_they_have_the_role(self, session: Session, staff: Staff) -> None:
        both = make_two_roles(session)
        change = make_change(session, staff.editor)
        changes.edit_change(session, terms_of(both), change.id, Edit(payload=BROWSER))

        with pytest.raises(SelfApproval):
            decisions.approve(session, terms_of(both), change.id)

    def test_an_edit_makes_earlier_approvals_worthless(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, approvals={"crawlers": 2})
        decisions.approve(session, terms_of(staff.approver), change.id)

        changes.edit_change(session, terms_of(staff.editor), change.id, Edit(payload=BROWSER))

        assert change.revision == 2
        assert standing.approvals_of(session, change) == []

    def test_the_same_content_is_no_edit(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, approvals={"crawlers": 2})
        decisions.approve(session, terms_of(staff.approver), change.id)

        same = {"known_user_agents": ["edX-downloader", "Robot"], "enabled": True}
        changes.edit_change(session, terms_of(staff.editor), change.id, Edit(payload=same))

        assert change.revision == 1
        assert len(standing.approvals_of(session, change)) == 1
        assert actions(session, change) == ["change.proposed", "change.approved"]


def make_two_roles(session: Session) -> Account:
    account = make_account(session, "both", Role.EDITOR, Role.APPROVER)
    session.commit()
    return account


class TestGivenAScheduledChange:
    def test_it_goes_live_when_its_moment_has_come(self, session: Session, staff: Staff) -> None:
        later = NOON + timedelta(hours=1)
        change = make_change(session, staff.editor, make_wish(apply_at=later))
        decisions.approve(session, terms_of(staff.approver), change.id)
        session.commit()
        before = due.list_due(session, terms_of(staff.admin, now=NOON))

        terms = terms_of(staff.admin, now=later)
        applied = [due.apply_due(session, terms, number) for number in due.list_due(session, terms)]
        session.commit()

        assert (list(before), applied, change.state) == ([], [True], State.APPLIED)

    def test_it_is_held_where_its_approver_may_approve_no_more(self, session: Session, staff: Staff) -> None:
        later = NOON + timedelta(hours=1)
        change = make_change(session, staff.editor, make_wish(apply_at=later))
        decisions.approve(session, terms_of(staff.approver), change.id)
        staff.approver.disabled_at = NOON
        session.commit()

        due.apply_due(session, terms_of(staff.admin, now=later), change.id)

        assert change.state is State.ON_HOLD
        assert actions(session, change)[-1] == "change.schedule_failed"

    def test_an_approval_can_be_taken_back_and_given_again(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, make_wish(apply_at=NOON + timedelta(hours=1)))
        decisions.approve(session, terms_of(staff.approver), change.id)
        decisions.take_back(session, terms_of(staff.approver), change.id)
        taken_back = change.state

        decisions.approve(session, terms_of(staff.approver), change.id)

        assert (taken_back, change.state) == (State.PENDING, State.SCHEDULED)

    def test_held_and_resumed_it_is_scheduled_again(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor, make_wish(apply_at=NOON + timedelta(hours=1)))
        decisions.approve(session, terms_of(staff.approver), change.id)
        decisions.hold(session, terms_of(staff.editor), change.id, note="Wait.")
        held = change.state

        decisions.resume(session, terms_of(staff.second), change.id)

        assert (held, change.state) == (State.ON_HOLD, State.SCHEDULED)


class TestGivenAFreeze:
    def test_nothing_goes_live_before_it_ends(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        decisions.freeze(session, terms_of(staff.admin), until=NOON + timedelta(hours=2), reason="Exams are on.")
        session.commit()

        with pytest.raises(ChangesFrozen):
            decisions.approve(session, terms_of(staff.approver), change.id)
        decisions.approve(session, terms_of(staff.approver, now=NOON + timedelta(hours=3)), change.id)

        assert change.state is State.APPLIED

    def test_its_end_is_said_in_utc_whatever_zone_it_was_given_in(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        until = (NOON + timedelta(hours=2)).astimezone(TOKYO)
        decisions.freeze(session, terms_of(staff.admin), until=until, reason="Exams are on.")

        with pytest.raises(ChangesFrozen, match="before 2026-11-21 14:00 UTC"):
            decisions.approve(session, terms_of(staff.approver), change.id)

    def test_one_written_down_in_another_zone_is_read_in_utc(self, session: Session, staff: Staff) -> None:
        until = (NOON + timedelta(hours=2)).astimezone(TOKYO)
        actor, details = terms_of(staff.admin).actor, {"until": until.isoformat()}
        audit.append(session, actor, standing.FREEZE, "changes", "-", now=NOON, details=details, reason="Exams.")

        found = standing.find_freeze(session, now=NOON)

        assert found is not None
        assert found.until.isoformat() == "2026-11-21T14:00:00+00:00"


class TestGivenAnAppliedChange:
    def test_it_is_reverted_by_another_change(self, session: Session, staff: Staff) -> None:
        change = make_change(session, staff.editor)
        decisions.approve(session, terms_of(staff.approver), change.id)

        back = changes.revert_change(session, terms_of(staff.editor), change.id, reason=REASON)
        decisions.approve(session, terms_of(staff.approver), back.id)

        assert (back.reverts_version, ledger.live_number(session, "crawlers", "-")) == (1, 3)
        assert live(session) == {"enabled": False, "known_user_agents": ["edX-downloader"]}

    @pytest.mark.parametrize("move", ["approve", "withdraw", "reject", "hold"])
    def test_it_is_closed(self, session: Session, staff: Staff, move: str) -> None:
        change = make_change(session, staff.editor)
        decisions.approve(session, terms_of(staff.approver), change.id)
        note = {} if move in ("approve", "withdraw") else {"note": "No."}
        act = changes.withdraw if move == "withdraw" else getattr(decisions, move)

        with pytest.raises(WrongState):
            act(session, terms_of(staff.second), change.id, **note)
