"""By which way does somebody come to a certificate, and by which is it passed on?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.page_values import page
from webapp.domain.certificates.page.evidence import NETWORKS, network_of
from webapp.domain.certificates.page.sharing import publish, ways_to_share


@pytest.mark.parametrize(
    ("referrer", "network"),
    [
        ("https://www.linkedin.com/", "LinkedIn"),
        ("https://linkedin.com/feed?x=1", "LinkedIn"),
        ("https://lnkd.in/abc", "LinkedIn"),
        ("https://t.co/abc", "X"),
        ("https://X.COM", "X"),
        ("http://mobile.twitter.com/ada", "X"),
        ("https://m.facebook.com/", "Facebook"),
        ("https://notlinkedin.com/", None),
        ("https://linkedin.com.evil.test/", None),
        ("https://evil.test/?linkedin.com", None),
        ("", None),
        ("linkedin.com", None),
        ("http://[::1", None),
    ],
)
def test_a_visitor_comes_from_a_network_that_is_known_or_from_none(referrer: str, network: str | None) -> None:
    assert network_of(referrer) == network


@given(st.text())
def test_any_text_is_a_network_or_none(referrer: str) -> None:
    assert network_of(referrer) in {None, *NETWORKS.values()}


def test_every_way_that_a_page_offers_can_be_told() -> None:
    offered = publish(
        page({"default": dict.fromkeys(("share_linkedin", "share_x", "share_facebook", "share_embed"), True)})
    )

    assert set(ways_to_share(offered.values)) == set(NETWORKS)
