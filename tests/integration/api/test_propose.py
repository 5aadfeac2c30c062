"""Does a program propose a change, and see it?"""

from tests.factories.governance import REASON
from tests.factories.programs import Program

ROBOT = {"enabled": True, "known_user_agents": ["edX-downloader", "Robot"]}
WISH = {"kind": "crawlers", "key": "-", "action": "set", "payload": ROBOT, "title": "Robots", "reason": REASON}


class TestGivenAnEditorsToken:
    def test_a_change_is_proposed_and_seen(self, editor: Program) -> None:
        made = editor.post("changes", WISH)

        seen = editor.get(made.headers["Location"])

        assert (made.status_code, seen.status_code) == (201, 200)
        assert seen.get_json() == made.get_json()
        assert seen.get_json()["state"] == "pending"
