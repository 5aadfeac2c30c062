"""How do verdicts become rows, for one learner or for many: fields, transitions, audit, and what leaves afterwards?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, bindparam, insert, update
from sqlalchemy.orm import Session

from webapp.domain import tracking
from webapp.domain.certificates import effects
from webapp.domain.certificates.effects import Fields
from webapp.domain.certificates.eligibility import Decision, Path, Purpose
from webapp.domain.certificates.modes import GenerationMode
from webapp.domain.certificates.pdf_templates import Design, design
from webapp.domain.certificates.statuses import PASSED, Status
from webapp.domain.certificates.transitions import Cause, Move
from webapp.domain.queue.requests import certificate_submission
from webapp.models.certificates import CertificateTransition, GeneratedCertificate
from webapp.services import audit
from webapp.services.audit import Act
from webapp.services.following.effects import follow
from webapp.services.following.moves import Moved
from webapp.services.generation.facts import Held, find_certificates
from webapp.services.generation.orders import Order
from webapp.services.messages import outbox
from webapp.services.messages.outbox import Channel, Effect

_table = GeneratedCertificate.__table__
_FIELDS = tuple(Fields.__dataclass_fields__)
_INSERT = insert(GeneratedCertificate)
_INSERT_TRANSITION = insert(CertificateTransition)
_UPDATE = (
    update(GeneratedCertificate)
    .where(_table.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in (*_FIELDS, "modified_at")})
)
_CAUSES = {
    Move.SUBMIT: Cause.SUBMITTED,
    Move.ISSUE_AGAIN: Cause.REGENERATED,
    Move.SUBMIT_AGAIN: Cause.REGENERATED,
    Move.REFUSE: Cause.JUDGED,
    Move.DOWNGRADE: Cause.JUDGED,
}
_REASON_LENGTH = 512


@dataclass(slots=True)
class Made:
    """What came of one verdict."""

    decision: Decision
    before: Status | None
    status: Status | None
    """The status now; None where there is still no certificate."""
    queued: bool = False
    certificate_id: int | None = None
    changed: bool = False


@dataclass(slots=True)
class Change:
    """What one act writes of one certificate."""

    made: Made
    fields: Fields
    move: Move | None
    was: Fields | None
    """The fields as they are; None where there is no row yet."""
    submission: Mapping[str, Any] | None = None
    reason: str = ""
    cause: Cause | None = None
    action: str = ""


def carry_out(
    session: Session,
    order: Order,
    decisions: Sequence[Decision],
    held: Held,
    *,
    told: Callable[[Sequence["Made"]], None] | None = None,
) -> list[Made]:
    """Do what the verdicts ask for, all of one course run, in one transaction and with as few statements for many as for one.

    `held` are the certificates as they were locked. The audit events come last, since others wait for their lock:
    whoever has more to write is `told` before them what will come of it, but for the numbers of new certificates.
    """
    changes = [_change_for(order, decision, held.get(decision.facts.learner_id)) for decision in decisions]
    made = [change.made for change in changes]
    if told is not None:
        told(made)
    write(session, order, changes)
    return made


def write(session: Session, order: Order, changes: Sequence[Change]) -> None:
    """Write changes, their transitions, effects and audit events."""
    changed = [change for change in changes if change.made.changed]
    _insert(session, order, [change for change in changed if change.was is None])
    _update(session, order, [change for change in changed if change.was is not None])
    moved = [change for change in changed if change.made.before is not change.made.status or change.cause]
    if moved:
        # On the connection: the session would send a statement for each run of rows with the same columns empty.
        session.connection().execute(_INSERT_TRANSITION, [_transition(order, change) for change in moved])
    found = [effect for change in changed for effect in _effects(order, change)]
    found += follow(session, order.switches, [_moved(order, change) for change in changed])
    outbox.add(session, found, now=order.now)
    acts = [_act(order, change) for change in changes if _is_told(order, change)]
    if acts:
        audit.append_all(session, order.actor, acts, now=order.now)


def make_change(
    decision: Decision, row: RowMapping, fields: Fields, move: Move, *, cause: Cause, action: str, reason: str
) -> Change:
    """Give a change that staff ask for by name, whatever the rules say of the learner."""
    was = fields_of(row)
    made = Made(decision, was.status, fields.status, certificate_id=row["id"], changed=fields != was)
    return Change(made, fields, move, was, reason=reason, cause=cause, action=action)


def fields_of(row: RowMapping) -> Fields:
    """Give the fields of a certificate's row."""
    return Fields(**{name: row[name] for name in _FIELDS})


def _change_for(order: Order, decision: Decision, row: RowMapping | None) -> Change:
    facts = decision.facts
    was = fields_of(row) if row else None
    before = was or Fields()
    made = Made(decision, facts.status, facts.status, certificate_id=facts.certificate_id)
    wanted = effects.move_to(decision)
    if wanted is None:
        return Change(made, before, None, was)
    move, target = wanted
    if not decision.earned:
        change = Change(made, effects.refused(before, facts, target), move, was, reason=_why(decision))
    else:
        change = _making(order, made, design(decision), move, target, was)
    made.status, made.changed = target, change.fields != was
    return change


def _making(order: Order, made: Made, wanted: Design, move: Move, target: Status, was: Fields | None) -> Change:
    facts, before, key = made.decision.facts, was or Fields(), order.new_key()
    if not wanted.through_queue:
        fields = effects.issued(before, wanted, key=key, verify_uuid=order.new_uuid(), now=order.now)
        return Change(made, fields, move, was, reason=order.note)
    submission = certificate_submission(
        key=key,
        username=facts.username,
        course_id=facts.course.course_id,
        course_name=facts.course.title,
        name=wanted.name,
        grade=wanted.label,
        template_pdf=wanted.template,
        designation=None,
        base_url=order.base_url,
        queue_name=order.queue_name or "",
    )
    made.queued = True
    payload = {"key": key, "header": submission.header, "body": submission.body}
    return Change(made, effects.submitted(before, wanted, target, key=key), move, was, payload, order.note)


def _insert(session: Session, order: Order, changes: Sequence[Change]) -> None:
    if not changes:
        return
    rows = [
        {
            "learner_id": change.made.decision.facts.learner_id,
            "course_id": change.made.decision.facts.course.course_id,
            "distinction": False,
            "created_at": order.now,
            "modified_at": order.now,
            **_as_values(change.fields),
        }
        for change in changes
    ]
    session.flush()
    # Read back: with RETURNING the toolkit writes all rows into one statement, which takes longer to read than to run.
    session.connection().execute(_INSERT, rows)
    numbers = find_certificates(session, rows[0]["course_id"], [row["learner_id"] for row in rows])
    for change in changes:
        change.made.certificate_id = numbers[change.made.decision.facts.learner_id]


def _update(session: Session, order: Order, changes: Sequence[Change]) -> None:
    if not changes:
        return
    rows = [
        {"row_id": change.made.certificate_id, "new_modified_at": order.now, **_as_values(change.fields, "new_")}
        for change in changes
    ]
    session.flush()
    session.connection().execute(_UPDATE, rows)


def _as_values(fields: Fields, prefix: str = "") -> dict[str, Any]:
    return {prefix + name: getattr(fields, name) for name in _FIELDS}


def _transition(order: Order, change: Change) -> dict[str, Any]:
    return {
        "certificate_id": change.made.certificate_id,
        "at": order.now,
        "from_status": change.made.before,
        "to_status": change.made.status,
        "cause": _cause(order, change),
        "actor_name": order.actor.name,
        "reason": change.reason[:_REASON_LENGTH],
        "request_id": order.actor.request_id,
    }


def _cause(order: Order, change: Change) -> Cause:
    if change.cause:
        return change.cause
    if change.move is not Move.ISSUE:
        return _CAUSES[change.move] if change.move else Cause.JUDGED
    if order.generation_mode is GenerationMode.SELF:
        return Cause.REQUESTED
    return Cause.ALLOWLISTED if change.made.decision.path is Path.ALLOWLIST else Cause.PASSED


def _moved(order: Order, change: Change) -> Moved:
    made, facts = change.made, change.made.decision.facts
    assert made.certificate_id is not None, "it is written by now"
    return Moved(
        certificate_id=made.certificate_id,
        learner_id=facts.learner_id,
        external_id=facts.external_id,
        course_id=facts.course.course_id,
        before=made.before,
        status=change.fields.status,
        cause=_cause(order, change),
        at=order.now,
        mode=change.fields.mode,
        grade=change.fields.grade,
        download_url=change.fields.download_url,
    )


def _effects(order: Order, change: Change) -> list[Effect]:
    made, facts = change.made, change.made.decision.facts
    found = []
    if change.submission:
        found.append(Effect(Channel.XQUEUE, change.submission, made.certificate_id, facts.username))
    about: dict[str, Any] = {
        "user_id": facts.external_id,
        "course_id": facts.course.course_id,
        "certificate_id": change.fields.verify_uuid,
        "enrollment_mode": change.fields.mode,
        "at": order.now,
    }
    if not change.action and made.decision.earned and (made.status in PASSED or made.queued):
        event = tracking.created(**about, generation_mode=order.generation_mode)
        found.append(Effect(Channel.TRACKING, event, made.certificate_id))
    lost = effects.is_lost(made.status, was_valid=facts.valid)
    if lost:
        event = tracking.revoked(**about, source=order.generation_mode.value)
        found.append(Effect(Channel.TRACKING, event, made.certificate_id))
    if facts.course.issues_badges and (lost or effects.is_new(made.before, made.status)):  # what becomes of its badge
        found.append(Effect(Channel.BADGE, {}, made.certificate_id))
    return found


def _is_told(order: Order, change: Change) -> bool:
    """What changed nothing is told where a person asked for it; a bulk run keeps its own results."""
    return change.made.changed or order.generation_mode is GenerationMode.SUPPORT


def _act(order: Order, change: Change) -> Act:
    made, decision = change.made, change.made.decision
    action = change.action or _action(made)
    details = {
        "generation_mode": order.generation_mode,
        "course_id": decision.facts.course.course_id,
        **effects.told(change.was, change.fields if made.changed else change.was),
        "rules": decision.path,
        "refused_by": decision.refused_by,
        "trace": {check.code: passed for check, passed in decision.trace},
    }
    if made.certificate_id is None:
        return Act(action, "learner", decision.facts.username, details, order.note)
    return Act(action, "certificate", str(made.certificate_id), details, order.note)


def _action(made: Made) -> str:
    if not made.decision.earned:
        return "certificate.refused"
    if not made.changed:
        return "certificate.judged"
    return "certificate.regenerated" if made.decision.purpose is Purpose.REGENERATE else "certificate.generated"


def _why(decision: Decision) -> str:
    """The facts that stood against the certificate, in words."""
    return " ".join(check.fact(decision.facts) for check, passed in decision.trace if not passed)
