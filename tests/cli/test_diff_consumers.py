"""`contracthub diff` names whom a change breaks, with the example fleet's contracts in a hub that is really served."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contracthub.checking.comparing import ProcessComparer
from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "specs" / "neural_processor.openapi.json"
PACT = ROOT / "pacts" / "api_gateway-neural_processor.json"
EVENTS = ROOT / "specs" / "distilera.simulation.events-value.avsc"
READER = ROOT / "specs" / "hoardwell.simulation.events-value.avsc"
Run = Callable[..., Ran]


@pytest.fixture
def told(cli: Cli, database_url: str, start_hub: Callable[[str], LiveHub]) -> Run:
    """Runs a command against a hub in which api_gateway 1 lives in production."""
    hub = start_hub(database_url)

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", hub.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    run("publish", str(PACT), "-a", "1", "--branch", "main")
    run("record-deployment", "-a", "api_gateway", "-e", "1", "--environment", "production")
    return run


def without(schema: str, field: str, folder: Path) -> str:
    """The specification without a field of a schema."""
    document: dict[str, Any] = deepcopy(json.loads(SPEC.read_text(encoding="utf-8")))
    described = document["components"]["schemas"][schema]
    del described["properties"][field]
    described["required"] = [each for each in described.get("required", []) if each != field]
    file = folder / "new.json"
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return str(file)


def test_who_reads_a_field_is_named_with_the_interaction(told: Run, tmp_path: Path) -> None:
    new = without("SessionData", "total_samples", tmp_path)
    asked = ("--provider", "neural_processor", "--against-environment", "production", "--fail-on", "consumers")
    ran = told("diff", str(SPEC), new, *asked, code=1)
    assert "breaks api_gateway 1 in production: a request for the data of a session: GET /sessions/123/data" in ran.out
    assert "response body $.total_samples" in ran.out

    document = json.loads(told("diff", str(SPEC), new, *asked, "-o", "json", code=1).out)
    (consumer,) = document["changes"][0]["consumers"]
    assert (consumer["name"], consumer["version"], consumer["environment"]) == ("api_gateway", "1", "production")
    assert document["summary"]["deployable"] is False
    assert document["against"]["judged"] == ["api_gateway 1"]


def test_a_break_that_nobody_feels_does_not_fail(told: Run, tmp_path: Path) -> None:
    new = without("Session", "subject", tmp_path)
    asked = ("--provider", "neural_processor", "--fail-on", "consumers")
    ran = told("diff", str(SPEC), new, *asked)
    assert "Used by no consumer contract that was judged" in ran.out
    assert "Breaks no consumer that is known." in ran.out
    told("diff", str(SPEC), new, "--provider", "neural_processor", code=1)
    # Nobody lives in test, so nobody is hurt there.
    other = without("SessionData", "total_samples", tmp_path)
    told("diff", str(SPEC), other, *asked, "--against-environment", "test")


def test_who_has_said_nothing_is_never_counted_as_safe(told: Run, tmp_path: Path) -> None:
    told("create-or-update-version", "-a", "api_gateway", "-e", "2")
    told("record-deployment", "-a", "api_gateway", "-e", "2", "--environment", "production")
    new = without("Session", "subject", tmp_path)
    ran = told("diff", str(SPEC), new, "--provider", "neural_processor", "--fail-on", "consumers", code=3)
    assert "Not known: api_gateway 2 in production has published no contract with neural_processor." in ran.out


def test_a_side_may_be_in_the_hub(told: Run, tmp_path: Path) -> None:
    new = without("SessionData", "total_samples", tmp_path)
    told("publish", "spec", str(SPEC), "--provider", "neural_processor", "--version", "1", "--branch", "main")
    told("record-deployment", "-a", "neural_processor", "-e", "1", "--environment", "production")
    for which in ("", "@1", "@main", "@production", "@environment=production", "@branch=main"):
        ran = told("diff", f"hub:neural_processor{which}", new, code=1)
        assert "[response-required-property-removed]" in ran.out
    ran = told("diff", "hub:neural_processor@nowhere", new, code=3)
    assert "The hub knows no document" in ran.err


def test_questions_that_make_no_sense_are_refused(told: Run, cli: Cli) -> None:
    told("diff", str(SPEC), str(SPEC), "--fail-on", "consumers", code=2)
    told("diff", str(SPEC), str(SPEC), "--against-environment", "production", code=2)
    told("diff", str(SPEC), str(SPEC), "--provider", "nobody", code=3)
    told("diff", str(SPEC), str(SPEC), "--provider", "neural_processor", "--against-environment", "nowhere", code=3)
    assert cli("diff", str(SPEC), str(SPEC), "--provider", "neural_processor").code == 2


def test_a_reader_of_events_is_judged_by_its_own_schema(told: Run, tmp_path: Path) -> None:
    told("publish", "spec", str(EVENTS), "--provider", "distilera", "-e", "1", "--topic", "simulation.events")
    topic = ("--topic", "simulation.events", "--provider", "distilera")
    told("publish", "reader-schema", str(READER), "--consumer", "hoardwell", "-e", "3", *topic)
    told("record-deployment", "-a", "hoardwell", "-e", "3", "--environment", "production")
    schema = json.loads(EVENTS.read_text(encoding="utf-8"))
    read = {each["name"] for each in json.loads(READER.read_text(encoding="utf-8"))["fields"]}
    asked = ("--provider", "distilera", "--fail-on", "consumers", "-o", "json")
    for field in schema["fields"]:
        fields = [each for each in schema["fields"] if each is not field]
        new = tmp_path / EVENTS.name
        new.write_text(json.dumps(schema | {"fields": fields}), encoding="utf-8")
        ran = told("diff", str(EVENTS), str(new), *asked, code=1 if field["name"] in read else 0)
        names = {hit["name"] for change in json.loads(ran.out)["changes"] for hit in change["consumers"]}
        assert names == ({"hoardwell"} if field["name"] in read else set()), field["name"]


def test_main_branches_count_on_request(told: Run, tmp_path: Path) -> None:
    contract = json.loads(PACT.read_text(encoding="utf-8"))
    wanted = [each for each in contract["interactions"] if each["request"]["path"] != "/sessions/123/data"]
    other = tmp_path / "pact.json"
    other.write_text(json.dumps(contract | {"interactions": wanted}), encoding="utf-8")
    told("create-or-update-pacticipant", "--name", "api_gateway", "--main-branch", "main")
    told("publish", str(other), "-a", "2", "--branch", "main")
    told("record-deployment", "-a", "api_gateway", "-e", "2", "--environment", "production")
    told("publish", str(PACT), "-a", "3", "--branch", "main")
    new = without("SessionData", "total_samples", tmp_path)
    asked = ("--provider", "neural_processor", "--fail-on", "consumers")
    told("diff", str(SPEC), new, *asked)
    ran = told("diff", str(SPEC), new, *asked, "--main-branches", code=1)
    assert "breaks api_gateway 3 in main branch" in ran.out
    told("diff", str(SPEC), new, "--main-branches", code=2)


def test_messages_are_judged_by_both_kinds_of_documents(told: Run, tmp_path: Path) -> None:
    pact = ROOT / "pacts" / "hoardwell-distilera.json"
    told("publish", str(pact), "-a", "3", "--branch", "main")
    told("record-deployment", "-a", "hoardwell", "-e", "3", "--environment", "production")
    asked = ("--provider", "distilera", "--fail-on", "consumers", "-o", "json")
    document = ROOT / "specs" / "distilera.asyncapi.yaml"
    for old, read, unread in (
        (EVENTS, '"name": "yield_ml"', '"name": "operator"'),
        (document, "name: yield_ml", "name: operator"),
    ):
        text = old.read_text(encoding="utf-8")
        for part, code, names in ((read, 1, {"hoardwell"}), (unread, 0, set())):
            assert part in text
            new = tmp_path / old.name
            new.write_text(text.replace(part, part.replace("name: ", "name: other_").replace('": "', '": "other_')))
            ran = told("diff", str(old), str(new), *asked, code=code)
            changes = json.loads(ran.out)["changes"]
            found = {(hit["name"], hit["where"]) for change in changes for hit in change["consumers"] if hit["breaks"]}
            assert {name for name, _ in found} == names
            assert all(where.endswith("simulation.events message body $.yield_ml") for _, where in found)


def test_a_schema_that_says_no_topic_is_not_counted_as_safe(told: Run, tmp_path: Path) -> None:
    told("publish", str(ROOT / "pacts" / "hoardwell-distilera.json"), "-a", "3", "--branch", "main")
    told("record-deployment", "-a", "hoardwell", "-e", "3", "--environment", "production")
    text = EVENTS.read_text(encoding="utf-8")
    old, new = tmp_path / "old.avsc", tmp_path / "new.avsc"
    old.write_text(text)
    new.write_text(text.replace('"name": "yield_ml"', '"name": "yields"'))
    asked = ("--provider", "distilera", "--fail-on", "consumers")
    ran = told("diff", str(old), str(new), *asked, code=3)
    assert "say it with --subject" in ran.out
    ran = told("diff", str(old), str(new), *asked, "--subject", "simulation.events-value", code=1)
    assert "breaks hoardwell 3 in production: a simulation was" in ran.out


@pytest.fixture
def compares(cli: Cli, database_url: str, start_hub: Callable[..., LiveHub], comparer: ProcessComparer) -> Run:
    """Runs a command against a hub that compares, with the provider's document of production in it."""
    hub = start_hub(database_url, comparer=comparer)

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", hub.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    run("publish", str(PACT), "-a", "1", "--branch", "main")
    run("record-deployment", "-a", "api_gateway", "-e", "1", "--environment", "production")
    run("publish", "spec", str(SPEC), "--provider", "neural_processor", "-e", "1", "--branch", "main")
    run("record-deployment", "-a", "neural_processor", "-e", "1", "--environment", "production")
    return run


@pytest.mark.parametrize("old", ["hub:neural_processor@1", "hub:neural_processor@production", "hub:neural_processor"])
def test_the_hub_says_the_same_as_the_command_line(compares: Run, tmp_path: Path, old: str) -> None:
    new = without("SessionData", "total_samples", tmp_path)
    asked = ("--provider", "neural_processor", "--against-environment", "production", "-o", "json")

    here, there = (compares("diff", old, new, *asked, *more, code=1).out for more in ((), ("--in-hub",)))

    assert json.loads(there)["changes"]
    assert there == here


def test_annotations_of_the_hubs_answer_name_the_file_that_was_sent(
    compares: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "api").mkdir()
    without("SessionData", "total_samples", tmp_path / "api")
    monkeypatch.chdir(tmp_path)
    (new,) = (each.relative_to(tmp_path).as_posix() for each in (tmp_path / "api").iterdir())

    for form in ("text", "github", "sarif"):
        here, there = (
            compares("diff", "hub:neural_processor@branch=main", new, "-o", form, *more, code=1).out
            for more in ((), ("--in-hub",))
        )
        assert new in there
        assert there == here


def test_versions_in_the_hub_are_compared_there(compares: Run, tmp_path: Path) -> None:
    new = without("Session", "subject", tmp_path)
    compares("publish", "spec", new, "--provider", "neural_processor", "-e", "2", "--branch", "main")
    sides = ("hub:neural_processor@1", "hub:neural_processor@2")

    ran = compares("diff", *sides, "--in-hub", code=1)
    assert "schema Session.subject" in ran.out
    ran = compares("diff", *sides, "--in-hub", "--provider", "neural_processor", "--fail-on", "consumers")
    assert "Breaks no consumer that is known." in ran.out
    assert json.loads(compares("diff", *sides, "--in-hub", "-o", "sarif", code=1).out)["runs"][0]["results"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((str(SPEC), "hub:neural_processor@1"), 2, "OLD side is what the hub has"),
        (("hub:neural_processor@1", "hub:other@1"), 2, "of one provider"),
        (("hub:neural_processor@1", str(SPEC), "--provider", "other"), 2, "of one provider"),
        (("hub:neural_processor@1", str(SPEC), "--ignore", "default"), 2, "the hub judges"),
        (("hub:neural_processor@moon", str(SPEC)), 3, "knows no document"),
        (("hub:neural_processor@1", str(ROOT / "specs" / "missing.json")), 2, "no file or folder"),
        (("hub:neural_processor@1", str(ROOT / "LICENSE"), "--format", "openapi"), 3, "can't be compared"),
    ],
)
def test_what_the_hub_can_not_compare_is_said(compares: Run, arguments: tuple[str, ...], code: int, words: str) -> None:
    assert words in compares("diff", *arguments, "--in-hub", code=code).err
