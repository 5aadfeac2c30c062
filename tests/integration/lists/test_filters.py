"""Do the filters of the lists show what fits, and nothing for a value that means nothing?"""

import pytest
from sqlalchemy.orm import Session

from tests.factories.certificates import DEMO_COURSE
from tests.factories.lists import seed_lists
from tests.integration.lists.pages import LISTS, numbers_in, with_query
from tests.visitors import Visitor

OLD_COURSE = "edX/DemoX/Demo_Course"
FILTERS = [
    ("certificates", "status", "generating", "downloadable", "nonsense"),
    ("certificates", "mode", "honor", "verified", "nonsense"),
    ("certificates", "course", DEMO_COURSE, OLD_COURSE, "nonsense"),
    ("certificates", "learner", "lovel ad", "bob", "\x00"),
    ("certificates", "email", "ada@", "bob@", "\x00"),
    ("certificates", "created_from", "2026-11-21", "2026-11-22", "31.12.2026"),
    ("certificates", "created_to", "2026-11-21", "2026-11-20", "0001-01-01"),
    ("certificates", "stuck", "1", None, None),
    ("certificates", "waiting", "1", None, None),
    ("learners", "allowed", "yes", "no", "maybe"),
    ("courses", "html", "no", "yes", "maybe"),
    ("courses", "badges", "no", "yes", "maybe"),
    ("courses", "self_paced", "no", "yes", "maybe"),
    ("examples", "course", DEMO_COURSE, OLD_COURSE, "nonsense"),
    ("examples", "status", "started", "error", "nonsense"),
    ("allowlist", "course", DEMO_COURSE, OLD_COURSE, "nonsense"),
    ("allowlist", "listed", "yes", "no", "maybe"),
    ("invalidations", "course", DEMO_COURSE, OLD_COURSE, "nonsense"),
    ("invalidations", "active", "yes", "no", "maybe"),
    ("inbox", "waiting", "1", None, None),
    ("inbox", "outcome", "unknown_key", "applied", "nonsense"),
    ("inbox", "kind", "certificate", "example", "nonsense"),
    ("inbox", "received_from", "2026-11-21", "2026-11-22", "9999-12-31"),
    ("inbox", "received_to", "2026-11-21", "2026-11-20", "2026-13-01"),
    ("audit", "action", "delivery.closed", "account.enabled", "nonsense"),
    ("audit", "actor", "aurelia", "aurel", "\x00"),
    ("audit", "kind", "delivery", "example", "\x00"),
    ("audit", "key", "{inbox}", "0", "\x00"),
    ("audit", "request", "request-1", "request", "\x00"),
    ("audit", "at_from", "2026-11-21", "2026-11-22", "nonsense"),
    ("audit", "at_to", "2026-11-21", "2026-11-20", "nonsense"),
    ("accounts", "role", "editor", "approver", "nonsense"),
    ("accounts", "disabled", "1", None, None),
]


def chosen_for(name: str, place: int, **numbers: int) -> dict[str, str]:
    """Give each filter of a list with the value in that place of the table above."""
    return {
        line[1]: str(line[place]).format(**numbers) for line in FILTERS if line[0] == name and line[place] is not None
    }


class TestGivenAFilter:
    @pytest.mark.parametrize("name", LISTS)
    def test_what_fits_is_shown(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = seed_lists(session)

        pages = {
            key: staff.get(with_query(LISTS[name], **{key: value}))
            for key, value in chosen_for(name, 2, **numbers).items()
        }

        assert [key for key, page in pages.items() if numbers[name] not in numbers_in(page)] == []
        assert [key for key, page in pages.items() if "Remove filter" not in page] == []

    @pytest.mark.parametrize("name", LISTS)
    def test_what_does_not_fit_is_not(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = seed_lists(session)

        pages = {key: staff.get(with_query(LISTS[name], **{key: value})) for key, value in chosen_for(name, 3).items()}

        assert [key for key, page in pages.items() if numbers[name] in numbers_in(page)] == []

    @pytest.mark.parametrize("name", LISTS)
    def test_a_value_that_means_nothing_gives_a_notice_and_no_rows(
        self, staff: Visitor, session: Session, name: str
    ) -> None:
        seed_lists(session)

        pages = {key: staff.get(with_query(LISTS[name], **{key: value})) for key, value in chosen_for(name, 4).items()}

        assert [key for key, page in pages.items() if "notice--warning" not in page] == []
        assert [key for key, page in pages.items() if numbers_in(page)] == []

    @pytest.mark.parametrize("name", LISTS)
    def test_all_together_narrow_to_the_one_row(self, staff: Visitor, session: Session, name: str) -> None:
        numbers = seed_lists(session)
        chosen = chosen_for(name, 2, **numbers)

        page = staff.get(with_query(LISTS[name], **chosen))

        assert numbers[name] in numbers_in(page)
        assert page.count("Remove filter") == len(chosen)

    @pytest.mark.parametrize(
        "value", ["2026-02-30", "2026", "20261121", "٢٠٢٦-١١-٢١", "-2026-11-21", "2026-11-21T00:00"]
    )
    def test_what_is_no_day_is_said_to_be_none(self, staff: Visitor, session: Session, value: str) -> None:
        seed_lists(session)

        answer = staff.client.get(with_query("/admin/certificates/", created_from=value))

        assert answer.status_code == 200

    def test_rows_of_another_are_left_out(self, staff: Visitor, session: Session) -> None:
        numbers = seed_lists(session)

        page = staff.get("/admin/certificates/?learner=ada")

        assert numbers_in(page) == [numbers["certificates"]]
