"""Does a run for the allowlist generate for those on it, and for nobody else (ecosystem note §1.1, B8)?"""

import pytest

from tests.factories.candidates import FAILING, HTML, make_candidate, make_others, make_run
from tests.factories.certificates import make_certificate
from tests.factories.exceptions import make_allowlist_entry
from tests.factories.orders import SAM
from tests.fakes import NOON
from tests.integration.runs.carrying import RunDesk
from webapp.domain.certificates.eligibility import Purpose
from webapp.domain.certificates.statuses import Status
from webapp.domain.runs import Among, RunState
from webapp.services.generation import runs


@pytest.mark.parametrize(
    ("among", "learners"),
    [(Among.ALLOWLISTED, ["ada", "grace"]), (Among.ALLOWLISTED_NOT_GENERATED, ["ada"])],
)
def test_it_deals_with_those_on_the_allowlist(desk: RunDesk, among: Among, learners: list[str]) -> None:
    with desk.work() as session:
        make_run(session, HTML)
        people = {
            name: make_candidate(session, name, HTML, on_allowlist=False, **FAILING)
            for name in ("ada", "grace", "linus")
        }
        for name in ("ada", "grace"):
            make_allowlist_entry(session, people[name], course_id=HTML)
        make_others(session, of=people["ada"])
        make_certificate(session, "grace", HTML, status=Status.DOWNLOADABLE, key="")
        off = make_candidate(session, "off", HTML, **FAILING)
        make_allowlist_entry(session, off, course_id=HTML, allowlisted=False)
        run = runs.start_run(session, SAM, HTML, Purpose.GENERATE, among=among, now=NOON)
        run_id, total = run.id, run.total

    done = desk.finish(run_id)

    assert (total, done.done, done.state) == (len(learners), len(learners), RunState.DONE)
    assert desk.dealt_with(run_id) == [people[name].id for name in learners]
    assert desk.held("ada", HTML).status is Status.DOWNLOADABLE
    assert desk.certificate("linus", HTML) is None
