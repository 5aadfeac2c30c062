"""The tables of badges."""

from webapp.models.badges.awards import BadgeAward

__all__ = ["BadgeAward"]
