"""Folds tables again from the rows they come from, after some of those were removed.

On all other writes they are folded as these happen: branch heads, ``latest_verification`` and ``line_success``. Each
statement is bound to what was affected.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Text, bindparam, case, func, literal, null, select

from contracthub.storage.contract_statements import branch, branch_version, contract, tag, verification
from contracthub.storage.evidence import LATEST_COLUMNS, latest, line
from contracthub.storage.scope import Scope, chunks

BRANCH, TAG = "branch", "tag"
Lines = Mapping[str, Collection[str]]

_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_names: BindParameter[Any] = bindparam("names", expanding=True)

# What takes the place of a head that is gone is the newest version by creation (pact-broker-api §6).
_newest_place = (
    select(func.max(branch_version.c.version_id))
    .where(branch_version.c.branch_id == branch.c.id)
    .correlate(branch)
    .scalar_subquery()
)
_refold_heads = branch.update().where(branch.c.id.in_(_ids)).values(head_version_id=_newest_place)

_same = (
    latest.c.contract_id == bindparam("contract_id"),
    latest.c.provider_version_id == bindparam("version_id"),
)
_forget_latest = latest.delete().where(*_same)
_refold_latest = latest.insert().from_select(
    [*LATEST_COLUMNS],
    select(
        verification.c.contract_id,
        verification.c.provider_version_id,
        verification.c.workspace_id,
        verification.c.provider_id,
        verification.c.id,
        verification.c.success,
        verification.c.missing_state,
        verification.c.created_at,
    )
    .where(verification.c.contract_id == bindparam("contract_id"))
    .where(verification.c.provider_version_id == bindparam("version_id"))
    .order_by(verification.c.id.desc())
    .limit(1),
)

_forget_lines = line.delete().where(
    line.c.contract_id.in_(_ids), line.c.kind == bindparam("line_kind"), line.c.name.in_(_names)
)
_forget_whole_lines = line.delete().where(
    line.c.contract_id.in_(select(contract.c.id).where(contract.c.provider_id == bindparam("provider_id"))),
    line.c.kind == bindparam("line_kind"),
    line.c.name.in_(_names),
)


def _refold(kind: str, name: ColumnElement[Any], joined: FromClause) -> Any:
    moment = verification.c.created_at
    successes = (
        select(
            verification.c.contract_id,
            literal(kind, Text),
            name,
            verification.c.workspace_id,
            verification.c.provider_id,
            func.min(moment),
            func.min(case((verification.c.wip, null()), else_=moment)),
            func.max(moment),
        )
        .select_from(joined)
        .where(verification.c.contract_id.in_(_ids), verification.c.success, name.in_(_names))
        .group_by(verification.c.contract_id, name, verification.c.workspace_id, verification.c.provider_id)
    )
    columns = ["contract_id", "kind", "name", "workspace_id", "provider_id"]
    columns += ["first_success_at", "first_selected_success_at", "last_success_at"]
    return line.insert().from_select(columns, successes)


_on_branch = verification.join(branch_version, branch_version.c.version_id == verification.c.provider_version_id).join(
    branch, branch.c.id == branch_version.c.branch_id
)
_refold_lines = {
    BRANCH: _refold(BRANCH, branch.c.name, _on_branch),
    TAG: _refold(TAG, tag.c.name, verification.join(tag, tag.c.version_id == verification.c.provider_version_id)),
}

_verified = (
    select(verification.c.contract_id)
    .where(verification.c.provider_version_id.in_(_ids), verification.c.success)
    .distinct()
    .order_by(verification.c.contract_id)
)
_branches_of = (
    select(branch.c.name)
    .join_from(branch_version, branch, branch.c.id == branch_version.c.branch_id)
    .where(branch_version.c.version_id.in_(_ids))
    .distinct()
)
_tags_of = select(tag.c.name).where(tag.c.version_id.in_(_ids)).distinct()


class Folding:
    """What is affected by a removal (asked before it), and the folding again (done after it)."""

    def __init__(self, scope: Scope) -> None:
        self._execute = scope.connection.execute

    def lines_of(self, version_ids: Collection[int]) -> Lines:
        """The branches and tags of versions."""
        values = {"ids": list(version_ids)}
        return {
            BRANCH: self._execute(_branches_of, values).scalars().all(),
            TAG: self._execute(_tags_of, values).scalars().all(),
        }

    def verified_by(self, version_ids: Collection[int]) -> Collection[int]:
        """The contracts that those provider versions met."""
        return self._execute(_verified, {"ids": list(version_ids)}).scalars().all()

    def heads(self, branch_ids: Collection[int]) -> None:
        """Make the newest version of each branch its head."""
        for some in chunks(branch_ids):
            self._execute(_refold_heads, {"ids": some})

    def latest(self, contract_id: int, provider_version_id: int) -> None:
        """Find the newest result for a contract and a provider version."""
        values = {"contract_id": contract_id, "version_id": provider_version_id}
        self._execute(_forget_latest, values)
        self._execute(_refold_latest, values)

    def lines(self, contract_ids: Collection[int], lines: Lines) -> None:
        """Work out when those lines verified those contracts."""
        for kind, names in lines.items():
            for some_names in chunks(names):
                for some in chunks(contract_ids):
                    values = {"ids": some, "names": some_names}
                    self._execute(_forget_lines, values | {"line_kind": kind})
                    self._execute(_refold_lines[kind], values)

    def forget_lines(self, provider_id: int, kind: str, names: Collection[str]) -> None:
        """Forget lines of a provider that no version is on any more."""
        for some in chunks(names):
            self._execute(_forget_whole_lines, {"provider_id": provider_id, "line_kind": kind, "names": some})
