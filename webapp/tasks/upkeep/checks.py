"""How is the audit looked at every night, without anybody waiting for it?"""

import structlog
from flask import Flask
from sqlalchemy.orm import Session

from webapp import clock
from webapp.models.base import db, unit_of_work
from webapp.services.watching import chain

log = structlog.get_logger(__name__)


def check_audit(_app: Flask) -> int:
    """Check the whole chain and write down what was found; gives how many events are wrong, as far as one can say: 1 or 0.

    It is read first and written down afterwards: on SQLite whoever writes would have to wait for all of it.
    """
    with Session(db.engine) as session:
        verdict = chain.check(session)
    with unit_of_work() as session:
        chain.keep(session, verdict, now=clock.now())
    if not verdict.ok:
        log.critical("audit.altered", first_bad=verdict.first_bad, reason=verdict.reason)
    return 0 if verdict.ok else 1
