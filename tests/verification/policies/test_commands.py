"""Rules on the command line: what is switched on where, what a run says of them, and with which exit code it ends."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracthub.cli.main import run
from tests.seeded_bugs.office import create_office
from tests.seeded_bugs.office_tokens import token
from tests.verification.policies.serving import serving

TOKEN = token("ann", "north", "clerk")


@pytest.fixture(scope="module")
def office() -> Iterator[str]:
    with serving(create_office(["foreign-member-read", "page-for-404"])) as url:
        yield url


@pytest.fixture
def verify(office: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("ANN_TOKEN", TOKEN)
    monkeypatch.setenv("BO_TOKEN", token("bo", "south", "clerk"))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run(["verify", "provider", "office", "--provider-base-url", office, *arguments])


SETTINGS = """
[verify.policies]
packs = ["tenants"]
[verify.policies.principals.ann]
tenant = "north"
headers = { Authorization = "Bearer ${ANN_TOKEN}" }
[verify.policies.principals.bo]
tenant = "south"
headers = { Authorization = "Bearer ${BO_TOKEN}" }
"""


def test_a_broken_rule_fails_the_run_with_its_name_and_a_way_to_see_it(
    verify: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "contracthub.toml").write_text(SETTINGS)
    assert verify("--suite", "policies", "--report", "json=report.json,junit=junit.xml,html=report.html") == 1
    out = capsys.readouterr().out
    assert "tenants.read GET /members/{member_id}: failed" in out
    assert "What belongs to ann of north can be read by bo of south: 200." in out
    assert "curl -H 'authorization: [Filtered]'" in out
    written = "".join((tmp_path / name).read_text() for name in ("report.json", "junit.xml", "report.html"))
    assert "tenants.read" in written
    assert TOKEN not in written + out
    assert "errors." not in out


def test_packs_and_rules_that_are_given_win_over_those_of_the_file(
    verify: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "contracthub.toml").write_text(SETTINGS)
    assert verify("--suite", "policies", "--only", "tenants.list") == 0
    assert "tenants.read" not in capsys.readouterr().out
    assert verify("--suite", "policies", "--policy", "errors") == 1
    out = capsys.readouterr().out
    assert "errors.content-type GET /contracthub/there-is-nothing-here: failed" in out
    assert "tenants" not in out


def test_who_names_the_suite_alone_has_the_default_packs(
    verify: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify("--suite", "policies", "--header", f"Authorization: Bearer {TOKEN}") == 1
    out = capsys.readouterr().out
    assert "pagination.ends: passed" in out
    assert "headers.nosniff" not in out
    assert TOKEN not in out


def test_rules_without_their_suite_are_refused(verify: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert verify("--suite", "smoke", "--policy", "errors") == 2
    assert "--policy is for rules: give --suite policies, too." in capsys.readouterr().err


def test_a_finding_of_a_rule_may_be_let_pass_by_a_baseline(
    verify: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "contracthub.toml").write_text(SETTINGS)
    arguments = ("--suite", "policies", "--only", "tenants.read", "--baseline", "known.json")
    assert verify(*arguments, "--update-baseline") == 0
    assert verify(*arguments) == 0
    assert "tenants.read GET /members/{member_id}: known" in capsys.readouterr().out


def test_a_setting_that_makes_no_sense_ends_before_anything_is_asked(
    verify: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, words in (
        (SETTINGS.replace("${BO_TOKEN}", "${NOBODYS_TOKEN}"), "the variable NOBODYS_TOKEN is not set"),
        ("[verify.policies]\nwaiver = []\n", "did you mean waivers?"),
        (
            "[verify.policies]\npacks = ['tenant']\n",
            "contracthub.toml: [verify.policies] packs: there is no pack 'tenant'",
        ),
    ):
        (tmp_path / "contracthub.toml").write_text(text)
        assert verify("--suite", "policies") == 2
        assert words in " ".join(capsys.readouterr().err.split())
    (tmp_path / "contracthub.toml").unlink()
    assert verify("--suite", "policies", "--only", "tenants.lst") == 2
    assert "there is no rule 'tenants.lst'; did you mean tenants.list?" in " ".join(capsys.readouterr().err.split())


def test_a_row_for_an_operation_that_is_not_there_is_a_problem_and_no_verdict(
    verify: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "contracthub.toml").write_text(f'{SETTINGS}\n[verify.policies.roles]\n"GET /nowhere" = ["x"]\n')
    assert verify("--suite", "policies", "--policy", "roles") == 3
    assert "'GET /nowhere': the document has no such operation" in capsys.readouterr().out


def test_settings_are_shown_without_the_credentials_in_them(
    verify: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waiver = '[[verify.policies.waivers]]\nrule = "errors.type"\nuntil = 2030-01-31\n'
    (tmp_path / "contracthub.toml").write_text(SETTINGS.replace("Bearer ${BO_TOKEN}", "Bearer written-down") + waiver)
    assert verify("--suite", "policies", "--show-settings") == 0
    out = capsys.readouterr().out
    assert "Bearer ${ANN_TOKEN}" in out
    assert "written-down" not in out
    assert "2030-01-31" in out
