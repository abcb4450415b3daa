"""A workspace's own settings."""

from collections.abc import MutableMapping

from sqlalchemy import bindparam, select

from contracthub.domain.contracts import IdentityRule
from contracthub.storage.scope import Scope, table_of
from contracthub.storage.tables import WorkspaceRow

_workspace = table_of(WorkspaceRow)
_identity_rule = select(_workspace.c.contract_identity).where(_workspace.c.id == bindparam("key"))


class WorkspaceSettingsRepository:
    """Implements the port ``WorkspaceSettings``."""

    def __init__(self, scope: Scope, last_rules: MutableMapping[int, IdentityRule] | None = None) -> None:
        """``last_rules``: where the rule of each workspace is noted when it is read."""
        self._execute = scope.connection.execute
        self._key = scope.workspace_id
        self._last_rules = {} if last_rules is None else last_rules

    def identity_rule(self) -> IdentityRule:
        """How it tells contracts apart."""
        rule = IdentityRule(self._execute(_identity_rule, {"key": self._key}).scalar_one())
        self._last_rules[self._key] = rule
        return rule

    def choose_identity_rule(self, rule: IdentityRule) -> None:
        """Tell contracts apart by this rule from now on."""
        self._execute(_workspace.update().where(_workspace.c.id == self._key).values(contract_identity=rule.value))
