"""What staff write down for each other about learners."""

from webapp.models.support.notes import LearnerNote, Mention

__all__ = ["LearnerNote", "Mention"]
