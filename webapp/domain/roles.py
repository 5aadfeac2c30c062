"""What may each role do?"""

from collections.abc import Iterable
from enum import StrEnum

from webapp.wording import phrase


class Role(StrEnum):
    """What an account is for; additive. The stored value is the wire word (interface §2)."""

    VIEWER = "viewer"
    """Reads."""
    SUPPORT = "support"
    """Has certificates made, ended and declared void, allowlists learners, and brings in records."""
    EDITOR = "editor"
    """Proposes changes of the configuration, but for those of roles."""
    APPROVER = "approver"
    """Decides on changes that others proposed."""
    AUDITOR = "auditor"
    """Reads and verifies the audit as well."""
    ADMIN = "admin"
    """Proposes changes of roles, acts in an emergency, brings in records, reads the audit, and looks after accounts."""


class Permission(StrEnum):
    """One thing that a route may ask for."""

    READ_DESK = "read_desk"
    """See certificates, learners, courses and the inbox."""
    HANDLE_DELIVERIES = "handle_deliveries"
    """Apply a refused delivery again, or close it."""
    SUPPORT_LEARNERS = "support_learners"
    """Generate, regenerate and delete certificates, allowlist learners, invalidate (interface §2)."""
    WRITE_RECORDS = "write_records"
    """Bring in the platform's facts, certificates and exceptions among them (interface §3)."""
    READ_AUDIT = "read_audit"
    """Read, export and verify the audit."""
    PROPOSE_CHANGES = "propose_changes"
    """Propose changes of configuration; which kinds is the policy's affair."""
    DECIDE_CHANGES = "decide_changes"
    """Approve, hold, resume and reject what others proposed."""
    ACT_IN_EMERGENCY = "act_in_emergency"
    """Make a change live without approvals, and freeze changes."""
    MANAGE_ACCOUNTS = "manage_accounts"
    """See accounts, disable and enable them, end their sessions."""
    KEEP_VIEWS = "keep_views"
    """Change and delete views of lists that others share."""
    ERASE_LEARNERS = "erase_learners"
    """Forget a learner for good (record 37)."""
    OPERATE = "operate"
    """See what processes keep ready, and have them forget it."""


class ClashingRoles(ValueError):
    """Two roles that one account cannot hold together."""


_READ = {Permission.READ_DESK}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset(_READ),
    Role.SUPPORT: frozenset(
        _READ | {Permission.HANDLE_DELIVERIES, Permission.SUPPORT_LEARNERS, Permission.WRITE_RECORDS}
    ),
    Role.EDITOR: frozenset(_READ | {Permission.PROPOSE_CHANGES}),
    Role.APPROVER: frozenset(_READ | {Permission.DECIDE_CHANGES}),
    Role.AUDITOR: frozenset(_READ | {Permission.READ_AUDIT}),
    Role.ADMIN: frozenset(
        _READ
        | {
            Permission.WRITE_RECORDS,
            Permission.READ_AUDIT,
            Permission.MANAGE_ACCOUNTS,
            Permission.ERASE_LEARNERS,
            Permission.OPERATE,
            Permission.KEEP_VIEWS,
            Permission.PROPOSE_CHANGES,
            Permission.ACT_IN_EMERGENCY,
        }
    ),
}

LABELS: dict[Role, str] = {
    Role.VIEWER: phrase("Viewer"),
    Role.SUPPORT: phrase("Support"),
    Role.EDITOR: phrase("Editor"),
    Role.APPROVER: phrase("Approver"),
    Role.AUDITOR: phrase("Auditor"),
    Role.ADMIN: phrase("Admin"),
}


def permitted(roles: Iterable[Role], permission: Permission) -> bool:
    """Say whether any of the roles carries the permission."""
    return any(permission in PERMISSIONS[role] for role in roles)


def roles_with(permission: Permission) -> list[Role]:
    """Give the roles that carry the permission."""
    return [role for role in Role if permission in PERMISSIONS[role]]


def refuse_clash(roles: Iterable[Role]) -> None:
    """Raise ClashingRoles for auditor together with admin: who acts does not audit (interface §2)."""
    if {Role.AUDITOR, Role.ADMIN} <= set(roles):
        raise ClashingRoles("an auditor cannot also be admin")


class Scope(StrEnum):
    """What an API token may be used for; never more than its account's roles allow (interface §6)."""

    CERTIFICATES_READ = "certificates:read"
    CERTIFICATES_WRITE = "certificates:write"
    CONFIGS_READ = "configs:read"
    CONFIGS_PROPOSE = "configs:propose"
    RECORDS_WRITE = "records:write"
    AUDIT_READ = "audit:read"
