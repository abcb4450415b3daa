"""`contracthub diff` as a person and a pipeline use it: sources, pairing, policies, exit codes, broken documents."""

import json
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.cli.conftest import Cli

OLD = """openapi: 3.0.3
info: {title: orders, version: '1'}
paths:
  /orders:
    get:
      responses:
        '200':
          description: all
          content:
            application/json:
              schema:
                type: object
                required: [total]
                properties:
                  total: {type: integer}
                  note: {type: string}
"""
NEW = OLD.replace("                  total: {type: integer}\n", "").replace("                required: [total]\n", "")
REMOVED = "response-required-property-removed"


@pytest.fixture
def sides(tmp_path: Path) -> tuple[str, str]:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(OLD, encoding="utf-8")
    new.write_text(NEW, encoding="utf-8")
    return str(old), str(new)


def changes(out: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(out)["changes"]
    return listed


def test_a_break_ends_with_1_and_says_where(cli: Cli, sides: tuple[str, str]) -> None:
    ran = cli("diff", *sides)
    assert ran.code == 1
    assert f"[{REMOVED}]  {sides[0]}:15" in ran.out
    assert "1 breaking" in ran.out


def test_json_has_the_shape_that_scripts_rely_on(cli: Cli, sides: tuple[str, str]) -> None:
    ran = cli("diff", *sides, "-o", "json")
    document = json.loads(ran.out)
    assert (document["format"], document["old"], document["new"]) == ("openapi", *sides)
    assert document["summary"] == {"breaking": 1, "dangerous": 0, "safe": 0, "deployable": False}
    (first, *_) = document["changes"]
    assert first["id"] == REMOVED
    assert first["operation"] == "GET /orders"
    assert first["pointer_new"] is None
    assert first["source_old"] == {"file": sides[0], "line": 15}
    assert first["consumers"] == []


def test_a_document_with_itself_has_no_changes(cli: Cli, sides: tuple[str, str]) -> None:
    ran = cli("diff", sides[0], sides[0])
    assert (ran.code, "No changes." in ran.out) == (0, True)


@pytest.mark.parametrize(("fail_on", "code"), [("breaking", 1), ("dangerous", 1), ("never", 0)])
def test_the_exit_code_follows_the_choice(cli: Cli, sides: tuple[str, str], fail_on: str, code: int) -> None:
    assert cli("diff", *sides, "--fail-on", fail_on).code == code


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("openapi: 3.0.3\ninfo: {title: x, version: '1'}\npaths: 5\n", "new.yaml:3: /paths "),
        (NEW.replace("'200'", "['200'"), "new.yaml:8:"),
        ("", "does not look like any format"),
        ("a: &a [*a]\n", "does not look like any format"),
        (NEW + "x-deep: " + "[" * 500 + "]" * 500 + "\n", "deep"),
    ],
)
def test_a_tampered_document_is_no_answer(cli: Cli, sides: tuple[str, str], body: str, said: str) -> None:
    Path(sides[1]).write_text(body, encoding="utf-8")
    ran = cli("diff", *sides)
    assert ran.code == 3
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert cli("diff", sides[1], sides[0]).code == 3


@pytest.mark.parametrize("missing", ["nowhere.yaml", "git:main", "hub:orders", "hub:@1"])
def test_what_can_not_be_meant_is_a_fault_of_usage(cli: Cli, sides: tuple[str, str], missing: str) -> None:
    assert cli("diff", sides[0], missing).code == 2


def test_a_document_that_is_too_large_to_be_read_is_no_answer(cli: Cli, sides: tuple[str, str], tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    found = cli("diff", sides[0], str(huge))
    assert found.code == 3
    assert "at most" in found.err


def test_a_folder_that_is_too_large_to_be_read_is_no_answer_either(
    cli: Cli, sides: tuple[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.json", "b.json"):
        with (folder / name).open("wb") as file:
            file.truncate(30 * 1024 * 1024)
    found = cli("diff", sides[0], str(folder))
    assert found.code == 3
    assert "the most that is" in found.err


def test_a_folder_of_very_many_files_is_no_answer(cli: Cli, sides: tuple[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(501):
        (folder / f"{number}.json").write_text("{}", encoding="utf-8")
    found = cli("diff", sides[0], str(folder))
    assert found.code == 3
    assert "too many" in found.err


def test_more_changes_than_anybody_reads_are_no_answer(cli: Cli, tmp_path: Path) -> None:
    for side, letter in (("old", "d"), ("new", "e")):
        used = " ".join(f"@{letter}{number}" for number in range(100_010))
        (tmp_path / f"{side}.graphql").write_text(f"type Query {{ a: Int {used} }}", encoding="utf-8")
    found = cli("diff", str(tmp_path / "old.graphql"), str(tmp_path / "new.graphql"))
    assert found.code == 3
    assert "differ in more than 100,000 places" in found.err


def test_a_message_of_very_many_fields_is_no_answer_in_plain_words(cli: Cli, tmp_path: Path) -> None:
    fields = " ".join(f"string f{number} = {number};" for number in range(1, 10_000))
    proto = tmp_path / "it.proto"
    proto.write_text(f'syntax = "proto3"; message Order {{ {fields} }}', encoding="utf-8")
    found = cli("diff", str(proto), str(proto))
    assert found.code == 3
    assert "more fields than can be read" in found.err


def test_documents_of_two_formats_are_not_compared(cli: Cli, sides: tuple[str, str], tmp_path: Path) -> None:
    other = tmp_path / "schema.graphql"
    other.write_text("type Query { a: Int }", encoding="utf-8")
    ran = cli("diff", sides[0], str(other))
    assert (ran.code, "is graphql" in ran.err) == (2, True)


def test_files_that_a_document_refers_to_come_along(cli: Cli, tmp_path: Path) -> None:
    for side, kind in (("old", "string"), ("new", "integer")):
        folder = tmp_path / side / "parts"
        folder.mkdir(parents=True)
        text = NEW.replace("note: {type: string}", "note: {$ref: 'parts/note.yaml#/Note'}")
        (folder.parent / "api.yaml").write_text(text, encoding="utf-8")
        (folder / "note.yaml").write_text(f"Note:\n  type: {kind}\n", encoding="utf-8")
    ran = cli("diff", str(tmp_path / "old" / "api.yaml"), str(tmp_path / "new" / "api.yaml"), "-o", "json")
    assert changes(ran.out)[0]["id"] == "response-property-type-changed"
    (spot,) = {(each["source_new"]["file"], each["source_new"]["line"]) for each in changes(ran.out)[:1]}
    assert spot == (str(tmp_path / "new" / "parts" / "note.yaml"), 1)
    both = cli("diff", str(tmp_path / "old"), str(tmp_path / "new"), "-o", "json")
    assert changes(both.out)[0]["id"] == "response-property-type-changed"


def test_nothing_outside_of_the_folder_comes_along(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("Note: {type: string}", encoding="utf-8")
    (tmp_path / "old.yaml").write_text(NEW.replace("note: {type: string}", "note: {}"), encoding="utf-8")
    folder = tmp_path / "inner"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    for reference in ("../secret.yaml", str(tmp_path / "secret.yaml"), "link.yaml", "file:///etc/passwd"):
        text = NEW.replace("note: {type: string}", f"note: {{$ref: '{reference}#/Note'}}")
        (folder / "api.yaml").write_text(text, encoding="utf-8")
        ran = cli("diff", str(tmp_path / "old.yaml"), str(folder / "api.yaml"))
        assert ran.code == 3, ran
        assert "not compared: new:api.yaml#" in ran.out


def test_folders_are_paired_by_place(cli: Cli, tmp_path: Path) -> None:
    for side, names in (("old", ("a", "b")), ("new", ("b", "c"))):
        (tmp_path / side).mkdir()
        for name in names:
            (tmp_path / side / f"{name}.yaml").write_text(OLD, encoding="utf-8")
    ran = cli("diff", str(tmp_path / "old"), str(tmp_path / "new"), "-o", "json")
    documents = json.loads(ran.out)["documents"]
    assert [[each["id"] for each in one["changes"]] for one in documents] == [
        ["document-removed"],
        [],
        ["document-added"],
    ]
    assert ran.code == 1


def test_a_commit_is_a_side(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api").mkdir()
    file = tmp_path / "api" / "orders.yaml"
    file.write_text(OLD, encoding="utf-8")
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b")
    for command in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "one")):
        subprocess.run([*git, *command], check=True, capture_output=True)
    file.write_text(NEW, encoding="utf-8")
    ran = cli("diff", "git:main:api/orders.yaml", "api/orders.yaml", "-o", "json")
    assert ran.code == 1
    assert changes(ran.out)[0]["source_old"] == {"file": "api/orders.yaml", "line": 15}
    assert cli("diff", "git:HEAD:api", "api").code == 1
    assert cli("diff", "git:HEAD:./api/orders.yaml", "git:main:api/orders.yaml").code == 0
    unknown = cli("diff", "git:origin/other:api/orders.yaml", "api/orders.yaml")
    assert (unknown.code, "git fetch --depth=1 origin other" in unknown.err) == (3, True)
    nothing = cli("diff", "git:main:nowhere.yaml", "api/orders.yaml")
    assert (nothing.code, "no file or folder nowhere.yaml" in nothing.err) == (3, True)
    assert cli("diff", "git:--output=x:y", "api/orders.yaml").code == 2


class _Served(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = {"/old.yaml?key=1": OLD, "/new.yaml": NEW}.get(self.path)
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write((found or "").encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_an_address_is_a_side_because_somebody_typed_it(cli: Cli) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Served)
    Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        ran = cli("diff", f"{base}/old.yaml?key=1", f"{base}/new.yaml")
        gone = cli("diff", f"{base}/old.yaml?key=1", f"{base}/gone.yaml")
    finally:
        server.shutdown()
        server.server_close()
    assert (ran.code, "key=1" in ran.out) == (1, False)
    assert (gone.code, "404" in gone.err) == (3, True)


def test_a_team_may_see_a_rule_otherwise(cli: Cli, sides: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "severities.yaml"
    file.write_text(f"{REMOVED}: dangerous\napi-version-not-bumped: off\n", encoding="utf-8")
    ran = cli("diff", *sides, "--severity-config", str(file))
    assert (ran.code, "0 breaking, 1 dangerous" in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("option", "body", "said"),
    [
        ("--severity-config", f"# teams\n{REMOVED}: fatal\n", "file.yaml:2: "),
        ("--severity-config", "response-required-property-removd: safe\n", f"did you mean {REMOVED}"),
        ("--severity-config", "- a\n", "must be a mapping"),
        ("--severity-config", "a: [\n", "not YAML"),
        ("--ignore-file", f"- rule: {REMOVED}\n  owner: ann\n  expires: '2999-01-01'\n", "file.yaml:1: has no reason"),
        (
            "--ignore-file",
            f"- rule: {REMOVED}\n  owner: a\n  reason: b\n  expires: soon\n",
            "file.yaml:4: 'soon' is no",
        ),
        ("--ignore-file", f"- rule: {REMOVED}\n  owner: a\n  reason: b\n  expire: x\n", "file.yaml:4: expire is not"),
        ("--ignore-file", "rule: x\n", "must be a list"),
    ],
)
def test_what_a_team_settled_wrongly_is_told_by_line(
    cli: Cli, sides: tuple[str, str], tmp_path: Path, option: str, body: str, said: str
) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(body, encoding="utf-8")
    ran = cli("diff", *sides, option, str(file))
    assert (ran.code, said in ran.err) == (2, True), ran.err


@pytest.mark.parametrize(("expires", "code"), [("2999-12-31", 0), ("2020-01-01", 1)])
def test_what_was_accepted_holds_until_its_day(
    cli: Cli, sides: tuple[str, str], tmp_path: Path, expires: str, code: int
) -> None:
    file = tmp_path / "accepted.yaml"
    entry = f"- rule: {REMOVED}\n  owner: ann\n  reason: nobody reads it\n  expires: {expires}\n"
    file.write_text(entry + f"- rule: api-*\n  owner: bob\n  reason: always\n  expires: {expires}\n", encoding="utf-8")
    ran = cli("diff", *sides, "--ignore-file", str(file))
    assert ran.code == code
    assert ("accepted by ann until 2999-12-31" in ran.out) is (code == 0)
    assert ("What ann accepted is over since 2020-01-01" in ran.err) is (code == 1)


def test_what_ran_out_fails_although_nothing_breaks(cli: Cli, sides: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "accepted.yaml"
    entry = f"- rule: {REMOVED}\n  owner: ann\n  reason: nobody reads it\n  expires: 2020-01-01\n"
    file.write_text(entry, encoding="utf-8")
    assert cli("diff", sides[0], sides[0], "--ignore-file", str(file)).code == 1


BOUND = "                  total: {type: integer, maximum: 9}\n"
EXPIRING = OLD.replace("    get:\n", "    get:\n      deprecated: true\n")


@pytest.mark.parametrize(
    ("old", "new", "options", "expected"),
    [
        (OLD, NEW, [], [REMOVED]),
        (OLD, OLD.replace("                  total: {type: integer}\n", BOUND), [], []),
        (
            OLD,
            OLD.replace("                  total: {type: integer}\n", BOUND),
            ["--details"],
            ["response-property-max-set"],
        ),
        (OLD, EXPIRING, [], ["endpoint-deprecated"]),
        (OLD, EXPIRING, ["--ignore", "deprecated"], []),
        (OLD, EXPIRING, ["--notice-days", "30"], ["api-deprecated-sunset-missing"]),
        (
            OLD,
            NEW.replace("    get:\n", "    get:\n      x-stability-level: beta\n"),
            ["--least-stability", "stable"],
            ["api-stability-decreased"],
        ),
    ],
)
def test_what_is_asked_of_a_comparison_of_openapi(
    cli: Cli, tmp_path: Path, old: str, new: str, options: list[str], expected: list[str]
) -> None:
    sides = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for side, text in zip(sides, (old, new), strict=True):
        side.write_text(text, encoding="utf-8")
    found = [change["id"] for change in changes(cli("diff", *map(str, sides), *options, "-o", "json").out)]
    assert found == expected


def test_what_harms_nobody_is_counted_where_it_is_not_told(cli: Cli, tmp_path: Path) -> None:
    old, new, file = (tmp_path / name for name in ("old.yaml", "new.yaml", "severities.yaml"))
    old.write_text(OLD, encoding="utf-8")
    new.write_text(OLD.replace("                  total: {type: integer}\n", BOUND), encoding="utf-8")
    sides = str(old), str(new)
    ran = cli("diff", *sides)
    assert ran.code == 0
    assert "1 detail that harms nobody is left out; --details shows it." in ran.out
    assert "No changes." not in ran.out
    summary = json.loads(cli("diff", *sides, "-o", "json").out)["summary"]
    assert summary == {"breaking": 0, "dangerous": 0, "safe": 0, "deployable": True, "details_left_out": 1}
    assert "details_left_out" not in cli("diff", *sides, "-o", "json", "--details").out
    assert "left out" not in cli("diff", sides[0], sides[0]).out
    # A team that says how bad a rule is wants it told, and one that turned it off knows.
    for severity, code, counted in (("breaking", 1, 1), ("off", 0, 0)):
        file.write_text(f"response-property-max-set: {severity}\n", encoding="utf-8")
        ran = cli("diff", *sides, "--severity-config", str(file), "-o", "json")
        assert (ran.code, len(changes(ran.out))) == (code, counted)
        assert "details_left_out" not in ran.out


@pytest.mark.parametrize(
    ("options", "severities"),
    [
        ([], ["breaking", "dangerous", "safe"]),
        (["--like-graphql-inspector"], ["dangerous", "dangerous", "safe"]),
        (["--ignore", "descriptions"], ["breaking", "dangerous"]),
        (["--ignore", "directives", "--ignore", "descriptions"], ["breaking"]),
    ],
)
def test_what_is_asked_of_a_comparison_of_graphql(
    cli: Cli, tmp_path: Path, options: list[str], severities: list[str]
) -> None:
    old, new = tmp_path / "old.graphql", tmp_path / "new.graphql"
    old.write_text("directive @tag on OBJECT\ntype Query { orders(first: Int! = 1): Int }", encoding="utf-8")
    new.write_text('directive @tag on OBJECT\n"Said" type Query @tag { orders(first: Int!): Int }', encoding="utf-8")
    ran = cli("diff", str(old), str(new), *options, "-o", "json")
    assert [change["severity"] for change in changes(ran.out)] == severities
