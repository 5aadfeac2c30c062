"""Does a secret give codes for its moments alone, and open for its account alone?"""

from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOON
from webapp import clock
from webapp.errors import SecondFactorUnreadable
from webapp.services.sign_on.app_codes import find_step, new_secret, seal, unseal

KEY = "not-a-secret-of-anyone"


class TestGivenASecret:
    @given(st.integers(min_value=0, max_value=2_000_000_000), st.integers(min_value=-90, max_value=90))
    def test_a_code_counts_within_one_step_of_its_own(self, at: int, apart: int) -> None:
        secret, moment = "JBSWY3DPEHPK3PXP" * 2, NOON + timedelta(seconds=at % 100_000)
        shown_at = moment + timedelta(seconds=apart)
        code = pyotp.TOTP(secret).at(shown_at)

        step = find_step(secret, code, now=moment)

        near = abs(int(shown_at.timestamp()) // 30 - int(moment.timestamp()) // 30) <= 1
        assert (step is not None) or not near

    def test_it_opens_with_its_key_and_for_its_account_alone(self) -> None:
        secret = new_secret()
        sealed = seal(secret, 7, KEY)

        assert unseal(sealed, 7, KEY) == secret
        for kept, account, key in (
            (sealed, 8, KEY),
            (sealed, 7, KEY + "x"),
            (sealed[:-8], 7, KEY),
            ("é", 7, KEY),
            ("", 7, KEY),
        ):
            with pytest.raises(SecondFactorUnreadable):
                unseal(kept, account, key)

    def test_two_are_not_the_same(self) -> None:
        assert len({new_secret() for _ in range(50)} | {clock.new_recovery_code() for _ in range(50)}) == 100
