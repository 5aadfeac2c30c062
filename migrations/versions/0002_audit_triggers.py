"""The audit can only be added to, and only at its end: the database itself refuses anything else."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite's INSERT OR REPLACE deletes without asking the delete trigger unless a pragma is on, and a
# pragma belongs to a connection: that a row must follow the last one refuses a replaced one as well.
SQLITE = (
    """CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_event_follows BEFORE INSERT ON audit_event
       WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit_event)
         OR NEW.prev IS NOT COALESCE((SELECT hash FROM audit_event ORDER BY seq DESC LIMIT 1),
                                     '0000000000000000000000000000000000000000000000000000000000000000')
       BEGIN SELECT RAISE(ABORT, 'an audit event must follow the last one'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$""",
    """CREATE FUNCTION audit_event_check_order() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE last_seq bigint; last_hash text;
       BEGIN
         SELECT seq, hash INTO last_seq, last_hash FROM audit_event ORDER BY seq DESC LIMIT 1;
         IF NEW.seq IS DISTINCT FROM COALESCE(last_seq, 0) + 1
            OR NEW.prev IS DISTINCT FROM COALESCE(last_hash, repeat('0', 64)) THEN
           RAISE EXCEPTION 'an audit event must follow the last one';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
       FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()""",
    """CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
       FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()""",
    """CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
       FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
    """CREATE TRIGGER audit_event_follows BEFORE INSERT ON audit_event
       FOR EACH ROW EXECUTE FUNCTION audit_event_check_order()""",
)
NAMES = ("audit_event_follows", "audit_event_no_delete", "audit_event_no_update")


def upgrade() -> None:
    """Put the guards on the table."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Take the guards away."""
    if op.get_bind().dialect.name == "postgresql":
        for name in (*NAMES, "audit_event_no_truncate"):
            op.execute(f"DROP TRIGGER {name} ON audit_event")
        op.execute("DROP FUNCTION audit_event_refuse()")
        op.execute("DROP FUNCTION audit_event_check_order()")
        return
    for name in NAMES:
        op.execute(f"DROP TRIGGER {name}")
