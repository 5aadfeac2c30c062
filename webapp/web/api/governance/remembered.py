"""Was this part of the configuration asked for before, and is it as it was?"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app
from flask_login import current_user
from sqlalchemy.orm import Session

from webapp.domain.roles import Permission
from webapp.ports import Ports
from webapp.services.caching.answers import Question, recall

T = TypeVar("T")


def remembered(session: Session, name: str, asked: object, kind: Any, make: Callable[[], T]) -> T:  # noqa: ANN401 - a type such as list[Config]
    """Give what was made of the ledger as it is now for somebody who may see as much, or make it.

    Only what the ledger says belongs here: who wants it changed is asked anew each time, and personal data is never kept.
    """
    ports: Ports = current_app.extensions["ports"]
    sees: Any = current_user
    seen_by = tuple(one.value for one in Permission if sees.may(one))
    told: T = recall(session, ports.cache, Question(name, asked, seen_by), kind, make)
    return told
