"""The list of badges, and what a certificate's page says of its own."""

from typing import Literal

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, select

from webapp import clock
from webapp.domain.badges import credentials, open_badges, states, status_lists
from webapp.domain.badges.states import BadgeState
from webapp.domain.roles import Permission
from webapp.models.badges import BadgeAward
from webapp.models.base import db, unit_of_work
from webapp.models.learners import Learner
from webapp.services.badges import awarding, issuing, reading, standing
from webapp.services.certificates import search
from webapp.web import auth, cells, installation
from webapp.web.addresses import course_url, row_url
from webapp.web.admin import filters
from webapp.web.admin.desk_view import Details, Empty, Listed, Search, Shown, of_learner
from webapp.web.admin.lists.exported import Exported
from webapp.web.auth import requires
from webapp.web.cells import Row
from webapp.web.details import Alert, Button, Fact, Group, copied_fact
from webapp.web.language import flash
from webapp.wording import joined, kept, phrase

REVOKED_BECAUSE = phrase(
    "Its certificate is not valid now. The assertion and the signed badge answer 410, and the status list says so; "
    "it stands again when the certificate does."
)
TONES = {
    BadgeState.WAITING: "waiting",
    BadgeState.SENDING: "waiting",
    BadgeState.AWARDED: "good",
    BadgeState.FAILED: "bad",
}
ALERTS: dict[BadgeState, tuple[Literal["info", "warning", "error"], str]] = {
    BadgeState.WAITING: ("warning", phrase("The badge waits")),
    BadgeState.SENDING: ("info", phrase("The badge is on its way to the badge server")),
    BadgeState.FAILED: ("error", phrase("The badge server has not issued it")),
}


class BadgeView(Exported):
    """Who has a badge, and who waits for one."""

    model = BadgeAward
    endpoint_name, address = "badge_awards", "/admin/badges/"
    heading = phrase("Badges")
    lead = phrase("Which learners have the badge of a course run, which wait for its image, and whose is revoked.")
    columns = (
        phrase("Number"),
        phrase("Learner"),
        phrase("Course"),
        phrase("State"),
        phrase("Mode"),
        phrase("Since"),
        phrase("Awarded"),
    )
    order = (BadgeAward.id,)
    search = Search(phrase("Search badges"), phrase("User name, name or e-mail of a learner"))
    list_filters = (
        filters.choice("state", phrase("State"), BadgeAward.state, dict(states.LABELS)),
        filters.course(BadgeAward.course_id),
    )
    empty = Empty(
        phrase("No badges yet"),
        phrase("A badge is awarded when a certificate is first issued in a course run that issues badges."),
    )

    def base_query(self) -> Shown:
        """Give badges with their learners."""
        one = BadgeAward
        shown = (one.id, one.learner_id, one.course_id, one.state, one.mode, one.created_at, one.awarded_at)
        return select(*shown, *standing.DECIDING, of_learner(Learner.username, one.learner_id))

    def searched(self, text: str) -> ColumnElement[bool]:
        """Find by learner."""
        return search.held_by(db.session(), BadgeAward, search.learner_ids(db.session(), text))

    def row(self, row: Listed) -> Row:
        """Draw one row."""
        revoked = standing.is_revoked(row.state, row.status, row.came_from, invalidated=bool(row.invalidated))
        return Row(
            [
                cells.strong(row.id),
                cells.name(row.username, row_url("learners", row.learner_id)),
                cells.linked(cells.code(row.course_id), course_url(row.course_id)),
                badge_state(row.state, revoked=revoked),
                cells.plain(row.mode),
                cells.when(row.created_at),
                cells.when(row.awarded_at),
            ],
            self.row_url(row.id),
        )

    def details(self, row: BadgeAward) -> Details:
        """Give a badge, and why it waits."""
        certificate = row_url("certificates", row.certificate_id)
        facts = [
            Fact(phrase("Learner"), cells.name(row.learner.username, row_url("learners", row.learner_id))),
            Fact(
                phrase("Certificate"),
                cells.link(phrase("Certificate {number}", number=row.certificate_id), certificate),
            ),
            copied_fact(phrase("Course"), row.course_id, url=course_url(row.course_id)),
            Fact(phrase("Mode"), cells.plain(row.mode), phrase("That of the enrollment when the badge was due")),
            *_standing(row),
            _place(row),
            copied_fact(phrase("Class"), row.class_slug),
            Fact(phrase("Image"), cells.code(row.image_sha256)),
            Fact(phrase("Since"), cells.when(row.created_at)),
        ]
        alert = Alert(*ALERTS[row.state], _problem(row)) if row.state in ALERTS else None
        if _revoked(row):
            alert = Alert("warning", phrase("The badge is revoked"), REVOKED_BECAUSE)
        return Details(
            heading=phrase("Badge {number}", number=row.id),
            subtitle=joined((row.learner.name or row.learner.username, row.course_id)),
            back_url=self.list_url(),
            back_label=phrase("Badges"),
            status=badge_state(row.state, revoked=_revoked(row)),
            alert=alert,
            groups=[Group(phrase("Badge"), facts)],
            actions=_buttons(row),
        )

    @expose("/<row:award_id>/send", methods=("POST",))  # type: ignore[untyped-decorator]  # Flask-Admin
    @requires(Permission.HANDLE_DELIVERIES)
    def send_again(self, award_id: int) -> ResponseReturnValue:
        """Send a badge that failed to the badge server once more."""
        off = _switched_off()
        if off:
            flash(off, "error")
            return redirect(self.row_url(award_id))
        with unit_of_work() as session:
            issuing.send_again(session, auth.actor(), award_id, now=clock.now())
        flash(phrase("On its way to the badge server again."), "success")
        return redirect(self.row_url(award_id))


def _buttons(row: BadgeAward) -> list[Button]:
    if row.state is not BadgeState.FAILED:
        return []
    role = None if current_user.may(Permission.HANDLE_DELIVERIES) else phrase("This needs the role support.")
    url = url_for("badge_awards.send_again", award_id=row.id)
    return [Button(phrase("Send again"), url, "primary", disabled_reason=role or _switched_off())]


def _switched_off() -> str | None:
    """Why no badge is sent now; None where badges are."""
    settings = installation.settings()
    return None if settings.badges else issuing.OFF


def badge_facts(certificate_id: int) -> list[Fact]:
    """Say what became of the badge of a certificate; nothing where there is none."""
    found = reading.find_award(db.session(), certificate_id)
    if found is None:
        return []
    label = states.REVOKED if _revoked(found) else states.LABELS[found.state]
    word = cells.link(label, row_url("badge_awards", found.id))
    return [Fact(phrase("Badge"), word, _problem(found)), *_standing(found)[1:]]


def badge_state(state: BadgeState, *, revoked: bool) -> Markup:
    """Draw whether a badge is awarded, and still stands."""
    return cells.pill("bad", states.REVOKED) if revoked else cells.pill(TONES[state], states.LABELS[state])


def _problem(row: BadgeAward) -> str:
    said = awarding.why_not(row)
    return said if said == row.problem else kept(row.problem)


def _revoked(row: BadgeAward) -> bool:
    return standing.find_revoked(db.session(), row.id)


def _standing(row: BadgeAward) -> list[Fact]:
    facts = [Fact(phrase("State"), badge_state(row.state, revoked=_revoked(row)), _problem(row))]
    if row.state is BadgeState.AWARDED:
        settings = installation.settings()
        own = open_badges.assertion_url(settings.base_url, row.assertion_id)
        url = row.server_url or own
        about = (
            phrase("Issued by the badge server")
            if row.server_url
            else phrase("410 once the certificate is not shown any more")
        )
        signed = credentials.credential_url(settings.base_url, row.assertion_id)
        facts += [
            Fact(phrase("Awarded"), cells.when(row.awarded_at)),
            *([Fact(phrase("Revoked"), cells.when(row.revoked_at))] if row.revoked_at else []),
            Fact(phrase("Assertion"), cells.link(url, url), about),
        ]
        if not row.server_url:
            facts.append(
                Fact(
                    phrase("Signed badge"),
                    cells.link(signed, signed),
                    phrase("Open Badges 3.0, to be verified by anybody"),
                )
            )
    return facts


def _place(row: BadgeAward) -> Fact:
    settings = installation.settings()
    url = credentials.list_url(settings.base_url, status_lists.list_of(row.status_number))
    return Fact(
        phrase("Status list"),
        cells.link(url, url),
        phrase("Place {number}", number=status_lists.place_of(row.status_number)),
    )
