"""The page of the design system, drawn by the same macros as every other page."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp import icons
from webapp.domain.approval.states import State
from webapp.domain.certificates.statuses import Status
from webapp.domain.queue.deliveries import Outcome
from webapp.domain.roles import Permission
from webapp.web.addresses import page_url
from webapp.web.auth import requires
from webapp.web.help.blueprint import bp
from webapp.web.help.design import samples, tokens
from webapp.web.help.pages import KEYS


@bp.get("/desk/design")
@requires(Permission.READ_DESK)
def show_design() -> ResponseReturnValue:
    """Show every decision and every part in every state."""
    return render_template(
        "help/design.html",
        colours=tokens.list_colours(),
        pairs=tokens.list_pairs(),
        sizes=tokens.list_named("size-", "weight-"),
        spaces=[one for one in tokens.list_named("s") if one[0][1:].isdecimal()],
        shapes=tokens.list_named("radius", "shadow"),
        icon_names=icons.names(),
        samples=samples,
        form=samples.make_form(),
        buttons=samples.make_buttons(page_url("help.try_part")),
        statuses=list(Status),
        outcomes=list(Outcome),
        states=list(State),
        keys=KEYS,
    )


@bp.post("/desk/design/try")
@requires(Permission.READ_DESK)
def try_part() -> ResponseReturnValue:
    """Answer a button of the page: it asks and tells as everywhere, and does nothing."""
    flash("That was the button of a sample. Nothing was done.", "info")
    return redirect(url_for("help.show_design"), 303)
