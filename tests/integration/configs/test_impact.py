"""Is whoever decides on a change told how much it touches?"""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories.candidates import FAILING, HTML, PDF, make_candidate, make_run
from tests.factories.certificates import make_certificate, make_noise
from tests.factories.crowd import make_crowd
from tests.integration.configs.views import a_view
from tests.integration.lists.statements import full_scans, plan_of, statements_of
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import Status
from webapp.models.base import db
from webapp.services.configs.impact import Around, impact

OTHER_RUN = "course-v1:edX+Web+2027"
OLD = "edX/Web/2013"
CCX = "ccx-v1:edX+Web+2026+ccx@7"
OF_OTHERS = "course-v1:edx+Web+2026"
TEXTS = {"platform_name": "The Desk"}


def said(session: Session, kind: str, key: str, after: Mapping[str, Any] | None, around: Around | None = None) -> str:
    """Give what a change says that begins from nothing."""
    return " ".join(impact(session, kind, key, None, after, around=around))


def issue(session: Session, username: str, course_id: str = HTML, mode: str = "honor", **more: Any) -> None:  # noqa: ANN401 - any column
    """Issue a certificate with a page."""
    values = {
        "status": Status.DOWNLOADABLE,
        "key": "",
        "verify_uuid": f"{username}/{course_id}".rjust(32)[-32:],
        **more,
    }
    make_certificate(session, username, course_id, mode=mode, **values)


@pytest.fixture
def issued(session: Session) -> Session:
    """Certificates of two learners in courses of two organisations, and others that nobody can open."""
    make_noise(session)
    make_run(session, HTML, modes=(("honor", False), ("verified", True)))
    make_run(session, OTHER_RUN, modes=(("verified", True),))
    make_run(session, PDF, modes=(("audit", False),))
    for number, course_id in enumerate((OLD, CCX, OF_OTHERS, "course-v1:edXtra+Web+2026")):
        make_run(session, course_id, modes=())
        issue(session, "ada", course_id, mode="masters", verify_uuid=f"{number:032x}")
    issue(session, "ada", HTML)
    issue(session, "bob", HTML, mode="verified")
    issue(session, "ada", OTHER_RUN, mode="verified")
    issue(session, "cyd", HTML, status=Status.UNAVAILABLE)
    issue(session, "dan", HTML, verify_uuid="")
    session.commit()
    return session


class TestGivenAConfigurationOfThePages:
    @pytest.mark.parametrize(
        ("after", "certificates", "runs"),
        [
            pytest.param(a_view(TEXTS), "7 issued certificates of 2 learners", "12 course runs", id="default"),
            pytest.param(a_view(honor=TEXTS), "1 issued certificate of 1 learner", "1 course run", id="mode"),
            pytest.param(
                a_view(honor=TEXTS, verified=TEXTS), "3 issued certificates of 2 learners", "2 course runs", id="modes"
            ),
            pytest.param(
                a_view(masters=TEXTS), "4 issued certificates of 1 learner", "4 course runs", id="mode that none offers"
            ),
            pytest.param(
                a_view(courses={HTML: TEXTS}), "2 issued certificates of 2 learners", "1 course run", id="course"
            ),
            pytest.param(
                a_view(courses={HTML: TEXTS}, verified=TEXTS),
                "3 issued certificates of 2 learners",
                "2 course runs",
                id="mode and course",
            ),
            pytest.param(
                a_view(organizations={"edX": TEXTS}), "5 issued certificates of 2 learners", "5 course runs", id="organisation"
            ),
            pytest.param(
                a_view(organizations={"MITx": TEXTS}), "0 issued certificates of 0 learners", "0 course runs", id="nobody"
            ),
            pytest.param(
                a_view(TEXTS, organizations={"MITx": TEXTS}, honor=TEXTS),
                "7 issued certificates of 2 learners",
                "12 course runs",
                id="default and others",
            ),
        ],
    )  # fmt: skip
    def test_each_page_that_changes_counts_once(
        self, issued: Session, after: Mapping[str, Any], certificates: str, runs: str
    ) -> None:
        assert impact(issued, "html-view", "-", a_view(), after) == (
            f"Changes the pages of {certificates}.",
            f"Concerns the certificates of {runs}.",
        )

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            pytest.param(a_view(TEXTS), a_view(TEXTS), id="the same"),
            pytest.param(None, a_view(TEXTS, enabled=False), id="switched off before and after"),
            pytest.param(a_view(), a_view(honor={}, organizations={"edX": {}}, courses={}), id="empty layers"),
        ],
    )
    def test_what_changes_nothing_says_so(self, issued: Session, before: Any, after: Any) -> None:  # noqa: ANN401 - parametrised
        assert impact(issued, "html-view", "-", before, after) == ("No certificate page changes.",)

    @pytest.mark.any_database
    @pytest.mark.parametrize(
        "after", [None, a_view(enabled=False, honor=TEXTS), a_view(), a_view(honor={"logo_alt": "x"})]
    )
    def test_taking_a_layer_away_counts_as_putting_it_there(self, issued: Session, after: Any) -> None:  # noqa: ANN401 - parametrised
        assert impact(issued, "html-view", "-", a_view(honor=TEXTS), after)[0] == (
            "Changes the pages of 1 issued certificate of 1 learner."
        )

    @pytest.mark.any_database
    def test_sites_are_named_for_no_certificate_belongs_to_one(self, issued: Session) -> None:
        sites = {f"site{number:02}": TEXTS for number in range(12)}

        assert impact(issued, "html-view", "-", a_view(), a_view(sites=sites)) == (
            "Changes every certificate page that is opened at the site site00, site01, site02, site03, site04, site05, "
            "site06, site07, site08, site09 and 2 more.",
        )


class TestGivenTheSettingsOfACourseRun:
    def test_those_enrolled_and_those_waiting_are_counted(self, session: Session) -> None:
        make_noise(session)
        make_run(session, HTML)
        make_run(session, PDF)
        for name in ("ada", "bob", "cyd"):
            make_candidate(session, name, HTML)
        make_candidate(session, "dan", HTML, **FAILING)
        make_candidate(session, "eve", HTML, mode="audit")
        make_candidate(session, "fay", HTML, mode=None)
        make_candidate(session, "gus", PDF)
        issue(session, "bob", HTML)
        issue(session, "cyd", HTML, status=Status.NOT_PASSING)
        session.commit()

        assert impact(session, "course", HTML, None, {"self_generation_enabled": True, "use_updated": None}) == (
            "Enrolled now: 5 learners.",
            "Passed, and without a certificate: 2 learners.",
        )


@pytest.mark.any_database
class TestGivenTheOtherKinds:
    def test_the_switch_of_generation_tells_how_many_follow_it(self, session: Session) -> None:
        assert said(session, "generation", "-", {"enabled": True}, Around(self_generating=1)) == (
            "Self-generation is on in 1 course run, which follows this switch."
        )
        assert said(session, "generation", "-", {"enabled": True}, Around(self_generating=1_234)) == (
            "Self-generation is on in 1,234 course runs, which follow this switch."
        )

    @pytest.mark.parametrize(
        ("kind", "key", "after", "around", "words"),
        [
            pytest.param(
                "badge", "honor", {"icon": "0"}, Around(badges=frozenset(Mode) - {"honor", "audit"}, default_badge="verified"),
                "1 mode has no badge image of its own, and falls back to that of verified: audit.", id="one is left",
            ),
            pytest.param(
                "badge", "honor", {"icon": "0"}, Around(badges=frozenset(Mode) - {"honor"}),
                "Every mode has a badge image of its own.", id="none is left",
            ),
            pytest.param(
                "badge", "honor", None, Around(badges=frozenset(Mode) - {"audit"}, default_badge="verified"),
                "2 modes have no badge image of their own, and fall back to that of verified: honor, audit.", id="taken away",
            ),
            pytest.param(
                "badge", "honor", None, Around(badges=frozenset(Mode)),
                "1 mode has no badge image of its own nor a default to fall back to, so that its awards wait: honor.",
                id="without default",
            ),
            pytest.param(
                "badge-default", "-", {"mode": "honor"}, Around(badges=frozenset(Mode) - {"audit", "credit"}),
                "2 modes have no badge image of their own, and fall back to that of honor: audit, credit.", id="new default",
            ),
            pytest.param(
                "badge-default", "-", {"mode": None},
                Around(badges=frozenset(Mode) - {"audit", "credit"}, default_badge="honor"),
                "2 modes have no badge image of their own nor a default to fall back to, so that their awards wait: "
                "audit, credit.", id="no default",
            ),
        ],
    )  # fmt: skip
    def test_badges_tell_which_modes_fall_back(
        self, session: Session, kind: str, key: str, after: Mapping[str, Any] | None, around: Around, words: str
    ) -> None:
        assert said(session, kind, key, after, around) == words

    @pytest.mark.parametrize("kind", ["access", "crawlers"])
    def test_nothing_is_counted_for_those_that_touch_no_certificate(self, session: Session, kind: str) -> None:
        assert impact(session, kind, "-", None, {}) == ()

    def test_there_are_no_others(self, session: Session) -> None:
        with pytest.raises(KeyError):
            impact(session, "badges", "-", None, {})


@pytest.fixture(scope="class")
def crowded(shared_app: Flask, database: Database) -> Flask:
    """Full tables, made once for the class: 20,000 certificates, and 52,000 more of a mode in which none is issued."""
    database.empty(shared_app)
    with shared_app.app_context():
        engine = db.engine
    with Session(engine) as session:
        make_crowd(session)
        session.execute(text(_AUDITORS))
        session.execute(text("ANALYZE"))
        session.commit()
    return shared_app


_AUDITORS = """
    WITH RECURSIVE course(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM course WHERE n < 13)
    INSERT INTO generated_certificate
        (id, learner_id, course_id, status, mode, name, grade, key, verify_uuid, download_uuid, download_url,
         error_reason, distinction, created_at, modified_at)
    SELECT 100000 + n * 5000 + learner.id, learner.id, 'course-v1:Crowd+C' || n || '+2', 'audit_passing', 'auditor', '', '', '',
           '', '', '', '', false, '2026-11-01 12:00:00', '2026-11-01 12:00:00'
    FROM course, learner
"""


class TestGivenFullTables:
    @pytest.mark.parametrize(
        ("after", "certificates"),
        [
            pytest.param(a_view(TEXTS), "more than 10,000 issued certificates of at least 3,", id="default"),
            pytest.param(a_view(honor=TEXTS), "more than 10,000 issued certificates of at least 3,", id="honor"),
            pytest.param(a_view(verified=TEXTS), "300 issued certificates of 60 learners.", id="verified"),
            pytest.param(
                a_view(courses={"course-v1:Crowd+C7+1": TEXTS}), "50 issued certificates of 50 learners.", id="course"
            ),
        ],
    )
    def test_counts_are_bounded_and_served_by_an_index(
        self, crowded: Flask, after: Mapping[str, Any], certificates: str
    ) -> None:
        with statements_of(crowded) as statements, crowded.app_context():
            first, *_ = impact(db.session(), "html-view", "-", a_view(), after)

        plans = [plan_of(crowded, statement, values) for statement, values in statements]
        assert first.startswith(f"Changes the pages of {certificates}")
        assert [plan for plan in plans if full_scans(plan, "generated_certificate")] == []
        assert [statement for statement, _ in statements if "LIMIT" not in statement] == []

    def test_those_of_an_organisation_are_bounded(self, crowded: Flask) -> None:
        with crowded.app_context():
            said = impact(db.session(), "html-view", "-", a_view(), a_view(organizations={"Crowd": TEXTS}))

        assert said[0].startswith("Changes the pages of more than 10,000 issued certificates of at least 3,")
        assert said[1] == "Concerns the certificates of 400 course runs."

    def test_what_was_not_looked_at_is_not_called_nothing(self, crowded: Flask) -> None:
        with crowded.app_context():
            said = impact(db.session(), "html-view", "-", a_view(), a_view(auditor=TEXTS))

        assert said[0] == (
            "Changes the pages of an unknown number of issued certificates of an unknown number of learners."
        )

    def test_what_was_found_among_those_looked_at_is_called_the_least(self, crowded: Flask) -> None:
        view = a_view(auditor=TEXTS, verified=TEXTS)

        with crowded.app_context():
            said = impact(db.session(), "html-view", "-", a_view(), view)

        assert said[0] == "Changes the pages of at least 300 issued certificates of at least 60 learners."
