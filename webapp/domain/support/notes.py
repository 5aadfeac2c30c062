"""What may a note about a learner be, and how long can its author take it back (issue 8, line 4)?"""

from datetime import datetime, timedelta

from webapp.domain.identifiers import made_storable

WITHDRAWN_WITHIN = timedelta(minutes=10)
"""So long a slip of the pen is its author's affair; after that others may have acted on it, and it can only be struck."""
SAME_WITHIN = timedelta(minutes=1)
"""The same words of the same author so soon are a form that was sent twice."""


def kept_text(text: str) -> str:
    """Give the text of a note as it is kept: lines as they were typed, without the space around them."""
    return made_storable(text).replace("\r\n", "\n").replace("\r", "\n").strip()


def may_withdraw(*, author_id: int, account_id: int | None, written_at: datetime, now: datetime) -> bool:
    """Say whether somebody can still take a note back as if it had not been written."""
    return author_id == account_id and now < written_at + WITHDRAWN_WITHIN
