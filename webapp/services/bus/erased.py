"""Which events tell of learners who were erased (record 37)?"""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.domain.bus.news import SOMEBODY
from webapp.domain.learners.erasure import Known, usernames_in
from webapp.models.learners import Learner
from webapp.services.bus.opened import Opened
from webapp.services.erasure import marks


def find_about_erased(session: Session, events: Sequence[Opened]) -> set[int]:
    """Give the events, by `id`, that name an erased learner, or give the number of one that nobody has who is known.

    The platform's number stays when it retires somebody and gives them another name.
    """
    names = {id(one): set(_names(one)) for one in events}
    numbers = {id(one): str(one.news.number) for one in events if one.news and one.news.number is not None}
    asked = {(Known.USERNAME, name) for of_one in names.values() for name in of_one}
    asked |= {(Known.NUMBER, number) for number in numbers.values()}
    erased = marks.find_erased(session, asked)
    if not erased:
        return set()
    suspects = [one for one in events if (Known.NUMBER, numbers.get(id(one), "")) in erased]
    known = _known(session, asked)
    named = {number for number, of_one in names.items() if any((Known.USERNAME, name) in erased for name in of_one)}
    return named | {
        id(one)
        for one in suspects
        if not known & {(Known.NUMBER, numbers[id(one)]), *((Known.USERNAME, name) for name in names[id(one)])}
    }


def _names(one: Opened) -> list[str]:
    news = one.news
    records = (news.learner, news.enrollment, news.grade) if news else ()
    told = [record.username for record in records if record is not None]
    return [name for name in (*usernames_in(one.told), *told) if name != SOMEBODY]


def _known(session: Session, asked: set[marks.Asked]) -> set[marks.Asked]:
    """Those that learners have who are there."""
    names = {text for known, text in asked if known is Known.USERNAME}
    numbers = {int(text) for known, text in asked if known is Known.NUMBER}
    rows = session.execute(
        select(Learner.username, Learner.external_id).where(
            or_(Learner.username.in_(names), Learner.external_id.in_(numbers))
        )
    )
    return {one for name, number in rows for one in ((Known.USERNAME, name), (Known.NUMBER, str(number)))}
