"""Any history of publications, results, branches, tags and deletions: what is folded is what is worked out slowly."""

import itertools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, select
from starlette.testclient import TestClient

from contracthub.storage.engine import Database
from contracthub.storage.scope import table_of
from contracthub.storage.table_columns import Table
from contracthub.storage.tables import (
    BranchRow,
    BranchVersionRow,
    ContentRow,
    ContractRow,
    EnvironmentRow,
    IntegrationRow,
    LatestVerificationRow,
    LineSuccessRow,
    PublicationRow,
    TagRow,
    VerificationRow,
    WorkspaceRow,
)
from contracthub.storage.tables_live_contracts import LiveContentRow, LivePublicationRow
from tests.features.given import Given
from tests.features.live import Live, conversation, journey

TITLES = ("a", "b/c", "d")
NAMES = st.sampled_from(TITLES)
NUMBERS = st.sampled_from(("1", "2", "3"))
WORDS = st.sampled_from(("main", "x", "y/z"))
GONE = (200, 202, 204, 404)
STATE_FAILED = {
    "success": False,
    "exceptions": [{"message": "One or more of the setup state change handlers has failed"}],
}


def rows(connection: Connection, model: Any) -> list[Any]:
    return list(connection.execute(select(table_of(model))))


def slow_latest(results: Iterable[Any]) -> dict[tuple[int, int], tuple[int, bool, bool]]:
    newest: dict[tuple[int, int], tuple[int, bool, bool]] = {}
    for each in sorted(results, key=lambda result: result.id):
        newest[each.contract_id, each.provider_version_id] = (each.id, each.success, each.missing_state)
    return newest


def slow_lines(connection: Connection) -> dict[tuple[int, str, str], tuple[Any, Any, Any]]:
    names = {each.id: each.name for each in rows(connection, BranchRow)}
    lines = defaultdict(set)
    for place in rows(connection, BranchVersionRow):
        lines[place.version_id].add(("branch", names[place.branch_id]))
    for tag in rows(connection, TagRow):
        lines[tag.version_id].add(("tag", tag.name))
    successes = defaultdict(list)
    for each in rows(connection, VerificationRow):
        for kind, name in lines[each.provider_version_id] if each.success else ():
            successes[each.contract_id, kind, name].append(each)
    return {key: _span(found) for key, found in successes.items()}


def _span(results: list[Any]) -> tuple[Any, Any, Any]:
    moments = [each.created_at for each in results]
    selected = [each.created_at for each in results if not each.wip]
    return min(moments), min(selected, default=None), max(moments)


class Histories(RuleBasedStateMachine):
    """Does anything in any order; after every step the folded tables are worked out from the others."""

    client: ClassVar[TestClient]
    database: ClassVar[Database]

    @initialize()
    def begin(self) -> None:
        self.given = Given(self.client)
        self.places: set[tuple[int, int]] = set()
        self.heads: dict[int, int | None] = {}

    @rule(consumer=NAMES, number=NUMBERS, providers=st.dictionaries(NAMES, st.integers(1, 2), min_size=1),
          branch=st.none() | WORDS, tags=st.lists(WORDS, max_size=2))  # fmt: skip
    def publish(
        self, consumer: str, number: str, providers: dict[str, int], branch: str | None, tags: list[str]
    ) -> None:
        self.given.published(consumer, number, self._unchanged(consumer, number, providers), branch, tuple(tags))

    @rule(data=st.data(), number=NUMBERS, outcome=st.sampled_from([True, False, None]),
          wip=st.booleans())  # fmt: skip
    def verify(self, data: st.DataObject, number: str, outcome: bool | None, wip: bool) -> None:
        if published := self._pacts():
            document = self.given.get(data.draw(st.sampled_from(published)))
            links = document["_links"]
            content = links["pb:pact-version"]["href"] + ("/metadata/dz10cnVl" if wip else "")
            body: dict[str, object] = {"success": outcome is True, "providerApplicationVersion": number}
            if outcome is None:
                body["testResults"] = [STATE_FAILED]
            # As verifiers do: the version joins its lines first.
            self.given.version(unquote(content.split("/")[5]), number, "main")
            self.given.call("PUT", f"{self._version(unquote(content.split('/')[5]), number)}/tags/x")
            self.given.call("POST", content.removeprefix("http://hub.test") + "/verification-results", body)

    @rule(consumer=NAMES, number=NUMBERS, providers=st.lists(NAMES, min_size=1, unique=True), content=st.integers(1, 2),
          branch=st.none() | WORDS)  # fmt: skip
    def publish_live(self, consumer: str, number: str, providers: list[str], content: int, branch: str | None) -> None:
        more: dict[str, Any] = {} if branch is None else {"branch": branch}
        contents = (journey(*providers, content=content), *(conversation(each, content) for each in providers))
        Live(self.given).published(consumer, number, *contents, overwrite=True, **more)

    @rule(data=st.data(), number=NUMBERS, outcome=st.sampled_from([True, False, None]),
          wip=st.booleans())  # fmt: skip
    def verify_live(self, data: st.DataObject, number: str, outcome: bool | None, wip: bool) -> None:
        if published := self._live():
            body: dict[str, object] = {"success": outcome is True, "providerApplicationVersion": number}
            body |= {"branch": "main", "tags": ["x"]}
            if outcome is None:
                body["testResults"] = [STATE_FAILED]
            asked = "/verification-results?wip=true" if wip else "/verification-results"
            self.given.call("POST", data.draw(st.sampled_from(published)) + asked, body)

    @rule(data=st.data())
    def delete_live(self, data: st.DataObject) -> None:
        if published := self._live():
            self._delete(data.draw(st.sampled_from(published)))

    @rule(name=NAMES, number=NUMBERS, branch=WORDS)
    def put_on_branch(self, name: str, number: str, branch: str) -> None:
        self.given.version(name, number, branch)

    @rule(name=NAMES, number=NUMBERS, tag=WORDS)
    def put_tag(self, name: str, number: str, tag: str) -> None:
        self.given.call("PUT", f"{self._version(name, number)}/tags/{quote(tag, safe='')}")

    @rule(name=NAMES, number=NUMBERS, tags=st.lists(WORDS, max_size=2, unique=True))
    def replace_tags(self, name: str, number: str, tags: list[str]) -> None:
        self.given.call("PUT", self._version(name, number), {"tags": [{"name": tag} for tag in tags]})

    @rule(name=NAMES, number=NUMBERS)
    def delete_version(self, name: str, number: str) -> None:
        self._delete(self._version(name, number))

    @rule(name=NAMES, number=NUMBERS, tag=WORDS)
    def delete_tag(self, name: str, number: str, tag: str) -> None:
        self._delete(f"{self._version(name, number)}/tags/{quote(tag, safe='')}")

    @rule(name=NAMES, branch=WORDS)
    def delete_branch(self, name: str, branch: str) -> None:
        self._delete(f"/pacticipants/{quote(name, safe='')}/branches/{quote(branch, safe='')}")

    @rule(name=NAMES, kept=WORDS)
    def delete_branches(self, name: str, kept: str) -> None:
        self._delete(f"/pacticipants/{quote(name, safe='')}/branches?exclude[]={quote(kept, safe='')}")

    @rule(name=NAMES, branch=WORDS, number=NUMBERS)
    def delete_place(self, name: str, branch: str, number: str) -> None:
        self._delete(f"/pacticipants/{quote(name, safe='')}/branches/{quote(branch, safe='')}/versions/{number}")

    @rule(data=st.data())
    def delete_pact(self, data: st.DataObject) -> None:
        if published := self._pacts():
            self._delete(data.draw(st.sampled_from(published)))

    @rule(consumer=NAMES, provider=NAMES, which=st.sampled_from(("versions", "tag/main", "branch/x")))
    def delete_pacts(self, consumer: str, provider: str, which: str) -> None:
        self._delete(f"{self._pair(consumer, provider)}/{which}")

    @rule(data=st.data())
    def delete_result(self, data: st.DataObject) -> None:
        if found := self._results():
            self._delete(data.draw(st.sampled_from(found)))

    @rule(consumer=NAMES, provider=NAMES)
    def delete_integration(self, consumer: str, provider: str) -> None:
        self._delete(f"/integrations/provider/{quote(provider, safe='')}/consumer/{quote(consumer, safe='')}")

    @rule(name=NAMES)
    def delete_pacticipant(self, name: str) -> None:
        self._delete(f"/pacticipants/{quote(name, safe='')}")

    @invariant()
    def heads_are_what_was_added_last_or_else_the_newest(self) -> None:
        with self.database.reading() as connection:
            places = {(each.branch_id, each.version_id) for each in rows(connection, BranchVersionRow)}
            heads = {each.id: each.head_version_id for each in rows(connection, BranchRow)}
        added = dict(places - self.places)
        for branch, head in heads.items():
            on_it = [version for key, version in places if key == branch]
            before = self.heads.get(branch)
            kept = before if before in on_it else max(on_it, default=None)
            assert head == added.get(branch, kept)
        self.places, self.heads = places, heads

    @invariant()
    def evidence_is_folded_as_if_worked_out_anew(self) -> None:
        with self.database.reading() as connection:
            latest = {
                (each.contract_id, each.provider_version_id): (each.verification_id, each.success, each.missing_state)
                for each in rows(connection, LatestVerificationRow)
            }
            assert latest == slow_latest(rows(connection, VerificationRow))
            lines = {
                (each.contract_id, each.kind, each.name): (
                    each.first_success_at,
                    each.first_selected_success_at,
                    each.last_success_at,
                )
                for each in rows(connection, LineSuccessRow)
            }
            assert lines == slow_lines(connection)

    @invariant()
    def nothing_is_kept_that_nothing_refers_to(self) -> None:
        with self.database.reading() as connection:
            publications = rows(connection, PublicationRow)
            live = rows(connection, LivePublicationRow)
            contracts = rows(connection, ContractRow)
            assert {each.id for each in contracts} == {each.contract_id for each in [*publications, *live]}
            assert {each.id for each in rows(connection, LiveContentRow)} == {each.live_content_id for each in live}
            contents = {each.id for each in rows(connection, ContentRow)}
            assert contents == {each.content_id for each in publications}
            pairs = {(each.consumer_id, each.provider_id) for each in contracts}
            assert {(each.consumer_id, each.provider_id) for each in rows(connection, IntegrationRow)} == pairs

    def teardown(self) -> None:
        if hasattr(self, "given"):
            self._delete("/integrations")
            with self.database.reading() as connection:
                left = {
                    name for name, table in Table.metadata.tables.items() if connection.execute(select(table)).first()
                }
            assert left == {EnvironmentRow.__tablename__, WorkspaceRow.__tablename__}

    def _delete(self, path: str) -> None:
        answer = self.client.delete(path)
        assert answer.status_code in GONE, (path, answer.status_code, answer.text)

    def _version(self, name: str, number: str) -> str:
        return f"/pacticipants/{quote(name, safe='')}/versions/{number}"

    def _pair(self, consumer: str, provider: str) -> str:
        return f"/pacts/provider/{quote(provider, safe='')}/consumer/{quote(consumer, safe='')}"

    def _pacts(self) -> list[str]:
        found = (self._of_provider(name) for name in ("a", "b/c", "d"))
        return sorted(itertools.chain.from_iterable(found))

    def _of_provider(self, name: str) -> list[str]:
        answer = self.client.get(f"/pacts/provider/{quote(name, safe='')}")
        links = answer.json()["_links"]["pb:pacts"] if answer.status_code == 200 else []
        return [each["href"].removeprefix("http://hub.test") for each in links]

    def _live(self) -> list[str]:
        found = (self.client.get(f"/api/v1/pacticipants/{quote(each, safe='')}/live-contracts") for each in TITLES)
        contracts = [one for each in found if each.is_success for one in each.json()["contracts"]]
        return sorted(each["_links"]["self"]["href"].removeprefix("http://hub.test") for each in contracts)

    def _results(self) -> list[str]:
        found = (self.client.get(f"{pact}/verification-results/latest") for pact in self._pacts())
        return sorted(
            {each.json()["_links"]["self"]["href"].removeprefix("http://hub.test") for each in found if each.is_success}
        )

    def _unchanged(self, consumer: str, number: str, providers: dict[str, int]) -> dict[str, int]:
        """What is published for a version stays: another content would be refused."""
        return {
            provider: 3 - content
            if (there := self.client.get(f"{self._pair(consumer, provider)}/version/{number}")).is_success
            and there.json()["interactions"][0]["description"] != f"request {content}"
            else content
            for provider, content in providers.items()
        }


@pytest.fixture
def histories(api: TestClient, database: Database) -> type[Histories]:
    return type("HistoriesHere", (Histories,), {"client": api, "database": database})


def test_what_is_folded_stays_right_whatever_is_deleted(histories: type[Histories], database: Database) -> None:
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=40 if database.is_sqlite else 10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
