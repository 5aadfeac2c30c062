"""The pages of badge images: one for each mode, with the picture as it is seen."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Response, abort, g, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy.orm import Session

from webapp import clock
from webapp.domain.configs.badges import MIME
from webapp.domain.configs.kinds import SINGLE_KEY, Kind, Payload
from webapp.models.base import db, unit_of_work
from webapp.models.governance.versions import BadgeImageVersion
from webapp.services.configs import ledger
from webapp.services.configs.images import find_image, keep
from webapp.services.governance import refused
from webapp.services.governance.terms import Wish
from webapp.web import auth, cells
from webapp.web.admin.desk_view import Empty
from webapp.web.admin.governed.forms.base import ProposeForm
from webapp.web.admin.governed.forms.kinds import BadgeForm
from webapp.web.admin.governed.governed_view import GovernedView
from webapp.web.admin.governed.item_page import moment_asked
from webapp.web.details import Fact, copied_fact
from webapp.web.language import tell
from webapp.wording import phrase

_THUMBNAIL = Markup('<img class="thumbnail" src="%s" alt="%s" width="40" height="40" loading="lazy">')

POLICY = "default-src 'none'; frame-ancestors 'none'"
KEPT_FOR = "private, max-age=31536000, immutable"
"""An address names its bytes by their hash: they never change, and only staff may see them here."""
DIGEST_LENGTH = 64


def picture_url(sha256: str) -> str:
    """Give the address of a picture that is kept, live or not yet."""
    return url_for("badge_images.image", sha256=sha256)


class BadgeImageView(GovernedView):
    """The badge image of each mode that has one."""

    model, kind, form_class = BadgeImageVersion, Kind.BADGE, BadgeForm
    endpoint_name, address = "badge_images", "/admin/badge-images/"
    heading = phrase("Badge images")
    lead = phrase(
        "What the badges of each mode look like. Modes without an image of their own show that of the default badge."
    )
    columns = (phrase("Mode"), phrase("Image"), phrase("Default"))
    empty = Empty(phrase("No mode has a badge image"), phrase("Until one has, awards of badges wait."))
    multipart = True

    @expose("/image/<string(length=64):sha256>.png")  # type: ignore[untyped-decorator]  # Flask-Admin
    def image(self, sha256: str) -> ResponseReturnValue:
        """Give the picture with that hash, as nothing that a browser might take for a program; 404 for an unknown one."""
        found = find_image(db.session(), sha256)
        if found is None:
            abort(404)
        response = Response(found.content, mimetype=MIME)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = KEPT_FOR
        return response

    def value_cells(self, row: Any, payload: Payload | None) -> list[Markup]:  # noqa: ANN401 - a row of the list
        """Give the picture, and whether it is, or was, the default."""
        assert payload is not None, "the list holds what is live"
        if "default_mode" not in g:
            g.default_mode = _default_mode(db.session(), moment_asked().at)
        return [
            _THUMBNAIL % (picture_url(payload["icon"]), tell(phrase("Badge of {mode}", mode=row.key))),
            cells.yes_no(row.key == g.default_mode),
        ]

    def facts(self, key: str, payload: Payload | None) -> list[Fact]:
        """Give what is known of the picture."""
        if payload is None:
            return []
        found = find_image(db.session(), payload["icon"])
        size = (
            phrase(
                "{width} × {height} pixels, {size} bytes",
                width=format(found.width, ","),
                height=format(found.height, ","),
                size=format(found.size, ","),
            )
            if found
            else ""
        )
        return [
            Fact(phrase("Size"), cells.plain(size)),
            Fact(
                phrase("Default for other modes"), cells.yes_no(key == _default_mode(db.session(), moment_asked().at))
            ),
            copied_fact("SHA-256", payload["icon"]),
        ]

    def pictures(self, key: str, payload: Payload | None) -> list[tuple[str, str]]:
        """Give the picture."""
        return [(phrase("Badge of {mode}", mode=key), picture_url(payload["icon"]))] if payload else []

    def form_pictures(self, form: ProposeForm) -> list[tuple[str, str]]:
        """Give the picture that was uploaded, or the one that is there."""
        digest = form["icon"].data or ""
        known = len(digest) == DIGEST_LENGTH and find_image(db.session(), digest) is not None
        return [(phrase("The image that the change proposes"), picture_url(digest))] if known else []

    def take_uploads(self, form: ProposeForm, key: str) -> None:
        """Keep a picture that can be a badge's, under its hash; raises BadImage, of which an event stays."""
        assert isinstance(form, BadgeForm)
        actor, now = auth.actor(), clock.now()
        with refused.recorded(unit_of_work, actor, self.kind, key, now=now) as session:
            picture = form.read_picture()
            if picture is not None:
                keep(session, actor, picture, now=now)
                form.icon.data = picture.sha256

    def wishes(self, session: Session, form: ProposeForm, key: str) -> list[Wish]:
        """Give the change of the image, with that of the default where it was ticked and is another."""
        also = bool(form["also_default"].data) and _default_mode(session) != key
        if not also:
            return [form.wish(key)]
        badge = form.wish(key, uuid4().hex)
        default = Wish(
            kind=Kind.BADGE_DEFAULT,
            key=SINGLE_KEY,
            payload={"mode": key},
            reason=badge.reason,
            title=badge.title,
            apply_at=badge.apply_at,
            ask=badge.ask,
            batch=badge.batch,
        )
        return [badge, default]


def _default_mode(session: Session, at: datetime | None = None) -> str | None:
    found = (
        ledger.find_version(session, Kind.BADGE_DEFAULT, SINGLE_KEY)
        if at is None
        else ledger.find_at(session, Kind.BADGE_DEFAULT, SINGLE_KEY, at)
    )
    payload = ledger.payload_of(found)
    return payload["mode"] if payload else None
