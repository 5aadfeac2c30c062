"""Does the audit chain find whatever was done to it, and where?"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.audit_links import NOON, chain, columns_of, link_to
from webapp.domain.audit_chain import (
    FIELDS,
    GENESIS,
    Link,
    canonical_text,
    hash_of,
    unplaced_text,
    verify,
)


class TestGivenOneEvent:
    @pytest.mark.parametrize("to_version", [None, 3])
    def test_its_text_is_all_of_it_as_json_with_sorted_keys(self, to_version: int | None) -> None:
        columns, details = columns_of(12, to_version=to_version), {"z": [1, None], "seq": None, "a": "ü"}

        text = canonical_text(columns, details)

        plain = {**columns, "at": "2026-11-21T12:00:12.000000+00:00", "details": details}
        assert text == json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def test_what_the_database_adds_to_it_ends_it(self) -> None:
        columns, details = columns_of(12, to_version=3), {"outcome": "applied"}

        text = unplaced_text({**columns, "seq": None}, details)

        assert text + '"seq":12,"to_version":3}' == canonical_text(columns, details)


class TestGivenAChainAsItWasWritten:
    def test_it_verifies_to_its_head(self) -> None:
        links = chain(5)

        verdict = verify(links)

        assert verdict.ok
        assert (verdict.checked, verdict.head, verdict.first_bad, verdict.reason) == (5, links[-1].hash, None, None)

    def test_an_empty_one_verifies_to_genesis(self) -> None:
        links = chain(0)

        verdict = verify(links)

        assert verdict.ok
        assert (verdict.checked, verdict.head) == (0, GENESIS)

    @pytest.mark.parametrize("number", range(5))
    def test_every_earlier_head_is_reached(self, number: int) -> None:
        links = chain(5)

        verdict = verify(links, head=links[number].hash)

        assert verdict.ok

    def test_the_head_of_an_empty_chain_is_reached_by_every_chain(self) -> None:
        links = chain(2)

        verdict = verify(links, head=GENESIS)

        assert verdict.ok

    def test_a_moment_told_in_another_zone_is_the_same_moment(self) -> None:
        east = timezone(timedelta(hours=5, minutes=30))
        written = link_to(GENESIS, columns_of(1, at=NOON))
        read = replace(written, columns={**written.columns, "at": NOON.astimezone(east)})

        verdict = verify([read])

        assert verdict.ok

    def test_the_text_does_not_depend_on_the_order_of_keys(self) -> None:
        columns = columns_of(1)
        backwards = dict(reversed(list(columns.items())))

        texts = {canonical_text(columns, {"a": 1, "b": 2}), canonical_text(backwards, {"b": 2, "a": 1})}

        assert len(texts) == 1


def _drop(links: list[Link]) -> list[Link]:
    return links[:2] + links[3:]


def _drop_the_first(links: list[Link]) -> list[Link]:
    return links[1:]


def _swap(links: list[Link]) -> list[Link]:
    return [*links[:2], links[3], links[2], *links[4:]]


def _repeat(links: list[Link]) -> list[Link]:
    return [*links[:3], *links[2:]]


def _alter_body(links: list[Link]) -> list[Link]:
    return [*links[:2], replace(links[2], body=links[2].body.replace("applied", "refused")), *links[3:]]


def _alter_body_and_hash(links: list[Link]) -> list[Link]:
    body = links[2].body.replace("applied", "refused")
    return [*links[:2], replace(links[2], body=body, hash=hash_of(links[2].prev, body)), *links[3:]]


def _alter_hash(links: list[Link]) -> list[Link]:
    return [*links[:2], replace(links[2], hash="f" * 64), *links[3:]]


def _alter_prev(links: list[Link]) -> list[Link]:
    return [*links[:2], replace(links[2], prev="f" * 64), *links[3:]]


def _insert(links: list[Link]) -> list[Link]:
    return [*links[:2], link_to(links[1].hash, columns_of(3, actor_name="mallory")), *links[2:]]


def _drop_and_renumber(links: list[Link]) -> list[Link]:
    later = [replace(link, columns={**link.columns, "seq": number}) for number, link in enumerate(links[3:], start=3)]
    return links[:2] + later


class TestGivenATamperedChain:
    @pytest.mark.parametrize(
        ("tamper", "first_bad"),
        [
            (_drop, 3),
            (_drop_the_first, 1),
            (_swap, 3),
            (_repeat, 4),
            (_alter_body, 3),
            (_alter_body_and_hash, 4),
            (_alter_hash, 3),
            (_alter_prev, 3),
            (_insert, 4),
            (_drop_and_renumber, 3),
        ],
    )
    def test_the_row_is_named(self, tamper: Callable[[list[Link]], list[Link]], first_bad: int) -> None:
        links = tamper(chain(5))

        verdict = verify(links)

        assert not verdict.ok
        assert verdict.first_bad == first_bad
        assert verdict.reason

    @pytest.mark.parametrize("name", FIELDS)
    def test_an_altered_column_is_named(self, name: str) -> None:
        links = chain(5)
        altered: Any = NOON if name == "at" else 4_711 if name == "seq" else "altered"
        links[2] = replace(links[2], columns={**links[2].columns, name: altered})

        verdict = verify(links)

        assert verdict.first_bad == 3
        assert verdict.reason == ("event 3 is missing" if name == "seq" else f"the column {name} was altered")

    @pytest.mark.parametrize("left", range(5))
    def test_a_cut_tail_is_found_by_the_head_printed_before(self, left: int) -> None:
        links = chain(5)

        verdict = verify(links[:left], head=links[-1].hash)

        assert not verdict.ok
        assert verdict.first_bad == left + 1
        assert "tail" in str(verdict.reason)

    def test_a_cut_tail_is_not_found_without_a_head(self) -> None:
        links = chain(5)

        verdict = verify(links[:3])

        assert verdict.ok

    def test_a_tail_written_anew_is_found_by_the_head_printed_before(self) -> None:
        links = chain(5)
        forged = [*links[:4], link_to(links[3].hash, columns_of(5, actor_name="mallory"))]

        verdict = verify(forged, head=links[-1].hash)

        assert not verdict.ok
        assert verify(forged).ok


class TestGivenABodyThatWasReplacedTogetherWithItsHash:
    @pytest.mark.parametrize("body", ["", "garbage", "[]", "1", "null", "{}", '{"seq": 5}'])
    def test_the_row_is_named(self, body: str) -> None:
        links = chain(5)
        links[4] = replace(links[4], body=body, hash=hash_of(links[4].prev, body))

        verdict = verify(links)

        assert verdict.first_bad == 5


class TestGivenAnySingleChange:
    @given(st.data())
    def test_it_is_found_at_its_row(self, data: st.DataObject) -> None:
        links = chain(6)
        number = data.draw(st.integers(0, 5))
        part = data.draw(st.sampled_from(["body", "prev", "hash", *FIELDS]))
        value: Any = data.draw(st.one_of(st.none(), st.integers(2, 2**40), st.text(max_size=8)))
        old = links[number]
        if part in ("body", "prev", "hash"):
            written: dict[str, Any] = {part: str(value)}
            changed = replace(old, **written)
        else:
            changed = replace(old, columns={**old.columns, part: value})
        links[number] = changed

        verdict = verify(links)

        assert (verdict.first_bad == number + 1) == (changed != old)
        assert verdict.ok == (changed == old)

    @given(st.permutations(range(6)), st.sets(st.integers(0, 5)))
    def test_no_other_order_and_no_gap_passes(self, order: list[int], dropped: set[int]) -> None:
        links = chain(6)
        left = [number for number in order if number not in dropped]

        verdict = verify([links[number] for number in left], head=links[-1].hash)

        assert verdict.ok == (left == list(range(6)))
