"""By which table of rules is each learner judged (decision 37)?"""

import pytest

from tests.factories.facts import facts
from webapp.domain.certificates.eligibility import Path, decide, path_of


class TestGivenALearnerInACourseRun:
    @pytest.mark.parametrize(
        ("on_allowlist", "html", "updated_rules", "path"),
        [
            (False, True, True, Path.REGULAR),
            (False, True, False, Path.QUEUE),
            (False, False, True, Path.QUEUE),
            (False, False, False, Path.QUEUE),
            (True, True, True, Path.ALLOWLIST),
            (True, True, False, Path.ALLOWLIST),
            (True, False, True, Path.ALLOWLIST),
            (True, False, False, Path.ALLOWLIST),
        ],
    )
    def test_the_table_follows_from_allowlist_delivery_and_switch(
        self, on_allowlist: bool, html: bool, updated_rules: bool, path: Path
    ) -> None:
        learner = facts(on_allowlist=on_allowlist, html=html, updated_rules=updated_rules)

        decision = decide(learner)

        assert path_of(learner) is path
        assert decision.path is path

    def test_one_who_has_it_all_earns_it(self) -> None:
        learner = facts()

        decision = decide(learner)

        assert (decision.earned, decision.refused_by, decision.failed) == (True, None, ())
