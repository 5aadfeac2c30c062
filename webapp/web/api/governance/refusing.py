"""What do the services of configuration refuse, by what somebody asks of them, and to whom? For the document alone."""

from collections.abc import Mapping, Sequence

from webapp.domain.roles import Permission, Role, roles_with
from webapp.errors import WebappError
from webapp.errors.governance import (
    AlreadyDecided,
    BadMoment,
    CautionsUnread,
    ChangesFrozen,
    InvalidPayload,
    KeyNotTyped,
    MergeConflict,
    OpenRequest,
    ReasonMissing,
    RoleMissing,
    SelfApproval,
    StaleBase,
    StaleChange,
    TokenDecides,
    Unchanged,
    UnknownChange,
    UnknownKey,
    UnknownKind,
    WrongState,
)

Errors = tuple[type[WebappError], ...]

UNKNOWN: Errors = (UnknownKind, UnknownKey)
_WISH: Errors = (InvalidPayload, CautionsUnread, Unchanged, ReasonMissing, BadMoment, RoleMissing)
PROPOSING: Errors = (*UNKNOWN, *_WISH, OpenRequest, StaleBase)
_MOVING: Errors = (UnknownChange, WrongState, RoleMissing, ReasonMissing)
EDITING: Errors = (*_MOVING, *_WISH, SelfApproval)
_DECIDING: Errors = (*_MOVING, SelfApproval, TokenDecides)
FREEZING: Errors = (RoleMissing, TokenDecides, BadMoment, ReasonMissing)
THAWING: Errors = (RoleMissing, TokenDecides, ReasonMissing)
MOVES: Mapping[str, Errors] = {
    "approve": (*_DECIDING, AlreadyDecided, StaleChange, ChangesFrozen, InvalidPayload),
    "hold": _DECIDING,
    "resume": _DECIDING,
    "reject": _DECIDING,
    "take-back": _MOVING,
    "withdraw": _MOVING,
    "rebase": (*EDITING, MergeConflict),
    "emergency": (*_DECIDING, StaleChange, KeyNotTyped, InvalidPayload),
    "acknowledge": _DECIDING,
    "revert": (*_MOVING, *PROPOSING),
    "comment": _MOVING,
}
"""Word of a move -> what its service refuses (approvals note §3.2)."""
BY_PEOPLE = frozenset({"approve", "resume", "reject", "emergency", "acknowledge"})
"""The moves that no token may make; hold is its author's too, who may be a program."""
PROPOSERS = roles_with(Permission.PROPOSE_CHANGES)
URGENT = roles_with(Permission.ACT_IN_EMERGENCY)
_DECIDERS = roles_with(Permission.DECIDE_CHANGES)
ROLES: Mapping[str, Sequence[Role]] = {
    **dict.fromkeys(("approve", "hold", "resume", "reject"), _DECIDERS),
    **dict.fromkeys(("rebase", "revert"), PROPOSERS),
    "emergency": URGENT,
    "acknowledge": (*_DECIDERS, *URGENT),
}
"""Word of a move -> who may make it; of one that is not here, whoever the door lets in (approvals note §3.2)."""
