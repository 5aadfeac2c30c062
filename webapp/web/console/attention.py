"""What waits for staff, as the cards at the top of the home page?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_login import current_user

from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.services.certificates import overview
from webapp.services.certificates.overview import COUNTED, Attention
from webapp.services.notices import reading
from webapp.services.watching import chain
from webapp.settings import Settings
from webapp.web import installation
from webapp.web.addresses import page_url
from webapp.wording import joined, phrase

Card = dict[str, Any]


def read(now: datetime) -> Sequence[Card]:
    """Give one card for each kind of thing that waits, what is worst first; none for what does not."""
    settings = installation.settings()
    waiting = overview.attention(db.session(), now=now, stuck_minutes=settings.stuck_minutes)
    return [*_of_the_machine(now), *_cards(waiting, settings), *_of_the_reader()]


def _cards(waiting: Attention, settings: Settings) -> Sequence[Card]:
    minutes = settings.stuck_minutes
    unsent = phrase("The last try failed: {reason}. Each is tried again by itself.", reason=waiting.unsent_reason)
    lost = phrase(
        "The last of them: {reason}. They are not tried again: mend what it names.", reason=waiting.given_up_reason
    )
    badges, runs, certificates = (
        url_for("badge_awards.index_view"),
        page_url("run_list.index_view"),
        page_url("certificates.index_view"),
    )
    table = (
        (waiting.unsent, phrase("Jobs not sent"), unsent, f"{certificates}?unsent=1", "bad", "error"),
        (waiting.refused_deliveries, phrase("Refused answers"), phrase("XQueue delivered them, and nobody has looked yet."), f"{page_url('inbox.index_view')}?waiting=1", "warning", "inbox"),
        (waiting.dead_letters, phrase("Dead letters"), phrase("Events of the platform that could not be taken."), f"{page_url('letters.index_view')}?waiting=1", "warning", "dead-letter"),
        (waiting.held_back, phrase("Passed before events were taken"), phrase("More than {days} days ago: no event issues anything to them. A run does; it is dry first.", days=settings.auto_generate_days), runs, "warning", "certificate"),
        (waiting.stuck, phrase("Stuck certificates"), phrase("The queue took the job more than {minutes} minutes ago and has not answered.", minutes=minutes), f"{certificates}?stuck=1", "bad", "clock"),
        (waiting.errors, phrase("Failed certificates"), phrase("The worker could not make them; each says why."), f"{certificates}?status=error", "bad", "error"),
        (waiting.failed_runs, phrase("Failed runs"), phrase("Each says why it stopped; resume it, or cancel it."), runs, "bad", "runs"),
        (waiting.paused_runs, phrase("Paused runs"), phrase("They wait until somebody resumes or cancels them."), runs, "warning", "runs"),
        (waiting.failed_badges, phrase("Failed badges"), phrase("The badge server refused them; each says why and can be sent again."), f"{badges}?state=failed", "bad", "medal"),
        (waiting.waiting_badges, phrase("Badges without an image"), phrase("Give their mode an image or set a default badge: then they are awarded by themselves."), f"{badges}?state=waiting", "warning", "medal"),
        (waiting.given_up, phrase("Messages given up this week"), lost, None, "bad", "inbox"),
        (waiting.in_flight, phrase("Being made"), phrase("With the queue at this moment."), f"{certificates}?waiting=1", "neutral", "certificate"),
    )  # fmt: skip
    return [
        _card(_count(number), title, text, url, tone, icon) for number, title, text, url, tone, icon in table if number
    ]


def _of_the_machine(now: datetime) -> Sequence[Card]:
    """What goes wrong with the desk itself; of the audit those hear who read it."""
    session, found = db.session(), []
    if current_user.may(Permission.READ_AUDIT):
        last = chain.last_check(session)
        if last is not None and last.first_bad is not None:
            text = phrase("The nightly check found an event that is not as it was written.")
            found.append(
                _card(
                    phrase("Event {number}", number=format(last.first_bad, ",")),
                    phrase("The audit was altered"),
                    text,
                    url_for("audit.verify"),
                    "bad",
                    "shield",
                )
            )
    failing = overview.failing_jobs(session, now=now)
    if failing:
        text = phrase(
            "{names}: the last run did not come to its end. It is tried again by itself; the server’s log says why.",
            names=joined(job for job, _ in failing),
        )
        found.append(_card(f"{len(failing)}", phrase("Scheduled jobs that fail"), text, None, "bad", "clock"))
    return found


def _of_the_reader() -> Sequence[Card]:
    number = reading.unread(db.session(), current_user.signed_in.account_id)
    if not number:
        return []
    said = phrase("more than {number}", number=reading.COUNTED) if number > reading.COUNTED else f"{number}"
    text = phrase("What you were told of changes and have not read.")
    return [_card(said, phrase("Unread notices"), text, page_url("notices.list_notices"), "info", "bell")]


def _card(count: str, title: str, text: str, url: str | None, tone: str, icon: str) -> Card:
    return {"title": title, "count_text": count, "text": text, "url": url, "tone": tone, "icon": icon}


def _count(number: int) -> str:
    return phrase("more than {number}", number=format(COUNTED, ",")) if number > COUNTED else f"{number:,}"
