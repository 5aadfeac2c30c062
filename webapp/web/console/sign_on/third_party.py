"""Signing in by what a third party's sign-on posts (interface note §4)."""

from flask import abort, current_app, request
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.domain.sign_on.arrivals import BadSignOn
from webapp.ports.sign_on import SignedPosts
from webapp.services.sign_on.sessions import How
from webapp.web import errors
from webapp.web.auth import csrf, public
from webapp.web.console.blueprint import bp
from webapp.web.console.sign_on import beginning
from webapp.wording import phrase, words_of

WAY = "third party"
FIELD = "ReturnValues"


@bp.post("/login/third-party")
@public("this is where people sign in, from a page of somebody else's; what is posted is signed, and counts once")
def come_from_third_party() -> ResponseReturnValue:
    """Sign in whom the third party sends, and lead them to the page that they wanted."""
    posts: SignedPosts | None = current_app.extensions["ports"].signed_posts
    if posts is None:
        abort(404)
    if too_many := beginning.too_often():
        return too_many
    text = request.form.get(FIELD, "").strip()
    if not text:
        return errors.page(
            400,
            text=phrase("The field {field} is missing or empty.", field=FIELD),
            what_to_do=phrase("Begin at your sign-in page."),
        )
    try:
        posted = posts.read(text, now=clock.now())
    except BadSignOn as problem:
        return beginning.refuse(WAY, words_of(problem))
    wanted = request.values.get("next") or request.values.get("next_page") or ""
    return beginning.admit(posted.arrival, How(WAY, posted.arrival.issuer), wanted, posted)


csrf.exempt(come_from_third_party)  # it comes from another site; what it proves itself by is the signature
