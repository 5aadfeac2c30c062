"""When are two deliveries the same, letter for letter?"""

from webapp.domain.queue.messages import digest


class TestGivenTwoDeliveries:
    def test_equal_letters_have_one_fingerprint(self) -> None:
        prints = {digest("header", "body"), digest("header", "body")}

        assert len(prints) == 1

    def test_any_other_letters_have_another(self) -> None:
        pairs = [
            ("h", "b"),
            ("h", "b "),
            ("H", "b"),
            ("hb", ""),
            ("", "hb"),
            (None, "b"),
            ("h", None),
            ("h\ud800", "b"),
        ]

        prints = {digest(header, body) for header, body in pairs}

        assert len(prints) == len(pairs)
