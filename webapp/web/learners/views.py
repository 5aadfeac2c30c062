"""The support pages: a learner with every course run, and why there is a certificate in one of them, or none."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.domain.certificates.statuses import HIDDEN
from webapp.domain.certificates.visibility import Publicity, may_certify
from webapp.domain.identifiers import NOTE_LENGTH, CourseId
from webapp.domain.roles import Permission
from webapp.domain.verdicts import verdict_of
from webapp.errors import UnknownCourse
from webapp.models.base import db
from webapp.models.certificates import GeneratedCertificate
from webapp.models.courses import CourseRun
from webapp.models.learners import Learner
from webapp.models.support import LearnerNote
from webapp.services import certificate_pages, course_runs, places
from webapp.services.certificates import explanation as explaining
from webapp.services.certificates import search
from webapp.services.certificates.explanation import Explanation
from webapp.services.certificates.own import asking, holdings
from webapp.services.notices import mentions
from webapp.services.support import notes
from webapp.web import installation
from webapp.web.addresses import explanation_url, learner_url
from webapp.web.auth import requires
from webapp.web.auth.noting import note_where_due
from webapp.web.details import Fact, timeline_lines
from webapp.web.learners import explained, offers, outcomes
from webapp.web.learners import notes as note_pages
from webapp.web.learners.blueprint import bp
from webapp.web.learners.foreseen import installation_of
from webapp.web.learners.forms import NoteForm, RegenerateForm
from webapp.web.learners.notes import NoteLine
from webapp.web.own_words import ASK_WORDS, words_for


@bp.get("/learners/")
@requires(Permission.READ_DESK)
def lookup() -> ResponseReturnValue:
    """Show what a path cannot name: a user name with a slash, or one that is two dots. Without a name, the list."""
    username, course_id = request.args.get("username", ""), request.args.get("course_id", "")
    if not username:
        return redirect(url_for("learners.index_view"))
    return _explanation(username, course_id) if course_id else _learner(username)


@bp.get("/learners/<string:username>")
@requires(Permission.READ_DESK)
def learner(username: str) -> ResponseReturnValue:
    """Show who somebody is, and what has become of them in each course run."""
    return _learner(username)


@bp.get("/learners/<string:username>/<path:course_id>")
@requires(Permission.READ_DESK)
def explanation(username: str, course_id: str) -> ResponseReturnValue:
    """Show why a learner has a certificate in a course run, or has none, and what can be done."""
    return _explanation(username, course_id)


def _learner(username: str) -> ResponseReturnValue:
    session = db.session()
    found = places.find_learner(session, username)
    if found is None:
        return _no_learner(username)
    held, proof = places.list_places(session, found.id), places.find_id_verification(session, found.id)
    return render_template(
        "learners/learner.html",
        learner=found,
        proof=proof,
        proof_word=explained.ID_WORDS.get(proof.status, proof.status.capitalize()) if proof else "",
        now=clock.now(),
        erase_learners=Permission.ERASE_LEARNERS,
        places=[explained.place_line(found, place) for place in held[: places.MOST_PLACES]],
        more=len(held) > places.MOST_PLACES,
    )


def _explanation(username: str, text: str) -> ResponseReturnValue:
    session = db.session()
    found, course_id = places.find_learner(session, username), places.find_course_id(text.rstrip("/"))
    if found is None or course_id is None:
        meant = places.find_addressed(session, f"{username}/{text}")
        if meant is not None and meant != (username, course_id):
            return redirect(explanation_url(meant[0], meant[1]) if meant[1] else learner_url(meant[0]))
    if found is None:
        return _no_learner(username)
    try:
        course = course_runs.get_course(session, course_id) if course_id else None
    except UnknownCourse:
        course = None
    return _no_course(found, text) if course is None else _show(found, course)


def _show(found: Learner, course: CourseRun) -> ResponseReturnValue:
    session, settings = db.session(), installation.settings()
    course_id = CourseId(course.course_id)
    known = explaining.explain(
        session, found.username, course_id, now=clock.now(), queue_configured=settings.xqueue_url is not None
    )
    noted, verdict = notes.list_notes(session, found.id, course_id), verdict_of(known.decision)
    against, others = explained.check_lines(known)
    other_name = explained.other_name(known.certificate, found.name)
    return render_template(
        "learners/explanation.html",
        learner=found,
        learner_url=learner_url(found.username),
        course=course,
        known=known,
        verdict=verdict,
        hidden_until=_hidden_until(known, course),
        rules=explained.RULES[known.decision.path],
        against=against,
        others=others,
        jobs=explained.job_lines(known),
        certificate=known.certificate,
        support_learners=Permission.SUPPORT_LEARNERS,
        certificate_facts=_certificate_facts(known.certificate) if known.certificate else [],
        exceptions=explained.exception_facts(places.find_exceptions(session, found.id, course_id)),
        other_name=other_name,
        because=outcomes.first_two(verdict.reasons),
        rename_refused=offers.regenerating_refused(known) if other_name is not None else None,
        rename_form=offers.form_for(RegenerateForm, known, "rename"),
        offers=offers.list_offers(known, installation_of(settings)),
        sees=_sees(known, found, course),
        learner_notes=_note_lines(noted),
        note_form=NoteForm(formdata=None, learner=found.id, course_id=course_id),
        note_length=NOTE_LENGTH,
        timeline=sorted(
            [*timeline_lines(known.timeline), *note_pages.in_timeline(noted)], key=lambda line: line.at, reverse=True
        ),
    )


def _note_lines(noted: Sequence[LearnerNote]) -> list[NoteLine]:
    """Give the notes, and note that the reader has opened those that name them."""
    account_id = current_user.signed_in.account_id
    numbers = [note.id for note in noted]
    note_where_due(lambda begin: mentions.note_opened(db.session(), begin, account_id, numbers, now=clock.now()))
    may_strike = current_user.may(Permission.SUPPORT_LEARNERS)
    return note_pages.note_lines(noted, account_id=account_id, may_strike=may_strike)


def _certificate_facts(certificate: GeneratedCertificate) -> list[Fact]:
    page = certificate_pages.find_url(
        db.session(), certificate, base_url=installation.settings().base_url, now=clock.now()
    )
    return explained.certificate_facts(certificate, page)


def _sees(known: Explanation, learner: Learner, course: CourseRun) -> explained.Sees:
    """Give what stands at the certificate's address now, also where that says that it does not count, and what the learner is told."""
    held = known.certificate
    address = url_for("certificate.show", verify_uuid=held.verify_uuid) if held and held.verify_uuid else None
    if held is None or held.status in HIDDEN:
        may_ask = asking.list_open(db.session(), learner.id, course_id=course.course_id)
        return explained.Sees(address, counts=False, words=ASK_WORDS if may_ask else None)
    own = holdings.own_of(db.session(), held, course, base_url=installation.settings().base_url, now=clock.now())
    return explained.Sees(address, counts=own.seen is Publicity.SHOWN, words=words_for(own))


def _hidden_until(known: Explanation, course: CourseRun) -> object:
    """The day from which learners see certificates of the course run, where that is still to come (domain note §6)."""
    dates = certificate_pages.dates_of(course)
    return None if may_certify(dates, known.facts.course.now) else dates.available_at or dates.end


def _no_learner(username: str) -> ResponseReturnValue:
    near = search.find_anything(db.session(), username).learners
    rows = [(one, learner_url(one.username)) for one in near]
    return render_template("learners/no_learner.html", username=username[:255], near=rows), 404


def _no_course(found: Learner, text: str) -> ResponseReturnValue:
    held = places.list_places(db.session(), found.id)[: search.SHORT_LIST]
    page = render_template(
        "learners/no_course.html",
        learner=found,
        learner_url=learner_url(found.username),
        course_id=text[:255],
        readable=places.find_course_id(text) is not None,
        places=[explained.place_line(found, place) for place in held],
    )
    return page, 404
