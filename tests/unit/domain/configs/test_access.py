"""Which roles can an account be given, and by whom?"""

import pytest

from tests.unit.domain.configs.payloads import problems_of, reasons_of
from webapp.domain.configs.access import check, parse, sentences
from webapp.domain.configs.proposals import Checked, Holder, Proposal, Surroundings
from webapp.domain.roles import Role

KNOWN = "viewer, support, editor, approver, auditor or admin"


def holder(*roles: Role, active: bool = True) -> Holder:
    return Holder(active, roles)


APPROVER, VIEWER, GONE = holder(Role.APPROVER), holder(Role.VIEWER), holder(Role.APPROVER, active=False)


def checked(roles: list[str], accounts: dict[str, Holder], *, key: str = "sasha", author: str = "root") -> Checked:
    return check(Proposal(key, {"roles": roles}, {}, Surroundings(author=author, accounts=accounts)))


class TestGivenAListOfRoles:
    def test_they_are_put_in_the_order_of_the_roles(self) -> None:
        assert parse({"roles": ["admin", "viewer", "support"]}) == {"roles": ["viewer", "support", "admin"]}

    def test_none_is_a_list_as_well(self) -> None:
        assert parse({"roles": []}) == {"roles": []}

    @pytest.mark.parametrize(
        ("roles", "problems"),
        [
            ("viewer", [("roles", "Must be a list of roles: viewer, support, editor, approver, auditor and admin.")]),
            (["boss"], [("roles[0]", f"Must be a role: {KNOWN}.")]),
            (["Viewer", None, ["viewer"]], [(f"roles[{number}]", f"Must be a role: {KNOWN}.") for number in range(3)]),
            (["viewer", "editor", "viewer"], [("roles[2]", "“viewer” stands in the list twice.")]),
            (["auditor", "admin"], [("roles", "An auditor cannot also be admin: who acts does not audit.")]),
            (
                ["admin", "x", "auditor", "admin"],
                [
                    ("roles[1]", f"Must be a role: {KNOWN}."),
                    ("roles[3]", "“admin” stands in the list twice."),
                    ("roles", "An auditor cannot also be admin: who acts does not audit."),
                ],
            ),
        ],
    )
    def test_all_that_is_wrong_is_named(self, roles: object, problems: list[tuple[str, str]]) -> None:
        assert problems_of(parse, {"roles": roles}) == problems


class TestGivenTheAccounts:
    def test_another_account_may_be_given_a_role(self) -> None:
        assert checked(["editor"], {"sasha": VIEWER}) == Checked()

    @pytest.mark.parametrize("author", ["sasha", "Sasha", "ＳＡＳＨＡ"])
    def test_the_own_one_may_not(self, author: str) -> None:
        found = checked(["editor"], {"sasha": VIEWER}, author=author)

        assert reasons_of(found) == [("key", "Nobody changes the roles of their own account.")]

    def test_an_unknown_one_cannot(self) -> None:
        assert reasons_of(checked(["editor"], {})) == [("key", "There is no account named “sasha”.")]

    def test_the_own_and_unknown_one_is_refused_for_both(self) -> None:
        assert [field for field, _ in reasons_of(checked([], {}, author="sasha"))] == ["key", "key"]


class TestGivenTheApprovers:
    @pytest.mark.parametrize(
        ("others", "before", "roles", "reason"),
        [
            ([APPROVER, APPROVER], APPROVER, [], ""),
            ([APPROVER], APPROVER, [], "Would leave 1 active approver; there must be 2."),
            ([APPROVER, GONE], APPROVER, [], "Would leave 1 active approver; there must be 2."),
            ([], APPROVER, ["viewer"], "Would leave 0 active approvers; there must be as many as now, 1."),
            ([], APPROVER, ["viewer", "approver"], ""),
            ([APPROVER], APPROVER, ["approver", "admin"], ""),
            ([APPROVER], GONE, [], ""),
            ([APPROVER], VIEWER, ["editor"], ""),
            ([], VIEWER, ["editor"], ""),
            ([], VIEWER, ["approver"], ""),
        ],
    )
    def test_a_change_leaves_two_or_as_many_as_there_are(
        self, others: list[Holder], before: Holder, roles: list[str], reason: str
    ) -> None:
        accounts = {f"other{number}": one for number, one in enumerate(others)} | {"sasha": before}

        assert reasons_of(checked(roles, accounts)) == ([("roles", reason)] if reason else [])


class TestGivenAChangeInWords:
    @pytest.mark.parametrize(
        ("before", "after", "sentence"),
        [
            (["viewer"], ["approver"], "sasha gets the role approver and loses viewer."),
            ([], ["viewer", "editor"], "sasha gets the roles viewer and editor."),
            (["viewer", "editor"], ["viewer"], "sasha loses the role editor."),
            (["viewer", "editor"], [], "sasha loses the roles viewer and editor and has none left."),
            (None, ["viewer"], "sasha gets the role viewer."),
            (None, [], "sasha has no role as before."),
            (["viewer", "editor"], ["editor", "viewer"], "sasha has the same roles as before."),
        ],
    )
    def test_it_says_what_is_got_and_lost(self, before: list[str] | None, after: list[str], sentence: str) -> None:
        was = None if before is None else {"roles": before}

        assert sentences(was, {"roles": after}, "sasha") == (sentence,)

    def test_without_a_name_it_is_the_account(self) -> None:
        assert sentences(None, {"roles": ["viewer"]}) == ("The account gets the role viewer.",)
