import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub

NOTICES = {"notices": [{"type": "success", "text": "Pact successfully published for web"}]}


def pact(folder: Path, name: str, consumer: str = "web", provider: str = "orders", **more: Any) -> Path:
    document = {"consumer": {"name": consumer}, "provider": {"name": provider}, "interactions": []} | more
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=3), encoding="utf-8")
    return path


def sent(hub: StubHub) -> list[dict[str, Any]]:
    return [one.document for one in hub.asked if one.method == "POST"]


def test_sends_the_exact_bytes_with_version_branch_tags_and_build(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    hub.answer("POST", "/contracts/publish", NOTICES)
    file = pact(tmp_path, "web-orders.json")
    ran = cli(
        "publish", str(file), "-a", "1.2.3", "--branch", "main", "-t", "a", "-t", "b", "--build-url", "http://ci/1",
        "-b", hub.url,
    )  # fmt: skip
    assert (ran.code, ran.out) == (0, "Pact successfully published for web\n")
    (document,) = sent(hub)
    (contract,) = document.pop("contracts")
    assert document == {
        "pacticipantName": "web",
        "pacticipantVersionNumber": "1.2.3",
        "branch": "main",
        "tags": ["a", "b"],
        "buildUrl": "http://ci/1",
    }
    assert base64.b64decode(contract.pop("content")) == file.read_bytes()
    assert contract == {
        "consumerName": "web",
        "providerName": "orders",
        "specification": "pact",
        "contentType": "application/json",
        "onConflict": "overwrite",
    }


def test_one_request_per_consumer_with_all_its_pacts(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    hub.answer("POST", "/contracts/publish", NOTICES)
    pact(tmp_path, "a.json")
    pact(tmp_path, "deep/b.json", provider="billing")
    pact(tmp_path, "deep/c.json", consumer="app")
    (tmp_path / "readme.txt").write_text("no pact", encoding="utf-8")
    assert cli("publish", str(tmp_path), "-a", "1", "--merge", "-b", hub.url).code == 0
    found = {one["pacticipantName"]: [pact["providerName"] for pact in one["contracts"]] for one in sent(hub)}
    assert found == {"web": ["orders", "billing"], "app": ["orders"]}
    assert {contract["onConflict"] for one in sent(hub) for contract in one["contracts"]} == {"merge"}


def test_what_means_no_file_is_named(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = cli("publish", f"{tmp_path}/empty", f"{tmp_path}/missing.json", "-a", "1", "-b", hub.url)
    assert (ran.code, hub.asked) == (2, [])
    assert "empty: holds no JSON files" in ran.err
    assert "missing.json: there is no such file" in ran.err


def test_a_pattern_finds_files_in_folders(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    hub.answer("POST", "/contracts/publish", NOTICES)
    pact(tmp_path, "x/a.json")
    pact(tmp_path, "y/z/b.json", provider="billing")
    assert cli("publish", f"{tmp_path}/**/*.json", "-a", "1", "-b", hub.url).code == 0
    assert len(sent(hub)[0]["contracts"]) == 2


def test_files_of_the_same_pair_are_joined(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    hub.answer("POST", "/contracts/publish", NOTICES)
    one, two = {"description": "one"}, {"description": "two"}
    pact(tmp_path, "a.json", interactions=[one])
    pact(tmp_path, "b.json", interactions=[one, two])
    assert cli("publish", str(tmp_path), "-a", "1", "-b", hub.url).code == 0
    (contract,) = sent(hub)[0]["contracts"]
    assert json.loads(base64.b64decode(contract["content"]))["interactions"] == [one, two]


def test_files_that_contradict_each_other_are_not_published(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    pact(tmp_path, "a.json", interactions=[{"description": "one", "response": {"status": 200}}])
    pact(tmp_path, "b.json", interactions=[{"description": "one", "response": {"status": 404}}])
    ran = cli("publish", str(tmp_path), "-a", "1", "-b", hub.url)
    assert (ran.code, hub.asked) == (1, [])
    assert "b.json" in ran.err
    assert "a.json" in ran.err


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"{", "is not JSON: "),
        (b"[]", "no object"),
        (b'{"provider": {"name": "p"}, "interactions": []}', "no consumer.name"),
        (b'{"consumer": {"name": " "}, "provider": {"name": "p"}, "interactions": []}', "no consumer.name"),
        (b'{"consumer": {"name": "c"}, "provider": "p", "interactions": []}', "no provider.name"),
        (b'{"consumer": {"name": "c"}, "provider": {"name": "p"}}', "neither a list of interactions nor of messages"),
        (b"\xff", "is not UTF-8 at byte 0"),
        (b"[" * 200_000, "is nested too deeply"),
    ],
)
def test_a_file_that_is_no_pact_is_named_and_nothing_is_sent(
    cli: Cli, hub: StubHub, tmp_path: Path, content: bytes, wrong: str
) -> None:
    pact(tmp_path, "good.json")
    (tmp_path / "bad.json").write_bytes(content)
    ran = cli("publish", str(tmp_path), "-a", "1", "-b", hub.url)
    assert (ran.code, hub.asked) == (1, [])
    assert f"{tmp_path / 'bad.json'}: " in ran.err
    assert wrong in ran.err


def test_nothing_to_publish_is_a_usage_error(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    ran = cli("publish", str(tmp_path / "none.json"), "-a", "1", "-b", hub.url)
    assert (ran.code, "none.json" in ran.err) == (2, True)


@pytest.mark.parametrize("arguments", [[], ["-a", " "], ["-a", "1", "--branch", ""]])
def test_a_version_is_needed(cli: Cli, hub: StubHub, tmp_path: Path, arguments: list[str]) -> None:
    assert cli("publish", str(pact(tmp_path, "a.json")), *arguments, "-b", hub.url).code == 2


def test_a_conflict_is_a_no_with_the_reason_and_the_difference(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    text = "Cannot change the content of the pact for web version 1 and provider orders"
    notices = [{"type": "error", "text": text}, {"type": "info", "text": "-  id: 1\n+  id: one"}]
    hub.answer("POST", "/contracts/publish", {"notices": notices, "errors": {"contracts": [text]}}, status=409)
    ran = cli("publish", str(pact(tmp_path, "a.json")), "-a", "1", "-b", hub.url)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[-3:] == [text, "-  id: 1", "+  id: one"]


def test_version_properties_are_detected_but_what_is_given_wins(
    cli: Cli, hub: StubHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.answer("POST", "/contracts/publish", NOTICES)
    variables = {"CIRCLECI": "true", "CIRCLE_SHA1": "abc", "CIRCLE_BRANCH": "feat/x", "CIRCLE_BUILD_URL": "http://ci/9"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    file = str(pact(tmp_path, "a.json"))
    assert cli("publish", file, "-r", "--tag-with-git-branch", "-b", hub.url).code == 0
    assert cli("publish", file, "-r", "-a", "7", "--branch", "b", "-b", hub.url).code == 0
    first, second = sent(hub)
    assert (first["pacticipantVersionNumber"], first["branch"], first["tags"]) == ("abc", "feat/x", ["feat/x"])
    assert first["buildUrl"] == second["buildUrl"] == "http://ci/9"
    assert (second["pacticipantVersionNumber"], second["branch"]) == ("7", "b")


def test_notices_are_coloured_by_type_and_can_not_hide_escapes(
    cli: Cli, hub: StubHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    notices = [{"type": "warning", "text": "care\x1b[2J\nsecond"}, {"type": "info", "text": "plain"}]
    hub.answer("POST", "/contracts/publish", {"notices": notices})
    out = cli("publish", str(pact(tmp_path, "a.json")), "-a", "1", "-b", hub.url).out
    assert out == "\x1b[33mcare\\x1b[2J\x1b[0m\n\x1b[33msecond\x1b[0m\nplain\n"


def faulty(tmp_path: Path, **changes: object) -> str:
    document = {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "interactions": [{"description": "x", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}],
    }
    file = tmp_path / "faulty.json"
    file.write_text(json.dumps(document | changes), encoding="utf-8")
    return str(file)


WRONG = [{"description": 7, "request": {"method": "GET"}, "response": {"status": "many"}}]


def test_a_file_that_is_wrong_is_not_sent_when_it_is_to_be_checked(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    file = faulty(tmp_path, interactions=WRONG)
    ran = cli("publish", file, "-a", "1", "--validate", "-b", hub.url)
    assert (ran.code, hub.asked) == (1, [])
    assert f"{file}: /interactions/0/description" in ran.err
    assert f"{file}: /interactions/0/response/status" in ran.err


@pytest.mark.parametrize(
    ("flags", "code", "label"),
    [([], 0, ""), (["--validate"], 0, "Warning: "), (["--validate", "--strict"], 1, ""), (["--strict"], 1, "")],
)
def test_what_the_specification_does_not_know_is_odd_or_wrong(
    cli: Cli, hub: StubHub, tmp_path: Path, flags: list[str], code: int, label: str
) -> None:
    hub.answer("POST", "/contracts/publish", {})
    file = faulty(tmp_path, consumer={"name": "web", "team": "a"}, extra=1)
    ran = cli("publish", file, "-a", "1", *flags, "-b", hub.url)
    assert (ran.code, bool(hub.asked)) == (code, code == 0)
    for place in ("/extra", "/consumer/team") if flags else ():
        assert f"{label}{file}: {place} is unknown to the Pact specification\n" in ran.err


def test_messages_may_have_what_messages_have(cli: Cli, hub: StubHub, tmp_path: Path) -> None:
    hub.answer("POST", "/contracts/publish", {})
    message = {"description": "x", "contents": {"a": 1}, "metaData": {}, "providerStates": [], "matchingRules": {}}
    file = faulty(tmp_path, interactions=[], messages=[message])
    assert cli("publish", file, "-a", "1", "--strict", "-b", hub.url).code == 0


def test_help_and_refusals_of_the_command_without_a_name_call_it_by_that_of_its_group(cli: Cli) -> None:
    told = cli("publish", "--help")
    assert (told.code, told.out.startswith("Usage: contracthub publish [OPTIONS] FILES...")) == (0, True)
    assert "--consumer-app-version" in told.out
    refused = cli("publish", "-a", "1", "--no-such-option", "pact.json")
    assert (refused.code, refused.err.startswith("Usage: contracthub publish [OPTIONS] FILES...")) == (2, True)
