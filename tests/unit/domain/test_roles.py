"""What may each role do, and which two exclude each other?"""

import pytest

from webapp.domain.roles import LABELS, PERMISSIONS, ClashingRoles, Permission, Role, Scope, permitted, refuse_clash

EVERYBODY = frozenset(Role)
MATRIX = {
    Permission.READ_DESK: EVERYBODY,
    Permission.HANDLE_DELIVERIES: {Role.SUPPORT},
    Permission.SUPPORT_LEARNERS: {Role.SUPPORT},
    Permission.WRITE_RECORDS: {Role.SUPPORT, Role.ADMIN},
    Permission.READ_AUDIT: {Role.AUDITOR, Role.ADMIN},
    Permission.PROPOSE_CHANGES: {Role.EDITOR, Role.ADMIN},
    Permission.DECIDE_CHANGES: {Role.APPROVER},
    Permission.ACT_IN_EMERGENCY: {Role.ADMIN},
    Permission.MANAGE_ACCOUNTS: {Role.ADMIN},
    Permission.ERASE_LEARNERS: {Role.ADMIN},
    Permission.OPERATE: {Role.ADMIN},
    Permission.KEEP_VIEWS: {Role.ADMIN},
}


class TestGivenEachRole:
    @pytest.mark.parametrize("permission", Permission)
    @pytest.mark.parametrize("role", Role)
    def test_it_may_do_what_the_matrix_says(self, role: Role, permission: Permission) -> None:
        verdict = permitted([role], permission)

        assert verdict == (role in MATRIX[permission])

    @pytest.mark.parametrize("role", Role)
    def test_it_has_a_label_and_permissions(self, role: Role) -> None:
        label = LABELS[role]

        assert label
        assert PERMISSIONS[role]

    @pytest.mark.parametrize("permission", Permission)
    def test_no_role_may_do_nothing(self, permission: Permission) -> None:
        verdict = permitted([], permission)

        assert verdict is False


class TestGivenSeveralRoles:
    def test_their_permissions_add_up(self) -> None:
        roles = [Role.SUPPORT, Role.APPROVER, Role.ADMIN]

        allowed = {permission for permission in Permission if permitted(roles, permission)}

        assert allowed == set(Permission)

    def test_an_auditor_who_is_also_admin_is_refused(self) -> None:
        roles = [Role.ADMIN, Role.VIEWER, Role.AUDITOR]

        with pytest.raises(ClashingRoles):
            refuse_clash(roles)

    @pytest.mark.parametrize("left_out", [Role.ADMIN, Role.AUDITOR])
    def test_any_other_roles_go_together(self, left_out: Role) -> None:
        roles = EVERYBODY - {left_out}

        refuse_clash(roles)

        assert left_out not in roles


class TestGivenTheScopesOfTokens:
    def test_they_are_named_as_the_interface_says(self) -> None:
        names = {scope.value for scope in Scope}

        assert names == {
            "certificates:read",
            "certificates:write",
            "configs:read",
            "configs:propose",
            "records:write",
            "audit:read",
        }
