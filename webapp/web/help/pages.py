"""The page of help itself."""

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.domain.roles import Permission
from webapp.web.auth import requires
from webapp.web.help.blueprint import bp
from webapp.wording import phrase

KEYS = (
    ("/", phrase("goes to the search, on every page")),
    ("Tab", phrase("goes from one thing to the next; what has the focus has a frame")),
    ("Escape", phrase("closes what lies over the page")),
    ("j  k", phrase("go on and back among changes, and among the rows of a list")),
    ("Enter", phrase("opens the row of a list")),
    ("x", phrase("ticks the row of a list, or takes the tick away")),
    ("?", phrase("shows the keys of a list")),
    ("d", phrase("turns between the fields of a change and its JSON")),
    ("a", phrase("approves a change, and asks first")),
)


@bp.get("/desk/help")
@requires(Permission.READ_DESK)
def show() -> ResponseReturnValue:
    """Show where help is to be found."""
    return render_template("help/help.html", keys=KEYS)
