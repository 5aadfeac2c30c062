"""How are the figures of the home page kept up, without anybody waiting for it?"""

from flask import Flask
from sqlalchemy.orm import Session

from webapp import clock
from webapp.models.base import db, unit_of_work
from webapp.services.watching import figures


def count_figures(_app: Flask) -> int:
    """Count what has changed and write it down; gives 0, for a count every few seconds is nothing to tell of.

    It is read first and written down afterwards: on SQLite whoever writes would have to wait for all of it.
    """
    with Session(db.engine) as session:
        found = figures.count(session, now=clock.now())
    with unit_of_work() as session:
        figures.keep(session, found)
    return 0
