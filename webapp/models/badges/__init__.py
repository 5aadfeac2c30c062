"""The tables of badges."""

from webapp.models.badges.awards import BadgeAward
from webapp.models.badges.keys import BadgeKey

__all__ = ["BadgeAward", "BadgeKey"]
