"""A workspace's own settings."""

from sqlalchemy import select

from contracthub.domain.contracts import IdentityRule
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.tables import WorkspaceRow

_workspace = table_of(WorkspaceRow)


class WorkspaceSettingsRepository:
    """Implements the port ``WorkspaceSettings``."""

    def __init__(self, scope: Scope) -> None:
        self._execute = scope.connection.execute
        self._is_mine = _workspace.c.id == scope.workspace_id

    def identity_rule(self) -> IdentityRule:
        """How it tells contracts apart."""
        return IdentityRule(self._execute(select(_workspace.c.contract_identity).where(self._is_mine)).scalar_one())

    def choose_identity_rule(self, rule: IdentityRule) -> None:
        """Tell contracts apart by this rule from now on."""
        self._execute(_workspace.update().where(self._is_mine).values(contract_identity=rule.value))
