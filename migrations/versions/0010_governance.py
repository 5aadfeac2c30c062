"""The ledger of configuration, what leads to it, and the gate; the roles of accounts move into the ledger.

The gate is stated once, in SQL that both databases read, and put up as each of them wants its triggers. What it
cannot hold stands in record 14 (docs/decisions).
"""
# ruff: noqa: S608 - conditions are put together of our own words

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('pending', 'on_hold', 'scheduled') AND origin = 'proposal'")
OWED = sa.text("state = 'applied' AND emergency AND reviewed_at IS NULL")
LIVE = sa.text("state IN ('pending', 'on_hold', 'scheduled')")


def _named_holds(name: str, *roles: str) -> str:
    """A condition: the account of that name has one of the roles, as the ledger says at this moment."""
    named = " OR ".join(f"""r.payload LIKE '%"{role}"%'""" for role in roles)
    return (
        f"EXISTS (SELECT 1 FROM config_version r WHERE r.kind = 'access' AND r.key = {name} AND ({named})"
        f" AND r.version = (SELECT max(s.version) FROM config_version s WHERE s.kind = 'access' AND s.key = {name}))"
    )


def _holds(account: str, *roles: str) -> str:
    """A condition: the account of that number has one of the roles and is not disabled."""
    held = _named_holds("a.username", *roles)
    return f"EXISTS (SELECT 1 FROM account a WHERE a.id = {account} AND a.disabled_at IS NULL AND {held})"


def _moved(*columns: str) -> str:
    """A condition: one of the columns has another value than before."""
    return " OR ".join(
        f"NOT (NEW.{name} = OLD.{name} OR (NEW.{name} IS NULL AND OLD.{name} IS NULL))"
        f" OR (NEW.{name} IS NULL) <> (OLD.{name} IS NULL)"
        for name in columns
    )


STILL_OPEN = "state IN ('pending', 'on_hold', 'scheduled')"
KNOWN_STATES = "('pending', 'on_hold', 'scheduled', 'applied', 'rejected', 'withdrawn', 'expired')"
WROTE = "EXISTS (SELECT 1 FROM contributor p WHERE p.change_id = c.id AND p.account_id = d.account_id)"
APPROVED_BY = f"""
    (SELECT count(*) FROM decision d WHERE d.change_id = c.id AND d.revision = c.revision AND d.verdict = 'approve'
       AND d.taken_back_at IS NULL AND d.account_id <> COALESCE(c.author_id, -1)
       AND NOT {WROTE} AND {_holds("d.account_id", "approver")})"""
REJECTED = """
    EXISTS (SELECT 1 FROM decision d WHERE d.change_id = c.id AND d.revision = c.revision AND d.verdict = 'reject')"""
INSTALLED = """
    (NEW.kind = 'html-view' AND NEW.payload = '{"configuration":{"default":{}},"enabled":false}')
    OR (NEW.kind = 'crawlers' AND NEW.payload = '{"enabled":false,"known_user_agents":["edX-downloader"]}')
    OR (NEW.kind = 'generation' AND NEW.payload = '{"enabled":false}')
    OR (NEW.kind = 'badge-default' AND NEW.payload = '{"mode":null}')"""
THE_CHANGE = "SELECT 1 FROM change_request c WHERE c.id = NEW.change_id"
ON_ITS_REVISION = f"{THE_CHANGE} AND c.revision = NEW.revision AND c.{STILL_OPEN}"
ENDED = "OLD.state IN ('applied', 'rejected', 'withdrawn', 'expired')"
ABOUT_THEM = "c.kind = 'access' AND EXISTS (SELECT 1 FROM account a WHERE a.id = {} AND a.username = c.key)"
# What of an emergency moves when somebody has looked at it, and who that is.
REVIEWED = (
    "OLD.state = 'applied' AND OLD.emergency AND OLD.reviewed_at IS NULL AND NEW.reviewed_at IS NOT NULL"
    " AND NEW.reviewed_by <> OLD.author_name AND NOT ("
    + _moved("state", "payload", "base_version", "revision", "apply_at", "title", "reason", "held_by_id")
    + " OR "
    + _moved("emergency", "touched_at", "closed_at", "asked_id", "reverts_version", "batch")
    + " OR CAST(NEW.confirmed AS VARCHAR) <> CAST(OLD.confirmed AS VARCHAR))"
)

# Table and event -> (what is refused, the words of the refusal), in the order in which they are looked at.
GATE: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("config_version", "INSERT"): [
        ("EXISTS (SELECT 1 FROM config_version v WHERE v.id = NEW.id)", "a version is never replaced"),
        (
            f"NOT EXISTS ({THE_CHANGE} AND c.state IN ('pending', 'scheduled') AND c.kind = NEW.kind"
            " AND c.key = NEW.key AND COALESCE(c.payload, '') = COALESCE(NEW.payload, '')"
            " AND (c.payload IS NULL) = (NEW.payload IS NULL) AND c.base_version = NEW.version - 1)",
            "a version needs an open change request that says exactly this",
        ),
        (
            "NEW.version <> 1 + COALESCE((SELECT max(v.version) FROM config_version v"
            " WHERE v.kind = NEW.kind AND v.key = NEW.key), 0)",
            "a version follows the live one",
        ),
        (
            f"NOT EXISTS ({THE_CHANGE} AND (c.origin IN ('machine', 'installation') OR c.emergency"
            f" OR (c.origin = 'proposal' AND c.approvals_needed >= 1 AND {APPROVED_BY} >= c.approvals_needed"
            f" AND NOT {REJECTED})))",
            "a version needs the approvals of people who did not write it",
        ),
        (
            f"EXISTS ({THE_CHANGE} AND c.emergency AND NOT EXISTS (SELECT 1 FROM contributor p"
            f" WHERE p.change_id = c.id AND {_holds('p.account_id', 'admin')}))",
            "nobody acts in an emergency without the role",
        ),
        (
            f"EXISTS ({THE_CHANGE} AND EXISTS (SELECT 1 FROM contributor p WHERE p.change_id = c.id"
            f" AND {ABOUT_THEM.format('p.account_id')}))",
            "nobody gives roles to themselves",
        ),
        (
            f"EXISTS ({THE_CHANGE} AND c.origin = 'machine') AND NEW.kind <> 'access'",
            "the machine itself gives roles and nothing else",
        ),
        (
            f"EXISTS ({THE_CHANGE} AND c.origin = 'installation') AND NOT (NEW.version = 1 AND NEW.key = '-'"
            f" AND ({INSTALLED}) AND NOT EXISTS (SELECT 1 FROM config_version v WHERE v.kind = NEW.kind))",
            "an installation begins with its own values",
        ),
    ],
    ("config_version", "UPDATE"): [("TRUE", "a version is never changed")],
    ("config_version", "DELETE"): [("TRUE", "a version is never deleted")],
    ("change_request", "INSERT"): [
        ("EXISTS (SELECT 1 FROM change_request c WHERE c.id = NEW.id)", "a change request is never replaced"),
        (
            "NEW.origin NOT IN ('proposal', 'emergency', 'installation', 'machine')",
            "a change request says where it comes from",
        ),
        (
            "NEW.origin = 'proposal' AND EXISTS (SELECT 1 FROM change_request c WHERE c.kind = NEW.kind"
            f" AND c.key = NEW.key AND c.{STILL_OPEN} AND c.origin = 'proposal')",
            "a key has one open change request",
        ),
        (
            "NEW.state <> 'pending' OR NEW.revision <> 1 OR NEW.closed_at IS NOT NULL OR NEW.reviewed_at IS NOT NULL",
            "a change request begins pending",
        ),
        ("NEW.origin IN ('proposal', 'emergency') AND NEW.author_id IS NULL", "a change request has an author"),
        ("NEW.origin = 'proposal' AND NEW.approvals_needed < 1", "a proposal needs an approval"),
        ("(NEW.origin = 'emergency') <> NEW.emergency", "an emergency says that it is one"),
    ],
    ("change_request", "UPDATE"): [
        (f"{ENDED} AND NOT ({REVIEWED})", "a closed change request stays as it is"),
        (
            f"({_moved('reviewed_at')} OR NEW.reviewed_by <> OLD.reviewed_by) AND NOT (OLD.state = 'applied'"
            f" AND OLD.emergency AND {_named_holds('NEW.reviewed_by', 'approver', 'admin')} AND NOT EXISTS"
            " (SELECT 1 FROM contributor p WHERE p.change_id = NEW.id AND p.account_name = NEW.reviewed_by))",
            "an emergency is reviewed by somebody else, and nothing else is",
        ),
        (
            _moved("id", "origin", "kind", "key", "author_id", "author_name", "approvals_needed", "created_at"),
            "what a change request began with stays",
        ),
        (
            "NEW.revision <> OLD.revision + 1 AND (NEW.revision <> OLD.revision OR "
            + _moved("payload", "base_version", "apply_at")
            + ")",
            "another content is another revision",
        ),
        ("OLD.emergency AND NOT NEW.emergency", "an emergency stays one"),
        (f"NEW.state NOT IN {KNOWN_STATES}", "a change request is in a state that there is"),
        (
            "NEW.state = 'applied' AND NOT EXISTS (SELECT 1 FROM config_version v WHERE v.change_id = NEW.id)",
            "a change is applied by its version",
        ),
        (
            "NEW.state IN ('applied', 'rejected', 'withdrawn', 'expired') AND NEW.closed_at IS NULL",
            "a closed change request says when",
        ),
    ],
    ("change_request", "DELETE"): [("TRUE", "a change request is never deleted")],
    ("contributor", "INSERT"): [
        (
            "EXISTS (SELECT 1 FROM contributor p WHERE p.change_id = NEW.change_id AND p.account_id = NEW.account_id)",
            "a contributor is never replaced",
        ),
        (f"NOT EXISTS ({THE_CHANGE} AND c.{STILL_OPEN})", "nobody writes on a closed change request"),
    ],
    ("contributor", "UPDATE"): [("TRUE", "a contributor is never changed")],
    ("contributor", "DELETE"): [("TRUE", "a contributor is never deleted")],
    ("decision", "INSERT"): [
        (
            "EXISTS (SELECT 1 FROM decision d WHERE d.change_id = NEW.change_id AND d.revision = NEW.revision"
            " AND d.account_id = NEW.account_id)",
            "a decision is never replaced",
        ),
        (f"NOT EXISTS ({ON_ITS_REVISION})", "a decision is on the present revision of an open request"),
        ("NEW.verdict NOT IN ('approve', 'reject')", "a decision is to approve or to reject"),
        (
            f"NEW.verdict = 'approve' AND EXISTS ({THE_CHANGE} AND (c.author_id = NEW.account_id OR EXISTS"
            " (SELECT 1 FROM contributor p WHERE p.change_id = c.id AND p.account_id = NEW.account_id)))",
            "nobody approves what they wrote",
        ),
        (f"NOT {_holds('NEW.account_id', 'approver')}", "nobody decides without the role"),
        (f"EXISTS ({THE_CHANGE} AND {ABOUT_THEM.format('NEW.account_id')})", "nobody decides on their own roles"),
    ],
    ("decision", "UPDATE"): [
        (
            _moved("change_id", "revision", "account_id", "account_name", "verdict"),
            "a decision can be taken back and not be changed",
        ),
        (f"NOT EXISTS ({ON_ITS_REVISION})", "a decision is on the present revision of an open request"),
        (
            f"NEW.taken_back_at IS NULL AND NOT {_holds('NEW.account_id', 'approver')}",
            "nobody decides without the role",
        ),
    ],
    ("decision", "DELETE"): [("TRUE", "a decision is never deleted")],
    ("blob", "INSERT"): [("EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = NEW.sha256)", "an image is never replaced")],
    ("blob", "UPDATE"): [("TRUE", "an image is never changed")],
    ("blob", "DELETE"): [("TRUE", "an image is never deleted")],
}
GUARDED = tuple(dict.fromkeys(table for table, _ in GATE))
COUNTED = {("config_version", "INSERT"), ("contributor", "INSERT"), ("decision", "INSERT"), ("decision", "UPDATE")}
"""Where a row counts with others of its request: on PostgreSQL the request is locked first, so that they come one by one."""
APPLIES = "UPDATE change_request SET state = 'applied', closed_at = NEW.created_at, touched_at = NEW.created_at WHERE id = NEW.change_id"


def upgrade() -> None:
    """Make the tables, put up the gate, begin with the installation's values, and move the roles."""
    _make_tables()
    for statement in _postgresql_gate() if _on_postgresql() else _sqlite_gate():
        op.execute(sa.text(statement.replace(":", "\\:")))
    if _on_postgresql():  # the audit's own guard looks past temporary tables just so
        op.execute(f"ALTER FUNCTION audit_event_check_order() SET search_path = {_schema()}")
    _move_roles()
    op.drop_table("account_role")


def downgrade() -> None:
    """Give accounts their roles back, and drop everything else."""
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    _move_roles_back()
    if _on_postgresql():
        op.execute("ALTER FUNCTION audit_event_check_order() RESET search_path")
        for table, event in GATE:
            op.execute(f"DROP TRIGGER {_name(table, event)} ON {table}")
        for table in GUARDED:
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        op.execute("DROP TRIGGER config_version_applies ON config_version")
    else:
        for table, event in GATE:
            op.execute(f"DROP TRIGGER {_name(table, event)}")
        op.execute("DROP TRIGGER config_version_applies")
    for table in ("config_version", "decision", "contributor", "change_request", "blob"):
        op.drop_table(table)
    if _on_postgresql():
        for table, event in GATE:
            op.execute(f"DROP FUNCTION {_name(table, event)}()")
        op.execute("DROP FUNCTION governance_refuse_truncate()")
        op.execute("DROP FUNCTION config_version_applies()")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _name(table: str, event: str) -> str:
    return f"{table}_guard_{event.lower()}"


def _sqlite_gate() -> list[str]:
    statements = []
    for (table, event), rules in GATE.items():
        looks = " ".join(f"SELECT RAISE(ABORT, '{words}') WHERE {refused};" for refused, words in rules)
        statements.append(f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table} BEGIN {looks} END")
    statements.append(f"CREATE TRIGGER config_version_applies AFTER INSERT ON config_version BEGIN {APPLIES}; END")
    return statements


def _schema() -> str:
    """Where our tables are, as a search path in which no temporary table of the same name comes first."""
    return f"{op.get_bind().scalar(sa.text('SELECT quote_ident(current_schema())'))}, pg_temp"


def _postgresql_gate() -> list[str]:
    statements = []
    function = f"() RETURNS trigger LANGUAGE plpgsql SET search_path = {_schema()} AS $$ BEGIN "
    for (table, event), rules in GATE.items():
        looks = " ".join(f"IF {refused} THEN RAISE EXCEPTION '{words}'; END IF;" for refused, words in rules)
        alone = f"PERFORM {THE_CHANGE.removeprefix('SELECT ')} FOR UPDATE; " if (table, event) in COUNTED else ""
        row = "OLD" if event == "DELETE" else "NEW"
        statements += [
            f"CREATE FUNCTION {_name(table, event)}{function}{alone}{looks} RETURN {row}; END $$",
            f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {_name(table, event)}()",
        ]
    statements.append(
        "CREATE FUNCTION governance_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'nothing of this is ever deleted'; END $$"
    )
    statements += [
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION governance_refuse_truncate()"
        for table in GUARDED
    ]
    statements += [
        f"CREATE FUNCTION config_version_applies{function}{APPLIES}; RETURN NULL; END $$",
        "CREATE TRIGGER config_version_applies AFTER INSERT ON config_version"
        " FOR EACH ROW EXECUTE FUNCTION config_version_applies()",
    ]
    return statements


def _move_roles() -> None:
    """Write the roles that each account has into the ledger, as the machine's own word (decision 49)."""
    connection = op.get_bind()
    query = "SELECT a.username, r.role FROM account_role r JOIN account a ON a.id = r.account_id ORDER BY a.id"
    held: dict[str, set[str]] = {}
    for username, role in connection.execute(sa.text(query)):
        held.setdefault(username, set()).add(role)
    order = ("viewer", "support", "editor", "approver", "auditor", "admin")
    for username, roles in held.items():
        listed = [role for role in order if role in roles]
        _write_access(connection, username, json.dumps({"roles": listed}, separators=(",", ":")))


def _write_access(connection: sa.Connection, username: str, payload: str) -> None:
    table = sa.table(
        "change_request",
        *(sa.column(name) for name in (
            "id", "origin", "kind", "key", "payload", "base_version", "revision", "state", "approvals_needed",
            "author_name", "title", "reason", "confirmed", "emergency", "batch", "reviewed_by")),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("touched_at", sa.DateTime(timezone=True)),
    )  # fmt: skip
    now = datetime.now(UTC)
    change = {
        "origin": "machine", "kind": "access", "key": username, "payload": payload, "base_version": 0, "revision": 1,
        "state": "pending", "approvals_needed": 0, "author_name": "command line", "title": "Roles held before",
        "reason": "The roles that the account had when they moved into the ledger.", "confirmed": "[]",
        "emergency": False, "batch": "", "reviewed_by": "", "created_at": now, "touched_at": now,
    }  # fmt: skip
    values = {**change, "confirmed": sa.cast("[]", sa.JSON()) if _on_postgresql() else "[]"}
    change_id = connection.execute(sa.insert(table).values(values).returning(table.c.id)).scalar_one()
    ledger = sa.table(
        "config_version",
        *(sa.column(name) for name in ("kind", "key", "version", "payload", "shape", "change_id")),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    version = {"kind": "access", "key": username, "version": 1, "payload": payload, "shape": 1}
    connection.execute(sa.insert(ledger).values({**version, "change_id": change_id, "created_at": now}))


def _move_roles_back() -> None:
    connection = op.get_bind()
    newest = (
        "SELECT a.id, v.payload FROM account a JOIN config_version v ON v.kind = 'access' AND v.key = a.username"
        " WHERE v.version = (SELECT max(w.version) FROM config_version w WHERE w.kind = v.kind AND w.key = v.key)"
    )
    for account_id, payload in connection.execute(sa.text(newest)).all():
        for role in json.loads(payload or '{"roles": []}')["roles"]:
            insert = "INSERT INTO account_role (account_id, role) VALUES (:account_id, :role)"
            connection.execute(sa.text(insert), {"account_id": account_id, "role": role})


def _make_tables() -> None:
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob")),
        sqlite_with_rowid=False,  # a number of its own that nobody gave is another way to replace a row
    )
    op.create_table(
        "change_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("proposal", "emergency", "installation", "machine", name="origin", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "on_hold",
                "scheduled",
                "applied",
                "rejected",
                "withdrawn",
                "expired",
                name="state",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=150), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=True),
        sa.Column("held_by_id", sa.Integer(), nullable=True),
        sa.Column("apply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("reverts_version", sa.Integer(), nullable=True),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(length=150), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["account.id"], name=op.f("fk_change_request_asked_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_change_request_author_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["held_by_id"], ["account.id"], name=op.f("fk_change_request_held_by_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
    )
    op.create_index(op.f("ix_change_request_asked_id"), "change_request", ["asked_id"], unique=False)
    op.create_index(op.f("ix_change_request_author_id_id"), "change_request", ["author_id", "id"], unique=False)
    op.create_index(op.f("ix_change_request_kind_id"), "change_request", ["kind", "id"], unique=False)
    op.create_index(op.f("ix_change_request_kind_key_id"), "change_request", ["kind", "key", "id"], unique=False)
    op.create_index(op.f("ix_change_request_state_id"), "change_request", ["state", "id"], unique=False)
    op.create_index(
        "ix_change_request_live", "change_request", ["id"], unique=False, postgresql_where=LIVE, sqlite_where=LIVE
    )
    op.create_index(
        "ix_change_request_live_author",
        "change_request",
        ["author_id", "id"],
        unique=False,
        postgresql_where=LIVE,
        sqlite_where=LIVE,
    )
    op.create_index(
        "ix_change_request_owed", "change_request", ["id"], unique=False, postgresql_where=OWED, sqlite_where=OWED
    )
    op.create_index(
        "uq_change_request_open",
        "change_request",
        ["kind", "key"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_table(
        "config_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("shape", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_request.id"], name=op.f("fk_config_version_change_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_config_version")),
        sa.UniqueConstraint("change_id", name=op.f("uq_config_version_change_id")),
        sa.UniqueConstraint("kind", "key", "version", name=op.f("uq_config_version_kind_key_version")),
    )
    op.create_index(op.f("ix_config_version_created_at"), "config_version", ["created_at"], unique=False)
    op.create_table(
        "contributor",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("account_name", sa.String(length=150), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_contributor_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_request.id"], name=op.f("fk_contributor_change_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("change_id", "account_id", name=op.f("pk_contributor")),
        sqlite_with_rowid=False,  # a number of its own that nobody gave is another way to replace a row
    )
    op.create_table(
        "decision",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("account_name", sa.String(length=150), nullable=False),
        sa.Column(
            "verdict", sa.Enum("approve", "reject", name="verdict", native_enum=False, length=32), nullable=False
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_decision_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["change_request.id"], name=op.f("fk_decision_change_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("change_id", "revision", "account_id", name=op.f("pk_decision")),
        sqlite_with_rowid=False,  # a number of its own that nobody gave is another way to replace a row
    )
