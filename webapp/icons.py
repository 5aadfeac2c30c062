"""Certdesk's own drawings: stroke icons, the small marks of pills, and the logo. All are decoration: words stand beside them."""

from functools import cache

from markupsafe import Markup

_ICON = Markup(
    '<svg class="icon%s" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">%s</svg>'
)
_SHAPE = Markup(
    '<svg class="shape" viewBox="0 0 12 12" fill="none" stroke="currentColor" stroke-width="1.6"'
    ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">%s</svg>'
)
_SEAL = Markup(
    '<svg class="seal%s" viewBox="0 0 32 32" aria-hidden="true" focusable="false">'
    '<path class="seal__wax" d="M13.1 3.18A3.1 3.1 0 0 1 18.9 3.18A3.1 3.1 0 0 1 23.92 6.08A3.1 3.1 0 0 1 26.82 11.1A3.1 3.1 0 0 1 26.82 16.9A3.1 3.1 0 0 1 23.92 21.92A3.1 3.1 0 0 1 18.9 24.82A3.1 3.1 0 0 1 13.1 24.82A3.1 3.1 0 0 1 8.08 21.92A3.1 3.1 0 0 1 5.18 16.9A3.1 3.1 0 0 1 5.18 11.1A3.1 3.1 0 0 1 8.08 6.08A3.1 3.1 0 0 1 13.1 3.18Z"/>'
    '<path class="seal__tick" d="m10.8 14.4 3.6 3.6 6.9-7.6" fill="none" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/>'
    '<path class="seal__desk" d="M6 30h20" fill="none" stroke-width="2.4" stroke-linecap="round"/>'
    "</svg>"
)

_STROKES = {
    "home": Markup(
        '<path d="M4 11.2 12 4.5l8 6.7"/><path d="M6 9.8V19a.8.8 0 0 0 .8.8h10.4a.8.8 0 0 0 .8-.8V9.8"/><path d="M10 19.6v-5h4v5"/>'
    ),
    "certificate": Markup(
        '<path d="M8.5 17H4.8a1 1 0 0 1-1-1V5.3a1 1 0 0 1 1-1h14.4a1 1 0 0 1 1 1v5"/><path d="M7.5 8.3h9M7.5 12h4"/><circle cx="15.5" cy="14.5" r="2.9"/><path d="m13.9 17.2-.7 3.5 2.3-1.2 2.3 1.2-.7-3.5"/>'
    ),
    "people": Markup(
        '<circle cx="9" cy="8.5" r="3.3"/><path d="M3 19.3c.4-3.4 2.7-5.3 6-5.3s5.6 1.9 6 5.3"/><path d="M15.6 5.6a3.2 3.2 0 0 1 0 5.8M17.6 14.6c2 .8 3.2 2.4 3.4 4.7"/>'
    ),
    "book": Markup(
        '<path d="M12 6.6C10 5.2 7.3 4.7 4 4.9v13c3.3-.2 6 .3 8 1.7 2-1.4 4.7-1.9 8-1.7v-13c-3.3-.2-6 .3-8 1.7Z"/><path d="M12 6.6v13"/>'
    ),
    "sample": Markup(
        '<path d="M9.5 4h5M10.3 4v5.4L5.4 17.9a1.4 1.4 0 0 0 1.2 2.1h10.8a1.4 1.4 0 0 0 1.2-2.1L13.7 9.4V4"/><path d="M7.6 14.5h8.8"/>'
    ),
    "check-list": Markup(
        '<path d="m3.8 6.8 1.5 1.5 2.6-3M3.8 13.3l1.5 1.5 2.6-3"/><path d="M11.5 7h8.7M11.5 13.5h8.7M4.5 19.5h15.7"/>'
    ),
    "ban": Markup('<circle cx="12" cy="12" r="8.2"/><path d="m6.3 6.3 11.4 11.4"/>'),
    "runs": Markup(
        '<path d="M4 6.5h9M4 12h6.5M4 17.5h5"/><circle cx="16" cy="14.8" r="4.6"/><path d="M16 12.4v2.6l1.7 1.2"/>'
    ),
    "inbox": Markup(
        '<path d="M3.8 13.5 6.4 5.7a1 1 0 0 1 1-.7h9.2a1 1 0 0 1 1 .7l2.6 7.8v4.7a1 1 0 0 1-1 1H4.8a1 1 0 0 1-1-1Z"/><path d="M4 13.5h4.6c.3 1.7 1.6 2.7 3.4 2.7s3.1-1 3.4-2.7H20"/>'
    ),
    "dead-letter": Markup(
        '<rect x="3.6" y="5.6" width="16.8" height="12.8" rx="2"/><path d="m9.4 9.4 5.2 5.2M14.6 9.4l-5.2 5.2"/>'
    ),
    "layout": Markup(
        '<rect x="3.8" y="4.8" width="16.4" height="14.4" rx="1"/><path d="M3.8 9.2h16.4M7 13h5M7 16h3M15.2 13h1.8v3h-1.8z"/>'
    ),
    "robot": Markup(
        '<rect x="4.8" y="9" width="14.4" height="10" rx="1.6"/><path d="M12 9V5.6M9.2 13.2v1M14.8 13.2v1M2.8 13v2.6M21.2 13v2.6"/><circle cx="12" cy="4.4" r="1.2"/>'
    ),
    "switch": Markup('<rect x="3.4" y="7.6" width="17.2" height="8.8" rx="4.4"/><circle cx="16" cy="12" r="2.2"/>'),
    "sliders": Markup(
        '<path d="M4 7.5h8M16.4 7.5H20M4 16.5h3.6M12 16.5h8"/><circle cx="14.2" cy="7.5" r="2.2"/><circle cx="9.8" cy="16.5" r="2.2"/>'
    ),
    "medal": Markup('<circle cx="12" cy="14.6" r="5.2"/><path d="M9.2 10.2 6.4 4h3.8L12 7.8 13.8 4h3.8l-2.8 6.2"/>'),
    "medal-star": Markup(
        '<circle cx="12" cy="14.6" r="5.2"/><path d="M9.2 10.2 6.4 4h3.8L12 7.8 13.8 4h3.8l-2.8 6.2"/><path d="m10.2 14.8 1.3 1.3 2.5-2.8"/>'
    ),
    "roles": Markup(
        '<circle cx="9.2" cy="8.2" r="3.4"/><path d="M3 19.4c.4-3.6 2.8-5.6 6.2-5.6.9 0 1.7.1 2.4.4"/><path d="M17 12.6l3.6 1.3c0 3.2-1.1 5.2-3.6 6.5-2.5-1.3-3.6-3.3-3.6-6.5Z"/>'
    ),
    "shield": Markup(
        '<path d="M12 3.8c2.2 1.6 4.6 2.4 7.2 2.5.2 6.3-2.1 11-7.2 13.9C6.9 17.3 4.6 12.6 4.8 6.3 7.4 6.2 9.8 5.4 12 3.8Z"/><path d="m8.9 11.9 2.2 2.2 4-4.2"/>'
    ),
    "changes": Markup(
        '<path d="M4.5 7.5h11.7M12.8 4l3.5 3.5-3.5 3.5"/><path d="M19.5 16.5H7.8M11.2 13l-3.5 3.5 3.5 3.5"/>'
    ),
    "lock": Markup('<rect x="5" y="11" width="14" height="9" rx="1.8"/><path d="M8.2 11V8a3.8 3.8 0 0 1 7.6 0v3"/>'),
    "key": Markup('<circle cx="8" cy="15.8" r="4"/><path d="m10.9 12.9 8.3-8.4M16 7.8l2.6 2.6M13.3 10.5l1.8 1.8"/>'),
    "search": Markup('<circle cx="10.8" cy="10.8" r="6.3"/><path d="m15.5 15.5 4.7 4.7"/>'),
    "sun": Markup(
        '<circle cx="12" cy="12" r="3.8"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4"/>'
    ),
    "moon": Markup('<path d="M19.8 14.3A8.2 8.2 0 0 1 9.7 4.2a8.2 8.2 0 1 0 10.1 10.1Z"/>'),
    "menu": Markup('<path d="M4 7h16M4 12h16M4 17h10"/>'),
    "close": Markup('<path d="m6 6 12 12M18 6 6 18"/>'),
    "copy": Markup(
        '<rect x="8.5" y="8.5" width="11.5" height="11.5" rx="1.8"/><path d="M15.5 8.5V5.8A1.8 1.8 0 0 0 13.7 4H5.8A1.8 1.8 0 0 0 4 5.8v7.9a1.8 1.8 0 0 0 1.8 1.8h2.7"/>'
    ),
    "download": Markup('<path d="M12 4.2v10.6M7.4 10.4l4.6 4.6 4.6-4.6"/><path d="M4.8 19.4h14.4"/>'),
    "mail": Markup('<rect x="3.6" y="5.6" width="16.8" height="12.8" rx="1.4"/><path d="m4.2 6.8 7.8 6.4 7.8-6.4"/>'),
    "check": Markup('<path d="m5 12.8 4.6 4.6L19 7.3"/>'),
    "back": Markup('<path d="M19.5 12H5M10.8 5.8 4.6 12l6.2 6.2"/>'),
    "onward": Markup('<path d="m9.3 5.5 6.5 6.5-6.5 6.5"/>'),
    "backward": Markup('<path d="M14.7 5.5 8.2 12l6.5 6.5"/>'),
    "ascending": Markup('<path d="M12 19V5.5M6.5 11 12 5.5l5.5 5.5"/>'),
    "descending": Markup('<path d="M12 5v13.5M6.5 13l5.5 5.5 5.5-5.5"/>'),
    "sortable": Markup('<path d="m8 9.5 4-4.5 4 4.5M8 14.5l4 4.5 4-4.5"/>'),
    "filter": Markup('<path d="M4 6.5h16M7 12h10M10 17.5h4"/>'),
    "sign-out": Markup(
        '<path d="M14 4.8H6.3a1 1 0 0 0-1 1v12.4a1 1 0 0 0 1 1H14"/><path d="M10.5 12h10M16.8 8.2l3.7 3.8-3.7 3.8"/>'
    ),
    "info": Markup('<circle cx="12" cy="12" r="8.2"/><path d="M12 11.3v5M12 7.7v.1"/>'),
    "warning": Markup(
        '<path d="M12 4.3 20.7 19a.6.6 0 0 1-.5.9H3.8a.6.6 0 0 1-.5-.9Z"/><path d="M12 10v4.3M12 16.9v.1"/>'
    ),
    "error": Markup('<path d="M8.6 3.8h6.8l4.8 4.8v6.8l-4.8 4.8H8.6l-4.8-4.8V8.6Z"/><path d="M12 7.8v5M12 15.9v.1"/>'),
    "success": Markup('<circle cx="12" cy="12" r="8.2"/><path d="m8.3 12.3 2.6 2.6 4.9-5.3"/>'),
    "clock": Markup('<circle cx="12" cy="12" r="8.2"/><path d="M12 7.3V12l3.2 2.2"/>'),
    "person": Markup('<circle cx="12" cy="8.2" r="3.7"/><path d="M5 20c.5-4 3.1-6.2 7-6.2s6.5 2.2 7 6.2"/>'),
    "bell": Markup(
        '<path d="M6.2 16.6V11a5.8 5.8 0 0 1 11.6 0v5.6l1.6 1.7H4.6Z"/><path d="M9.9 18.6a2.1 2.1 0 0 0 4.2 0M12 3.6v1.5"/>'
    ),
    "help": Markup(
        '<circle cx="12" cy="12" r="8.2"/><path d="M9.6 9.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2 1-1.2 1.9M12 16.6v.1"/>'
    ),
    "dot": Markup('<circle cx="12" cy="12" r="3"/>'),
}
_MARKS = {
    "good": Markup(
        '<circle cx="6" cy="6" r="5.5" fill="currentColor" stroke="none"/><path class="shape__cut" d="m3.6 6.2 1.7 1.7 3.2-3.6"/>'
    ),
    "progress": Markup('<circle cx="6" cy="6" r="4.6" opacity=".35"/><path d="M6 1.4A4.6 4.6 0 0 1 10.6 6"/>'),
    "bad": Markup(
        '<path d="M6 .3 11.7 6 6 11.7.3 6Z" fill="currentColor" stroke="none"/><path class="shape__cut" d="M6 3.5v2.8M6 8.4v.1"/>'
    ),
    "warning": Markup('<path d="M6 1.3 11 10.5H1Z"/><path d="M6 5v2.2"/>'),
    "waiting": Markup('<circle cx="6" cy="6" r="4.6"/><path d="M6 3.6V6l1.5 1.2"/>'),
    "neutral": Markup('<circle cx="6" cy="6" r="4.6"/><path d="M4 6h4"/>'),
}
_TURNING = frozenset({"back", "onward", "backward", "sign-out"})
"""Drawings that point along the line, and turn with its direction."""


@cache
def icon(name: str, size: str = "") -> Markup:
    """Draw an icon."""
    marks = (f" icon--{size}" if size else "") + (" icon--turning" if name in _TURNING else "")
    return _ICON % (marks, _STROKES[name])


@cache
def shape(tone: str) -> Markup:
    """Draw the mark of a pill."""
    return _SHAPE % _MARKS[tone]


@cache
def seal(size: str = "") -> Markup:
    """Draw the logo."""
    return _SEAL % (f" seal--{size}" if size else "")


def names() -> tuple[str, ...]:
    """Give the name of every icon, for the page that shows them all."""
    return tuple(_STROKES)
