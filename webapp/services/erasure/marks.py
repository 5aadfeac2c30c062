"""Is somebody of whom we are told a learner who was erased here?

What is asked is compared with keyed digests. Their key lies in the database and is nobody's secret: it must last for as
long as the marks, and a copy of the database tells more in its audit than a guess at a mark would (record 37).
"""

from collections.abc import Callable, Iterable

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain.learners.erasure import Known, mark
from webapp.models.learners import ErasedMark, ErasureKey

Asked = tuple[Known, str]
_ONLY = 1


def find_erased(session: Session, asked: Iterable[Asked]) -> dict[Asked, int]:
    """Give those who were erased, with the number that is left of each; one question where nobody ever was."""
    wanted = set(asked)
    key = session.scalar(select(ErasureKey.key)) if wanted else None
    if key is None:
        return {}
    digests = {mark(key, *one): one for one in wanted}
    found = session.execute(
        select(ErasedMark.digest, ErasedMark.learner_id).where(ErasedMark.digest.in_(sorted(digests)))
    )
    return {digests[digest]: learner_id for digest, learner_id in found}


def find_erased_name(session: Session, username: str) -> int | None:
    """Give what is left of the learner who had that user name when they were erased; None for anybody else."""
    one = (Known.USERNAME, username)
    return find_erased(session, [one]).get(one)


def keep(session: Session, learner_id: int, known: Iterable[Asked], *, new_key: Callable[[], str]) -> None:
    """Remember by which marks an erased learner would be known; the caller is alone in this."""
    key = session.scalar(select(ErasureKey.key))
    if key is None:
        key = new_key()
        session.execute(insert(ErasureKey).values(id=_ONLY, key=key))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    digests = sorted({mark(key, *one) for one in known})
    rows = [{"digest": digest, "learner_id": learner_id} for digest in digests]
    session.execute(dialect.insert(ErasedMark).on_conflict_do_nothing(), rows)
