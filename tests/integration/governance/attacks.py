"""Which plain SQL goes at the gate, on which scene, and in which words is it refused?

In the statements `{id}` is the scene's request, and a name the number of the account.
"""
# ruff: noqa: S608 - statements are put together of our own words

from dataclasses import dataclass

from tests.integration.governance import scenes
from tests.integration.governance.scenes import Scene

NOW = "'2026-11-21 12:00:00'"


def insert(table: str, **columns: str) -> str:
    """Give an INSERT of SQL literals."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"


def request(**columns: str) -> str:
    """Give the INSERT of a forged request of Eva's for the crawlers, with other columns where they are named."""
    row = {
        "origin": "'proposal'", "kind": "'crawlers'", "key": "'-'", "payload": "'{{}}'", "base_version": "1",
        "revision": "1", "state": "'pending'", "approvals_needed": "1", "author_id": "{eva}", "author_name": "'eva'",
        "title": "''", "reason": "''", "confirmed": "'[]'", "emergency": "FALSE", "batch": "''", "reviewed_by": "''",
        "created_at": NOW, "touched_at": NOW,
    }  # fmt: skip
    return insert("change_request", **{**row, **columns})


def version(**columns: str) -> str:
    """Give the INSERT of a version that says what the request says, with other columns where they are named."""
    row = {
        "kind": "c.kind", "key": "c.key", "version": "c.base_version + 1", "payload": "c.payload", "shape": "1",
        "change_id": "c.id", "created_at": "c.touched_at",
    }  # fmt: skip
    row |= columns
    return (
        f"INSERT INTO config_version ({', '.join(row)}) SELECT {', '.join(row.values())}"
        " FROM change_request c WHERE c.id = {id}"
    )


def version_of(kind: str, payload: str, **columns: str) -> str:
    """Give the INSERT of a version for the request that was forged last."""
    row = {"kind": f"'{kind}'", "key": "'-'", "version": "1", "payload": f"'{payload}'", "shape": "1"}
    row |= {"change_id": "(SELECT max(id) FROM change_request)", "created_at": NOW}
    return insert("config_version", **{**row, **columns})


def decision(account: str, verdict: str = "approve", revision: str = "1", **columns: str) -> str:
    """Give the INSERT of somebody's decision."""
    row = {"change_id": "{id}", "revision": revision, "account_id": f"{{{account}}}", "account_name": "'x'"}
    return insert("decision", **row, verdict=f"'{verdict}'", note="''", at=NOW, **columns)


def contributor(account: str, **columns: str) -> str:
    """Give the INSERT of somebody who wrote on the request."""
    row = {"change_id": "{id}", "account_id": f"{{{account}}}", "account_name": "'x'"}
    return insert("contributor", **{**row, **columns})


def update(what: str) -> str:
    """Give the UPDATE of the request."""
    return f"UPDATE change_request SET {what} WHERE id = {{id}}"


UNAPPROVED = "a version needs the approvals of people who did not write it"
NOT_THIS = "a version needs an open change request that says exactly this"
FOLLOWS = "a version follows the live one"
BEGAN = "what a change request began with stays"
REVISION = "another content is another revision"
CLOSED = "a closed change request stays as it is"
LATE = "a decision is on the present revision of an open request"
REVIEW = "an emergency is reviewed by somebody else, and nothing else is"
NO_ROLE = "nobody decides without the role"
INSTALLATION = "an installation begins with its own values"
END_IT = f"state = 'rejected', closed_at = {NOW}"
SECOND = "UPDATE decision SET {} WHERE change_id = {{id}}"


@dataclass(frozen=True)
class Attack:
    """Statements of which the last is refused, and in which words."""

    scene: Scene
    statements: tuple[str, ...]
    words: str


def attack(scene: Scene, *statements: str, words: str) -> Attack:
    """Give an attack on a scene."""
    return Attack(scene, statements, words)


ATTACKS: dict[str, Attack] = {
    # the ledger
    "alter a version": attack(scenes.applied, "UPDATE config_version SET payload = '[]'", words="a version is never changed"),
    "delete a version": attack(scenes.applied, "DELETE FROM config_version", words="a version is never deleted"),
    "a version without a request": attack(scenes.pending, version(change_id="999"), words=NOT_THIS),
    "a version of nothing": attack(scenes.pending, version(change_id="NULL"), words=NOT_THIS),
    "pending without approvals": attack(scenes.pending, version(), words=UNAPPROVED),
    "half of the approvals": attack(scenes.half_approved, version(), words=UNAPPROVED),
    "another payload": attack(scenes.approved, version(payload="'{{}}'"), words=NOT_THIS),
    "no payload": attack(scenes.approved, version(payload="NULL"), words=NOT_THIS),
    "another key": attack(scenes.approved, version(key="'x'"), words=NOT_THIS),
    "another kind": attack(scenes.approved, version(kind="'access'"), words=NOT_THIS),
    "an approval of one's own": attack(scenes.pending, decision("eva"), words="nobody approves what they wrote"),
    "an approval by who rewrote it": attack(scenes.of_two_hands, decision("bea", revision="2"), words="nobody approves what they wrote"),
    "the approval of who wrote on it since": attack(scenes.approved, contributor("amir"), version(), words=UNAPPROVED),
    "an approval that was taken back": attack(scenes.taken_back, version(), words=UNAPPROVED),
    "an approval of an earlier revision": attack(scenes.edited, version(), words=UNAPPROVED),
    "an approval without the role by now": attack(scenes.without_its_role, version(), words=UNAPPROVED),
    "an approval of a disabled account": attack(scenes.disabled, version(), words=UNAPPROVED),
    "what is held": attack(scenes.held, version(), words=NOT_THIS),
    "what was rejected": attack(scenes.rejected, version(), words=NOT_THIS),
    "a rejection on it": attack(scenes.approved, decision("alice", "reject"), version(), words=UNAPPROVED),
    "a second time": attack(scenes.applied, version(), words=NOT_THIS),
    "a second time as the next": attack(scenes.applied, version(version="3"), words=NOT_THIS),
    "stale as version 2": attack(scenes.stale, version(), words=FOLLOWS),
    "stale as version 3": attack(scenes.stale, version(version="3"), words=NOT_THIS),
    "with a gap": attack(scenes.approved, update("base_version = 7, revision = 2, state = 'pending'"), version(), words=FOLLOWS),
    "the number of another": attack(scenes.approved, version(id="(SELECT min(id) FROM config_version)"), words="a version is never replaced"),
    # the state
    "applied by hand": attack(scenes.approved, update(f"state = 'applied', closed_at = {NOW}"), words="a change is applied by its version"),
    "a state that there is not": attack(scenes.pending, update("state = 'done'"), words="a change request is in a state that there is"),
    "closed without its moment": attack(scenes.pending, update("state = 'withdrawn'"), words="a closed change request says when"),
    **{
        f"{what} of a closed one": attack(scenes.applied, update(how), words=CLOSED)
        for what, how in {
            "state": "state = 'pending'", "reason": "reason = 'other'", "title": "title = 'other'",
            "confirmed": "confirmed = '[1]'", "closed_at": "closed_at = '2001-01-01 00:00:00'", "payload": "payload = '{{}}'",
            "batch": "batch = 'x'", "asked_id": "asked_id = {amir}", "held_by_id": "held_by_id = {amir}",
            "reverts_version": "reverts_version = 1", "touched_at": "touched_at = '2001-01-01 00:00:00'",
        }.items()
    },
    "reopen a rejected one": attack(scenes.rejected, update("state = 'pending', closed_at = NULL"), words=CLOSED),
    "reject what is live": attack(scenes.applied, update(END_IT), words=CLOSED),
    # what a request began with, and its content
    **{
        f"other {what}": attack(scenes.approved, update(how), words=BEGAN)
        for what, how in {
            "number": "id = 777", "origin": "origin = 'machine'", "kind": "kind = 'access'", "key": "key = 'x'",
            "approvals needed": "approvals_needed = 0", "author": "author_id = {adam}", "author's name": "author_name = 'x'",
            "no author": "author_id = NULL", "beginning": "created_at = '2001-01-01 00:00:00'",
        }.items()
    },
    "a lower revision": attack(scenes.edited, update("revision = 1"), words=REVISION),
    "a leap of revisions": attack(scenes.approved, update("revision = 3"), words=REVISION),
    "content without a revision": attack(scenes.approved, update("payload = '{{}}'"), words=REVISION),
    "deletion without a revision": attack(scenes.approved, update("payload = NULL"), words=REVISION),
    "a base without a revision": attack(scenes.stale, update("base_version = 2"), words=REVISION),
    "a moment without a revision": attack(scenes.approved, update("apply_at = NULL"), words=REVISION),
    "delete a request": attack(scenes.pending, "DELETE FROM change_request", words="a change request is never deleted"),
    # a forged request
    "a second open request": attack(scenes.pending, request(), words="a key has one open change request"),
    "the number of another request": attack(scenes.pending, request(id="{id}", kind="'html-view'"), words="a change request is never replaced"),
    "a request that begins applied": attack(scenes.applied, request(state="'applied'"), words="a change request begins pending"),
    "a request that begins at revision 2": attack(scenes.applied, request(revision="2"), words="a change request begins pending"),
    "a request without an author": attack(scenes.applied, request(author_id="NULL"), words="a change request has an author"),
    "a proposal that needs nobody": attack(scenes.applied, request(approvals_needed="0"), words="a proposal needs an approval"),
    "an origin that there is not": attack(scenes.applied, request(origin="'Proposal'"), words="a change request says where it comes from"),
    "an emergency that does not say so": attack(scenes.applied, request(origin="'emergency'"), words="an emergency says that it is one"),
    "a proposal that says it is an emergency": attack(scenes.applied, request(emergency="TRUE"), words="an emergency says that it is one"),
    "a forged emergency of an editor": attack(scenes.applied, request(origin="'emergency'", emergency="TRUE", base_version="2", approvals_needed="0"), version_of("crawlers", "{{}}", version="3"), words="nobody acts in an emergency without the role"),
    "a forged emergency with an editor in it": attack(scenes.applied, request(origin="'emergency'", emergency="TRUE", base_version="2", approvals_needed="0"), contributor("eva", change_id="(SELECT max(id) FROM change_request)"), version_of("crawlers", "{{}}", version="3"), words="nobody acts in an emergency without the role"),
    "the machine for another kind": attack(scenes.applied, request(origin="'machine'", author_id="NULL", base_version="2"), version_of("crawlers", "{{}}", version="3"), words="the machine itself gives roles and nothing else"),
    "an installation of other values": attack(scenes.pending, request(origin="'installation'", kind="'course'", author_id="NULL", base_version="0"), version_of("course", "{{}}"), words=INSTALLATION),
    "an installation over what is there": attack(scenes.pending, request(origin="'installation'", base_version="1", payload="""'{{"enabled":false}}'""", kind="'generation'"), version_of("generation", '{{"enabled":false}}', version="2"), words=INSTALLATION),
    "an installation of another key": attack(scenes.pending, request(origin="'installation'", base_version="0", payload="""'{{"enabled":false}}'""", kind="'generation'", key="'x'"), version_of("generation", '{{"enabled":false}}', key="'x'"), words=INSTALLATION),
    # emergencies
    "an emergency no more": attack(scenes.emergency, update("emergency = FALSE"), words=CLOSED),
    "a flag of emergency": attack(scenes.pending, update("emergency = TRUE"), version(), words="nobody acts in an emergency without the role"),
    "a flag of emergency taken down": attack(scenes.pending, update("emergency = TRUE"), update("emergency = FALSE"), words="an emergency stays one"),
    "reviewed beforehand": attack(scenes.pending, update(f"reviewed_at = {NOW}, reviewed_by = 'amir'"), words=REVIEW),
    "a reviewer beforehand": attack(scenes.pending, update("reviewed_by = 'amir'"), words=REVIEW),
    "a review of no emergency": attack(scenes.applied, update(f"reviewed_at = {NOW}, reviewed_by = 'alice'"), words=CLOSED),
    "a review of one's own": attack(scenes.emergency, update(f"reviewed_at = {NOW}, reviewed_by = 'adam'"), words=CLOSED),
    "a review by nobody": attack(scenes.emergency, update(f"reviewed_at = {NOW}"), words=REVIEW),
    "a review without the role": attack(scenes.emergency, update(f"reviewed_at = {NOW}, reviewed_by = 'vera'"), words=REVIEW),
    "a review that alters more": attack(scenes.emergency, update(f"reviewed_at = {NOW}, reviewed_by = 'amir', reason = 'x'"), words=CLOSED),
    "a review that alters what was confirmed": attack(scenes.emergency, update(f"reviewed_at = {NOW}, reviewed_by = 'amir', confirmed = '[1]'"), words=CLOSED),
    "a second review": attack(scenes.reviewed, update(f"reviewed_at = {NOW}, reviewed_by = 'amir'"), words=CLOSED),
    "a review undone": attack(scenes.reviewed, update("reviewed_at = NULL, reviewed_by = ''"), words=CLOSED),
    # decisions and contributors
    "a vote on an old revision": attack(scenes.edited, decision("alice"), words=LATE),
    "a vote on a coming revision": attack(scenes.pending, decision("alice", revision="2"), words=LATE),
    "a vote on what is live": attack(scenes.applied, decision("alice"), words=LATE),
    "a vote on what was rejected": attack(scenes.rejected, decision("vera"), words=LATE),
    "a vote on nothing": attack(scenes.pending, decision("alice").replace("{id}", "999"), words=LATE),
    "an approval by an editor": attack(scenes.pending, decision("eddy"), words=NO_ROLE),
    "an approval by an admin": attack(scenes.pending, decision("adam"), words=NO_ROLE),
    "a rejection by a viewer": attack(scenes.pending, decision("vera", "reject"), words=NO_ROLE),
    "an approval by nobody": attack(scenes.pending, decision("nobody"), words=NO_ROLE),
    "an approval given again without the role": attack(scenes.without_its_role, SECOND.format(f"taken_back_at = {NOW}"), SECOND.format("taken_back_at = NULL"), words=NO_ROLE),
    "an approval of more roles for oneself": attack(scenes.of_access, decision("amir"), words="nobody decides on their own roles"),
    "roles for oneself": attack(scenes.of_access, decision("alice"), contributor("amir"), version(), words="nobody gives roles to themselves"),
    "another verdict": attack(scenes.approved, SECOND.format("verdict = 'reject'"), words="a decision can be taken back and not be changed"),
    "a verdict that there is not": attack(scenes.pending, decision("amir", "maybe"), words="a decision is to approve or to reject"),
    "in another's name": attack(scenes.approved, SECOND.format("account_id = {alice}"), words="a decision can be taken back and not be changed"),
    "an approval carried over": attack(scenes.edited, SECOND.format("revision = 2"), words="a decision can be taken back and not be changed"),
    "taken back when it is late": attack(scenes.applied, SECOND.format(f"taken_back_at = {NOW}"), words=LATE),
    "a decision twice": attack(scenes.approved, decision("amir"), words="a decision is never replaced"),
    "delete a decision": attack(scenes.half_approved, "DELETE FROM decision", words="a decision is never deleted"),
    "alter a contributor": attack(scenes.pending, "UPDATE contributor SET account_id = {amir}", words="a contributor is never changed"),
    "delete a contributor": attack(scenes.of_two_hands, "DELETE FROM contributor", words="a contributor is never deleted"),
    "a contributor twice": attack(scenes.pending, contributor("eva"), words="a contributor is never replaced"),
    "an approver made a contributor afterwards": attack(scenes.applied, contributor("amir"), words="nobody writes on a closed change request"),
    # images
    "alter an image": attack(scenes.with_image, "UPDATE blob SET mime = 'text/html'", words="an image is never changed"),
    "delete an image": attack(scenes.with_image, "DELETE FROM blob", words="an image is never deleted"),
}  # fmt: skip
