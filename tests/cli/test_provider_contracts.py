"""Provider contracts on the command line, against a hub that is really served."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, Ran
from tests.cli.stub_hub import StubHub
from tests.conftest import LiveHub
from tests.web.api.offers import AVRO, BUNDLE, CHANGED, OPENAPI, SDL

Run = Callable[..., Ran]
OF = ("--provider", "mercatrix")


@pytest.fixture
def told(cli: Cli, live_hub: LiveHub) -> Run:
    """Runs a command against the hub; it has to end with the exit code that is expected."""

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", live_hub.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    return run


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for path, body in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    return folder


def contract(ran: Ran) -> Any:
    return json.loads(ran.out)["contract"]


def test_a_file_goes_out_and_comes_back(told: Run, tmp_path: Path) -> None:
    folder = written(tmp_path, {"openapi.yaml": OPENAPI})
    published = told(
        *("publish", "spec", str(folder / "openapi.yaml"), *OF, "--version", "1", "--branch", "main", "-t", "dev"),
        *("--build-url", "http://ci.test/1"),
    )
    assert "Provider contract openapi of mercatrix version 1 published." in published.out
    assert told("get-provider-contract", *OF).out.encode() == OPENAPI
    saved = tmp_path / "saved"
    told("get-provider-contract", *OF, "--version", "1", "--download-dir", str(saved))
    assert (saved / "openapi.yaml").read_bytes() == OPENAPI
    listed = told("list-provider-contracts", *OF).out.splitlines()
    assert listed[1].split()[:3] == ["1", "openapi", "openapi"]
    told("delete-provider-contract", *OF, "--version", "1", "--name", "openapi")
    assert "no document" in told("delete-provider-contract", *OF, "-e", "1", "--name", "openapi", code=1).err
    assert told("list-provider-contracts", *OF, "-e", "1").out == "There are no such provider contracts.\n"


def test_a_folder_is_one_document_and_no_more_than_its_documents_are_sent(told: Run, tmp_path: Path) -> None:
    others = {"README.md": b"#", ".hidden/x.yaml": b"{}", "api/.secret.json": b"{}"}
    folder = written(tmp_path, BUNDLE | others)
    sent = contract(told("publish", "spec", str(folder / "api"), *OF, "--version", "1", "-o", "json"))
    assert [(each["path"], each["root"]) for each in sent["files"]] == [
        ("openapi.yaml", True),
        ("schemas/order.yaml", False),
    ]
    saved = tmp_path / "saved"
    told("get-provider-contract", *OF, "--version", "1", "--download-dir", str(saved))
    assert (saved / "schemas" / "order.yaml").read_bytes() == BUNDLE["api/schemas/order.yaml"]
    part = told("get-provider-contract", *OF, "--version", "1", "--file", "schemas/order.yaml")
    assert part.out.encode() == BUNDLE["api/schemas/order.yaml"]
    told("get-provider-contract", *OF, "--version", "1", "--file", "none", code=1)


@pytest.mark.parametrize("more", [(), ("--root", "openapi.yaml"), ("--root", "api/openapi.yaml")])
def test_a_file_beside_folders_is_the_root(
    told: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    monkeypatch.chdir(written(tmp_path, BUNDLE))
    arguments = ("api/openapi.yaml", "api/schemas", *OF, "--version", "1", "-o", "json", *more)
    sent = contract(told("publish", "spec", *arguments))
    assert [each["path"] for each in sent["files"]] == ["openapi.yaml", "schemas/order.yaml"]


def test_a_link_has_its_own_place_and_none_leads_out_of_a_folder(told: Run, tmp_path: Path) -> None:
    folder = written(tmp_path, {"made/x.bin": OPENAPI, "api/other.json": b"{}"})
    link = folder / "api" / "openapi.yaml"
    link.symlink_to(folder / "made" / "x.bin")
    sent = contract(told("publish", "spec", str(link), *OF, "--version", "1", "-o", "json"))
    assert [each["path"] for each in sent["files"]] == ["openapi.yaml"]
    out = told("publish", "spec", str(folder / "api"), *OF, "--version", "2", code=2).err
    assert "openapi.yaml is a link that leads out of" in out


def test_what_is_no_text_or_empty_is_told_as_that(told: Run, tmp_path: Path) -> None:
    folder = written(tmp_path, {"a.yaml": OPENAPI.decode().encode("utf-16"), "b.yaml": b" \n"})
    assert "UTF-8" in told("publish", "spec", str(folder / "a.yaml"), *OF, "--version", "1", code=1).err
    assert "empty" in told("publish", "spec", str(folder / "b.yaml"), *OF, "--version", "1", code=1).err


def test_a_real_document_that_breaks_a_rule_is_published_with_a_warning(told: Run, tmp_path: Path) -> None:
    folder = written(tmp_path, {"openapi.yaml": OPENAPI + b"\nowner: us\n"})
    assert "owner" in told("publish", "spec", str(folder / "openapi.yaml"), *OF, "--version", "1").out


def test_refusals_name_each_fault_with_its_file_and_place(told: Run, tmp_path: Path) -> None:
    broken = OPENAPI.replace(b"name: id, ", b"").replace(b"info:", b"infos:")
    folder = written(tmp_path, {"openapi.yaml": broken, "s.graphql": b"type Query {\n  a: Lost\n}"})
    told_of = told("publish", "spec", str(folder / "openapi.yaml"), *OF, "--version", "1", code=1).err
    assert "mercatrix 1: nothing was published." in told_of
    assert "openapi.yaml#/paths/~1orders~1{id}/get/parameters/0: " in told_of
    assert 'openapi.yaml: "info" is a required property' in told_of
    sdl = told("publish", "spec", str(folder / "s.graphql"), *OF, "--version", "1", code=1).err
    assert "s.graphql:2:6: " in sdl


def test_a_conflict_shows_the_difference_and_overwrite_settles_it(told: Run, tmp_path: Path) -> None:
    folder = written(tmp_path, {"a/openapi.yaml": OPENAPI, "b/openapi.yaml": CHANGED})
    of = (*OF, "--version", "1")
    told("publish", "spec", str(folder / "a"), *of)
    refused = told("publish", "spec", str(folder / "b"), *of, code=1).err
    assert '+        "operationId": "readOrder",' in refused
    assert "overwritten" in told("publish", "spec", str(folder / "b"), *of, "--overwrite").out
    assert told("get-provider-contract", *of).out.encode() == CHANGED


def test_which_of_several_documents_is_asked_back(told: Run, tmp_path: Path) -> None:
    folder = written(tmp_path, {"openapi.yaml": OPENAPI, "schema.graphql": SDL})
    of = (*OF, "--version", "1", "--branch", "main")
    for name in ("openapi.yaml", "schema.graphql"):
        told("publish", "spec", str(folder / name), *of)
    assert "Which of these?" in told("get-provider-contract", *OF, code=2).err
    assert told("get-provider-contract", *OF, "--name", "graphql").out.encode() == SDL
    assert len(told("list-provider-contracts", *OF, "--latest").out.splitlines()) == 3
    told("record-deployment", "--pacticipant", "mercatrix", "--version", "1", "--environment", "test")
    there = told("list-provider-contracts", *OF, "--environment", "test", "--name", "openapi", "-o", "json")
    assert [each["name"] for each in json.loads(there.out)["providerContracts"]] == ["openapi"]
    told("list-provider-contracts", *OF, "--environment", "test", "--branch", "main", code=2)
    assert "contracthub list-environments" in told("list-provider-contracts", *OF, "--environment", "no", code=1).err


def test_a_schema_of_events_is_for_a_topic(told: Run, tmp_path: Path) -> None:
    file = str(written(tmp_path, {"order.avsc": AVRO}) / "order.avsc")
    of = (*OF, "--version", "1", "-o", "json")
    sent = contract(told("publish", "spec", file, *of, "--topic", "orders", "--key"))
    assert (sent["name"], sent["subject"], sent["topic"]) == ("orders-key", "orders-key", "orders")
    record = contract(told("publish", "spec", file, *of, "--topic", "orders", "--subject-strategy", "topic-record"))
    assert record["subject"] == "orders-shop.OrderPlaced"
    named = contract(told("publish", "spec", file, *of, "--subject", "x", "--name", "y", "--format", "avro"))
    assert (named["name"], named["subject"]) == ("y", "x")


def test_results_of_a_self_verification_go_along(told: Run, tmp_path: Path) -> None:
    folder = written(tmp_path, {"openapi.yaml": OPENAPI, "report.txt": b"all\xff well"})
    of = ("publish", "spec", str(folder / "openapi.yaml"), *OF, "--version", "1", "-o", "json")
    results = (
        "--verification-results",
        str(folder / "report.txt"),
        "--verification-results-content-type",
        "text/plain",
    )
    tool = ("--verifier", "schemathesis", "--verifier-version", "4", "--verification-results-format", "text")
    said = contract(told(*of, *results, *tool, "--verification-exit-code", "1"))["selfVerification"]
    assert said.pop("_links")
    assert said == {
        "success": False,
        "contentType": "text/plain",
        "format": "text",
        "verifier": "schemathesis",
        "verifierVersion": "4",
    }
    told(*of, "--verification-success", "--verification-exit-code", "0", code=2)


def test_version_and_branch_come_from_git(told: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path, {"openapi.yaml": OPENAPI}))
    who = ("-c", "user.name=x", "-c", "user.email=x@example.test")
    for arguments in (("init", "-q", "-b", "feat/y"), ("add", "."), (*who, "commit", "-q", "-m", "x")):
        subprocess.run(["git", *arguments], check=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    assert contract(told("publish", "spec", "openapi.yaml", *OF, "-r", "-o", "json"))["version"] == commit
    assert len(told("list-provider-contracts", *OF, "--branch", "feat/y").out.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.yaml", "--version", "1"), "There is no file or folder none.yaml"),
        (("openapi.yaml",), "Which version?"),
        (("openapi.yaml", "--version", "1", "--root", "other.yaml"), "--root other.yaml is none of the files"),
        (("empty", "--version", "1"), "No documents in empty"),
        (("many", "--version", "1"), "501 files are too many"),
    ],
)
def test_what_can_not_be_sent_is_a_usage_error(
    told: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    many = {f"many/{number}.yaml": b"{}" for number in range(501)}
    monkeypatch.chdir(written(tmp_path, {"openapi.yaml": OPENAPI, "empty/notes.txt": b"", **many}))
    assert message in told("publish", "spec", *arguments, *OF, code=2).err


def test_a_hub_that_names_files_elsewhere_writes_nothing_there(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    listed = {"path": "../evil", "sha256": "0", "_links": {"self": {"href": hub.url + "/x"}}}
    offer = {"version": "1", "name": "a", "format": "openapi", "files": [listed]}
    hub.answer("GET", "/api/v1/pacticipants/mercatrix/versions/1/provider-contracts", {"providerContracts": [offer]})
    saved = tmp_path / "saved"
    arguments = (*OF, "--version", "1", "--download-dir", str(saved))
    assert cli("get-provider-contract", *arguments, "-b", hub.url).code == 3
    assert not (tmp_path / "evil").exists()


def test_the_command_of_pactflow_takes_its_options(told: Run, tmp_path: Path) -> None:
    folder = written(tmp_path, {"oas.yml": OPENAPI, "report.txt": b"well"})
    published = told(
        *("pactflow", "publish-provider-contract", str(folder / "oas.yml"), *OF, "-a", "1", "--branch", "main"),
        *("-t", "dev,blue", "--content-type", "application/yml", "--verification-exit-code", "0", "--verifier", "x"),
        *("--verification-results", str(folder / "report.txt"), "--build-url", "http://ci.test/1"),
    )
    assert "Provider contract openapi of mercatrix version 1 published." in published.out
    (listed,) = json.loads(told("list-provider-contracts", *OF, "-o", "json").out)["providerContracts"]
    assert (listed["selfVerification"]["success"], listed["files"][0]["contentType"]) == (True, "application/yml")
    tags = json.loads(told("describe-version", "-a", "mercatrix", "-e", "1", "-o", "json").out)["_embedded"]["tags"]
    assert [each["name"] for each in tags] == ["blue", "dev"]
    refused = told(
        *("pactflow", "publish-provider-contract", str(folder / "report.txt"), *OF, "-a", "2"),
        code=1,
    )
    assert "content when Base64 decoded and parsed must be a hash" in refused.err


def test_a_broker_without_the_relation_is_told_in_the_old_way(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    file = written(tmp_path, {"oas.yml": OPENAPI}) / "oas.yml"
    version, old = "/pacticipants/mercatrix/versions/1", "/contracts/provider/mercatrix/version/1"
    branch = "/pacticipants/mercatrix/branches/main/versions/1"
    hub.answer("GET", version, {"number": "1"})
    for path in (branch, old):
        hub.answer("PUT", path, {}, 201)
    arguments = (str(file), *OF, "-a", "1", "--branch", "main", "--verification-success")
    ran = cli("pactflow", "publish-provider-contract", *arguments, "-b", hub.url)
    assert (ran.code, "Successfully published provider contract" in ran.out) == (0, True), ran
    sent = hub.one("PUT", old).document
    assert base64.b64decode(sent.pop("content")) == OPENAPI
    assert sent == {"contractType": "oas", "verificationResults": {"success": True}}
    assert hub.paths.index(("PUT", branch)) < hub.paths.index(("PUT", old))
