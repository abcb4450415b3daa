"""What of the settings of rule packs is kept, and what is refused."""

from typing import Any

import pytest

from contracthub.domain.rule_packs import PACKS, SETS, TABLES, faults_of_settings
from contracthub.verification.policies import settings as of_the_verifier
from contracthub.verification.policies.rules import Pack

WAIVER = {"rule": "errors.*", "operation": "GET /", "owner": "ada", "reason": "later", "until": "2030-01-31"}


@pytest.mark.parametrize(
    ("settings", "pointer", "told"),
    [
        ({"principals": {"ada": {"headers": {"Authorization": "x"}}}}, "/principals", "contracthub.toml"),
        ({"unsafe-methods": True}, "/unsafe-methods", "contracthub.toml"),
        ({"authentication": {"expired-token": "x"}}, "/authentication/expired-token", "contracthub.toml"),
        ({"health": {"path": "/${SECRET}"}}, "/health/path", "variable"),
        ({"errors": {"schema": "/etc/passwd"}}, "/errors/schema", "files are not kept"),
        ({"errors": {"stile": "problem"}}, "/errors/stile", "there are members, schema, style"),
        ({"errors": "problem"}, "/errors", "must be an object"),
        ({"packs": ["default", "eror"]}, "/packs/1", "must be of default, all, errors"),
        ({"packs": "all"}, "/packs", "must be of"),
        ({"only": ["errors"]}, "/only/0", "names of rules"),
        ({"only": ["other.style"]}, "/only/0", "names of rules"),
        ({"least-severity": "grave"}, "/least-severity", "one of high, medium, low"),
        ({"most-items": 0}, "/most-items", "whole number"),
        ({"most-items": True}, "/most-items", "whole number"),
        ({"leave-out": [1]}, "/leave-out/0", "list of texts"),
        ({"examples": {"id": [1]}}, "/examples", "a text or a number"),
        ({"examples": {"id": 10**30}}, "/examples/id", "beyond"),
        ({"roles": {"GET /": "clerk"}}, "/roles/GET ~1", "list of roles"),
        ({"waivers": [{**WAIVER, "until": "soon"}]}, "/waivers/0/until", "a day"),
        ({"waivers": [{**WAIVER, "rule": "everything"}]}, "/waivers/0/rule", "must be a rule"),
        ({"waivers": [{"rule": "errors.*"}]}, "/waivers/0", "must have rule"),
        ({"leave-out": ["a\u0000b"]}, "/leave-out/0", "nobody can see"),
        ({"leave-out": ["a" * 501]}, "/leave-out/0", "longer than"),
        ({"other": 1}, "/other", "is not known"),
    ],
)
def test_what_can_not_be_kept_is_refused_with_its_place(settings: dict[str, Any], pointer: str, told: str) -> None:
    found = [*faults_of_settings(settings)]
    assert any(each.pointer == pointer and told in each.text for each in found), found


def test_what_can_be_kept_is_no_fault() -> None:
    settings = {
        "packs": [*PACKS, *SETS],
        "only": ["errors.style"],
        "least-severity": "low",
        "most-items": 10,
        "leave-out": ["POST /reset"],
        "examples": {"id": "a", "n": 1},
        "waivers": [WAIVER],
        "roles": {"*": ["clerk"]},
        "errors": {"style": "schema", "schema": "#/components/schemas/Error"},
        "rate-limits": {"operation": "GET /", "params": {"a": "b"}},
    }
    assert [*faults_of_settings(settings)] == []


def test_packs_and_settings_are_those_that_a_verifier_knows() -> None:
    assert tuple(each.value for each in Pack) == PACKS
    known = of_the_verifier._TABLES
    assert {name: set(keys) - {"expired-token"} for name, keys in known.items()} == {
        name: set(keys) for name, keys in TABLES.items()
    }
