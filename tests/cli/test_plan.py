"""`contracthub plan` on the command line: how versions are named, and the four exit codes."""

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub

WEB = ("plan", "--to-environment", "production", "-a", "web", "-e", "1")
STEP = {"versions": [{"pacticipant": "web", "version": "1"}], "because": []}
BLOCKED = {
    "possible": False,
    "steps": [],
    "decision": {
        "deployable": None,
        "blocking": [0],
        "verdicts": [
            {
                "consumer": {"name": "web", "version": "1"},
                "provider": {"name": "orders", "version": "2"},
                "verdict": "NEVER_VERIFIED",
                "fact": "Nobody knows.",
                "remedy": {"text": "Verify it.", "command": "contracthub verify provider orders"},
            }
        ],
    },
}


def test_each_version_goes_with_its_name(cli: Cli, hub: StubHub) -> None:
    steps = [{"versions": [{"pacticipant": "a b", "version": "2", "applicationInstance": "blue"}]}, STEP]
    steps[0]["because"] = [{"first": "x", "then": "a b", "fact": "It was so."}] * 2
    hub.answer("POST", "/api/v1/plan", {"possible": True, "steps": steps})
    ran = cli(*WEB, "-a", "a b", "-e", "2", "--application-instance", "blue", "-b", hub.url)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "A safe order of deployments to production:",
        "  1. a b 2",
        "     because: It was so.",
        (
            "       $ contracthub record-deployment --pacticipant 'a b' --version 2 --environment production"
            " --application-instance blue"
        ),
        "  2. web 1",
        "       $ contracthub record-deployment --pacticipant web --version 1 --environment production",
    ]
    assert hub.asked[-1].document == {
        "environment": "production",
        "versions": [
            {"pacticipant": "web", "version": "1"},
            {"pacticipant": "a b", "version": "2", "applicationInstance": "blue"},
        ],
    }


def test_no_order_is_a_no_with_what_blocks(cli: Cli, hub: StubHub) -> None:
    hub.answer("POST", "/api/v1/plan", BLOCKED)
    ran = cli(*WEB, "-b", hub.url)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "There is no safe order in which these can be deployed to production.",
        "",
        "What blocks:",
        "  1. Nobody knows.",
        "     Verify it.",
        "       $ contracthub verify provider orders",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--to-environment", "production"),
        ("plan", "--to-environment", " ", "-a", "web", "-e", "1"),
        ("plan", "--to-environment", "production", "-a", "web"),
        ("plan", "--to-environment", "production", "-e", "1", "-a", "web"),
        (*WEB, "-e", "2"),
        (*WEB, "--application-instance", "x", "--application-instance", "y"),
        (*WEB, "-a", " ", "-e", "1"),
        (*WEB, "-a", "orders", "-e", ""),
    ],
)
def test_what_belongs_to_what_is_not_guessed(cli: Cli, hub: StubHub, arguments: tuple[str, ...]) -> None:
    assert cli(*arguments, "-b", hub.url).code == 2
    assert hub.asked == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"possible": "yes", "steps": [STEP]},
        {"possible": True, "steps": []},
        {"possible": False, "steps": [STEP]},
        {"possible": True, "steps": [{"versions": []}]},
        {"possible": True, "steps": [{"versions": ["web"]}]},
    ],
)
def test_what_is_no_plan_is_never_a_way(cli: Cli, hub: StubHub, document: object) -> None:
    hub.answer("POST", "/api/v1/plan", document)
    assert cli(*WEB, "-b", hub.url).code == 3


def test_another_broker_makes_no_plans(cli: Cli, hub: StubHub) -> None:
    ran = cli(*WEB, "-b", hub.url)
    assert (ran.code, "makes no plans" in ran.err) == (3, True)
