"""What happened to each certificate of the demonstration, and to the examples, as tables that tell stories?"""

from webapp.domain.actors import MACHINE_NAME
from webapp.domain.certificates.statuses import Status
from webapp.domain.certificates.transitions import Cause
from webapp.services.demo.answers import done_body, header, no_font
from webapp.services.demo.facts import CALCULUS, HARBOUR, HARBOUR_CCX, NAVIGATION, POETRY, TYPESETTING
from webapp.services.demo.steps import (
    Answer,
    Example,
    Move,
    Says,
    Story,
    Stray,
    days,
    imported,
    issued,
    judged,
    made,
    minutes,
    sent,
    waiting,
)

SUPPORT = "sasha"
WAITING_EXAMPLE = ("e5a0000000000000000000000000000a", "e5a0000000000000000000000000000b")
"""The `uuid` and the `access_key` of the one example that has no answer yet."""
APPLY_AGAIN_KEY = "5eed00000000000000000000000000f1"
"""The key of the answer that came before its certificate was imported: staff can apply it again."""
_AUDIT = "Audit learners earn no certificate."
_REPLACED_KEY = "5eed00000000000000000000000000e1"


WAITING = (
    Story("ada", CALCULUS, "verified", "0.93", waiting(3, "5eed0000000000000000000000000001")),
    Story("emmy", CALCULUS, "verified", "0.88", waiting(3.5, "5eed0000000000000000000000000002")),
    Story("sofya", CALCULUS, "verified", "0.97", waiting(4, "5eed0000000000000000000000000003")),
    Story("hypatia", CALCULUS, "verified", "0.79", waiting(4.5, "5eed0000000000000000000000000004")),
    Story("emilie", CALCULUS, "verified", "0.84", waiting(5, "5eed0000000000000000000000000005")),
    Story(
        "marek",
        POETRY,
        "honor",
        "0.71",
        (
            *imported(96, Status.DOWNLOADABLE),
            Move(
                minutes(6),
                Status.DELETING,
                Cause.DELETION,
                SUPPORT,
                "The learner asked for its removal.",
                "5eed0000000000000000000000000006",
            ),
        ),
    ),
    Story(
        "giulia",
        CALCULUS,
        "verified",
        "0.76",
        (
            *made(41.3),
            Move(
                minutes(7),
                Status.REGENERATING,
                Cause.REGENERATED,
                SUPPORT,
                "The apostrophe was missing in the name.",
                "5eed0000000000000000000000000007",
            ),
        ),
    ),
)
"""Jobs that XQueue has just taken, so that an answer sent by hand settles them."""

QUEUE_TALES = (
    Story("bjorn", CALCULUS, "verified", "0.81", (sent(0.4), Answer(days(0.35), Says.NOT_A_RESULT))),
    Story("chidi", TYPESETTING, "honor", "0.68", (sent(0.22),)),
    Story("grace", CALCULUS, "verified", "0.99", (*made(6.2), Answer(days(6.19), Says.REPEATED))),
    Story("noam", CALCULUS, "verified", "0.87", (*made(5.1), Answer(days(5.098), Says.RIVAL))),
    Story(
        "zoe",
        TYPESETTING,
        "honor",
        "0.74",
        (sent(1.3), Answer(days(1.299), Says.FAILED, problem=no_font("Zoë Fäil 李明 😀"))),
    ),
    Story(
        "aoife",
        TYPESETTING,
        "verified",
        "0.91",
        (
            sent(12.4),
            Answer(days(12.399), Says.FAILED, problem="cannot open 'certificate-template-SeaU-Typesetting.pdf'"),
            Move(days(11.6), Status.GENERATING, Cause.RESUBMITTED, SUPPORT, "The template lies where it belongs now."),
            Answer(days(11.599), Says.DONE),
        ),
    ),
    Story(
        "leila",
        CALCULUS,
        "verified",
        "0.9",
        (
            sent(3.2, _REPLACED_KEY),
            Move(days(3.18), Status.GENERATING, Cause.RESUBMITTED, reason="No answer for 15 minutes."),
            Answer(
                days(3.179),
                Says.DONE,
                _REPLACED_KEY,
                note="The answer of the job that was replaced; the newer one was taken a minute later.",
            ),
            Answer(days(3.178), Says.DONE),
        ),
    ),
    Story(
        "sofia",
        CALCULUS,
        "verified",
        "0.83",
        (
            *made(24.5),
            Move(days(15.2), Status.REGENERATING, Cause.REGENERATED, SUPPORT, "Her second name was left out."),
            Answer(days(15.199), Says.DONE),
        ),
    ),
    Story(
        "oluwaseun",
        CALCULUS,
        "verified",
        "0.86",
        (
            Answer(minutes(25), Says.DONE, APPLY_AGAIN_KEY),
            Move(minutes(11), Status.GENERATING, Cause.IMPORT, MACHINE_NAME, key=APPLY_AGAIN_KEY),
        ),
    ),
)
"""What a queue does: stuck, twice, rival, failed, late, before its time."""

RULE_TALES = (
    Story(
        "kofi",
        HARBOUR,
        "verified",
        "0.41",
        (
            *judged(34.2, Status.NOT_PASSING, "The grade is below the pass mark."),
            Move(days(30.7), Status.DOWNLOADABLE, Cause.ALLOWLISTED, SUPPORT, "Ill at the time of the exam."),
        ),
    ),
    Story(
        "marta",
        HARBOUR,
        "verified",
        "0.78",
        (
            *issued(83.1),
            Move(
                days(10.3), Status.UNAVAILABLE, Cause.INVALIDATED, SUPPORT, "The final assignment was not her own work."
            ),
        ),
    ),
    Story(
        "piotr",
        HARBOUR,
        "verified",
        "0.88",
        (
            *issued(71.4),
            Move(days(44.2), Status.UNAVAILABLE, Cause.INVALIDATED, SUPPORT, "Reported for sharing answers."),
            Move(days(38.6), Status.DOWNLOADABLE, Cause.PASSED, SUPPORT, "The report was about somebody else."),
        ),
    ),
    Story(
        "hang",
        HARBOUR,
        "verified",
        "0.72",
        (
            Move(
                days(52.3), Status.NOT_PASSING, Cause.JUDGED, reason="The grade is below the pass mark.", grade="0.55"
            ),
            Move(days(29.8), Status.DOWNLOADABLE, Cause.REQUESTED, "hang"),
        ),
    ),
    Story("pedro", HARBOUR, "audit", "0.77", judged(47.5, Status.AUDIT_PASSING, _AUDIT)),
    Story("ines", HARBOUR, "audit", "0.22", judged(18.1, Status.AUDIT_NOT_PASSING, _AUDIT)),
    Story("tomas", HARBOUR, "verified", "0.91", judged(8.7, Status.UNVERIFIED, "The ID verification was denied.")),
    Story("ravi", HARBOUR, "verified", "0.7", judged(2.6, Status.UNVERIFIED, "The ID verification expired.")),
    Story("yuki", NAVIGATION, "professional", "0.8", judged(26.9, Status.RESTRICTED, "Embargoed on the platform.")),
    Story("minjun", HARBOUR, "honor", "0.48", judged(13.3, Status.NOT_PASSING, "The grade is below the pass mark.")),
    Story("thandi", HARBOUR_CCX, "honor", "0.69", (Move(days(4.4), Status.DOWNLOADABLE, Cause.ALLOWLISTED, SUPPORT),)),
    Story("elif", HARBOUR, "verified", "0.95", issued(64.8), name="Elif Işık"),
    Story(
        "lars",
        POETRY,
        "honor",
        "0.66",
        (
            *imported(96, Status.DOWNLOADABLE),
            Move(days(21.7), Status.DELETED, Cause.DELETION, SUPPORT, "The learner asked for its removal."),
        ),
    ),
)
"""What the rules and the people of the desk did."""

IMPORTED = (
    Story("eleni", POETRY, "honor", "0.73", imported(96, Status.HONOR_PASSING)),
    Story("anneke", POETRY, "audit", "0.81", imported(96, Status.AUDITING)),
    Story("kenji", POETRY, "honor", "0.64", imported(96, Status.REQUESTING)),
    Story("jamal", POETRY, "honor", "0.62", imported(96, Status.INVALIDATED)),
    Story("teuila", POETRY, "honor", "0.92", imported(96, Status.DOWNLOADABLE)),
    Story("grace", POETRY, "honor", "1.0", imported(96, Status.DOWNLOADABLE)),
)
"""Statuses that only the platform's past knows, brought along as they were."""

ORDINARY = (
    Story("ada", HARBOUR, "verified", "0.96", issued(57.3)),
    Story("grace", HARBOUR, "verified", "0.94", issued(112.6)),
    Story("fatima", HARBOUR, "verified", "0.89", issued(101.2)),
    Story("liwei", HARBOUR, "honor", "0.75", issued(94.9)),
    Story("sukru", HARBOUR, "verified", "0.82", issued(76.4)),
    Story("guadalupe", HARBOUR, "verified", "0.98", issued(61.5)),
    Story("dmitri", HARBOUR, "verified", "0.77", issued(45.6)),
    Story("priya", HARBOUR, "honor", "0.63", issued(33.7)),
    Story("O'Brien_77", HARBOUR, "verified", "0.85", issued(9.9)),
    Story("kenji", HARBOUR, "honor", "0.6", issued(1.1)),
    Story("guadalupe", NAVIGATION, "masters", "0.91", issued(19.6)),
    Story("dmitri", NAVIGATION, "professional", "0.84", issued(19.4)),
    Story("eleni", NAVIGATION, "no-id-professional", "0.66", issued(17.2)),
    Story("minjun", NAVIGATION, "professional", "0.78", issued(15.8)),
    Story("sukru", CALCULUS, "verified", "0.92", made(38.3)),
    Story("fatima", CALCULUS, "verified", "0.8", made(27.4)),
    Story("priya", CALCULUS, "honor", "0.71", made(14.9)),
    Story("anneke", CALCULUS, "verified", "0.88", made(7.7)),
    Story("thandi", CALCULUS, "honor", "0.65", made(0.6)),
    Story("teuila", TYPESETTING, "verified", "0.87", made(9.2)),
    Story("O'Brien_77", TYPESETTING, "honor", "0.72", made(4.9)),
)
"""The many with whom nothing special happened."""

STORIES = (*WAITING, *QUEUE_TALES, *RULE_TALES, *IMPORTED, *ORDINARY)

STRAYS = (
    Stray(
        days(5.5),
        "203.0.113.24",
        header("5eed00000000000000000000000000d1"),
        done_body(
            "rehearsal",
            "course-v1:Certdesk+Rehearsal+2026",
            download_uuid="5eed00000000000000000000000000d2",
            verify_uuid="5eed00000000000000000000000000d3",
        ),
    ),
    Stray(days(1.8), "198.51.100.77", raw="<methodCall><methodName>system.listMethods</methodName></methodCall>"),
)
"""Deliveries about nobody here: the rehearsal platform's, and those of strangers who try every door."""

EXAMPLES = (
    (CALCULUS, days(20.3), (Example("honor"), Example("verified"))),
    (TYPESETTING, days(2.4), (Example("honor"), Example("verified", problem=no_font("John Doë")))),
    (TYPESETTING, minutes(8), (Example("honor"), Example("verified", answered=False, ids=WAITING_EXAMPLE))),
)
"""Sets of examples: all made, one failed, one waiting."""

ALLOWLIST = (
    ("kofi", HARBOUR, days(30.7), "Ill at the time of the exam; the course lead agreed by mail."),
    ("thandi", HARBOUR_CCX, days(4.4), "Pilot group of the evening class."),
    ("oluwaseun", HARBOUR, days(2.1), "Sat the exam on paper; still to be enrolled."),
)

INVALIDATIONS = (
    ("marta", HARBOUR, days(10.3), "The final assignment was not her own work; see the board's letter.", None),
    ("piotr", HARBOUR, days(44.2), "Reported for sharing answers.", days(38.6)),
)
"""Who, where, since when, why, and since when no more."""

DATE_OVERRIDES = (("dmitri", HARBOUR, days(40), days(45), "The board met on that day."),)
"""Who, where, overridden when, to which day, why."""
