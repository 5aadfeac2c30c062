"""Is a token taken that the platform signed, and no other, whatever it says of itself?"""

import base64
import hashlib
import hmac
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.factories.platform_tokens import AUDIENCE, ISSUER, claims_of, key_list, key_named, signed
from tests.fakes import NOON
from webapp.adapters.platform_tokens import PlatformTokens
from webapp.domain.platform.claims import BadToken
from webapp.platform_keys import parse_key_list

SAID = claims_of("ada", now=NOON)


def reader(keys: str = "") -> PlatformTokens:
    return PlatformTokens(keys or key_list("one", "two"), issuer=ISSUER, audience=AUDIENCE)


def taken(token: str, of: PlatformTokens | None = None) -> bool:
    try:
        return (of or reader()).read(token, now=NOON).username == "ada"
    except BadToken:
        return False


def part(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def with_public_key_as_secret(alg: str, digest: str) -> str:
    """The old trick: the public key, which everybody has, taken for a shared one."""
    public = key_named("one").as_pem(private=False)
    begun = f"{part({'alg': alg, 'kid': 'one'})}.{part(SAID)}"
    mark = hmac.new(public, begun.encode(), getattr(hashlib, digest)).digest()
    return f"{begun}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


class TestGivenATokenOfThePlatform:
    @pytest.mark.parametrize("kid", ["one", "two"])
    def test_it_is_taken_by_the_key_that_it_names(self, kid: str) -> None:
        assert taken(signed(SAID, kid))

    def test_it_is_taken_by_any_key_where_it_names_none(self) -> None:
        assert taken(signed(SAID, "two", header={"kid": None}))


class TestGivenAnother:
    def test_a_key_that_is_not_on_the_list_is_refused_under_any_name(self) -> None:
        assert not taken(signed(SAID, "evil"))
        assert not taken(signed(SAID, "evil", header={"kid": "one"}))
        assert not taken(signed(SAID, "evil", header={"kid": None}))

    def test_the_right_key_under_the_name_of_another_is_refused(self) -> None:
        assert not taken(signed(SAID, "two", header={"kid": "one"}))

    @pytest.mark.parametrize("alg", ["RS256", "RS384", "PS512"])
    def test_another_algorithm_of_the_same_key_is_refused(self, alg: str) -> None:
        assert not taken(signed(SAID, header={"alg": alg}))

    @pytest.mark.parametrize("alg", ["none", "None", "NONE", "", "RS512 ", "rs512"])
    def test_no_signature_is_refused_whatever_it_is_called(self, alg: str) -> None:
        begun = f"{part({'alg': alg, 'kid': 'one'})}.{part(SAID)}."

        assert not taken(begun)
        assert not taken(begun + signed(SAID).rpartition(".")[2])

    @pytest.mark.parametrize(("alg", "digest"), [("HS256", "sha256"), ("HS512", "sha512"), ("RS512", "sha512")])
    def test_the_public_key_is_no_secret(self, alg: str, digest: str) -> None:
        assert not taken(with_public_key_as_secret(alg, digest))

    def test_a_key_that_the_token_brings_along_is_refused(self) -> None:
        evil = key_named("evil").as_dict(private=False)

        assert not taken(signed(SAID, "evil", header={"jwk": evil, "kid": None}))

    def test_keys_of_another_kind_are_refused(self) -> None:
        for alg, key in (("ES256", ECKey.generate_key("P-256")), ("HS512", OctKey.generate_key(512))):
            assert not taken(jws.serialize_compact({"alg": alg}, json.dumps(SAID).encode(), key, [alg]))

    def test_a_changed_content_or_header_is_refused(self) -> None:
        head, _, mark = signed(SAID).split(".")

        assert not taken(f"{head}.{part({**SAID, 'administrator': True})}.{mark}")
        assert not taken(f"{part({'alg': 'RS512', 'kid': 'one', 'cty': 'x'})}.{part(SAID)}.{mark}")

    @pytest.mark.parametrize("content", [b"", b"ada", b"[]", b"\xff", b"[" * 5_000, b'{"iss": 1}'])
    def test_a_signed_content_that_is_none_is_refused(self, content: bytes) -> None:
        assert not taken(signed(content))

    def test_one_that_is_huge_is_refused_before_it_is_looked_at(self) -> None:
        assert not taken(signed({**SAID, "more": "x" * 20_000}))
        assert not taken("x" * 5_000_000)

    @given(st.text(max_size=200) | st.binary(max_size=200).map(lambda one: base64.b64encode(one).decode()))
    def test_garbage_is_refused(self, token: str) -> None:
        assert not taken(token)
        assert not taken(f"{signed(SAID).partition('.')[0]}.{token}.{token}")

    @given(st.integers(min_value=0, max_value=2_000), st.characters(codec="ascii"))
    def test_one_other_character_is_refused(self, place: int, character: str) -> None:
        token = signed(SAID)
        place %= len(token) - 1  # of the last character some bits say nothing
        if token[place] == character:
            return

        assert not taken(token[:place] + character + token[place + 1 :])


class TestGivenKeysThatChange:
    def test_a_file_of_keys_is_read_again(self, tmp_path: Path) -> None:
        file = tmp_path / "keys.json"
        file.write_text(key_list("one"))
        tokens = reader(str(file))
        before = [taken(signed(SAID, kid), tokens) for kid in ("one", "two")]

        fresh = tmp_path / "fresh.json"
        fresh.write_text(key_list("two"))
        os.replace(fresh, file)

        assert before == [True, False]
        assert [taken(signed(SAID, kid), tokens) for kid in ("one", "two")] == [False, True]

    @pytest.mark.parametrize("wreck", ["", "{", None])
    def test_what_was_there_before_holds_while_the_file_is_none(self, tmp_path: Path, wreck: str | None) -> None:
        file = tmp_path / "keys.json"
        file.write_text(key_list("one"))
        tokens = reader(str(file))

        file.unlink() if wreck is None else file.write_text(wreck)

        assert taken(signed(SAID), tokens)


class TestGivenAListOfKeys:
    def test_other_kinds_of_keys_are_passed_over(self) -> None:
        curve = ECKey.generate_key("P-256").as_dict(private=False)
        keys = json.dumps({"keys": [curve, key_named("one").as_dict(private=False)]})

        assert taken(signed(SAID), reader(keys))

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            ("/nowhere/keys.json", "file"),
            ("{", "form"),
            ('{"keys": {}}', "form"),
            ('{"keys": ["one"]}', "form"),
            ('{"keys": []}', "RSA"),
            (json.dumps({"keys": [key_named("one").as_dict(private=True)]}), "public keys alone"),
            (json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}), "public keys alone"),
            (json.dumps({"keys": [RSAKey.generate_key(1024).as_dict(private=False)]}), "2,048"),
            (json.dumps({"keys": [{"kty": "RSA"}] * 21}), "at most"),
        ],
    )
    def test_one_that_cannot_be_used_is_refused_without_being_quoted(self, value: str, reason: str) -> None:
        with pytest.raises(ValueError, match=reason) as refused:
            parse_key_list(value)

        assert "c2VjcmV0" not in str(refused.value)
