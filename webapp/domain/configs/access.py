"""Which roles may an account have, and whose word counts for whom (approvals note §3.1)?"""

from collections.abc import Iterable
from typing import Any

from webapp.domain.configs.payloads import Field, listed, one_of, quoted, read_payload
from webapp.domain.configs.proposals import BadPayload, Checked, Holder, Payload, Problem, Proposal, refused
from webapp.domain.identifiers import USERNAME_LENGTH, folded, storable
from webapp.domain.roles import ClashingRoles, Role, refuse_clash
from webapp.wording import phrase, phrase_of

APPROVERS_WANTED = 2
"""With fewer, an approver's own changes could never be approved."""
_ROLES = frozenset(Role)


def parse(value: object) -> dict[str, Any]:
    """Read `{"roles": [...]}` and give the roles in the order of Role; raises BadPayload."""
    return read_payload(value, FIELDS)


def parse_key(key: str) -> str:
    """Take a username; raises BadPayload."""
    if not key or key != key.strip() or len(key) > USERNAME_LENGTH or not storable(key):
        raise BadPayload([Problem("key", phrase("Must be the username of an account."))])
    return key


def check(proposal: Proposal) -> Checked:
    """Refuse a change of the own account, of an unknown one, and one that leaves too few to approve.

    A change may not take the number of active approvers below two, or below what it is when fewer.
    """
    if proposal.payload is None:
        return refused(
            "", phrase("The roles of an account cannot be deleted; an empty list of roles takes them all away.")
        )
    problems = []
    accounts = proposal.around.accounts
    account = accounts.get(proposal.key)
    if folded(proposal.around.author) == folded(proposal.key):
        problems.append(Problem("key", phrase("Nobody changes the roles of their own account.")))
    if account is None:
        problems.append(Problem("key", phrase("There is no account named {name}.", name=quoted(proposal.key))))
    else:
        changed = Holder(account.active, tuple(Role(role) for role in proposal.payload["roles"]))
        before, after = _approvers(accounts.values()), _approvers({**accounts, proposal.key: changed}.values())
        if after < min(APPROVERS_WANTED, before):
            problems.append(Problem("roles", _too_few(after, before)))
    return Checked(tuple(problems))


def sentences(before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
    """Say which roles the account gets and loses."""
    if before == after:
        return ()
    was, will = ([*payload["roles"]] if payload else [] for payload in (before, after))
    gained, lost = [role for role in will if role not in was], [role for role in was if role not in will]
    name = key or phrase("The account")
    if gained and lost:
        gets, loses = _the_role(gained), listed(lost)
        return (phrase("{name} gets {gained} and loses {lost}.", name=name, gained=gets, lost=loses),)
    if gained:
        return (phrase("{name} gets {gained}.", name=name, gained=_the_role(gained)),)
    if lost and will:
        return (phrase("{name} loses {lost}.", name=name, lost=_the_role(lost)),)
    if lost:
        return (phrase("{name} loses {lost} and has none left.", name=name, lost=_the_role(lost)),)
    if will:
        return (phrase("{name} has the same roles as before.", name=name),)
    return (phrase("{name} has no role as before.", name=name),)


def _roles(path: str, value: object) -> list[str]:
    if not isinstance(value, list):
        raise BadPayload([Problem(path, phrase("Must be a list of roles: {roles}.", roles=listed(Role)))])
    problems: list[Problem] = []
    found: set[Role] = set()
    for number, role in enumerate(value):
        if not isinstance(role, str) or role not in _ROLES:
            problems.append(
                Problem(f"{path}[{number}]", phrase("Must be a role: {roles}.", roles=listed(Role, joined="or")))
            )
        elif role in found:
            problems.append(Problem(f"{path}[{number}]", phrase("{name} stands in the list twice.", name=quoted(role))))
        else:
            found.add(Role(role))
    try:
        refuse_clash(found)
    except ClashingRoles:
        problems.append(Problem(path, phrase("An auditor cannot also be admin: who acts does not audit.")))
    if problems:
        raise BadPayload(problems)
    return [role.value for role in Role if role in found]


def _approvers(holders: Iterable[Holder]) -> int:
    return sum(holder.active and Role.APPROVER in holder.roles for holder in holders)


def _too_few(after: int, before: int) -> str:
    if before >= APPROVERS_WANTED:
        return phrase_of(
            after,
            "Would leave {number} active approver; there must be {wanted}.",
            "Would leave {number} active approvers; there must be {wanted}.",
            wanted=APPROVERS_WANTED,
        )
    return phrase_of(
        after,
        "Would leave {number} active approver; there must be as many as now, {wanted}.",
        "Would leave {number} active approvers; there must be as many as now, {wanted}.",
        wanted=before,
    )


def _the_role(roles: list[str]) -> str:
    if len(roles) == 1:
        return phrase("the role {roles}", roles=roles[0])
    return phrase("the roles {roles}", roles=listed(roles))


FIELDS = {
    "roles": Field(
        _roles,
        {
            "type": "array",
            "items": one_of(Role),
            "uniqueItems": True,
            "description": "Every role of the account; none takes them all away. Auditor and admin do not go together.",
        },
    )
}
KEY = {
    "type": "string",
    "minLength": 1,
    "maxLength": USERNAME_LENGTH,
    "description": "The user name of an account.",
}
"""The shape of a key."""
