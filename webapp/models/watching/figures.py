"""How many certificates are there of each status, and what had each hour?"""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.certificates.statuses import Status
from webapp.domain.watching.figures import Measure
from webapp.models.base import BIG_ID, Model, UtcDateTime, wire_enum


class StatusFigure(Model):
    """How many certificates had a status when that was last counted; one row for each status, all of one moment."""

    __tablename__ = "status_figure"
    status: Mapped[Status] = mapped_column(wire_enum(Status), primary_key=True)
    number: Mapped[int] = mapped_column(BIG_ID)  # exact up to the limit of services.watching.counting, else about
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class HourFigure(Model):
    """How many of one part of a measure fell into one hour (UTC); an hour that had none has no row.

    By the hour, so that to count the present anew costs what an hour or two cost and not what a day does.
    """

    __tablename__ = "hour_figure"
    day: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0 to 23
    measure: Mapped[Measure] = mapped_column(wire_enum(Measure), primary_key=True)
    part: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(BIG_ID)
