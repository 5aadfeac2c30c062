"""PostgreSQL links an audit event to the chain itself, so that whoever writes one need not ask for the last one first."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHECKS = """
    CREATE OR REPLACE FUNCTION audit_event_check_order() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
    DECLARE last_seq bigint; last_hash text;
    BEGIN
      SELECT seq, hash INTO last_seq, last_hash FROM audit_event ORDER BY seq DESC LIMIT 1;
      IF NEW.seq IS DISTINCT FROM COALESCE(last_seq, 0) + 1
         OR NEW.prev IS DISTINCT FROM COALESCE(last_hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'an audit event must follow the last one';
      END IF;
      RETURN NEW;
    END $$"""
# An event without a number gets its place here, under the lock that all writers of the chain stand in line
# for; its text comes without its end, which names that place (webapp/domain/audit_chain.py). One that comes
# with a number, as from a process of an older version, is checked as before.
LINKS = """
    CREATE OR REPLACE FUNCTION audit_event_check_order() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
    DECLARE last_seq bigint; last_hash text;
    BEGIN
      IF NEW.seq IS NULL THEN
        PERFORM pg_advisory_xact_lock(7242002);
      END IF;
      SELECT seq, hash INTO last_seq, last_hash FROM audit_event ORDER BY seq DESC LIMIT 1;
      IF NEW.seq IS NULL THEN
        NEW.seq := COALESCE(last_seq, 0) + 1;
        NEW.prev := COALESCE(last_hash, repeat('0', 64));
        NEW.body := NEW.body || '"seq":' || NEW.seq || ',"to_version":' || COALESCE(NEW.to_version::text, 'null') || '}';
        NEW.hash := encode(sha256(convert_to(NEW.prev || NEW.body, 'UTF8')), 'hex');
        RETURN NEW;
      END IF;
      IF NEW.seq IS DISTINCT FROM COALESCE(last_seq, 0) + 1
         OR NEW.prev IS DISTINCT FROM COALESCE(last_hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'an audit event must follow the last one';
      END IF;
      RETURN NEW;
    END $$"""


def upgrade() -> None:
    """Let the guard of the order give an event its place."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(LINKS)


def downgrade() -> None:
    """Let it only look."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(CHECKS)
