"""Are the names that we give as random as they have to be?"""

import re
import time
import uuid

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


class TestGivenManyIdsOfRequests:
    def test_each_is_a_uuid_of_version_7_that_tells_when(self) -> None:
        before = time.time_ns() // 1_000_000
        ids = [clock.new_request_id() for _ in range(256)]
        after = time.time_ns() // 1_000_000

        read = [uuid.UUID(one) for one in ids]
        assert [str(one) for one in read] == ids
        assert {(one.version, one.variant) for one in read} == {(7, uuid.RFC_4122)}
        assert all(before <= one.int >> 80 <= after for one in read)

    def test_each_of_the_other_74_bits_is_now_set_and_now_not(self) -> None:
        fixed = 0xF << 76 | 0x3 << 62
        ever, always = 0, 2**80 - 1

        for number in (uuid.UUID(clock.new_request_id()).int % 2**80 for _ in range(256)):
            ever, always = ever | number, always & number

        assert (ever | fixed, always & ~fixed) == (2**80 - 1, 0)
