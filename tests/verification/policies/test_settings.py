"""The table [verify.policies]: what it switches on, what it refuses and in which words, and what is secret."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracthub.cli.suite_options import SUITE_KEYS
from contracthub.verification.policies.rules import DEFAULT_PACKS, Pack, catalogue
from contracthub.verification.policies.settings import KEYS, NotSettings, PolicySettings, settings_from

TODAY = datetime.now(UTC).date()
WAIVER = {"rule": "errors.type", "operation": "*", "owner": "me", "reason": "why", "until": TODAY.isoformat()}


def read(table: Mapping[str, Any]) -> PolicySettings:
    return settings_from({"packs": ["errors"], **table}, catalogue())


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"packs": ["erors"]}, "there is no pack 'erors'; did you mean errors?"),
        ({"only": ["errors.typ"]}, "there is no rule 'errors.typ'; did you mean errors.type?"),
        ({"least_severity": "worst"}, "there is no severity 'worst'"),
        ({"unsafe_methods": "yes"}, "unsafe-methods must be true or false"),
        ({"most_items": 0}, "most-items must be a whole number above 0"),
        ({"packs": "errors", "examples": ["x"]}, "examples must be a table"),
        ({"pagination": {"sizes": "x"}}, "[verify.policies.pagination] has no setting sizes; did you mean size?"),
        ({"principals": {"ada": "x"}}, "[verify.policies.principals.ada] must be a table"),
        ({"principals": {"ada": {"header": {}}}}, "has no setting header; did you mean headers?"),
        (
            {"principals": {"ada": {"headers": {"X": "${NOT_THERE}"}}}},
            "the variable NOT_THERE is not set",
        ),
        ({"principals": {"ada": {"headers": {"X": "a\r\nb: c"}}}}, "holds characters that no header can have"),
        ({"as": "ada"}, "there is no [verify.policies.principals.ada]"),
        ({"waivers": {}}, "[[verify.policies.waivers]] must be a list of tables"),
        ({"waivers": [{**WAIVER, "owner": " "}]}, "1: owner must be a text that says something"),
        ({"waivers": [WAIVER, {**WAIVER, "rule": "errors.no"}]}, "2: there is no rule 'errors.no'"),
        ({"waivers": [{**WAIVER, "until": "soon"}]}, "1: until must be a day written as 2027-01-31"),
        ({"waivers": [{**WAIVER, "until": "9999-12-31"}]}, "1: until is more than 366 days ahead"),
        ({"waivers": [{**WAIVER, "for": "ever"}]}, "1: there is no setting for"),
    ],
)
def test_what_makes_no_sense_is_named(table: Mapping[str, Any], words: str) -> None:
    with pytest.raises(NotSettings) as told:
        read(table)
    assert words in str(told.value)


def test_packs_are_switched_on_by_name_by_default_and_all_together() -> None:
    assert read({"packs": ["tenants, errors"]}).packs == (Pack.ERRORS, Pack.TENANTS)
    assert set(read({"packs": ["default", "roles"]}).packs) == {*DEFAULT_PACKS, Pack.ROLES}
    assert read({"packs": ["all"]}).packs == tuple(Pack)


def test_single_rules_are_run_without_the_rest_of_their_pack() -> None:
    chosen = read({"only": ["errors.type"]})
    assert [each.id for each in catalogue().values() if chosen.wants(each)] == ["errors.type"]


def test_what_variables_hold_and_what_credentials_are_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADA_TOKEN", "very-secret")
    headers = {"Authorization": "Bearer ${ADA_TOKEN}", "X-Api-Key": "written-down", "X-Tenant": "acme"}
    found = read({"principals": {"ada": {"headers": headers}}, "authentication": {"expired_token": "${ADA_TOKEN}"}})
    assert dict(found.principals[0].headers)["Authorization"] == "Bearer very-secret"
    assert set(found.secrets) == {"Bearer very-secret", "very-secret", "written-down"}
    assert found.table("authentication")["expired-token"] == "very-secret"


def test_a_waiver_covers_its_rule_or_pack_in_its_operation_or_everywhere() -> None:
    one, pack = read({"waivers": [{**WAIVER, "operation": "GET /a"}, {**WAIVER, "rule": "tenants.*"}]}).waivers
    assert one.covers("errors.type", "GET /a")
    assert not one.covers("errors.type", "GET /b")
    assert not one.covers("errors.title", "GET /a")
    assert pack.covers("tenants.read", "GET /b")
    assert not pack.covers("errors.type", "GET /b")


def test_a_waiver_counts_on_its_last_day_and_not_after_it() -> None:
    last, over = read(
        {"waivers": [WAIVER, {**WAIVER, "until": TODAY - timedelta(days=1)}]}  # TOML has days of its own
    ).waivers
    assert not last.is_over(TODAY)
    assert over.is_over(TODAY)


def test_every_rule_has_its_words_and_every_pack_has_rules() -> None:
    rules = catalogue()
    assert {each.pack for each in rules.values()} == set(Pack)
    for each in rules.values():
        assert each.sentence.endswith(".")
        assert each.mending.endswith(".")
        assert each.title
        assert not each.title.endswith(".")


def test_the_command_knows_the_settings_that_the_suite_knows() -> None:
    assert set(SUITE_KEYS["policies"]) == set(KEYS)
