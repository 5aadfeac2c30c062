"""Is somebody led from an empty installation to the first certificate, and left alone afterwards?"""

import json
import re
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.accounts import PASSWORD, make_account
from tests.factories.certificates import make_certificate
from tests.factories.governance import make_staff, make_wish, terms_of
from tests.factories.records import Desk
from tests.visitors import Visitor
from webapp import clock
from webapp.domain.certificates.statuses import Status
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Role
from webapp.services.governance import changes, decisions, standing

HTML_VIEW = {"enabled": True, "configuration": {"default": {"platform_name": "Our academy"}}}


def states(page: str) -> list[str]:
    return re.findall(r'<li class="step step--([a-z-]+)"', page)


def lines_for(page: str) -> list[dict[str, object]]:
    """Give the lines of facts that the page would have somebody import."""
    shown = re.findall(r'<pre class="raw"[^>]*>([^<]*)</pre>', page)
    return [json.loads(line.replace("&#34;", '"')) for block in shown for line in block.splitlines()]


class TestGivenAnEmptyInstallation:
    def test_what_the_page_says_leads_step_by_step_to_the_first_certificate(
        self, app: Flask, staff: Visitor, session: Session
    ) -> None:
        desk, people = Desk(app), make_staff(session)
        seen = [states(staff.get("/"))]

        for _ in range(2):  # the course run and the learner; its mode
            desk.imports(*lines_for(staff.get("/")))
            seen.append(states(staff.get("/")))
        change = changes.propose_change(session, terms_of(people.editor), make_wish(Kind.HTML_VIEW, "-", HTML_VIEW))
        session.commit()
        seen.append(states(staff.get("/")))
        decisions.approve(session, terms_of(people.approver), change.id, expected=standing.tag_of(session, change))
        session.commit()
        desk.imports(*lines_for(staff.get("/")))
        page = staff.get("/")
        seen.append(states(page))
        command = re.findall(r"certdesk certificates generate --course [^ ]+ --username \w+", page)
        make_certificate(
            session, "ada", "course-v1:YourOrg+Course1+2027", status=Status.DOWNLOADABLE
        ).issued_at = clock.now()
        session.commit()
        seen.append(states(staff.get("/")))

        assert seen == [
            ["next", "later", "later", "later", "later"],
            ["done", "next", "later", "later", "later"],
            ["done", "done", "next", "later", "later"],
            ["done", "done", "in-review", "later", "later"],
            ["done", "done", "done", "done", "next"],
            ["done", "done", "done", "done", "done"],
        ]
        assert len(command) == 1
        assert "/learners/ada/course-v1" in page
        assert "for grades that are imported, begin a run" in page
        assert 'href="/courses/course-v1:YourOrg+Course1+2027?part=runs">Runs of its course run</a>' in staff.get("/")

    def test_each_person_puts_it_away_and_takes_it_again(self, app: Flask, staff: Visitor, session: Session) -> None:
        make_account(session, "eve", Role.EDITOR)
        session.commit()
        other = Visitor(app)
        other.sign_in("eve", PASSWORD)

        for _ in range(2):  # twice is once
            staff.post("/desk/tour", {"tour": "off"}, of="/desk/help")
        away, others = states(staff.get("/")), states(other.get("/"))
        staff.post("/desk/tour", {"tour": "on"}, of="/desk/help")
        again = states(staff.get("/"))

        assert (len(away), len(others), len(again)) == (0, 5, 5)

    def test_a_form_of_nothing_is_refused(self, staff: Visitor) -> None:
        assert staff.post("/desk/tour", {"tour": "maybe"}, of="/desk/help").status_code == 400


class TestGivenAnInstallationAtWork:
    def test_nobody_is_shown_it_who_does_not_take_it(self, staff: Visitor, session: Session) -> None:
        made = make_certificate(session, status=Status.DOWNLOADABLE)
        made.issued_at = clock.now() - timedelta(days=2)
        session.commit()

        before = states(staff.get("/"))
        staff.post("/desk/tour", {"tour": "on"}, of="/desk/help")

        assert before == []
        assert len(states(staff.get("/"))) == 5
