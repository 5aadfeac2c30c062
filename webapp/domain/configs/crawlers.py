"""Whose visits are a crawler's (domain note §7, decisions 27, 33)?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain.configs.payloads import Field, listed, quoted, read_payload, switch
from webapp.domain.configs.proposals import BadPayload, Caution, Checked, Payload, Problem, Proposal, refused
from webapp.wording import phrase

INSTALLATION: Payload = {"enabled": False, "known_user_agents": ["edX-downloader"]}
"""What an installation begins with (decision 49)."""
CATCHES_MANY = "catches_many"
AGENT_LENGTH = 500
MOST_AGENTS = 1000
"""Every visit is compared with each of them."""
MANY_PERCENT = 2
_SEPARATOR = re.compile(r"[,\r\n]")
_CONTROLS = r"\x00-\x1f\x7f"
_CONTROL = re.compile(f"[{_CONTROLS}]")


@dataclass(frozen=True, slots=True)
class Catch:
    """Which User-Agents a list takes for crawlers, the most visits first, and how many of all visits are theirs."""

    agents: Mapping[str, int]
    visits: int
    all_visits: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where nobody came."""
        return self.visits / self.all_visits if self.all_visits else 0.0


@dataclass(frozen=True, slots=True)
class Newly:
    """User-Agent -> visits, the most first: whom a change takes for crawlers, and whom no longer."""

    caught: Mapping[str, int]
    freed: Mapping[str, int]


def find_match(payload: Payload, user_agent: str) -> str | None:
    """Give the known agent that the User-Agent begins with, case and all; a list switched off or empty knows nobody."""
    agents: list[str] = payload["known_user_agents"]
    # Nearly everybody is none, and all agents at once are compared sooner than one by one.
    if not payload["enabled"] or not user_agent.startswith(tuple(agents)):
        return None
    return next(agent for agent in agents if user_agent.startswith(agent))


def share_caught(payload: Payload, agents: Mapping[str, int]) -> Catch:
    """Count whom a list would have taken for crawlers among the recent visits."""
    caught = {agent: visits for agent, visits in agents.items() if find_match(payload, agent) is not None}
    return Catch(_most_first(caught), sum(caught.values()), sum(agents.values()))


def newly(before: Payload | None, after: Payload | None, agents: Mapping[str, int]) -> Newly:
    """Compare two lists, None being that of nobody, over the recent visits."""
    was, will = (share_caught(payload, agents).agents if payload else {} for payload in (before, after))
    return Newly(
        {agent: visits for agent, visits in will.items() if agent not in was},
        {agent: visits for agent, visits in was.items() if agent not in will},
    )


def parse(value: object) -> dict[str, Any]:
    """Read `{"enabled": bool, "known_user_agents": [...]}`; raises BadPayload.

    The agents may come as a text, separated by commas or line breaks, from which empty ones are dropped. In a list
    an empty one is a mistake: on the old platform it made everybody a crawler (domain note §7).
    """
    return read_payload(value, FIELDS)


def check(proposal: Proposal) -> Checked:
    """Warn of a list that takes more than two in a hundred of the recent visits for a crawler's."""
    if proposal.payload is None:
        return refused("", phrase("The list of crawlers cannot be deleted; switch it off instead."))
    catch = share_caught(proposal.payload, proposal.around.agents)
    if catch.visits * 100 <= catch.all_visits * MANY_PERCENT:
        return Checked()
    worst = listed(map(quoted, catch.agents), most=3)
    text = phrase(
        "The list would take {share} of the recent visits for a crawler's, more than {percent} %: {visits} of {all_visits}, {worst}. Learners among them would leave no state.",
        share=format(catch.share, ".2%"),
        percent=MANY_PERCENT,
        visits=catch.visits,
        all_visits=catch.all_visits,
        worst=worst,
    )
    return Checked(cautions=(Caution(CATCHES_MANY, text),))


def sentences(before: Payload | None, after: Payload | None, key: str = "") -> tuple[str, ...]:
    """Say what the change does; no row means switched off."""
    if before == after:
        return ()
    was_on, is_on = (bool(payload and payload["enabled"]) for payload in (before, after))
    was, will = (list(payload["known_user_agents"]) if payload else [] for payload in (before, after))
    found = [*_switched(will, was_on=was_on, is_on=is_on)]
    gained, lost = [agent for agent in will if agent not in was], [agent for agent in was if agent not in will]
    if gained:
        found.append(phrase("The list gains {agents}.", agents=listed(map(quoted, gained))))
    if lost:
        found.append(phrase("The list loses {agents}.", agents=listed(map(quoted, lost))))
    if was != will and not gained and not lost:
        found.append(phrase("The order of the list changes, and nobody is a crawler that was none."))
    return tuple(found)


def _switched(agents: list[str], *, was_on: bool, is_on: bool) -> tuple[str, ...]:
    if is_on and not agents:
        return (phrase("The list is empty: nobody will count as a crawler."),)
    if is_on and not was_on:
        return (
            phrase(
                "Visits whose User-Agent begins with {agents} will count as a crawler's.",
                agents=listed(map(quoted, agents), joined="or"),
            ),
        )
    if was_on and not is_on:
        return (phrase("The list will be switched off: nobody will count as a crawler."),)
    return () if is_on else (phrase("The list stays switched off: nobody counts as a crawler."),)


def _agents(path: str, value: object) -> list[str]:
    if isinstance(value, str):
        value = [part for part in map(str.strip, _SEPARATOR.split(value)) if part]
    if not isinstance(value, list):
        raise BadPayload(
            [Problem(path, phrase("Must be a list of texts, or a text separated by commas or line breaks."))]
        )
    if len(value) > MOST_AGENTS:
        raise BadPayload([Problem(path, phrase("Must have {number} agents at most.", number=MOST_AGENTS))])
    problems: list[Problem] = []
    found: list[str] = []
    for number, item in enumerate(value):
        agent = item.strip() if isinstance(item, str) else item
        fault = _fault(agent, found)
        if fault:
            problems.append(Problem(f"{path}[{number}]", fault))
        else:
            found.append(agent)
    if problems:
        raise BadPayload(problems)
    return found


def _fault(agent: object, earlier: list[str]) -> str:
    if not isinstance(agent, str):
        return phrase("Must be a text.")
    if not agent:
        return phrase("Is empty: every User-Agent begins with nothing, so that everybody would be a crawler.")
    if len(agent) > AGENT_LENGTH:
        return phrase("Is longer than {number} characters.", number=AGENT_LENGTH)
    if "," in agent:
        return phrase("Holds a comma, which separates agents; give each of them as an item of its own.")
    if _CONTROL.search(agent):
        return phrase("Holds a line break or another control character, which no User-Agent has.")
    return phrase("{name} stands in the list twice.", name=quoted(agent)) if agent in earlier else ""


def _most_first(agents: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(agents.items(), key=lambda pair: (-pair[1], pair[0])))


_AGENT = {"type": "string", "minLength": 1, "maxLength": AGENT_LENGTH, "pattern": f"^[^,{_CONTROLS}]+$"}
_LIST = {"type": "array", "items": _AGENT, "maxItems": MOST_AGENTS, "uniqueItems": True}
_MEANS = "How the User-Agents of crawlers begin, case counting."
FIELDS = {
    "enabled": switch("Whether the list counts."),
    "known_user_agents": Field(
        _agents,
        {**_LIST, "description": _MEANS},
        {
            "anyOf": [
                {**_LIST, "items": {"type": "string", "minLength": 1}},
                {"type": "string"},
            ],
            "description": f"{_MEANS} They may stand in one text, separated by commas or line breaks. Spaces around each "
            f"are dropped; each has {AGENT_LENGTH} characters at most then.",
        },
    ),
}
