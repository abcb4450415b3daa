"""Reads for pacts for verification: what selectors lead to, and the successes that decide pending and work in progress.

A hot path: statements are built once, and each asks about all consumers of a provider. Their work grows with the
provider's consumers and their branches, tags and deployments, not with the history of versions and results.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    true,
)

from contracthub.domain.comparisons import ContractKind
from contracthub.domain.selection import BRANCH, Candidate, Consumer, Line, LineEvidence
from contracthub.storage.pacticipants import pacticipant, version
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables import (
    BranchRow,
    ContractRow,
    DeployedVersionRow,
    EnvironmentRow,
    IntegrationRow,
    LineSuccessRow,
    PublicationRow,
    ReleasedVersionRow,
    TagRow,
    VerificationRow,
)
from contracthub.storage.tables_live_contracts import LivePublicationRow

branch, tag, environment = table_of(BranchRow), table_of(TagRow), table_of(EnvironmentRow)
deployed, released = table_of(DeployedVersionRow), table_of(ReleasedVersionRow)
integration, publication, contract = table_of(IntegrationRow), table_of(PublicationRow), table_of(ContractRow)
verification, success = table_of(VerificationRow), table_of(LineSuccessRow)
live_publication = table_of(LivePublicationRow)

_provider: BindParameter[Any] = bindparam("provider")
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_since: BindParameter[Any] = bindparam("since", type_=publication.c.created_at.type)
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)

_consumers = (
    select(pacticipant.c.name, pacticipant.c.main_branch, branch.c.head_version_id.is_not(None))
    .select_from(
        integration.join(pacticipant, pacticipant.c.id == integration.c.consumer_id).outerjoin(
            branch, and_(branch.c.pacticipant_id == pacticipant.c.id, branch.c.name == pacticipant.c.main_branch)
        )
    )
    .where(integration.c.provider_id == _provider)
    .order_by(pacticipant.c.name)
)


@dataclass(frozen=True, slots=True)
class _Statements:
    """What leads to the contracts of one table of publications."""

    newest: Select[Any]
    main_branch_heads: Select[Any]
    branch_heads: Select[Any]
    all_branch_heads: Select[Any]
    newest_with_tag: Select[Any]
    newest_with_main_branch_tag: Select[Any]
    newest_with_any_tag: Select[Any]
    with_tag: Select[Any]
    deployed: Select[Any]
    released: Select[Any]


_of_consumers = integration.join(pacticipant, pacticipant.c.id == integration.c.consumer_id)
_with_branches = _of_consumers.join(branch, branch.c.pacticipant_id == integration.c.consumer_id)


class _Building:
    """Builds the statements for one table of publications, of which those count that meet a condition."""

    def __init__(self, publication: Table, condition: Callable[[FromClause], ColumnElement[bool]]) -> None:
        self._it = publication
        self._earlier = publication.alias("earlier")
        self._condition = condition
        self._by_version = publication.c.version_id

    def statements(self) -> _Statements:
        """All of them."""
        heads = self._candidates(_with_branches, self._by_version == branch.c.head_version_id, branch.c.name)
        tagged = self._newest_with(pacticipant.c.main_branch)
        return _Statements(
            newest=self._candidates(_of_consumers, self._by_version == self._newest_version()),
            main_branch_heads=heads.where(branch.c.name == pacticipant.c.main_branch),
            branch_heads=heads.where(branch.c.name.in_(bindparam("names", expanding=True))),
            all_branch_heads=heads.where(self._it.c.created_at > _since),
            newest_with_tag=self._newest_with(bindparam("tag", type_=tag.c.name.type)),
            newest_with_main_branch_tag=tagged.where(pacticipant.c.main_branch.is_not(None)),
            newest_with_any_tag=self._newest_with_any_tag(),
            with_tag=self._with_tag(),
            deployed=self._living(deployed, deployed.c.undeployed_at),
            released=self._living(released, released.c.support_ended_at),
        )

    def _of_provider(self, publications: FromClause) -> ColumnElement[bool]:
        """That a publication is for the provider, said so that no plan can begin with all there ever were for it."""
        of_provider = publications.c.provider_id + literal_column("0") == _provider
        return and_(of_provider, self._condition(publications))

    def _candidates(
        self,
        found: FromClause,
        publication_is: ColumnElement[bool],
        name: ColumnElement[str] | None = None,
        *more: Any,
    ) -> Select[Any]:
        """Candidates from the provider's integrations, joined with what was ``found`` and what it leads to."""
        it = self._it
        columns = (it.c.contract_id, contract.c.identity, pacticipant.c.name, it.c.version_id, version.c.number)
        source = (
            found.join(it, and_(publication_is, self._of_provider(it)))
            .join(contract, contract.c.id == it.c.contract_id)
            .join(version, version.c.id == it.c.version_id)
        )
        selected = select(*columns) if name is None else select(*columns, name, *more)
        return selected.select_from(source).where(integration.c.provider_id == _provider)

    def _newest_version(self) -> ColumnElement[int]:
        earlier = self._earlier
        return (
            select(func.max(earlier.c.version_id))
            .where(earlier.c.provider_id == _provider, earlier.c.consumer_id == integration.c.consumer_id)
            .where(self._condition(earlier))
            .correlate(integration)
            .scalar_subquery()
        )

    def _newest_tagged(
        self, consumer_id: ColumnElement[int], name: ColumnElement[str], *outer: FromClause
    ) -> ColumnElement[int]:
        """The consumer's newest version with a tag that has a contract, read from the end of the tag's index."""
        earlier = self._earlier
        return (
            select(tag.c.version_id)
            .select_from(tag.join(earlier, and_(earlier.c.version_id == tag.c.version_id, self._of_provider(earlier))))
            .where(tag.c.pacticipant_id == consumer_id, tag.c.name == name)
            .order_by(tag.c.version_id.desc())
            .limit(1)
            .correlate(*outer)
            .scalar_subquery()
        )

    def _newest_with(self, name: ColumnElement[str]) -> Select[Any]:
        newest = self._newest_tagged(integration.c.consumer_id, name, integration, pacticipant)
        return self._candidates(_of_consumers, self._by_version == newest, name)

    def _newest_with_any_tag(self) -> Select[Any]:
        used = _tags_in_use()
        return self._candidates(
            _of_consumers.join(used, and_(used.c.consumer_id == integration.c.consumer_id, used.c.name.is_not(None))),
            self._by_version == self._newest_tagged(used.c.consumer_id, used.c.name, used),
            used.c.name,
        ).where(self._it.c.created_at > _since)

    def _with_tag(self) -> Select[Any]:
        earlier = self._earlier
        newest_per_content = (
            select(func.max(earlier.c.version_id).label("version_id"), earlier.c.consumer_id)
            .select_from(integration)
            .join(tag, tag.c.pacticipant_id == integration.c.consumer_id)
            .join(earlier, and_(earlier.c.version_id == tag.c.version_id, self._of_provider(earlier)))
            .where(integration.c.provider_id == _provider, tag.c.name == bindparam("tag"))
            .group_by(earlier.c.contract_id, earlier.c.consumer_id)
            .subquery("tagged")
        )
        return self._candidates(
            _of_consumers.join(newest_per_content, newest_per_content.c.consumer_id == integration.c.consumer_id),
            self._by_version == newest_per_content.c.version_id,
            bindparam("tag", type_=tag.c.name.type),
        )

    def _living(self, home: FromClause, ended_at: ColumnElement[datetime | None]) -> Select[Any]:
        everywhere = _of_consumers.join(environment, environment.c.workspace_id == integration.c.workspace_id).join(
            home,
            and_(
                home.c.environment_id == environment.c.id,
                home.c.pacticipant_id == integration.c.consumer_id,
                ended_at.is_(None),
            ),
        )
        return self._candidates(
            everywhere, self._by_version == home.c.version_id, environment.c.name, environment.c.production
        )


def _tags_in_use() -> FromClause:
    """Each consumer's tags: one step in the index from each name to the next, however often a tag is used."""
    first = select(func.min(tag.c.name)).where(tag.c.pacticipant_id == integration.c.consumer_id).correlate(integration)
    start = select(integration.c.consumer_id, first.scalar_subquery().label("name")).where(
        integration.c.provider_id == _provider
    )
    used = start.cte("used", recursive=True)
    following = (
        select(func.min(tag.c.name))
        .where(tag.c.pacticipant_id == used.c.consumer_id, tag.c.name > used.c.name)
        .correlate(used)
    )
    return used.union_all(select(used.c.consumer_id, following.scalar_subquery()).where(used.c.name.is_not(None)))


_pacts = _Building(publication, lambda _: true()).statements()
_live = _Building(live_publication, lambda found: found.c.kind == bindparam("kind")).statements()

_environments = select(environment.c.name).where(
    environment.c.workspace_id == bindparam("workspace"), environment.c.name.in_(bindparam("names", expanding=True))
)
_branch_first_used = select(branch.c.created_at).where(
    branch.c.pacticipant_id == _provider, branch.c.name == bindparam("name")
)
_tag_first_used = select(func.min(tag.c.created_at)).where(
    tag.c.pacticipant_id == _provider, tag.c.name == bindparam("name")
)

_mine = success.c.name == bindparam("name")
_selected = success.c.first_selected_success_at
_recently = and_(~_mine, success.c.last_success_at >= _since)
_evidence = (
    select(
        success.c.contract_id,
        func.max(case((_mine, 1), else_=0)),
        func.max(case((and_(_mine, _selected.is_not(None)), 1), else_=0)),
        func.min(case((~_mine, success.c.first_success_at))),
        func.min(case((~_mine, _selected))),
        func.min(case((_recently, _selected))),
    )
    .where(success.c.contract_id.in_(_ids), success.c.kind == bindparam("kind"))
    .group_by(success.c.contract_id)
)
_ever_verified = select(contract.c.id).where(
    contract.c.id.in_(_ids), exists().where(verification.c.contract_id == contract.c.id, verification.c.success)
)


class SelectionRepository:
    """Implements the port of the same name: for pacts, or for live contracts of a kind."""

    def __init__(self, scope: Scope, kind: ContractKind = ContractKind.PACT) -> None:
        self._scope = scope
        self._execute = scope.connection.execute
        is_live = kind is not ContractKind.PACT
        self._statements = _live if is_live else _pacts
        self._asked_of: Mapping[str, object] = {"kind": kind.value} if is_live else {}

    def consumers(self, provider_id: int) -> Sequence[Consumer]:
        """The consumers of the provider."""
        return [Consumer(*row) for row in self._execute(_consumers, {"provider": provider_id})]

    def newest(self, provider_id: int) -> Sequence[Candidate]:
        """The newest pact of each consumer."""
        return self._found(self._statements.newest, provider=provider_id)

    def main_branch_heads(self, provider_id: int) -> Sequence[Candidate]:
        """The pacts of the heads of main branches."""
        return self._found(self._statements.main_branch_heads, provider=provider_id)

    def branch_heads(self, provider_id: int, names: Collection[str]) -> Sequence[Candidate]:
        """The pacts of the heads of branches of those names."""
        return self._found(self._statements.branch_heads, provider=provider_id, names=sorted(names))

    def all_branch_heads(self, provider_id: int, *, published_after: datetime | None = None) -> Sequence[Candidate]:
        """The pacts of the heads of all branches."""
        return self._found(self._statements.all_branch_heads, provider=provider_id, since=published_after or _BEGINNING)

    def newest_with_tag(self, provider_id: int, tag: str) -> Sequence[Candidate]:
        """The newest pact with the tag, of each consumer."""
        return self._found(self._statements.newest_with_tag, provider=provider_id, tag=tag)

    def newest_with_main_branch_tag(self, provider_id: int) -> Sequence[Candidate]:
        """The newest pact that is tagged like the main branch."""
        return self._found(self._statements.newest_with_main_branch_tag, provider=provider_id)

    def newest_with_any_tag(self, provider_id: int, *, published_after: datetime) -> Sequence[Candidate]:
        """The newest pact with each tag."""
        return self._found(self._statements.newest_with_any_tag, provider=provider_id, since=published_after)

    def with_tag(self, provider_id: int, tag: str) -> Sequence[Candidate]:
        """The newest pact of each content with the tag."""
        return self._found(self._statements.with_tag, provider=provider_id, tag=tag)

    def deployed(self, provider_id: int) -> Sequence[Candidate]:
        """The pacts of what is deployed."""
        return self._found(self._statements.deployed, provider=provider_id)

    def released(self, provider_id: int) -> Sequence[Candidate]:
        """The pacts of what is released."""
        return self._found(self._statements.released, provider=provider_id)

    def environments(self, names: Collection[str]) -> set[str]:
        """Which of those exist."""
        mine = {"workspace": self._scope.workspace_id, "names": sorted(names)}
        return set(self._execute(_environments, mine).scalars())

    def first_used(self, provider_id: int, line: Line) -> datetime | None:
        """When the line was first used."""
        statement = _branch_first_used if line.kind == BRANCH else _tag_first_used
        moment: datetime | None = self._execute(statement, {"provider": provider_id, "name": line.name}).scalar()
        return moment

    def evidence(self, contract_ids: Collection[int], line: Line, *, recent: datetime) -> Mapping[int, LineEvidence]:
        """Successes as the line sees them; nothing for a contract means none at all."""
        found = dict.fromkeys(contract_ids, LineEvidence())
        for some in chunks(contract_ids):
            asked = {"ids": some, "kind": line.kind, "name": line.name, "since": recent}
            for contract_id, mine, mine_selected, *elsewhere in self._execute(_evidence, asked):
                found[contract_id] = LineEvidence(bool(mine), bool(mine_selected), *elsewhere)
        return found

    def ever_verified(self, contract_ids: Collection[int]) -> set[int]:
        """Those with any success."""
        return {key for some in chunks(contract_ids) for key in self._execute(_ever_verified, {"ids": some}).scalars()}

    def _found(self, statement: Select[Any], **asked: object) -> list[Candidate]:
        return [Candidate(*row) for row in self._execute(statement, {**self._asked_of, **asked})]
