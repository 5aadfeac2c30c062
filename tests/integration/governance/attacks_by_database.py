"""Which ways has one kind of database alone to get at what the gate guards?"""

import re

from tests.integration.governance import scenes
from tests.integration.governance.attacks import contributor, decision, request, version
from tests.integration.governance.scenes import Scene

TABLES = ("config_version", "change_request", "contributor", "decision", "blob")
WORDS = re.compile(
    "is never|is ever|stays|follows|that says exactly this|needs the approvals|one open|on the present|rowid"
)
"""What each refusal says, one way or the other."""
Way = tuple[Scene, tuple[str, ...]]


def _replacing(statement: str) -> str:
    return statement.replace("INSERT", "REPLACE", 1)


_UPSERT = contributor("eva") + " ON CONFLICT (change_id, account_id) DO UPDATE SET account_name = 'y'"
OF_SQLITE: dict[str, Way] = {
    "a version by its number": (scenes.approved, (_replacing(version(id="(SELECT min(id) FROM config_version)")),)),
    "a version by its place": (scenes.approved, (_replacing(version(version="1")),)),
    "a version by its request": (scenes.applied, (_replacing(version(version="3")),)),
    "a request by its number": (scenes.pending, (_replacing(request(id="{id}")),)),
    "a request by its key": (scenes.pending, (_replacing(request()),)),
    "a request by taking its number": (scenes.pending, ("UPDATE OR REPLACE change_request SET id = {id} WHERE id = 1",)),
    "a contributor": (scenes.pending, (_replacing(contributor("eva")),)),
    "a contributor by an unseen number": (scenes.pending, (_replacing(contributor("amir", rowid="1")),)),
    "a decision": (scenes.half_approved, (_replacing(decision("amir")),)),
    "a decision by an unseen number": (scenes.half_approved, ("UPDATE OR REPLACE decision SET rowid = 1",)),
    "an image": (scenes.with_image, ("REPLACE INTO blob SELECT sha256, mime, 'x', width, height, size, created_at FROM blob",)),
    "an image by an unseen number": (scenes.with_image, ("UPDATE OR REPLACE blob SET rowid = 1",)),
    "upsert": (scenes.pending, (_UPSERT,)),
}  # fmt: skip
_REAL = version().replace("config_version", "public.config_version")
_SHADOW = "CREATE TEMPORARY TABLE {0} AS SELECT * FROM public.{0}"
OF_POSTGRESQL: dict[str, Way] = {
    **{f"empty {table}": (scenes.with_image, (f"TRUNCATE {table} CASCADE",)) for table in TABLES},
    "empty the ledger alone": (scenes.pending, ("TRUNCATE config_version",)),
    "upsert": (scenes.pending, (_UPSERT,)),
    "requests of one's own before the real ones": (
        scenes.pending,
        (
            _SHADOW.format("change_request"),
            "UPDATE pg_temp.change_request SET origin = 'machine', kind = 'access'",
            _REAL.replace("c.kind", "'access'"),
        ),
    ),
    "decisions of one's own before the real ones": (
        scenes.pending,
        (
            _SHADOW.format("decision"),
            decision("amir").replace("decision", "pg_temp.decision"),
            _REAL,
        ),
    ),
}
