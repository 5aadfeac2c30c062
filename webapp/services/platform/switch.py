"""How does course staff ask that learners may generate for themselves (B7, interface §5)?"""

import json

from sqlalchemy.orm import Session

from webapp.domain.configs.courses import UNSET
from webapp.domain.configs.kinds import Kind
from webapp.domain.identifiers import CourseId
from webapp.errors.governance import OpenRequest
from webapp.services.configs import ledger
from webapp.services.governance import changes
from webapp.services.governance.terms import Terms, Wish
from webapp.wording import phrase

REASON = "Asked for on the instructor's page of the platform."


def ask_for_switch(session: Session, terms: Terms, course_id: CourseId, *, enabled: bool) -> bool:
    """File a change of the course run's switch, and give how it stands now: nothing is on before somebody approves.

    Whoever may use the page may ask, editor or not; they decide on nothing. Nothing is filed where it stands so already,
    or is asked for already. Raises OpenRequest where another change of the course's settings is open, and InvalidPayload.
    """
    ledger.lock(session, Kind.COURSE)
    live = ledger.live_payload(session, Kind.COURSE, course_id) or UNSET
    stands = bool(live["self_generation_enabled"])
    waiting = changes.find_open(session, Kind.COURSE, course_id)
    if waiting is not None:
        asked = json.loads(waiting.payload) if waiting.payload else UNSET
        if asked["self_generation_enabled"] is not enabled:
            raise OpenRequest(
                phrase("Change request {id} on this is open; its end has to come first.", id=waiting.id), waiting.id
            )
        return stands
    if stands is not enabled:
        switched = f"Switch student-generated certificates {'on' if enabled else 'off'}"
        wish = Wish(Kind.COURSE, course_id, {**live, "self_generation_enabled": enabled}, REASON, title=switched)
        changes.file_change(session, terms, wish)
    return stands
