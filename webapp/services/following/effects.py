"""What follows from moves: which rows are written, and what leaves?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from webapp.services.following import bus, milestones
from webapp.services.following.moves import Moved, Switches
from webapp.services.messages.outbox import Effect


def follow(session: Session, switches: Switches, moves: Sequence[Moved]) -> list[Effect]:
    """Write what is to be written of the moves, and give what is to leave, in the moves' transaction."""
    found = milestones.fulfil(session, moves) if switches.milestones else []
    return found + bus.effects(switches, moves)
