"""The page of notices: what the reader was told of changes, newest first."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.domain.approval.notices import NOTICES
from webapp.domain.approval.states import LABELS
from webapp.domain.configs.kinds import KINDS, Kind
from webapp.domain.roles import Permission
from webapp.mail_server import writable
from webapp.models.base import db
from webapp.models.governance.notices import Notice
from webapp.models.support import Mention
from webapp.ports import Ports
from webapp.services.notices import mentions, reading
from webapp.web.addresses import change_url, explanation_url
from webapp.web.auth import requires
from webapp.web.cells import CHANGE_TONES
from webapp.web.notices.blueprint import bp
from webapp.web.paging import read_page
from webapp.wording import joined

_WORDS: dict[str, str] = {words: words for told in NOTICES.values() for _, words in told}
"""What a notice keeps in English -> the same as a sentence that a page can say in its reader's language."""


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as the page shows it; tone and state are the change's own, at this moment."""

    text: str
    note: str
    about: str
    url: str
    change_id: int
    state: str
    tone: str
    actor: str
    at: datetime
    new: bool


@dataclass(frozen=True, slots=True)
class MentionLine:
    """One note about a learner that names the reader."""

    text: str
    learner: str
    course_id: str
    url: str
    actor: str
    at: datetime
    struck: bool
    new: bool


@bp.get("/notices")
@requires(Permission.READ_DESK)
def list_notices() -> ResponseReturnValue:
    """List the reader's own notices; to look at the list is not to have read them."""
    account_id = current_user.signed_in.account_id
    page = read_page(
        db.session(),
        reading.of_account(account_id),
        [],
        [Notice.id],
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    ports: Ports = current_app.extensions["ports"]
    named = mentions.list_mentions(db.session(), account_id)
    mails_on, address = reading.find_address(db.session(), account_id)
    return render_template(
        "notices/list.html",
        lines=[_line(notice) for notice in page.rows],
        mentioned=[_mention_line(mention) for mention in named],
        newest_mention=named[0].id if named else None,
        newest=page.rows[0].id if page.rows else None,
        some_unread=reading.unread(db.session(), account_id) > 0,
        older_url=url_for("notices.list_notices", after=page.older) if page.older else None,
        newer_url=url_for("notices.list_notices", before=page.newer) if page.newer else None,
        mails_on=mails_on,
        server_there=ports.mailer is not None,
        address_there=writable(address),
    )


def _mention_line(mention: Mention) -> MentionLine:
    note = mention.note
    return MentionLine(
        text=note.text,
        learner=note.learner.name or note.learner.username,
        course_id=note.course_id,
        url=explanation_url(note.learner.username, note.course_id),
        actor=note.author_name,
        at=mention.at,
        struck=note.struck_at is not None,
        new=mention.read_at is None,
    )


def _line(notice: Notice) -> Line:
    change = notice.change
    label = KINDS[Kind(change.kind)].label
    return Line(
        text=_WORDS.get(notice.text, notice.text),
        note=notice.note,
        about=change.title or (label if change.key == "-" else joined((label, change.key))),
        url=change_url(change.id),
        change_id=change.id,
        state=LABELS[change.state],
        tone=CHANGE_TONES[change.state],
        actor=notice.actor_name,
        at=notice.at,
        new=notice.read_at is None,
    )
