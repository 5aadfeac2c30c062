"""What does somebody see whose request cannot be honoured? One table from error to status and words."""

import structlog
from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from webapp import errors
from webapp.domain.roles import Permission
from webapp.errors import WebappError, desk, governance, learners
from webapp.web.crawlers import is_crawler
from webapp.web.errors import legacy, problems, ways
from webapp.web.errors.ways import Way
from webapp.wording import phrase, words_of

log = structlog.get_logger(__name__)

STATUSES: dict[type[WebappError], int] = {
    errors.UnknownAccount: 404,
    errors.UnknownToken: 404,
    errors.UnknownLearner: 404,
    errors.UnknownCourse: 404,
    errors.UnknownDelivery: 404,
    errors.UnknownBadge: 404,
    errors.BadgeNotFailed: 409,
    errors.AccountExists: 409,
    errors.AlreadyClosed: 409,
    errors.DemoRefused: 409,
    errors.NotApplicable: 409,
    errors.AlreadyInvalidated: 409,
    errors.AmbiguousLearner: 409,
    errors.MoveRefused: 409,
    errors.NoExamples: 409,
    errors.NotEnrolled: 409,
    errors.NotInvalidated: 409,
    errors.NoDateOverride: 409,
    errors.NotIssued: 409,
    errors.NoteRefused: 409,
    errors.NotOnAllowlist: 409,
    errors.OnAllowlist: 409,
    errors.NoCertificate: 404,
    errors.UnknownRun: 404,
    errors.RunMoveRefused: 409,
    errors.RunOpen: 409,
    errors.StatusMissing: 422,
    errors.StatusNotPresent: 422,
    errors.OwnAccount: 409,
    errors.RolesClash: 409,
    errors.BadDate: 422,
    errors.BadFile: 422,
    errors.BadImage: 422,
    errors.BadMail: 422,
    errors.BadName: 422,
    errors.NoteMissing: 422,
    errors.WeakPassword: 422,
    errors.KeyUnreadable: 503,
    errors.IdentityTaken: 409,
    errors.NoSecondFactor: 409,
    errors.SecondFactorSet: 409,
    errors.SecondFactorUnreadable: 503,
    errors.KeyReused: 422,
    errors.KeyInFlight: 409,
    desk.UnknownView: 404,
    desk.ViewNotYours: 403,
    desk.ViewExists: 409,
    desk.BadView: 422,
    desk.NothingChosen: 422,
    desk.TooManyChosen: 422,
    desk.OthersCourses: 403,
    desk.NotRehearsed: 409,
    learners.LearnerErased: 409,
    learners.ErasureRefused: 409,
    learners.ReasonNamesLearner: 422,
    governance.UnknownKind: 404,
    governance.UnknownKey: 404,
    governance.UnknownChange: 404,
    governance.SelfApproval: 403,
    governance.RoleMissing: 403,
    governance.TokenDecides: 403,
    governance.OpenRequest: 409,
    governance.StaleBase: 409,
    governance.StaleChange: 409,
    governance.MergeConflict: 409,
    governance.WrongState: 409,
    governance.AlreadyDecided: 409,
    governance.ChangesFrozen: 409,
    governance.RevisionMoved: 412,
    governance.InvalidPayload: 422,
    governance.CautionsUnread: 422,
    governance.Unchanged: 422,
    governance.ReasonMissing: 422,
    governance.KeyNotTyped: 422,
    governance.BadMoment: 422,
}
"""A request that cannot be honoured: 404 not there, 409 not now, 422 not like this."""

PAGES: dict[int, tuple[str, str, str]] = {
    400: (phrase("That request cannot be read"), phrase("Something in it is missing or broken."), phrase("Go back, reload the page and try again.")),
    401: (phrase("You are not signed in"), phrase("This needs an account."), phrase("Sign in and try again.")),
    403: (phrase("You may not do this"), phrase("Your account does not have the role that this needs."), phrase("Ask an admin of Certdesk for the role, or sign in with another account.")),
    404: (phrase("There is nothing here"), phrase("The page was moved, or never was."), phrase("Search for the learner or the certificate, or start from the home page.")),
    405: (phrase("That is not how this page is used"), phrase("It does not take requests of this kind."), phrase("Go back and use the buttons of the page.")),
    412: (phrase("It has changed since you looked at it"), phrase("Somebody else was quicker."), phrase("Go back, reload the page and look again.")),
    413: (phrase("That is too much"), phrase("The request is larger than Certdesk takes."), phrase("Send less at once.")),
    429: (phrase("Too many attempts"), phrase("Somebody tried too often in too short a time."), phrase("Wait a few minutes, then try again.")),
    500: (phrase("Something went wrong on our side"), phrase("It was written down with the number below."), phrase("Try again; if it happens again, give that number to whoever runs Certdesk.")),
    503: (phrase("Certdesk cannot work just now"), phrase("Its database does not answer. Nothing was changed."), phrase("Try again in a minute.")),
}  # fmt: skip
"""Status -> title, what happened, what to do."""
_WITHOUT_SEARCH = phrase("Look whether the address is whole, or go to the start page.")
"""What to do about 404 for whoever has no search."""
RETRY_AFTER = "5"
"""After how many seconds a program asks a database again that did not answer."""


def init_app(app: Flask) -> None:
    """Answer every error with a page that says what happened and what to do, and below /api/ with a problem."""
    app.register_error_handler(WebappError, _refuse)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SQLAlchemyError, _database_error)
    app.register_error_handler(Exception, _bug)


def page(
    status: int,
    *,
    title: str | None = None,
    text: str | None = None,
    what_to_do: str | None = None,
    way: Way | None = None,
) -> ResponseReturnValue:
    """Give the error page for a status, with a button that leads on where there is a way."""
    usual_title, usual_text, usual_advice = PAGES.get(status) or PAGES[500 if status >= 500 else 400]
    if status >= 500:
        _ask_nothing_more()
    bar = _keeps_bar(status)
    if status == 404 and not (bar and current_user.may(Permission.READ_DESK)):
        usual_advice = _WITHOUT_SEARCH
    problem = {
        "status": status,
        "title": title or usual_title,
        "text": text or usual_text,
        "what_to_do": what_to_do or usual_advice,
        "way": way,
        "request_id": g.get("request_id", ""),
    }
    return render_template("errors/problem.html", problem=problem, bar=bar), status


def _keeps_bar(status: int) -> bool:
    """Say whether whoever asks is signed in and keeps the bar.

    Where everybody may look nobody is asked who they are; nor is a crawler, whosever session it brings (decision 33).
    """
    if g.get("everybodys") or (status < 500 and is_crawler()):
        return False
    return bool(current_user.is_authenticated)


def _ask_nothing_more() -> None:
    """Let the page be made of what is known already: the database may be what failed."""
    g.asks_nothing = True
    if "_login_user" not in g:
        current_app.login_manager._update_request_context_with_user()  # type: ignore[attr-defined]  # nobody, unasked


def _refuse(error: WebappError) -> ResponseReturnValue:
    status = STATUSES[type(error)]
    if legacy.wanted():
        return legacy.answer(status, str(error), code=error.code)
    if problems.wanted():
        return problems.of_refusal(error, status)
    return page(status, text=words_of(error), what_to_do=phrase("Go back to the page before."), way=ways.back())


def _stale_form(error: CSRFError) -> ResponseReturnValue:
    if legacy.wanted():
        return legacy.answer(403, legacy.FORM_TOKEN, code="csrf")
    if problems.wanted():
        return problems.problem(400, "csrf", "Send X-CSRFToken with what GET /csrf/api/v1/token gives in this session.")
    way = ways.to_the_form()
    return page(
        400,
        text=phrase("This form was opened in another session."),
        what_to_do=phrase("Open its page anew and send it again.") if way else None,
        way=way,
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()
    if legacy.wanted():
        return legacy.of_http_error(error)
    if problems.wanted():
        return problems.of_http_error(error)
    answer = page(error.code or 500, way=ways.to_the_form() if error.code == 401 else ways.back())
    if error.code == 405 and getattr(error, "valid_methods", None):
        return *answer, {"Allow": ", ".join(sorted(error.valid_methods))}  # type: ignore[attr-defined, misc]  # MethodNotAllowed alone has it
    return answer


def _database_error(error: SQLAlchemyError) -> ResponseReturnValue:
    log.error("database.failed", problem=type(error).__name__, endpoint=request.endpoint)
    if legacy.wanted():
        return legacy.answer(503, PAGES[503][1], code="unavailable")
    if problems.wanted():
        return problems.problem(503, "unavailable", PAGES[503][1], headers={"Retry-After": RETRY_AFTER})
    return page(503)


def _bug(error: Exception) -> ResponseReturnValue:
    log.exception("request.failed", endpoint=request.endpoint)
    if legacy.wanted():
        return legacy.failed()
    return problems.problem(500, "failed", PAGES[500][1]) if problems.wanted() else page(500)
