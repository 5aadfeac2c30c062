"""Is everything found that a configuration cannot show, once each, and nothing that is not its fault?"""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.candidates import HTML, NOISE, make_run
from tests.factories.certificates import make_noise
from tests.integration.configs.views import BROKEN_LOGO, HERE, a_view, broken, broken_for
from webapp.adapters.certificate_page import render_certificate
from webapp.domain.certificates.page_context import INSTALLATION
from webapp.ports import PageRenderer
from webapp.services.configs.previews import Flaw, Trial, find_flaws, try_on_courses

NO_LOGO = "has a logo_src that is no address"
NOWHERE = "no certificate can be found by that name"


def flaws_of(session: Session, view: dict[str, Any], render: PageRenderer = render_certificate) -> list[Flaw]:
    return list(find_flaws(session, view, render=render, **HERE))


class TestGivenASoundConfiguration:
    def test_nothing_is_found(self, session: Session) -> None:
        make_run(session, HTML)
        view = a_view(
            {"url": "https://desk.example", "logo_src": "/logo.svg", "logo_alt": "The Desk"},
            honor={"logo_src": "/honor.svg"},
            xseries={"certificate_type": "XSeries Certificate"},
            organizations={"edX": {"organization_logo": "/edx.svg"}, "A_B": {}},
            sites={"www": {"platform_name": "The Desk"}},
            courses={HTML: {"course_title": "Weaving"}, "Old/Course/2015": {}},
        )

        assert flaws_of(session, view) == []


@pytest.mark.any_database
class TestGivenABrokenConfiguration:
    def test_what_is_broken_in_every_mode_is_said_once(self, session: Session) -> None:
        assert flaws_of(session, a_view(BROKEN_LOGO, sites={"www": {}}, courses={HTML: {}})) == [
            Flaw("configuration.default", "", f"the configuration's default {NO_LOGO}")
        ]

    def test_what_is_broken_in_a_mode_names_it(self, session: Session) -> None:
        assert flaws_of(session, a_view(honor=BROKEN_LOGO)) == [
            Flaw("configuration.honor", "honor", f"the configuration's mode honor {NO_LOGO}")
        ]

    def test_a_mode_that_nobody_knows_needs_its_own_texts(self, session: Session) -> None:
        assert flaws_of(session, a_view(xseries={})) == [
            Flaw(
                "configuration.xseries",
                "xseries",
                "there are no texts for the mode xseries, neither built in nor in the configuration",
            )
        ]

    @pytest.mark.parametrize(
        ("section", "name", "whose"),
        [
            ("organizations", "edX", "organization"),
            ("organizations", "Old.Org", "organization"),
            ("sites", "www", "site"),
            ("courses", HTML, "course"),
        ],
    )
    def test_what_is_broken_under_a_name_names_it(self, session: Session, section: str, name: str, whose: str) -> None:
        assert flaws_of(session, a_view(parts={section: {name: BROKEN_LOGO}})) == [
            Flaw(f"configuration.{section}.{name}", "", f"the configuration's {whose} {NO_LOGO}")
        ]

    @pytest.mark.parametrize(
        ("section", "name"),
        [
            ("organizations", "ed X"),
            ("organizations", "a+b"),
            ("organizations", ""),
            ("organizations", "\0"),
            ("sites", "www.desk.example"),
            ("sites", "WWW"),
            ("sites", ""),
            ("courses", "Weaving"),
            ("courses", "\0"),
        ],
    )
    def test_a_name_that_no_certificate_is_found_by_is_found(self, session: Session, section: str, name: str) -> None:
        assert flaws_of(session, a_view(parts={section: {name: {}}})) == [
            Flaw(f"configuration.{section}.{name}", "", NOWHERE)
        ]

    def test_a_template_that_fails_is_found_once(self, session: Session) -> None:
        assert flaws_of(session, a_view(), broken) == [
            Flaw("configuration.default", "", "UndefinedError: 'motto' is undefined")
        ]

    @pytest.mark.parametrize(
        ("view", "where", "mode"),
        [
            (a_view(honor={"copyright": "x"}), "configuration.honor", "honor"),
            (a_view(sites={"www": {"copyright": "x"}}), "configuration.sites.www", ""),
        ],
    )
    def test_a_template_that_fails_for_a_part_names_it(
        self, session: Session, view: dict[str, Any], where: str, mode: str
    ) -> None:
        found = flaws_of(session, view, broken_for("copyright", "x"))

        assert found[0] == Flaw(where, mode, "UndefinedError: 'motto' is undefined")

    def test_switched_off_it_breaks_nothing(self, session: Session) -> None:
        assert flaws_of(session, a_view(BROKEN_LOGO, enabled=False, xseries={}, sites={"": {}})) == []


class TestGivenACourseRunWhoseRecordIsBroken:
    def test_its_own_flaws_are_not_those_of_the_configuration(self, session: Session) -> None:
        make_run(session, HTML, certificate={"signatories": [{"name": 7}]})

        assert flaws_of(session, a_view(courses={HTML: BROKEN_LOGO})) == [
            Flaw(f"configuration.courses.{HTML}", "", f"the configuration's course {NO_LOGO}")
        ]


class TestGivenLiveCourseRuns:
    def test_only_what_is_new_and_their_own_is_listed(self, session: Session) -> None:
        make_noise(session)
        make_run(session, NOISE, modes=(), certificate={"signatories": "Hale"})
        make_run(session, HTML, modes=(("honor", False), ("xseries", False)))
        before = a_view(xseries={"certificate_type": "XSeries Certificate"})
        after = a_view(BROKEN_LOGO, courses={HTML: {"organization_logo": "x.png"}})

        found = try_on_courses(session, before, after, **HERE)

        broken_picture = "the configuration's course has a organization_logo that is no address"
        assert found == Trial(
            (Flaw(HTML, "honor", broken_picture), Flaw(HTML, "xseries", broken_picture)), 7, more=False
        )

    def test_no_more_are_looked_at_than_allowed_the_newest_first(self, session: Session) -> None:
        make_run(session, HTML)
        make_noise(session, 3)

        found = try_on_courses(session, INSTALLATION, a_view(courses={HTML: BROKEN_LOGO}), most=3, **HERE)

        assert found == Trial((), 3, more=True)

    def test_all_of_them_may_be_as_many_as_allowed(self, session: Session) -> None:
        make_noise(session, 3)

        assert try_on_courses(session, INSTALLATION, a_view(), most=3, **HERE) == Trial((), 3, more=False)
