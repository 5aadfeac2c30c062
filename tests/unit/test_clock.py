"""Are the names that we give as random as they have to be?"""

import re

from webapp import clock

HEX_32 = re.compile(r"[0-9a-f]{32}")
UUID_4 = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")


class TestGivenManyKeysOfJobs:
    def test_each_bit_of_the_128_is_now_set_and_now_not(self) -> None:
        keys = [clock.new_key() for _ in range(256)]

        ever, always = 0, 2**128 - 1
        for key in keys:
            ever, always = ever | int(key, 16), always & int(key, 16)
        assert (ever, always) == (2**128 - 1, 0)
        assert all(HEX_32.fullmatch(key) for key in keys)


class TestGivenManyPublicIds:
    def test_each_is_a_random_uuid_without_dashes(self) -> None:
        ids = {clock.new_uuid() for _ in range(256)}

        assert len(ids) == 256
        assert all(UUID_4.fullmatch(one) for one in ids)
