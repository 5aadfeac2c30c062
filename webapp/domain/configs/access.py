"""Which roles may an account have, and whose word counts for whom (approvals note §3.1)?"""

from collections.abc import Iterable
from typing import Any

from webapp.domain.configs.payloads import listed, quoted, read_payload
from webapp.domain.configs.proposals import BadPayload, Checked, Holder, Payload, Problem, Proposal, refused
from webapp.domain.identifiers import USERNAME_LENGTH, folded, storable
from webapp.domain.roles import ClashingRoles, Role, refuse_clash

APPROVERS_WANTED = 2
"""With fewer, an approver's own changes could never be approved."""
_ROLES = frozenset(Role)


def parse(value: object) -> dict[str, Any]:
    """Read `{"roles": [...]}` and give the roles in the order of Role; raises BadPayload."""
    return read_payload(value, {"roles": _roles})


def parse_key(key: str) -> str:
    """Take a username; raises BadPayload."""
    if not key or key != key.strip() or len(key) > USERNAME_LENGTH or not storable(key):
        raise BadPayload([Problem("key", "Must be the username of an account.")])
    return key


def check(proposal: Proposal) -> Checked:
    """Refuse a change of the own account, of an unknown one, and one that leaves too few to approve.

    A change may not take the number of active approvers below two, or below what it is when fewer.
    """
    if proposal.payload is None:
        return refused("", "The roles of an account cannot be deleted; an empty list of roles takes them all away.")
    problems = []
    accounts = proposal.around.accounts
    account = accounts.get(proposal.key)
    if folded(proposal.around.author) == folded(proposal.key):
        problems.append(Problem("key", "Nobody changes the roles of their own account."))
    if account is None:
        problems.append(Problem("key", f"There is no account named {quoted(proposal.key)}."))
    else:
        changed = Holder(account.active, tuple(Role(role) for role in proposal.payload["roles"]))
        before, after = _approvers(accounts.values()), _approvers({**accounts, proposal.key: changed}.values())
        if after < min(APPROVERS_WANTED, before):
            problems.append(Problem("roles", f"Would leave {after} active {_approver(after)}; {_wanted(before)}."))
    return Checked(tuple(problems))


def sentences(before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
    """Say which roles the account gets and loses."""
    if before == after:
        return ()
    was, will = ([*payload["roles"]] if payload else [] for payload in (before, after))
    gained, lost = [role for role in will if role not in was], [role for role in was if role not in will]
    name = key or "The account"
    gets = f"gets {_the_role(gained)}" if gained else ""
    loses = f"loses {listed(lost) if gained else _the_role(lost)}" if lost else ""
    if not gained and not lost:
        return (f"{name} has {'the same roles' if will else 'no role'} as before.",)
    none_left = "" if will else " and has none left"
    return (f"{name} {' and '.join(filter(None, (gets, loses)))}{none_left}.",)


def _roles(path: str, value: object) -> list[str]:
    if not isinstance(value, list):
        raise BadPayload([Problem(path, f"Must be a list of roles: {listed(Role)}.")])
    problems: list[Problem] = []
    found: set[Role] = set()
    for number, role in enumerate(value):
        if not isinstance(role, str) or role not in _ROLES:
            problems.append(Problem(f"{path}[{number}]", f"Must be a role: {listed(Role, joined='or')}."))
        elif role in found:
            problems.append(Problem(f"{path}[{number}]", f"{quoted(role)} stands in the list twice."))
        else:
            found.add(Role(role))
    try:
        refuse_clash(found)
    except ClashingRoles:
        problems.append(Problem(path, "An auditor cannot also be admin: who acts does not audit."))
    if problems:
        raise BadPayload(problems)
    return [role.value for role in Role if role in found]


def _approvers(holders: Iterable[Holder]) -> int:
    return sum(holder.active and Role.APPROVER in holder.roles for holder in holders)


def _approver(number: int) -> str:
    return "approver" if number == 1 else "approvers"


def _wanted(before: int) -> str:
    return (
        f"there must be {APPROVERS_WANTED}" if before >= APPROVERS_WANTED else f"there must be as many as now, {before}"
    )


def _the_role(roles: list[str]) -> str:
    return f"the {'role' if len(roles) == 1 else 'roles'} {listed(roles)}"
