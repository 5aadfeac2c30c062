"""What is said of each step on the way to the first certificate? Plain words, exact commands."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.services.first_hour.steps import Step
from webapp.wording import phrase

SAMPLE_COURSE = "course-v1:YourOrg+Course1+2027"
SAMPLE_LEARNER = "ada"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one step; in commands and lines {course}, {learner} and {mode} stand for those that the database knows."""

    title: str
    why: str
    todo: str
    known_by: str
    commands: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """What the file of facts says, where a file is imported."""


_IMPORT = ("certdesk records import facts.jsonl --dry-run", "certdesk records import facts.jsonl")

STEPS: Mapping[Step, Told] = {
    Step.FACTS: Told(
        phrase("Bring in the platform’s facts"),
        phrase(
            "Certdesk judges learners by what your learning platform tells: who they are, and in which course runs."
        ),
        phrase(
            "Write one fact a line into a file, look at what would come of it, and import it. Sent again it changes nothing. Where CERTDESK_KAFKA_TOPICS is set, the platform’s events bring the facts by themselves."
        ),
        phrase("There is a learner and a course run in the database."),
        _IMPORT,
        (
            '{{"type": "course", "course_id": "{course}", "display_name": "Our first course"}}',
            '{{"type": "learner", "username": "{learner}", "email": "{learner}@example.org", "name": "Ada Lovelace"}}',
        ),
    ),
    Step.MODE: Told(
        phrase("Offer a mode that earns certificates"),
        phrase(
            "An enrollment in audit never earns a certificate. Honor does; verified does for whoever has shown who they are."
        ),
        phrase("Say in which modes the course run is offered, and import the line."),
        phrase("A course run is offered in a mode other than audit."),
        _IMPORT[1:],
        ('{{"type": "course_mode", "course_id": "{course}", "mode": "honor", "requires_id_verification": false}}',),
    ),
    Step.WORDS: Told(
        phrase("Decide what certificates say, by two people"),
        phrase(
            "What the world reads on a certificate is never one person’s work: an editor proposes it, an approver looks at it and lets it go live."
        ),
        phrase(
            "Give two people an account. The editor switches the HTML view on and names your organization; the approver finds the change on their home page. Nobody approves what they wrote."
        ),
        phrase("The HTML view is live and switched on."),
        ("certdesk accounts create EVA --role editor", "certdesk accounts create AMIR --role approver"),
    ),
    Step.PASSED: Told(
        phrase("Have a learner who has passed"),
        phrase("A certificate is earned by a passing grade in an enrollment that is active."),
        phrase("Tell the enrollment and the grade of a learner, and import the lines."),
        phrase("A learner has a passing grade and is enrolled in a mode that earns certificates."),
        _IMPORT[1:],
        (
            '{{"type": "enrollment", "username": "{learner}", "course_id": "{course}", "mode": "{mode}", "active": true}}',
            '{{"type": "grade", "username": "{learner}", "course_id": "{course}", "percent": 0.87, "letter": "B", "passed": true}}',
        ),
    ),
    Step.ISSUED: Told(
        phrase("Issue the first certificate"),
        phrase(
            "The first one is worth looking at. From then on a passing grade that the platform’s events tell leads to a certificate by itself; for grades that are imported, begin a run."
        ),
        phrase(
            "Support opens the learner in the course run, reads why there is none yet, and generates it there. The command does the same."
        ),
        phrase("A certificate is issued."),
        ("certdesk certificates generate --course '{course}' --username {learner}",),
    ),
}
