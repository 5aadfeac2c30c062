"""The table of milestones: who has passed which course run, since when, and how it came to that."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PASSED = ("downloadable", "generating")
CERTIFICATE = sa.table(
    "generated_certificate",
    *(sa.column(name) for name in ("id", "learner_id", "course_id", "status", "issued_at", "created_at")),
)
TRANSITION = sa.table(
    "certificate_transition", *(sa.column(name) for name in ("id", "certificate_id", "at", "to_status", "cause"))
)
MILESTONE = sa.table(
    "course_milestone", *(sa.column(name) for name in ("learner_id", "course_id", "fulfilled_at", "reason"))
)


def upgrade() -> None:
    """Make the table, and write down the milestones of certificates that are, or ever were, on their way or issued."""
    if op.get_bind().dialect.name == "postgresql":  # a move that somebody made meanwhile would be missed
        op.execute("LOCK TABLE generated_certificate, certificate_transition IN SHARE ROW EXCLUSIVE MODE")
    op.create_table(
        "course_milestone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.String(length=255), nullable=False),
        sa.Column("fulfilled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_course_milestone_learner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_milestone")),
        sa.UniqueConstraint("learner_id", "course_id", name=op.f("uq_course_milestone_learner_id_course_id")),
    )
    _fill()
    op.create_index(op.f("ix_course_milestone_course_id_id"), "course_milestone", ["course_id", "id"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("course_milestone")


def _fill() -> None:
    """Count from the first such move, or from the date of issue where that is earlier: an imported one has it from before."""
    earliest = (
        sa.select(TRANSITION.c.certificate_id, sa.func.min(TRANSITION.c.id).label("id"))
        .where(TRANSITION.c.to_status.in_(PASSED))
        .group_by(TRANSITION.c.certificate_id)
        .subquery("earliest")
    )
    issued_at, moved_at = CERTIFICATE.c.issued_at, TRANSITION.c.at
    since = sa.case(
        (sa.and_(issued_at.is_not(None), moved_at.is_not(None), moved_at < issued_at), moved_at),
        else_=sa.func.coalesce(issued_at, moved_at, CERTIFICATE.c.created_at),
    )
    found = (
        sa.select(
            CERTIFICATE.c.learner_id, CERTIFICATE.c.course_id, since, sa.func.coalesce(TRANSITION.c.cause, "import")
        )
        .select_from(
            CERTIFICATE.outerjoin(earliest, earliest.c.certificate_id == CERTIFICATE.c.id).outerjoin(
                TRANSITION, TRANSITION.c.id == earliest.c.id
            )
        )
        .where(sa.or_(CERTIFICATE.c.status.in_(PASSED), issued_at.is_not(None), earliest.c.id.is_not(None)))
        .order_by(since, CERTIFICATE.c.id)
    )
    op.execute(sa.insert(MILESTONE).from_select(["learner_id", "course_id", "fulfilled_at", "reason"], found))
