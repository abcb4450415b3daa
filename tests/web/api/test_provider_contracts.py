"""Provider contracts over the native API, on both databases: published, read back, listed, refused, deleted."""

import base64
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.api.offers import AVRO, BUNDLE, CHANGED, OPENAPI, REWORDED, SDL, file, request

PATH = "/api/v1/provider-contracts"
ONE = "/api/v1/pacticipants/mercatrix/versions/1/provider-contracts"


def published(api: TestClient, *files: dict[str, str], status: int = 201, **more: Any) -> Any:
    answer = api.post(PATH, json=request(*files, **more))
    assert answer.status_code == status, answer.text
    return answer.json()


def test_what_is_published_is_read_back_byte_for_byte(api: TestClient) -> None:
    told = published(api, branch="main", tags=["dev"], buildUrl="http://ci.test/1")
    contract = told["contract"]
    assert (told["outcome"], contract["name"], contract["format"]) == ("published", "openapi", "openapi")
    assert (contract["formatVersion"], contract["check"]["status"]) == ("3.1", "pending")
    for path in ("document", "files/openapi.yaml"):
        answer = api.get(f"{ONE}/openapi/{path}")
        assert answer.content == OPENAPI
        assert answer.headers["content-type"] == "application/yaml"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith('attachment; filename="openapi.yaml"')
        again = api.get(f"{ONE}/openapi/{path}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert api.get(f"{ONE}/openapi").json() == contract
    assert api.get(ONE).json() == {"providerContracts": [contract]}


def test_publishing_makes_pacticipant_version_branch_and_tags_known(api: TestClient) -> None:
    told = published(api, branch="main", tags=["dev", "dev"], buildUrl="http://ci.test/1")
    assert [each["text"] for each in told["notices"]] == [
        "Created mercatrix version 1 with branch main and tags dev",
        "Provider contract openapi of mercatrix version 1 published.",
    ]
    given = Given(api)
    version = given.get("/pacticipants/mercatrix/versions/1")
    assert version["buildUrl"] == "http://ci.test/1"
    assert [each["name"] for each in version["_embedded"]["branchVersions"]] == ["main"]
    assert [each["name"] for each in version["_embedded"]["tags"]] == ["dev"]
    assert given.get("/pacticipants/mercatrix")["mainBranch"] == "main"


def test_the_same_again_is_fine(api: TestClient) -> None:
    first = published(api)
    again = published(api, status=200)
    assert again["outcome"] == "unchanged"
    assert again["contract"] == first["contract"]


def test_other_words_of_the_same_meaning_take_the_place_of_the_old_ones(api: TestClient) -> None:
    first = published(api)
    again = published(api, file("openapi.yaml", REWORDED), status=200)
    assert again["outcome"] == "rewritten"
    assert again["contract"]["identity"] == first["contract"]["identity"]
    assert api.get(f"{ONE}/openapi/document").content == REWORDED


def test_another_document_under_a_name_that_is_taken_is_a_conflict_and_shown(api: TestClient) -> None:
    published(api)
    refused = published(api, file("openapi.yaml", CHANGED), status=409, branch="other")
    assert refused["status"] == 409
    assert "--- published openapi.yaml" in refused["difference"]
    assert '+        "operationId": "readOrder",' in refused["difference"]
    assert api.get(f"{ONE}/openapi/document").content == OPENAPI
    assert api.get("/pacticipants/mercatrix/branches/other").status_code == 404


def test_a_conflict_can_be_settled_by_overwriting_or_by_another_name(api: TestClient) -> None:
    published(api)
    changed = file("openapi.yaml", CHANGED)
    beside = published(api, changed, of_contract={"name": "next"})
    assert beside["contract"]["name"] == "next"
    over = published(api, changed, status=200, onConflict="overwrite")
    assert (over["outcome"], over["contract"]["revision"]) == ("overwritten", 2)
    assert api.get(f"{ONE}/openapi/document").content == CHANGED


def test_a_version_has_documents_of_several_formats_side_by_side(api: TestClient) -> None:
    published(api)
    published(api, file("schema.graphql", SDL))
    listed = api.get(ONE).json()["providerContracts"]
    assert [(each["name"], each["files"][0]["contentType"]) for each in listed] == [
        ("graphql", "application/graphql"),
        ("openapi", "application/yaml"),
    ]


def test_files_that_refer_to_one_another_are_one_document(api: TestClient) -> None:
    files = [file(path, body) for path, body in BUNDLE.items()]
    contract = published(api, *files)["contract"]
    assert [(each["path"], each["root"]) for each in contract["files"]] == [
        ("api/openapi.yaml", True),
        ("api/schemas/order.yaml", False),
    ]
    for each in contract["files"]:
        assert api.get(each["_links"]["self"]["href"]).content == BUNDLE[each["path"]]
    assert api.get(f"{ONE}/openapi/document").content == BUNDLE["api/openapi.yaml"]
    alone = api.post(PATH, json=request(files[0], version="2"))
    assert alone.status_code == 400
    (fault,) = alone.json()["errors"]
    assert fault["file"] == "api/openapi.yaml"
    assert fault["pointer"].endswith("/schema/$ref")
    assert "schemas/order.yaml" in fault["detail"]


def test_every_fault_of_a_document_is_told_with_its_place(api: TestClient) -> None:
    broken = OPENAPI.replace(b"name: id, ", b"").replace(b"info:", b"infos:")
    refused = published(api, file("openapi.yaml", broken), status=400)
    assert api.post(PATH, json=request(file("a.yaml", broken))).headers["content-type"] == "application/problem+json"
    assert {each["file"] for each in refused["errors"]} == {"openapi.yaml"}
    assert {each["pointer"] for each in refused["errors"]} >= {"", "/paths/~1orders~1{id}/get/parameters/0"}
    sdl = published(api, file("s.graphql", b"type Query {\n  a: Lost\n}"), status=400)
    (fault,) = sdl["errors"]
    assert (fault["file"], fault["line"]) == ("s.graphql", 2)
    assert api.get("/pacticipants/mercatrix").status_code == 404


def test_one_file_can_be_put_as_it_is(api: TestClient) -> None:
    path = f"{ONE}/public"
    headers = {"Content-Type": "application/yaml"}
    answer = api.put(path + "?branch=main&tag=a&tag=b&buildUrl=http://ci.test/2", content=OPENAPI, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["contract"]["files"][0]["path"] == "document.yaml"
    assert api.get(f"{path}/document").content == OPENAPI
    assert api.put(path, content=CHANGED, headers=headers).status_code == 409
    assert api.put(path + "?onConflict=overwrite", content=CHANGED, headers=headers).status_code == 200
    version = Given(api).get("/pacticipants/mercatrix/versions/1")
    assert [each["name"] for each in version["_embedded"]["tags"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("of_contract", "subject"),
    [
        ({"subject": "orders-value"}, "orders-value"),
        ({"topic": "orders"}, "orders-value"),
        ({"topic": "orders", "part": "key"}, "orders-key"),
        ({"topic": "orders", "subjectStrategy": "record"}, "shop.OrderPlaced"),
        ({"topic": "orders", "subjectStrategy": "topic-record"}, "orders-shop.OrderPlaced"),
    ],
)
def test_a_schema_of_events_belongs_to_a_subject(api: TestClient, of_contract: Any, subject: str) -> None:
    contract = published(api, file("order.avsc", AVRO), of_contract=of_contract)["contract"]
    assert (contract["subject"], contract["name"], contract.get("topic")) == (
        subject,
        subject,
        of_contract.get("topic"),
    )


def test_an_api_has_no_topic(api: TestClient) -> None:
    refused = published(api, status=400, of_contract={"topic": "orders"})
    assert "leave it out" in refused["errors"]["contract.topic"][0]


def test_the_newest_of_a_branch_and_of_an_environment(api: TestClient) -> None:
    published(api, version="1", branch="main")
    published(api, version="2", branch="feat/x")
    given = Given(api)
    given.deployed("mercatrix", "2", given.environment_uuid("production"))
    base = "/api/v1/pacticipants/mercatrix/provider-contracts"

    def versions(query: str) -> list[str]:
        return [each["version"] for each in given.get(f"{base}/latest{query}")["providerContracts"]]

    assert versions("") == ["1"]
    assert versions("?branch=feat/x&name=openapi") == ["2"]
    assert versions("?environment=production") == ["2"]
    assert versions("?environment=test") == []
    assert api.get(f"{base}/latest?branch=none").status_code == 404
    assert api.get(f"{base}/latest?environment=none").status_code == 404
    assert api.get(f"{base}/latest?environment=test&branch=main").status_code == 400
    listed = given.get(f"{base}?size=1&page=1&name=openapi&format=openapi")
    assert [each["version"] for each in listed["providerContracts"]] == ["2"]
    assert listed["page"] == {"number": 1, "size": 1, "totalElements": 2, "totalPages": 2}


def test_results_of_a_self_verification_are_kept_as_they_came(api: TestClient) -> None:
    results = b"<script>alert(1)</script>"
    said = {"success": False, "contentType": "text/html", "verifier": "schemathesis", "verifierVersion": "4"}
    sent = said | {"content": base64.b64encode(results).decode()}
    contract = published(api, of_contract={"selfVerification": sent})["contract"]
    shown = contract["selfVerification"]
    answer = api.get(shown.pop("_links")["results"]["href"])
    assert shown == said
    assert answer.content == results
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    # Published again without results, the document keeps those that it has; with others it takes them.
    assert published(api, status=200)["contract"]["selfVerification"]["success"] is False
    renewed = published(api, status=200, of_contract={"selfVerification": {"success": True}})
    assert renewed["outcome"] == "unchanged"
    assert renewed["contract"]["selfVerification"] == {"success": True}
    assert api.get(f"{ONE}/openapi/self-verification").status_code == 404


def test_a_document_is_deleted_and_its_version_stays(api: TestClient) -> None:
    published(api)
    assert api.delete(f"{ONE}/openapi").status_code == 204
    assert api.delete(f"{ONE}/openapi").status_code == 404
    assert api.get(ONE).json() == {"providerContracts": []}


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/xhtml+xml"])
def test_nothing_is_served_as_a_page(api: TestClient, content_type: str) -> None:
    published(api, file("openapi.yaml", OPENAPI, content_type))
    answer = api.get(f"{ONE}/openapi/document")
    assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contract": None}, "contract"),
        ({"contract": {}}, "contract.files"),
        ({"contract": {"files": []}}, "contract.files"),
        ({"contract": {"files": [7]}}, "contract.files[0]"),
        ({"contract": {"files": [{"path": "../a", "content": ""}]}}, "contract.files[0].path"),
        ({"contract": {"files": [{"path": "/etc/passwd", "content": ""}]}}, "contract.files[0].path"),
        ({"contract": {"files": [{"path": "a\\b", "content": ""}]}}, "contract.files[0].path"),
        ({"contract": {"files": [{"path": "a", "content": "%"}]}}, "contract.files[0].content"),
        ({"contract": {"files": [file("a.yaml", b"{}"), file("a.yaml", b"{}")]}}, "contract.files[1].path"),
        ({"contract": {"files": [file("a", OPENAPI, "no type")]}}, "contract.files[0].contentType"),
        ({"contract": {"files": [file("a", OPENAPI)], "root": "b"}}, "contract.root"),
        ({"contract": {"files": [file("a", OPENAPI)], "format": "wsdl"}}, "contract.format"),
        ({"contract": {"files": [file("a", OPENAPI)], "name": " "}}, "contract.name"),
        ({"contract": {"files": [file("a", OPENAPI)], "name": "日" * 501}}, "contract.name"),
        ({"contract": {"files": [file("a.avsc", AVRO)], "topic": "t" * 499}}, "contract.topic"),
        ({"contract": {"files": [file("a", OPENAPI)], "selfVerification": 1}}, "contract.selfVerification"),
        ({"onConflict": "merge"}, "onConflict"),
        ({"provider": ""}, "provider"),
        ({"tags": "dev"}, "tags"),
    ],
)
def test_what_is_wrong_with_a_request_is_told_by_field(api: TestClient, change: dict[str, Any], field: str) -> None:
    answer = api.post(PATH, json=request() | change)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_what_a_bundle_is_about_has_to_be_said_where_it_can_be_guessed_wrongly(api: TestClient) -> None:
    files = [file("a.yaml", OPENAPI), file("b.yaml", OPENAPI)]
    refused = published(api, *files, status=400)
    assert "a.yaml, b.yaml" in refused["errors"]["contract.root"][0]
    assert published(api, *files, of_contract={"root": "b.yaml"})["contract"]["files"][0]["path"] == "b.yaml"
    unknown = published(api, file("notes.txt", b"hello"), version="2", status=400)
    assert list(unknown["errors"]) == ["contract.format"]


def test_results_of_any_size_are_not_taken(api: TestClient) -> None:
    large = base64.b64encode(b"x" * (25 * 1024 * 1024 + 1)).decode()
    answer = api.post(PATH, json=request(of_contract={"selfVerification": {"content": large}}))
    assert answer.status_code == 413
    assert "at most 26,214,400 are accepted" in answer.text


def test_a_name_that_is_nearly_that_of_another_is_asked_about(api: TestClient) -> None:
    Given(api).version("mercatrix-api", "1")
    refused = published(api, status=409)
    assert "This is the first time a provider contract has been published" in refused["detail"]
