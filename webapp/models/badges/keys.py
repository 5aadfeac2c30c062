"""With which keys are badges signed?"""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Model, UtcDateTime

KID_LENGTH = 43
_SIGNS = text("retired_at IS NULL")


class BadgeKey(Model):
    """A key pair; one signs, those before it stay published so that what they signed still verifies."""

    __tablename__ = "badge_key"
    __table_args__ = (
        # Never two that sign, whoever makes them at once.
        Index("uq_badge_key_signs", "algorithm", unique=True, postgresql_where=_SIGNS, sqlite_where=_SIGNS),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(KID_LENGTH), unique=True)  # the thumbprint of the public key (RFC 7638)
    algorithm: Mapped[str] = mapped_column(String(16))
    public_jwk: Mapped[str] = mapped_column(Text)
    sealed_key: Mapped[str] = mapped_column(Text)  # the private key, of use only with CERTDESK_SECRET_KEY
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
