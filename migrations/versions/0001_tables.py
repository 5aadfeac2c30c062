"""The tables that hold learners, courses, certificates, messages, accounts and the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table with its constraints and indexes."""
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=150), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("from_version", sa.Integer(), nullable=True),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("prev", name=op.f("uq_audit_event_prev")),
    )
    op.create_index("ix_audit_event_action_seq", "audit_event", ["action", "seq"], unique=False)
    op.create_index("ix_audit_event_actor_name_seq", "audit_event", ["actor_name", "seq"], unique=False)
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False, postgresql_using="brin")
    op.create_index("ix_audit_event_kind_key_seq", "audit_event", ["kind", "key", "seq"], unique=False)
    op.create_index("ix_audit_event_request_id", "audit_event", ["request_id"], unique=False)

    op.create_table(
        "callback_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unmatched", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_count")),
        sa.UniqueConstraint("address", "hour", name=op.f("uq_callback_count_address_hour")),
    )
    op.create_index("ix_callback_count_hour", "callback_count", ["hour"], unique=False)

    op.create_table(
        "course_mode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("requires_id_verification", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_mode")),
        sa.UniqueConstraint("course_id", "mode", name=op.f("uq_course_mode_course_id_mode")),
    )
    op.create_table(
        "course_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column(
            "course_id_folded",
            sa.String(length=510).with_variant(sa.String(length=510, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("display_name", sa.String(length=255), nullable=False),
        sa.Column(
            "display_name_folded",
            sa.String(length=510).with_variant(sa.String(length=510, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("html_certificates", sa.Boolean(), nullable=False),
        sa.Column("use_updated", sa.Boolean(), nullable=False),
        sa.Column("issue_badges", sa.Boolean(), nullable=False),
        sa.Column("self_paced", sa.Boolean(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate_available_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_run")),
        sa.UniqueConstraint("course_id", name=op.f("uq_course_run_course_id")),
    )
    op.create_index("ix_course_run_course_id_folded", "course_run", ["course_id_folded"], unique=False)
    op.create_index("ix_course_run_display_name_folded", "course_run", ["display_name_folded"], unique=False)

    op.create_table(
        "event_inbox",
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("event_type", sa.String(length=255), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_inbox")),
    )
    op.create_index("ix_event_inbox_received_at", "event_inbox", ["received_at"], unique=False)

    op.create_table(
        "example_certificate_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example_certificate_set")),
    )
    op.create_index(
        "ix_example_certificate_set_course_id_created_at",
        "example_certificate_set",
        ["course_id", "created_at"],
        unique=False,
    )

    op.create_table(
        "job_lease",
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_lease")),
    )
    op.create_table(
        "learner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=150), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("allow_certificate", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.Integer(), nullable=True),
        sa.Column(
            "username_folded",
            sa.String(length=300).with_variant(sa.String(length=300, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "email_folded",
            sa.String(length=508).with_variant(sa.String(length=508, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "name_folded",
            sa.String(length=510).with_variant(sa.String(length=510, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner")),
        sa.UniqueConstraint("username", name=op.f("uq_learner_username")),
    )
    op.create_index("ix_learner_email_folded", "learner", ["email_folded"], unique=False)
    op.create_index("ix_learner_name_folded", "learner", ["name_folded"], unique=False)
    op.create_index("ix_learner_username_folded", "learner", ["username_folded"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=150), nullable=False),
        sa.Column(
            "username_folded",
            sa.String(length=300).with_variant(sa.String(length=300, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_account_learner_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username_folded", name=op.f("uq_account_username_folded")),
    )
    op.create_index("ix_account_learner_id", "account", ["learner_id"], unique=False)

    op.create_table(
        "allowlist_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("allowlisted", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=150), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_allowlist_entry_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowlist_entry")),
        sa.UniqueConstraint("learner_id", "course_id", name=op.f("uq_allowlist_entry_learner_id_course_id")),
    )
    op.create_index("ix_allowlist_entry_course_id_id", "allowlist_entry", ["course_id", "id"], unique=False)

    op.create_table(
        "course_grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("percent", sa.Numeric(precision=6, scale=4), nullable=False),
        sa.Column("letter", sa.String(length=255), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_course_grade_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_grade")),
        sa.UniqueConstraint("learner_id", "course_id", name=op.f("uq_course_grade_learner_id_course_id")),
    )
    op.create_index("ix_course_grade_course_id", "course_grade", ["course_id"], unique=False)

    op.create_table(
        "course_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_course_role_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_role")),
        sa.UniqueConstraint("learner_id", "course_id", "role", name=op.f("uq_course_role_learner_id_course_id_role")),
    )
    op.create_index("ix_course_role_course_id", "course_role", ["course_id"], unique=False)

    op.create_table(
        "enrollment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_enrollment_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollment")),
        sa.UniqueConstraint("learner_id", "course_id", name=op.f("uq_enrollment_learner_id_course_id")),
    )
    op.create_index("ix_enrollment_course_id", "enrollment", ["course_id"], unique=False)

    op.create_table(
        "example_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("uuid", sa.String(length=255), nullable=False),
        sa.Column("access_key", sa.String(length=255), nullable=False),
        sa.Column("full_name", sa.String(length=255), nullable=False),
        sa.Column("template", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("error_reason", sa.Text(), nullable=True),
        sa.Column("download_url", sa.String(length=2048), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["example_certificate_set.id"], name=op.f("fk_example_certificate_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example_certificate")),
        sa.UniqueConstraint("uuid", name=op.f("uq_example_certificate_uuid")),
    )
    op.create_index("ix_example_certificate_access_key", "example_certificate", ["access_key"], unique=False)
    op.create_index("ix_example_certificate_set_id", "example_certificate", ["set_id"], unique=False)
    op.create_index("ix_example_certificate_status_id", "example_certificate", ["status", "id"], unique=False)

    op.create_table(
        "generated_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("grade", sa.String(length=5), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("verify_uuid", sa.String(length=32), nullable=False),
        sa.Column("download_uuid", sa.String(length=32), nullable=False),
        sa.Column("download_url", sa.String(length=2048), nullable=False),
        sa.Column("error_reason", sa.String(length=512), nullable=False),
        sa.Column("distinction", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_generated_certificate_learner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generated_certificate")),
        sa.UniqueConstraint("learner_id", "course_id", name=op.f("uq_generated_certificate_learner_id_course_id")),
    )
    op.create_index(
        "ix_generated_certificate_awaiting",
        "generated_certificate",
        ["submitted_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('deleting', 'generating', 'regenerating')"),
        sqlite_where=sa.text("status IN ('deleting', 'generating', 'regenerating')"),
    )
    op.create_index("ix_generated_certificate_course_id_id", "generated_certificate", ["course_id", "id"], unique=False)
    op.create_index(
        "ix_generated_certificate_course_id_status_id",
        "generated_certificate",
        ["course_id", "status", "id"],
        unique=False,
    )
    op.create_index(
        "ix_generated_certificate_created_at_id", "generated_certificate", ["created_at", "id"], unique=False
    )
    op.create_index(
        "ix_generated_certificate_key",
        "generated_certificate",
        ["key"],
        unique=False,
        postgresql_where=sa.text("key <> ''"),
        sqlite_where=sa.text("key <> ''"),
    )
    op.create_index("ix_generated_certificate_mode_id", "generated_certificate", ["mode", "id"], unique=False)
    op.create_index(
        "ix_generated_certificate_status_id",
        "generated_certificate",
        ["status", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'downloadable'"),
        sqlite_where=sa.text("status <> 'downloadable'"),
    )
    op.create_index(
        "uq_generated_certificate_verify_uuid",
        "generated_certificate",
        ["verify_uuid"],
        unique=True,
        postgresql_where=sa.text("verify_uuid <> ''"),
        sqlite_where=sa.text("verify_uuid <> ''"),
    )

    op.create_table(
        "id_verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_id_verification_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_id_verification")),
        sa.UniqueConstraint("learner_id", name=op.f("uq_id_verification_learner_id")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "account_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_session_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_account_session_token_digest")),
    )
    op.create_index("ix_account_session_account_id", "account_session", ["account_id"], unique=False)
    op.create_index("ix_account_session_seen_at", "account_session", ["seen_at"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_api_token_token_digest")),
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"], unique=False)

    op.create_table(
        "callback_inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("endpoint", sa.String(length=32), nullable=False),
        sa.Column("header", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("username", sa.String(length=150), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("content", sa.String(length=512), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("example_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=150), nullable=False),
        sa.Column("note", sa.String(length=512), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["generated_certificate.id"],
            name=op.f("fk_callback_inbox_certificate_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["example_id"], ["example_certificate.id"], name=op.f("fk_callback_inbox_example_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_inbox")),
    )
    op.create_index("ix_callback_inbox_certificate_id_id", "callback_inbox", ["certificate_id", "id"], unique=False)
    op.create_index(
        "ix_callback_inbox_example_id",
        "callback_inbox",
        ["example_id"],
        unique=False,
        postgresql_where=sa.text("example_id IS NOT NULL"),
        sqlite_where=sa.text("example_id IS NOT NULL"),
    )
    op.create_index(
        "ix_callback_inbox_open",
        "callback_inbox",
        ["id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND outcome NOT IN ('applied', 'duplicate')"),
        sqlite_where=sa.text("closed_at IS NULL AND outcome NOT IN ('applied', 'duplicate')"),
    )
    op.create_index(
        "ix_callback_inbox_outcome_id",
        "callback_inbox",
        ["outcome", "id"],
        unique=False,
        postgresql_where=sa.text("outcome <> 'applied'"),
        sqlite_where=sa.text("outcome <> 'applied'"),
    )
    op.create_index("ix_callback_inbox_received_at", "callback_inbox", ["received_at"], unique=False)
    op.create_index("ix_callback_inbox_username_id", "callback_inbox", ["username", "id"], unique=False)

    op.create_table(
        "certificate_transition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_status", sa.String(length=32), nullable=True),
        sa.Column("to_status", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("actor_name", sa.String(length=150), nullable=False),
        sa.Column("reason", sa.String(length=512), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["generated_certificate.id"],
            name=op.f("fk_certificate_transition_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_transition")),
    )
    op.create_index(
        "ix_certificate_transition_certificate_id_id", "certificate_transition", ["certificate_id", "id"], unique=False
    )

    op.create_table(
        "date_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("overridden_by", sa.String(length=150), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["generated_certificate.id"],
            name=op.f("fk_date_override_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_override")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_date_override_certificate_id")),
    )
    op.create_table(
        "former_public_id",
        sa.Column("verify_uuid", sa.String(length=32), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["generated_certificate.id"],
            name=op.f("fk_former_public_id_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("verify_uuid", name=op.f("pk_former_public_id")),
    )
    op.create_index("ix_former_public_id_certificate_id", "former_public_id", ["certificate_id"], unique=False)

    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_identity_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index("ix_identity_account_id", "identity", ["account_id"], unique=False)

    op.create_table(
        "invalidation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("invalidated_by", sa.String(length=150), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["generated_certificate.id"],
            name=op.f("fk_invalidation_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invalidation")),
    )
    op.create_index("ix_invalidation_certificate_id_id", "invalidation", ["certificate_id", "id"], unique=False)
    op.create_index(
        "uq_invalidation_active",
        "invalidation",
        ["certificate_id"],
        unique=True,
        postgresql_where=sa.text("active"),
        sqlite_where=sa.text("active"),
    )

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("event_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_problem", sa.String(length=512), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["generated_certificate.id"], name=op.f("fk_outbox_certificate_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_certificate_id", "outbox", ["certificate_id"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
    )


def downgrade() -> None:
    """Drop every table."""
    op.drop_table("outbox")

    op.drop_table("invalidation")

    op.drop_table("identity")

    op.drop_table("former_public_id")
    op.drop_table("date_override")

    op.drop_table("certificate_transition")

    op.drop_table("callback_inbox")

    op.drop_table("api_token")

    op.drop_table("account_session")
    op.drop_table("account_role")
    op.drop_table("id_verification")

    op.drop_table("generated_certificate")

    op.drop_table("example_certificate")

    op.drop_table("enrollment")

    op.drop_table("course_role")

    op.drop_table("course_grade")

    op.drop_table("allowlist_entry")

    op.drop_table("account")

    op.drop_table("learner")
    op.drop_table("job_lease")

    op.drop_table("example_certificate_set")

    op.drop_table("event_inbox")

    op.drop_table("course_run")
    op.drop_table("course_mode")

    op.drop_table("callback_count")

    op.drop_table("audit_event")
