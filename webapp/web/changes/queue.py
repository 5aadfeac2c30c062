"""The list of change requests: what waits, for whom, and what became of the others."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp import clock
from webapp.domain.approval.states import LABELS, OPEN, State
from webapp.domain.configs.kinds import KINDS, Kind
from webapp.domain.roles import Permission
from webapp.errors import WebappError
from webapp.models.base import db
from webapp.models.governance.changes import ChangeRequest
from webapp.services.governance.reading import listing
from webapp.services.governance.reading.listing import Wanted
from webapp.web import auth
from webapp.web.addresses import page_url
from webapp.web.auth import requires
from webapp.web.changes import posted, words
from webapp.web.changes.blueprint import bp
from webapp.web.paging import read_page
from webapp.wording import phrase, words_of

OPEN_WORD, ANY_WORD = "", "any"
FLAGS = {
    "waiting": phrase("Waiting for me"),
    "mine": phrase("Mine"),
    "stale": phrase("Stale"),
    "owed": phrase("Review owed"),
}
_NAMES = {"state": phrase("State"), "kind": phrase("Kind")}
_EMPTY = {
    "waiting": (phrase("Nothing waits for you"), phrase("What others propose and you may decide on stands here, what you are asked for first.")),
    "mine": (phrase("You have proposed nothing that is open"), phrase("A change is proposed on the page of what it changes, and stays here until it is decided.")),
    "stale": (phrase("Nothing is stale"), phrase("A change is stale once what it was made from is live no more; its page brings it up to date.")),
    "owed": (phrase("No review is owed"), phrase("What an admin makes live in an emergency stands here until somebody else has looked at it.")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as far as it can be understood."""

    wanted: Wanted
    given: dict[str, str] = field(default_factory=dict)
    """The arguments that narrow the list."""


@bp.get("/changes")
@requires(Permission.READ_DESK)
def list_changes() -> ResponseReturnValue:
    """List change requests, the newest first; without a state those that are open."""
    return show_queue()


def show_queue(refusal: WebappError | None = None) -> str:
    """Draw the list, and the form that freezes changes for whoever may."""
    session, person, now = db.session(), auth.person(), clock.now()
    asked = _asked()
    page = read_page(
        session,
        listing.list_changes(asked.wanted, person),
        [],
        [ChangeRequest.id],
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "changes/list.html",
        lines=listing.lines_of(session, page.rows, person),
        listing=_listing(asked, page.older, page.newer),
        empty=_empty(asked),
        words=words,
        now=now,
        may_freeze=current_user.may(Permission.ACT_IN_EMERGENCY),
        refusal=words_of(refusal) if refusal else "",
        typed={name: posted.text(name) for name in ("until", "reason")} if refusal else {"until": "", "reason": ""},
    )


def _asked() -> Asked:
    state, kind = request.args.get("state", OPEN_WORD), request.args.get("kind", "")
    wanted, given = Wanted(), {}
    if state in set(State):
        wanted, given["state"] = replace(wanted, state=State(state)), state
    elif state == ANY_WORD:
        given["state"] = state
    if kind in set(Kind):
        wanted, given["kind"] = replace(wanted, kind=Kind(kind)), kind
    for name in FLAGS:
        if request.args.get(name):
            flag: dict[str, Any] = {name: True}
            wanted, given[name] = replace(wanted, **flag), "1"
    if "state" not in given and not wanted.owed:
        wanted = replace(wanted, open=True)
    return Asked(wanted, given)


def _listing(asked: Asked, older: str | None, newer: str | None) -> dict[str, Any]:
    """Give what the macros of lists draw: filters, those in use, and the ways to other pages."""
    given: dict[str, Any] = dict(asked.given)
    base = url_for("changes.list_changes")

    def without(name: str) -> str:
        others = {key: one for key, one in given.items() if key != name}
        return url_for("changes.list_changes", **others)

    states = [
        (OPEN_WORD, phrase("Open")),
        (ANY_WORD, phrase("Any")),
        *((state.value, LABELS[state]) for state in State),
    ]
    kinds = [("", phrase("Any")), *((kind.value, rule.label) for kind, rule in KINDS.items())]
    labels = {"state": dict(states), "kind": dict(kinds)}
    return {
        "base_url": base,
        "hidden": [],
        "search": None,
        "filters": [
            {"name": "state", "label": _NAMES["state"], "kind": "choice", "choices": states, "value": given.get("state", "")},
            {"name": "kind", "label": _NAMES["kind"], "kind": "choice", "choices": kinds, "value": given.get("kind", "")},
            *({"name": name, "label": label, "kind": "flag", "choices": (), "value": given.get(name)}
              for name, label in FLAGS.items()),
        ],
        "applied": [
            {"label": _chip(name, labels[name][one]) if name in labels else FLAGS[name], "remove_url": without(name)}
            for name, one in given.items()
        ],
        "clear_url": base if len(given) > 1 else None,
        "older_url": url_for("changes.list_changes", **given, after=older) if older else None,
        "newer_url": url_for("changes.list_changes", **given, before=newer) if newer else None,
        "note": None,
        "links": _exports(asked),
    }  # fmt: skip


def _chip(name: str, word: str) -> str:
    return phrase("{label}: {value}", label=_NAMES[name], value=word)


def _exports(asked: Asked) -> list[tuple[str, str]]:
    """Give words and addresses of files of what the filters leave."""
    states = OPEN if asked.wanted.open else {asked.wanted.state} - {None}
    wanted = {
        "origin": ",".join(listing.BY_PEOPLE),
        "state": ",".join(sorted(state for state in states if state is not None)),
        "kind": asked.wanted.kind or "",
        **{name: "true" if getattr(asked.wanted, name) else "" for name in FLAGS},
    }
    narrowed = urlencode({name: value for name, value in wanted.items() if value})
    return [
        (words, f"{page_url(f'api.export_changes_{form}')}?{narrowed}")
        for form, words in (("csv", phrase("Export CSV")), ("jsonl", phrase("Export JSON Lines")))
    ]


def _empty(asked: Asked) -> dict[str, Any]:
    flags = [name for name in FLAGS if name in asked.given]
    if len(asked.given) == 1 and flags:
        title, text = _EMPTY[flags[0]]
    elif asked.given:
        title, text = phrase("Nothing fits"), phrase("No change request is as these filters say.")
    else:
        title, text = (
            phrase("Nothing is open"),
            phrase("Every change has been decided. Those that were decided stay in the history."),
        )
    everything = url_for("changes.list_changes", state=ANY_WORD)
    shown = None if asked.given.get("state") == ANY_WORD and len(asked.given) == 1 else everything
    return {"title": title, "text": text, "action_url": shown, "action_label": phrase("Show the history")}
