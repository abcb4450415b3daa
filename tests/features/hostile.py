"""Every request that the API knows, in a good form, and a client that checks what no answer may break."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import starmap
from typing import Any
from urllib.parse import quote

from httpx2 import Response
from sqlalchemy import Connection
from starlette.testclient import TestClient

from contracthub.storage.table_columns import Table
from tests.features import hostile_gate as gate
from tests.features.given import Given, pact
from tests.features.live import conversation, journey, slo

MERGE_PATCH = "application/merge-patch+json"
WEBHOOK = "hostile-webhook-1"
CHANGE = "c" * 32
# security.md D15: no answer to a fault echoes what was sent at any length.
LARGEST_REFUSAL = 32 * 1024
# In PostgreSQL every row names the transaction that wrote it.
_EVERY_ROW = " UNION ALL ".join(
    f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}" for name in sorted(Table.metadata.tables)
)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that the hub takes; ``names`` are the segments that fill its path."""

    title: str
    method: str
    route: str
    names: tuple[str, ...] = ()
    body: Any = None
    media_type: str = "application/json"
    needs_body: bool = False

    def path(self, names: tuple[str, ...] | None = None) -> str:
        """The path, with other names in the places of its own."""
        return self.route.format(*(quote(name, safe="") for name in names or self.names))


@dataclass(frozen=True, slots=True)
class World:
    """A hub with a little history, and all requests about it."""

    writes: tuple[Call, ...]
    reads: tuple[Call, ...]
    removals: tuple[Call, ...] = ()

    def write(self, title: str) -> Call:
        return next(each for each in self.writes if each.title == title)


def envelope(number: str = "2", **more: object) -> dict[str, Any]:
    """A good body for publishing."""
    content = base64.b64encode(json.dumps(pact("Foo", "Bar", 2)).encode()).decode()
    entry = {"consumerName": "Foo", "providerName": "Bar", "specification": "pact"}
    entry |= {"contentType": "application/json", "content": content}
    body = {"pacticipantName": "Foo", "pacticipantVersionNumber": number, "branch": "main", "tags": ["dev"]}
    return body | {"buildUrl": "http://ci.test/1", "contracts": [entry], **more}


def readers(number: str) -> dict[str, Any]:
    """A good body for publishing reader schemas."""
    line = {"type": "record", "name": "Line", "fields": [{"name": "sku", "type": "string"}]}
    order = {"type": "record", "name": "Order", "fields": [{"name": "line", "type": "Line"}]}
    entry: dict[str, Any] = {"topic": "orders", "part": "value", "schemaType": "AVRO", "schema": json.dumps(order)}
    entry |= {"references": [{"name": "line.avsc", "schema": json.dumps(line)}], "subjectStrategy": "topic"}
    body = {"consumer": "Foo", "version": number, "branch": "main", "tags": ["dev"], "buildUrl": "http://ci.test/1"}
    return body | {"overwrite": True, "schemas": [entry | {"provider": "Bar"}]}


LIVE = "/api/v1/pacticipants/{}/versions/{}/live-contracts"
STREAM = ("Foo", "1", "conversation", "Bar", "stream")


def live_contracts(number: str) -> dict[str, Any]:
    """A good body for publishing live contracts."""
    contents = (conversation("Bar", name="stream"), slo("Bar"), journey("Bar", "Baz"))
    body = {"consumer": "Foo", "version": number, "branch": "main", "tags": ["dev"], "buildUrl": "http://ci.test/1"}
    return body | {"overwrite": True, "contracts": [{"content": each} for each in contents]}


def _writes_of_live_contracts() -> Iterator[Call]:
    yield Call("publish live", "POST", "/api/v1/live-contracts", body=live_contracts("6"), needs_body=True)
    result = {"success": True, "providerApplicationVersion": "14", "branch": "main", "tags": ["dev"]}
    result |= {"buildUrl": "http://ci.test/2", "testResults": [{"interactionDescription": "x", "success": True}]}
    yield Call("live result", "POST", LIVE + "/{}/{}/{}/verification-results", STREAM, result, needs_body=True)
    wanted: dict[str, Any] = {"kind": "conversation", "consumerVersionSelectors": [{"mainBranch": True}]}
    wanted |= {"providerVersionBranch": "main", "includePendingStatus": True, "providerVersion": "9"}
    yield Call(
        "live for verification", "POST", "/api/v1/providers/{}/live-contracts/for-verification", ("Bar",), wanted
    )


def _reads_of_live_contracts(number: str) -> Iterator[Call]:
    one = LIVE + "/{}/{}/{}"
    for route, *names in (
        ("/api/v1/pacticipants/{}/live-contracts", "Foo"),
        ("/api/v1/pacticipants/{}/live-contracts?kind=slo", "Foo"),
        (LIVE, "Foo", "1"),
        (one, *STREAM),
        (one + "/content", *STREAM),
        (one + "/verification-results/{}", *STREAM, number),
    ):
        yield Call(route, "GET", route, tuple(names))


RESPONSES: dict[str, Any] = {"200": {"description": "A thing"}}
OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Bar", "version": "1"},
    "paths": {"/things/{id}": {"get": {"parameters": [{"$ref": "parts.json#/id"}], "responses": RESPONSES}}},
}
PARTS = {"id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}}


def offer(number: str, **more: object) -> dict[str, Any]:
    """A good body for publishing a provider contract."""
    files = [
        {
            "path": path,
            "content": base64.b64encode(json.dumps(body).encode()).decode(),
            "contentType": "application/json",
        }
        for path, body in (("api.json", OPENAPI), ("parts.json", PARTS))
    ]
    said = {"success": True, "content": "YWxsIHdlbGw=", "contentType": "text/plain", "verifier": "x"}
    contract = {"name": "openapi", "format": "openapi", "root": "api.json", "files": files, "selfVerification": said}
    body = {"provider": "Bar", "version": number, "branch": "main", "tags": ["dev"], "buildUrl": "http://ci.test/1"}
    return body | {"contract": contract, **more}


def world(api: TestClient) -> World:
    """Make a small history, and return what can be asked about it."""
    given = Given(api)
    given.published("Foo", "1", {"Bar": 1}, branch="main", tags=("dev",))
    given.verified("Foo", "1", "Bar", "9")
    test = given.environment_uuid("test")
    deployed = given.deployed("Bar", "9", test)
    given.released("Foo", "1", test)
    released = given.get(f"/environments/{test}/released-versions/currently-supported")
    uuid = released["_embedded"]["releasedVersions"][0]["uuid"]
    document = given.get("/pacts/provider/Bar/consumer/Foo/version/1")
    sha = document["_links"]["pb:pact-version"]["href"].rpartition("/")[2]
    result = given.get(f"/pacts/provider/Bar/consumer/Foo/pact-version/{sha}/verification-results/latest")
    number = result["_links"]["self"]["href"].rpartition("/")[2]
    given.call("PUT", "/pacticipants/Foo/labels/dev")
    given.call("POST", "/api/v1/provider-contracts", offer("9"))
    given.call("PUT", f"/webhooks/{WEBHOOK}", webhook(everything=True))
    given.published("Foo", "1", {"Bar": 1}, branch="main", tags=("dev",))
    (read,) = given.call("POST", "/api/v1/reader-schemas", readers("1"))["readerSchemas"]
    given.call("PUT", "/api/v1/subjects/orders-value/readers-check", {"environments": ["test"]})
    given.call("POST", "/api/v1/live-contracts", live_contracts("1"))
    met = {"success": True, "providerApplicationVersion": "9"}
    live = given.call("POST", (LIVE + "/{}/{}/{}/verification-results").format(*STREAM), met)["number"]
    given.call("PUT", f"/api/v1/providers/Bar/approvals/{CHANGE}", approval())
    waived = gate.history(given, approval())
    kept = given.call("POST", "/api/v1/providers/Bar/versions/9/evidence", run_report("9"))["number"]
    given.call("POST", "/api/v1/providers/Bar/versions/9/findings", findings())
    given.call("POST", "/api/v1/providers/Bar/findings/1/acceptance", acceptance())
    triggered = given.get("/pacts/provider/Bar/consumer/Foo/version/1/triggered-webhooks")
    logs = triggered["_embedded"]["triggeredWebhooks"][0]["_links"]["pb:logs"]["href"].split("/")[-2]
    removals = (*starmap(Call, gate.removals(waived)), *_removals_of_evidence(kept), *_removals(sha, number))
    pair = ("reader-schema", read["sha"], read["sha"])
    compared = Call("comparison", "GET", "/api/v1/comparisons/{}/{}/{}", pair)
    reads = (*_reads(sha, number, test, deployed, uuid), *_reads_of_webhooks(sha, number, logs), compared)
    reads = (*reads, *_reads_of_live_contracts(str(live)))
    reads = (*reads, *_reads_of_evidence(kept), *starmap(Call, gate.reads(waived)))
    writes = (
        *_writes(sha, test, deployed, uuid),
        *_writes_of_webhooks(),
        *_writes_of_offers(),
        *_writes_of_live_contracts(),
    )
    letting_pass = (*_lettings_pass(), *starmap(Call, gate.writes(approval())))
    return World((*writes, *letting_pass, *_writes_of_evidence()), reads, removals)


def approval() -> dict[str, Any]:
    """A good body for approving a change."""
    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    words = {"rule": "response-property-removed", "location": "GET /things $.a", "message": "a is gone"}
    return {"reason": "Nobody reads it", "until": until, "by": "Ada", **words}


EVIDENCE = "/api/v1/providers/{}/versions/{}/evidence"


def run_report(version: str) -> dict[str, Any]:
    """A small run report of the provider Bar."""
    mismatch = {"attribute": "body", "location": "$.id", "text": "is no integer", "expected": "1", "actual": '"x"'}
    check = {"suite": "contracts", "name": "get a thing", "status": "failed", "mismatches": [mismatch]}
    digest = {"operation": "GET /a", "load": "1 user", "loadSha": "ab", "machine": "here", "requests": 1, "errors": 0}
    digest |= {"seconds": 1.0, "buckets": [40], "counts": [1], "batches": [1.5]}
    run = {"suite": "contracts", "checks": [check], "problems": [], "seconds": 1.5, "latencies": {"GET /a": [1.5]}}
    run |= {"digests": [digest]}
    return {
        "provider": "Bar",
        "providerVersion": version,
        "source": "http://hub.test",
        "startedAt": "2026-01-31T08:00:00Z",
        "seconds": 1.5,
        "suites": [run],
    }


def _writes_of_evidence() -> Iterator[Call]:
    yield Call("evidence", "POST", EVIDENCE, ("Bar", "10"), run_report("10"), needs_body=True)


def _reads_of_evidence(number: int) -> Iterator[Call]:
    yield Call("evidence", "GET", EVIDENCE, ("Bar", "9"))
    yield Call("evidence document", "GET", EVIDENCE + "/{}", ("Bar", "9", str(number)))


def _removals_of_evidence(number: int) -> Iterator[Call]:
    yield Call("evidence", "DELETE", EVIDENCE + "/{}", ("Bar", "9", str(number)))


def acceptance() -> dict[str, Any]:
    """A good body for accepting a finding."""
    return {"owner": "Ada", "reason": "Old clients send it", "until": approval()["until"]}


def findings() -> dict[str, Any]:
    """A good body for reporting findings."""
    request: dict[str, Any] = {"method": "POST", "path": "/things", "query": {"a": ["1"]}, "headers": {"Accept": "*/*"}}
    entry = {"fingerprint": "f" * 64, "operation": "POST /things", "check": "not_a_server_error", "code": "ST101"}
    entry |= {"title": "Server error", "message": "answered 500", "curl": "curl http://x/things"}
    more: dict[str, Any] = {"status_code": 500, "consumers": ["Foo"], "request": request | {"body": {"a": [1]}}}
    return {"branch": "main", "operations": ["POST /things"], "complete": True, "findings": [entry | more]}


def _lettings_pass() -> Iterator[Call]:
    approvals, one = "/api/v1/providers/{}/approvals/{}", "/api/v1/providers/{}/findings/{}"
    report = "/api/v1/providers/{}/versions/{}/findings"
    yield Call("approve", "PUT", approvals, ("Bar", "d" * 32), approval(), needs_body=True)
    yield Call("report findings", "POST", report, ("Bar", "13"), findings(), needs_body=True)
    yield Call("accept finding", "POST", one + "/acceptance", ("Bar", "1"), acceptance(), needs_body=True)


def _removals(sha: str, number: str) -> Iterator[Call]:
    """In an order in which each finds something."""
    pair, one, both = "/pacts/provider/{}/consumer/{}", "/pacticipants/{}", ("Bar", "Foo")
    for route, *names in (
        ("/api/v1/providers/{}/approvals", "Bar"),
        ("/api/v1/providers/{}/approvals/{}", "Bar", CHANGE),
        ("/api/v1/providers/{}/findings/{}/acceptance", "Bar", "1"),
        ("/api/v1" + one + "/versions/{}/reader-schemas/{}", "Foo", "1", "orders-value"),
        (LIVE + "/{}/{}/{}", *STREAM),
        ("/api/v1/subjects/{}/readers-check", "orders-value"),
        ("/api/v1" + one + "/versions/{}/provider-contracts/{}", "Bar", "9", "openapi"),
        (one + "/labels/{}", "Foo", "dev"),
        (one + "/versions/{}/tags/{}", "Foo", "1", "dev"),
        (pair + "/pact-version/{}/verification-results/{}", *both, sha, number),
        (one + "/branches/{}/versions/{}", "Foo", "main", "1"),
        (one + "/branches/{}", "Foo", "main"),
        (one + "/branches", "Foo"),
        (pair + "/version/{}", *both, "1"),
        (pair + "/tag/{}", *both, "dev"),
        (pair + "/branch/{}/latest/versions", *both, "main"),
        (pair + "/branch/{}", *both, "main"),
        (pair + "/versions", *both),
        (one + "/versions/{}", "Foo", "1"),
        ("/webhooks/{}", WEBHOOK),
        ("/integrations/provider/{}/consumer/{}", *both),
        (one, "Alone"),
        ("/integrations",),
    ):
        yield Call(route, "DELETE", route, tuple(names))


def _writes(sha: str, environment: str, deployed: str, released: str) -> Iterator[Call]:
    result = {"success": True, "providerApplicationVersion": "10", "buildUrl": "http://ci.test/2"}
    result |= {"testResults": {"tests": [{"status": "passed"}]}, "verifiedBy": {"implementation": "x", "version": "1"}}
    pair, version = "/pacts/provider/{}/consumer/{}", "/pacticipants/{}/versions/{}"
    people = [{"name": "Team", "details": {"emailAddress": "team@example.test"}}]
    home: dict[str, Any] = {"name": "staging", "displayName": "Staging", "production": False, "contacts": people}
    who = {"displayName": "Foo!", "mainBranch": "main", "repositoryUrl": "http://git.test/foo"}
    wanted: dict[str, Any] = {"consumerVersionSelectors": [{"mainBranch": True}, {"tag": "dev", "latest": True}]}
    wanted |= {"providerVersionBranch": "main", "includePendingStatus": True, "includeWipPactsSince": "2026-01-01"}
    yield Call("publish", "POST", "/contracts/publish", body=envelope(), needs_body=True)
    numbered = pair + "/version/{}"
    yield Call("put pact", "PUT", numbered, ("Bar", "Foo", "3"), pact("Foo", "Bar", 3), needs_body=True)
    results = pair + "/pact-version/{}/verification-results"
    yield Call("result", "POST", results, ("Bar", "Foo", sha), result, needs_body=True)
    yield Call("merge pact", "PATCH", numbered, ("Bar", "Foo", "1"), pact("Foo", "Bar", 4), needs_body=True)
    yield Call("create pacticipant", "POST", "/pacticipants", body={"name": "New", **who}, needs_body=True)
    yield Call("merge pacticipant", "PATCH", "/pacticipants/{}", ("Foo",), who, MERGE_PATCH)
    yield Call("replace pacticipant", "PUT", "/pacticipants/{}", ("Foo",), who)
    yield Call("put version", "PUT", version, ("Foo", "4"), {"buildUrl": "http://ci.test/3", "tags": [{"name": "t"}]})
    yield Call("patch version", "PATCH", version, ("Foo", "4"), {"buildUrl": "http://ci.test/4"}, MERGE_PATCH)
    yield Call("put tag", "PUT", version + "/tags/{}", ("Foo", "1", "prod"), {})
    yield Call("put label", "PUT", "/pacticipants/{}/labels/{}", ("Foo", "team"), {})
    yield Call("put branch version", "PUT", "/pacticipants/{}/branches/{}/versions/{}", ("Foo", "feat", "1"), {})
    yield Call("create environment", "POST", "/environments", body=home, needs_body=True)
    other = home | {"name": "test"}
    yield Call("replace environment", "PUT", "/environments/{}", (environment,), other, needs_body=True)
    slot = {"applicationInstance": "blue"}
    yield Call("deploy", "POST", version + "/deployed-versions/environment/{}", ("Bar", "9", environment), slot)
    yield Call("release", "POST", version + "/released-versions/environment/{}", ("Bar", "9", environment), {})
    gone = {"currentlyDeployed": False}
    yield Call("undeploy", "PATCH", "/deployed-versions/{}", (deployed,), gone, MERGE_PATCH)
    ended = {"currentlySupported": False}
    yield Call("end support", "PATCH", "/released-versions/{}", (released,), ended, MERGE_PATCH)
    record = {"type": "pacticipant", "name": "Moved", "createdAt": "2026-11-20T10:00:00+00:00"}
    yield Call("take in archive", "POST", "/api/v1/archive", body=record, media_type="application/x-ndjson")
    chosen = {"contractIdentity": "interchangeable-requests"}
    yield Call("change workspace", "PATCH", "/api/v1/workspace", body=chosen, media_type=MERGE_PATCH)
    yield Call("publish readers", "POST", "/api/v1/reader-schemas", body=readers("5"), needs_body=True)
    asked = readers("1")["schemas"][0] | {"environments": ["test"]}
    yield Call("check readers", "POST", "/api/v1/readers/check", body=asked, needs_body=True)
    homes = {"environments": ["test"]}
    setting = "/api/v1/subjects/{}/readers-check"
    yield Call("put readers check", "PUT", setting, ("orders-value",), homes, needs_body=True)
    question = {"environment": "test", "versions": [{"pacticipant": "Foo", "version": "1", "applicationInstance": "b"}]}
    yield Call("plan", "POST", "/api/v1/plan", body=question, needs_body=True)
    changed = {"old": {"version": "9"}, "contract": offer("9")["contract"], "environments": ["test"], "name": "openapi"}
    yield Call("diff", "POST", "/api/v1/providers/{}/diff", ("Bar",), changed, needs_body=True)
    yield Call("for verification", "POST", "/pacts/provider/{}/for-verification", ("Bar",), wanted)


def _writes_of_offers() -> Iterator[Call]:
    yield Call("publish offer", "POST", "/api/v1/provider-contracts", body=offer("10"), needs_body=True)
    alone = OPENAPI | {"paths": {}}
    bare = base64.b64encode(json.dumps(alone).encode()).decode()
    inside: dict[str, Any] = {"content": bare, "contentType": "application/json"}
    said = {"success": False, "content": "bm8=", "contentType": "text/plain", "format": "text", "verifier": "x"}
    posted: dict[str, Any] = {
        "pacticipantVersionNumber": "11",
        "branch": "main",
        "tags": ["dev"],
        "buildUrl": "http://ci.test/1",
    }
    posted |= {"contract": inside | {"specification": "oas", "selfVerificationResults": said}}
    yield Call("post contract", "POST", "/provider-contracts/provider/{}/publish", ("Bar",), posted, needs_body=True)
    old = inside | {"contractType": "oas", "verificationResults": said}
    yield Call("old contract", "PUT", "/contracts/provider/{}/version/{}", ("Bar", "12"), old, needs_body=True)
    yield Call(
        "put offer",
        "PUT",
        "/api/v1/pacticipants/{}/versions/{}/provider-contracts/{}",
        ("Bar", "9", "alone"),
        alone,
        needs_body=True,
    )


def webhook(*, everything: bool = False) -> dict[str, Any]:
    """A good definition."""
    events = ["contract_published"] if everything else ["contract_content_changed"]
    request = {"method": "POST", "url": "https://ci.test/build", "headers": {"Authorization": "Bearer abcdef"}}
    request |= {"body": {"pact": "${pactbroker.pactUrl}"}, "username": "u", "password": "secret"}
    sides = {"consumer": {"name": "Foo"}, "provider": {"label": "dev"}}
    return {"events": [{"name": each} for each in events], "request": request} | ({} if everything else sides)


def _writes_of_webhooks() -> Iterator[Call]:
    slack = {"preset": "slack", "settings": {"url": "https://hooks.slack.com/services/T/B/x"}}
    for route, *names in (
        ("/webhooks",),
        ("/webhooks/provider/{}/consumer/{}", "Bar", "Foo"),
        ("/webhooks/provider/{}", "Bar"),
        ("/webhooks/consumer/{}", "Foo"),
        ("/pacts/provider/{}/consumer/{}/webhooks", "Bar", "Foo"),
    ):
        yield Call(route, "POST", route, tuple(names), webhook(), needs_body=True)
    yield Call("ready-made webhook", "POST", "/webhooks", body={**slack, "signingSecret": "s"}, needs_body=True)
    yield Call("put webhook", "PUT", "/webhooks/{}", (WEBHOOK,), webhook(everything=True), needs_body=True)


def _reads_of_webhooks(sha: str, number: str, logs: str) -> Iterator[Call]:
    pair, both = "/pacts/provider/{}/consumer/{}", ("Bar", "Foo")
    result = pair + "/pact-version/{}/verification-results/{}/triggered-webhooks"
    with_metadata = pair + "/pact-version/{}/metadata/{}/verification-results/{}/triggered-webhooks"
    for route, *names in (
        ("/webhooks",),
        ("/webhooks/{}", WEBHOOK),
        ("/webhooks/provider/{}/consumer/{}", *both),
        ("/webhooks/provider/{}", "Bar"),
        ("/webhooks/consumer/{}", "Foo"),
        (pair + "/webhooks", *both),
        (pair + "/webhooks/status", *both),
        (pair + "/version/{}/triggered-webhooks", *both, "1"),
        (result, *both, sha, number),
        (with_metadata, *both, sha, "Y3ZuPTE", number),
        ("/triggered-webhooks/{}/logs", logs),
    ):
        yield Call(route, "GET", route, tuple(names))


def _reads(sha: str, number: str, environment: str, deployed: str, released: str) -> Iterator[Call]:
    pair, provider, one = "/pacts/provider/{}/consumer/{}", "/pacts/provider/{}", "/pacticipants/{}"
    both, content = ("Bar", "Foo"), "/pact-version/{}"
    for route, *names in (
        ("/",),
        ("/api/v1/providers/{}/needs", "Bar"),
        ("/api/v1/providers/{}/element-readers?element=GET%20/things/1", "Bar"),
        ("/api/v1/providers/{}/deprecations", "Bar"),
        ("/api/v1/providers/{}/diff?oldVersion=9&newVersion=9", "Bar"),
        ("/api/v1/providers/{}/approvals", "Bar"),
        ("/api/v1/providers/{}/approvals/{}", "Bar", CHANGE),
        ("/api/v1/providers/{}/findings", "Bar"),
        ("/api/v1/providers/{}/findings/{}", "Bar", "1"),
        ("/pacticipants",),
        (one, "Foo"),
        (one + "/versions", "Foo"),
        (one + "/versions/{}", "Foo", "1"),
        (one + "/versions/{}/tags/{}", "Foo", "1", "dev"),
        (one + "/latest-version", "Foo"),
        (one + "/latest-version/{}", "Foo", "dev"),
        (one + "/latest-version/{}/can-i-deploy/to/{}", "Foo", "dev", "prod"),
        (one + "/branches/{}/latest-version/can-i-deploy/to-environment/{}", "Foo", "main", "test"),
        (one + "/tags/{}/versions", "Foo", "dev"),
        (one + "/environments/{}/versions", "Foo", environment),
        (one + "/branches", "Foo"),
        (one + "/branches/{}", "Foo", "main"),
        (one + "/branches/{}/latest-version", "Foo", "main"),
        (one + "/branches/{}/versions", "Foo", "main"),
        (one + "/branches/{}/versions/{}", "Foo", "main", "1"),
        (one + "/versions/{}/deployed-versions/environment/{}", "Bar", "9", environment),
        (one + "/versions/{}/released-versions/environment/{}", "Foo", "1", environment),
        ("/environments",),
        ("/environments/{}", environment),
        ("/environments/{}/deployed-versions/currently-deployed", environment),
        ("/environments/{}/released-versions/currently-supported", environment),
        ("/deployed-versions/{}", deployed),
        ("/released-versions/{}", released),
        ("/api/v1/workspace",),
        ("/contracts/provider/{}/version/{}", "Bar", "9"),
        *(
            (route + part, "Bar", "9", *consumer)
            for route, *consumer in (
                ("/contracts/bi-directional/provider/{}/version/{}",),
                ("/contracts/bi-directional/provider/{}/version/{}/consumer/{}/version/{}", "Foo", "1"),
            )
            for part in ("/provider-contract", "/provider-contract-verification-results")
        ),
        *(
            (
                "/contracts/bi-directional/provider/{}/version/{}/consumer/{}/version/{}" + part,
                *("Bar", "9", "Foo", "1"),
            )
            for part in (
                "/consumer-contract",
                "/consumer-contract-verification-results",
                "/cross-contract-verification-results",
            )
        ),
        (
            "/contracts/provider/{}/version/{}/consumer/{}/pact-version/{}/verification-results",
            *("Bar", "9", "Foo", sha),
        ),
        ("/api/v1" + one + "/provider-contracts", "Bar"),
        ("/api/v1" + one + "/provider-contracts/latest", "Bar"),
        ("/api/v1" + one + "/versions/{}/provider-contracts", "Bar", "9"),
        *(
            ("/api/v1" + one + "/versions/{}/provider-contracts/{}" + part, "Bar", "9", "openapi")
            for part in ("", "/document", "/self-verification", "/check")
        ),
        ("/api/v1" + one + "/versions/{}/provider-contracts/{}/files/{}", "Bar", "9", "openapi", "parts.json"),
        ("/api/v1" + one + "/reader-schemas", "Foo"),
        ("/api/v1" + one + "/reader-schemas/{}/latest", "Foo", "orders-value"),
        ("/api/v1" + one + "/versions/{}/reader-schemas", "Foo", "1"),
        ("/api/v1" + one + "/versions/{}/reader-schemas/{}", "Foo", "1", "orders-value"),
        ("/api/v1" + one + "/versions/{}/reader-schemas/{}/content", "Foo", "1", "orders-value"),
        ("/api/v1/subjects/{}/readers-check", "orders-value"),
        ("/matrix",),
        ("/matrix/provider/{}/consumer/{}", *both),
        ("/can-i-deploy",),
        ("/pacts/latest",),
        (pair + "/versions", *both),
        (pair + "/version/{}", *both, "1"),
        (pair + "/version/{}/previous-distinct", *both, "1"),
        (pair + "/latest", *both),
        (pair + "/latest-untagged", *both),
        (pair + "/latest/{}", *both, "dev"),
        (pair + "/branch/{}/latest", *both, "main"),
        (pair + content, *both, sha),
        (pair + content + "/metadata/{}", *both, sha, "Y3ZuPTE"),
        (pair + content + "/verification-results/latest", *both, sha),
        (pair + content + "/verification-results/{}", *both, sha, number),
        (pair + content + "/metadata/{}/verification-results/{}", *both, sha, "Y3ZuPTE", number),
        (pair + "/tag/{}", *both, "dev"),
        (pair + "/branch", *both),
        (pair + "/branch/versions", *both),
        (pair + "/branch/latest/versions", *both),
        (pair + "/branch/{}", *both, "main"),
        (pair + "/branch/{}/latest/versions", *both, "main"),
        (pair + "/version/{}/diff/previous-distinct", *both, "1"),
        (pair + "/version/{}/diff/version/{}", *both, "1", "1"),
        (pair + content + "/diff/pact-version/{}", *both, sha, sha),
        (pair + "/latest/badge", *both),
        (pair + "/latest/{}/badge", *both, "dev"),
        (pair + "/latest-untagged/badge", *both),
        ("/matrix/provider/{}/latest/{}/consumer/{}/latest/{}/badge", "Bar", "dev", "Foo", "dev"),
        (one + "/latest-version/{}/can-i-deploy/to/{}/badge", "Foo", "dev", "prod"),
        (one + "/branches/{}/latest-version/can-i-deploy/to-environment/{}/badge", "Foo", "main", "test"),
        (one + "/main-branch/can-i-merge/badge", "Foo"),
        (provider + "/provider-states", "Bar"),
        (provider + "/provider-states/branch/{}", "Bar", "main"),
        (provider + "/provider-states/environment/{}", "Bar", "test"),
        (pair + "/version/{}/verification-results/latest", *both, "1"),
        (pair + "/latest/verification-results/latest", *both),
        (pair + "/latest/{}/verification-results/latest", *both, "dev"),
        ("/pact/provider/{}/consumer/{}/latest", *both),
        ("/pact/provider/{}/consumer/{}/latest/{}", *both, "dev"),
        (provider, "Bar"),
        (provider + "/latest", "Bar"),
        (provider + "/latest/{}", "Bar", "dev"),
        (provider + "/tag/{}", "Bar", "dev"),
        (provider + "/branch", "Bar"),
        (provider + "/branch/latest", "Bar"),
        (provider + "/branch/{}", "Bar", "main"),
        (provider + "/branch/{}/latest", "Bar", "main"),
        (provider + "/for-verification", "Bar"),
        ("/verification-results/consumer/{}/version/{}/latest", "Foo", "1"),
        ("/labels",),
        ("/pacticipants/label/{}", "dev"),
        (one + "/labels/{}", "Foo", "dev"),
        ("/integrations",),
        ("/dashboard",),
        ("/dashboard/provider/{}/consumer/{}", *both),
        ("/groups/{}", "Foo"),
        ("/relationships",),
        ("/metrics",),
        ("/diagnostic/status/heartbeat",),
        ("/diagnostic/status/dependencies",),
        ("/doc/{}", "publish-pact"),
        ("/api/v1/archive",),
    ):
        yield Call(route, "GET", route, tuple(names))


class Attacker:
    """Sends what it is told, and checks of every answer what must hold whatever was sent."""

    def __init__(self, api: TestClient, watch: Connection) -> None:
        self._api, self._watch = api, watch
        self._state = self._fingerprint()

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Response:
        """Never a 5xx; a refusal says why, is short, and has changed nothing."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer: Response = self._api.request(method, path, content=body, headers=named)
        told = (method, path[:300], (body or b"")[:300], named, answer.status_code, answer.text[:1000])
        assert answer.status_code < 500, told
        before, self._state = self._state, self._fingerprint()
        if answer.status_code >= 400:
            assert len(answer.content) <= LARGEST_REFUSAL, told
            assert method == "HEAD" or self._says_why(answer), told
        if answer.status_code >= 400 or method in {"GET", "HEAD", "OPTIONS"}:
            assert self._state == before, told
        return answer

    def call(self, call: Call, body: bytes | None = None, names: tuple[str, ...] | None = None) -> Response:
        """A known request, with other names or another body."""
        sent = json.dumps(call.body).encode() if body is None and call.body is not None else body
        return self.send(call.method, call.path(names), sent, Content_Type=call.media_type)

    @staticmethod
    def _says_why(answer: Response) -> bool:
        if "html" in answer.headers["content-type"]:
            return True
        body = answer.json()
        return any(body.get(name) for name in ("error", "errors", "detail", "notices", "message"))

    def _fingerprint(self) -> list[Any]:
        """Another one after every committed change of any row of any table."""
        if self._watch.dialect.name == "sqlite":
            return [self._watch.exec_driver_sql("PRAGMA data_version").scalar()]
        return list(self._watch.exec_driver_sql(_EVERY_ROW).all())
