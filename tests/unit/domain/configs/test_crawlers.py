"""Whose visits does a list take for a crawler's, and which lists are none?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.configs.payloads import problems_of
from webapp.domain.configs.crawlers import Catch, Newly, check, find_match, newly, parse, sentences, share_caught
from webapp.domain.configs.proposals import Caution, Checked, Payload, Proposal, Surroundings

EMPTY = "Is empty: every User-Agent begins with nothing, so that everybody would be a crawler."
VISITS = {"Mozilla/5.0": 960, "Googlebot/2.1": 20, "bingbot/2": 20}


def crawlers(*agents: str, enabled: bool = True) -> Payload:
    return {"enabled": enabled, "known_user_agents": list(agents)}


class TestGivenAList:
    @pytest.mark.parametrize(
        ("agents", "user_agent", "match"),
        [
            (["edX-downloader"], "edX-downloader/1.2", "edX-downloader"),
            (["edX-downloader"], "edX-downloader", "edX-downloader"),
            (["edX-downloader"], "Mozilla edX-downloader", None),
            (["edX-downloader"], "edx-downloader", None),
            (["a", "ab"], "abc", "a"),
            (["b", "Le Héros"], "Le Héros des Deux Mondes", "Le Héros"),
            (["a"], "", None),
            ([], "anything", None),
        ],
    )
    def test_an_agent_is_known_by_its_beginning(self, agents: list[str], user_agent: str, match: str | None) -> None:
        assert find_match(crawlers(*agents), user_agent) == match
        assert find_match(crawlers(*agents, enabled=False), user_agent) is None

    def test_its_share_is_counted(self) -> None:
        found = share_caught(crawlers("bing", "Google"), {**VISITS, "Googlebot/3": 30})

        assert list(found.agents.items()) == [("Googlebot/3", 30), ("Googlebot/2.1", 20), ("bingbot/2", 20)]
        assert (found.visits, found.all_visits) == (70, 1030)
        assert found.share == 70 / 1030

    def test_of_no_visits_it_has_no_share(self) -> None:
        assert share_caught(crawlers("a"), {}) == Catch({}, 0, 0)
        assert share_caught(crawlers("a"), {}).share == 0.0

    @pytest.mark.parametrize(
        ("before", "after", "found"),
        [
            (crawlers("Google"), crawlers("bing"), Newly({"bingbot/2": 20}, {"Googlebot/2.1": 20})),
            (crawlers("Google"), crawlers("Googlebot"), Newly({}, {})),
            (None, crawlers("bing"), Newly({"bingbot/2": 20}, {})),
            (crawlers("bing"), crawlers("bing", enabled=False), Newly({}, {"bingbot/2": 20})),
            (crawlers("bing"), None, Newly({}, {"bingbot/2": 20})),
        ],
    )
    def test_two_are_compared_by_whom_they_catch(
        self, before: Payload | None, after: Payload | None, found: Newly
    ) -> None:
        assert newly(before, after, VISITS) == found


class TestGivenWhatSomebodyTyped:
    @pytest.mark.parametrize(
        ("typed", "agents"),
        [
            ("edX-downloader", ["edX-downloader"]),
            ("a, b", ["a", "b"]),
            ("a,,b,", ["a", "b"]),
            ("a\r\nb\n\n c\rd", ["a", "b", "c", "d"]),
            ("Mozilla/5.0 (bot)", ["Mozilla/5.0 (bot)"]),
            ("", []),
            (" ,\n, ", []),
            ([" a ", "b"], ["a", "b"]),
            ([], []),
            (["x" * 500], ["x" * 500]),
        ],
    )
    def test_it_becomes_a_list(self, typed: object, agents: list[str]) -> None:
        assert parse({"enabled": True, "known_user_agents": typed}) == crawlers(*agents)

    @pytest.mark.parametrize(
        ("typed", "problems"),
        [
            (3, [("", "Must be a list of texts, or a text separated by commas or line breaks.")]),
            ({}, [("", "Must be a list of texts, or a text separated by commas or line breaks.")]),
            (["a", "", " "], [("[1]", EMPTY), ("[2]", EMPTY)]),
            ([None, ["a"]], [("[0]", "Must be a text."), ("[1]", "Must be a text.")]),
            (["b", "a", " b"], [("[2]", "“b” stands in the list twice.")]),
            ("b, a, b", [("[2]", "“b” stands in the list twice.")]),
            (["x" * 501], [("[0]", "Is longer than 500 characters.")]),
            ("x" * 501, [("[0]", "Is longer than 500 characters.")]),
            (["a, b"], [("[0]", "Holds a comma, which separates agents; give each of them as an item of its own.")]),
            (["a\nb"], [("[0]", "Holds a line break or another control character, which no User-Agent has.")]),
            (["x"] * 1001, [("", "Must have 1000 agents at most.")]),
            (["", "a", 1, "a"], [("[0]", EMPTY), ("[2]", "Must be a text."), ("[3]", "“a” stands in the list twice.")]),
        ],
    )  # fmt: skip
    def test_all_that_is_wrong_is_named(self, typed: object, problems: list[tuple[str, str]]) -> None:
        found = problems_of(parse, {"enabled": True, "known_user_agents": typed})

        assert found == [(f"known_user_agents{place}", reason) for place, reason in problems]

    @given(typed=st.text(max_size=40), user_agent=st.text(max_size=5))
    def test_a_text_never_makes_everybody_a_crawler(self, typed: str, user_agent: str) -> None:
        joined = ",".join(set(typed.replace("\0", "").split(",")))

        try:
            found = parse({"enabled": True, "known_user_agents": joined})
        except ValueError:
            return

        assert "" not in found["known_user_agents"]
        assert find_match(found, "\uffff" + user_agent) is None or "\uffff" in typed


class TestGivenTheRecentVisits:
    @pytest.mark.parametrize(
        ("payload", "warned"),
        [
            (crawlers("bing"), False),
            (crawlers("bing", "Google"), True),
            (crawlers("bing", "Google", enabled=False), False),
            (crawlers(), False),
        ],
    )
    def test_more_than_two_in_a_hundred_is_warned_of(self, payload: Payload, *, warned: bool) -> None:
        found = check(Proposal("-", payload, {}, Surroundings(agents=VISITS)))

        assert found.problems == ()
        assert [caution.code for caution in found.cautions] == (["catches_many"] if warned else [])

    def test_the_warning_says_how_many_and_who(self) -> None:
        found = check(Proposal("-", crawlers("Moz"), {}, Surroundings(agents=VISITS)))

        text = (
            "The list would take 96.00% of the recent visits for a crawler's, more than 2 %: 960 of 1000, "
            "“Mozilla/5.0”. Learners among them would leave no state."
        )
        assert found == Checked(cautions=(Caution("catches_many", text),))

    def test_of_no_visits_nothing_is_said(self) -> None:
        assert check(Proposal("-", crawlers("Moz"))) == Checked()


class TestGivenAChangeInWords:
    @pytest.mark.parametrize(
        ("before", "after", "told"),
        [
            (
                crawlers("a", enabled=False),
                crawlers("a", "b"),
                ("Visits whose User-Agent begins with “a” or “b” will count as a crawler's.", "The list gains “b”."),
            ),
            (crawlers("a"), crawlers("a", enabled=False), ("The list will be switched off: nobody will count as a crawler.",)),
            (crawlers("a", "b"), crawlers("b", "c"), ("The list gains “c”.", "The list loses “a”.")),
            (crawlers("a"), crawlers(), ("The list is empty: nobody will count as a crawler.", "The list loses “a”.")),
            (
                crawlers("a", enabled=False),
                crawlers(enabled=False),
                ("The list stays switched off: nobody counts as a crawler.", "The list loses “a”."),
            ),
            (
                crawlers("a", "b"),
                crawlers("b", "a"),
                ("The order of the list changes, and nobody is a crawler that was none.",),
            ),
        ],
    )  # fmt: skip
    def test_it_says_who_will_count(self, before: Payload, after: Payload, told: tuple[str, ...]) -> None:
        assert sentences(before, after) == told

    def test_of_a_long_list_the_rest_is_counted(self) -> None:
        [_, gains] = sentences(None, crawlers(*map(str, range(100))))

        assert gains.endswith("“18”, “19” and 80 more.")
