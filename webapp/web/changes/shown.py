"""What is looked at beside the words of a change: certificates before and after, and the images of badges."""

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.domain.configs.badges import MIME
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.models.governance.changes import ChangeRequest
from webapp.services.configs import images, ledger
from webapp.services.configs.previews import SAMPLES, Sample
from webapp.services.governance import standing
from webapp.services.governance.reading import effects
from webapp.web import auth
from webapp.web.auth import requires
from webapp.web.changes.blueprint import bp
from webapp.web.headers import certificate_policy
from webapp.web.installation import terms_of

SIDES = ("before", "after")
SAMPLE_NAMES: dict[str, Sample] = dict(zip(("ordinary", "long", "right-to-left"), SAMPLES, strict=True))
"""Word in addresses -> the sample learner whom it stands for."""
PICTURE_POLICY = "default-src 'none'; frame-ancestors 'none'"
A_YEAR_S = 31_536_000


@bp.get("/changes/<row:change_id>/preview")
@requires(Permission.READ_DESK)
def preview(change_id: int) -> ResponseReturnValue:
    """Show a sample certificate as it was before the change, or as it would be after it, for a frame of its page."""
    change = standing.get_change(db.session(), change_id)
    side, mode = request.args.get("side", ""), request.args.get("mode", "honor")
    sample = SAMPLE_NAMES.get(request.args.get("sample", "ordinary"))
    if change.kind != Kind.HTML_VIEW or side not in SIDES or sample is None:
        abort(404)
    found = effects.preview(
        db.session(),
        terms_of(auth.actor(), clock.now()),
        _side_of(change, side),
        mode=mode[:255],
        sample=sample,
        course_id=request.args.get("course_id") or None,
    )
    html = found.html or render_template("changes/broken.html", flaws=found.flaws)
    answer = Response(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = certificate_policy(found.picture_origins)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/configs/blobs/<string(length=64):sha256>.png")
@requires(Permission.READ_DESK)
def picture(sha256: str) -> ResponseReturnValue:
    """Show a badge image by what it is; it never changes, so that a browser may keep it."""
    found = images.find_image(db.session(), sha256)
    if found is None or found.mime != MIME:
        abort(404)
    answer = Response(found.content, mimetype=MIME)
    answer.headers["Content-Security-Policy"] = PICTURE_POLICY
    answer.headers["Cache-Control"] = f"private, max-age={A_YEAR_S}, immutable"
    return answer


def _side_of(change: ChangeRequest, side: str) -> dict[str, object] | None:
    if side == "after":
        return ledger.payload_of(change)
    return ledger.payload_of(ledger.find_version(db.session(), change.kind, change.key, change.base_version))
