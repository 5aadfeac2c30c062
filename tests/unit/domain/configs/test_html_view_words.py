"""Does somebody who reads no JSON learn what the certificates will look like?"""

from collections.abc import Mapping
from typing import Any

import pytest

from webapp.domain.configs.html_view_words import MOST, sentences
from webapp.domain.configs.proposals import Payload


def view(*, enabled: bool = True, **configuration: Mapping[str, Any]) -> Payload:
    return {"enabled": enabled, "configuration": {"default": {}, **configuration}}


def of_honor(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Give what is said of the mode honor, without its subject and what is said of the others."""
    [told] = sentences(view(honor=before), view(honor=after))
    return told.removeprefix("Honor certificates will ").removesuffix("; other modes unchanged.")


class TestGivenOneValueOfAMode:
    @pytest.mark.parametrize(
        ("before", "after", "told"),
        [
            ({"logo_src": "/y"}, {"logo_src": "/x"}, "show the logo “/x” instead of “/y”"),
            ({}, {"logo_src": "/x"}, "show the logo “/x”"),
            ({"logo_src": "/y"}, {}, "have no logo of their own, now “/y”"),
            ({"logo_src": ""}, {}, "have no logo of their own"),
            ({"logo_src": "/y"}, {"logo_src": ""}, "show no logo instead of “/y”"),
            ({}, {"logo_src": ""}, "show no logo"),
            ({"logo_src": ""}, {"logo_src": "/x"}, "show the logo “/x”"),
            ({}, {"certificate_verify_title": "V"}, "show the text certificate_verify_title “V”"),
            ({}, {"share_x": True}, "offer the link to X"),
            ({"share_x": True}, {"share_x": False}, "not offer the link to X"),
            ({}, {"odd": {"a": [1]}}, "show the unused value “odd” “{\"a\": [1]}”"),
            ({"odd": 1}, {"odd": 2}, "show the unused value “odd” “2” instead of “1”"),
            ({"copyright": "a\n b"}, {"copyright": "\u202eb\x07"},
             "show the copyright line “\ufffdb\ufffd” instead of “a b”"),
            ({}, {"signatories": [{"name": "Ada", "title": "Dean", "id": 1}, {"organization": "edX"}]},
             "show the signatories “Ada, Dean; edX”"),
            ({"signatories": [{"name": "Ada"}]}, {"signatories": [{"name": "Bob"}]},
             "show the signatories “Bob” instead of “Ada”"),
            ({"signatories": [{"name": "Ada"}]}, {"signatories": []}, "show no signatories instead of “Ada”"),
            ({"signatories": [{"name": "Ada", "id": 1}]}, {"signatories": [{"name": "Ada", "id": 2}]},
             "show the same signatories, of which a part that is not shown changes"),
        ],
    )  # fmt: skip
    def test_old_and_new_are_told(self, before: Mapping[str, Any], after: Mapping[str, Any], told: str) -> None:
        assert of_honor(before, after) == told

    def test_a_long_text_is_cut(self) -> None:
        assert of_honor({}, {"copyright": "x" * 81}) == f"show the copyright line “{'x' * 80}…”"
        assert of_honor({}, {"copyright": "x" * 80}) == f"show the copyright line “{'x' * 80}”"

    @pytest.mark.parametrize(("old", "new"), [("a", "b"), ("", "b"), ("a", "")])
    def test_two_that_differ_late_are_cut_where_the_difference_is_seen(self, old: str, new: str) -> None:
        told = of_honor({"copyright": "x" * 90 + old}, {"copyright": "x" * 90 + new})

        assert told == f"show the copyright line “…{'x' * 20}{new}” instead of “…{'x' * 20}{old}”"


class TestGivenSeveralLayers:
    def test_other_modes_are_said_to_be_unchanged_once(self) -> None:
        told = sentences(view(audit={"logo_src": "/a"}), view(honor={"logo_src": "/h"}, audit={"logo_src": "/b"}))

        assert told == (
            "Audit certificates will show the logo “/b” instead of “/a”.",
            "Honor certificates will show the logo “/h”; other modes unchanged.",
        )

    def test_a_default_names_those_that_have_their_own(self) -> None:
        owners: dict[str, Any] = {
            "honor": {"logo_src": "/h"},
            "audit": {"logo_src": ""},
            "sites": {"www": {"logo_src": "/s"}},
        }
        more: dict[str, Any] = {
            **owners,
            "organizations": {"edX": {"logo_src": "/o"}},
            "courses": {"c": {"logo_src": "/c"}},
        }
        default = {"default": {"logo_src": "/x"}}

        [told] = sentences(view(**owners), view(**owners | default))
        [counted] = sentences(view(**more), view(**more | default))

        assert (
            told == "All certificates will show the logo “/x”, except where honor, audit or the site “www” has its own."
        )
        assert counted.endswith(", except where honor, audit, the organization “edX” or 2 more has its own.")

    def test_sections_are_named(self) -> None:
        layer = {"logo_alt": "x"}

        told = sentences(view(), view(organizations={"edX": layer}, sites={"www": layer}, courses={"c": layer}))

        assert told == (
            "Certificates of the organization “edX” will show the text of the logo “x”.",
            "Certificates on the site “www” will show the text of the logo “x”.",
            "Certificates of the course “c” will show the text of the logo “x”.",
        )

    def test_an_empty_layer_changes_nothing_that_is_seen(self) -> None:
        assert sentences(view(), view(honor={})) == ("Certificates will show the same as before.",)

    def test_very_many_changes_are_counted(self) -> None:
        told = sentences(view(), view(default={f"key{number}": "x" for number in range(MOST + 5)}))

        assert len(told) == MOST + 1
        assert told[-1] == "There are 5 more changes, which the comparison shows."


class TestGivenTheSwitch:
    @pytest.mark.parametrize("before", [None, view(enabled=False), view(enabled=False, honor={"logo_src": "/old"})])
    def test_switched_on_all_that_it_says_is_new(self, before: Payload | None) -> None:
        assert sentences(before, view(honor={"logo_src": "/h"})) == (
            "The configuration will be switched on: certificates will show what it says.",
            "Honor certificates will show the logo “/h”; other modes unchanged.",
        )

    def test_switched_on_empty_it_says_nothing(self) -> None:
        assert sentences(view(enabled=False), view()) == ("The configuration will be switched on, and says nothing.",)

    def test_switched_off_the_built_in_texts_stand(self) -> None:
        told = sentences(view(honor={"logo_src": "/h"}), view(enabled=False, honor={"logo_src": "/h"}))

        assert told == ("The configuration will be switched off: certificates show the built-in texts alone.",)

    def test_while_it_stays_off_nothing_is_seen(self) -> None:
        told = sentences(view(enabled=False), view(enabled=False, honor={"logo_src": "/h"}))

        assert told == (
            "The configuration stays switched off: certificates show the built-in texts alone; what follows counts once it "
            "is switched on.",
            "Honor certificates will show the logo “/h”; other modes unchanged.",
        )
