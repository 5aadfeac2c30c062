"""What comes of learners who have passed by what was imported: nothing by itself, and a certificate by a run (record 25)?"""

import pytest

from tests.factories.population import COURSE
from tests.factories.records import Desk as Importer
from tests.factories.records import in_course, learner
from tests.integration.runs.carrying import RunDesk
from webapp.domain.certificates.statuses import Status
from webapp.models.bus import HeldBack
from webapp.models.certificates import GeneratedCertificate
from webapp.models.messages import Outbox

FACTS = (
    {"type": "course", "course_id": COURSE},
    {"type": "course_mode", "course_id": COURSE, "mode": "honor"},
    learner(name="Ada Lovelace"),
    in_course("enrollment", course_id=COURSE, mode="honor"),
    in_course("grade", course_id=COURSE, percent=0.87, passed=True),
)


@pytest.fixture
def importer(desk: RunDesk) -> Importer:
    """Somebody at the machine, where events would lead to certificates."""
    desk.sets(auto_generate=True, kafka_topics=("grades",))
    return Importer(desk.app)


class TestGivenAPassingGradeThatWasImported:
    @pytest.mark.parametrize("options", [(), ("--dry-run",)])
    def test_nothing_is_made_or_will_be(self, importer: Importer, desk: RunDesk, options: tuple[str, ...]) -> None:
        importer.imports(*FACTS, options=options)

        assert [desk.every(model) for model in (GeneratedCertificate, Outbox, HeldBack)] == [[], [], []]

    def test_a_run_makes_what_was_earned(self, importer: Importer, desk: RunDesk) -> None:
        importer.imports(*FACTS)

        desk.finish(desk.start())

        (made,) = desk.every(GeneratedCertificate)
        assert (made.status, made.mode, made.grade) == (Status.DOWNLOADABLE, "honor", "0.87")
