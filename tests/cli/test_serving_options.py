"""The settings of a hub: what is typed, what is set, what the Pact Broker's image calls it, and what is refused."""

import io
import re
from pathlib import Path

import click
import pytest

from contracthub.cli.serve import command
from contracthub.cli.serving_options import SETTINGS
from contracthub.cli.serving_settings import settings_from
from contracthub.domain.access import Role
from contracthub.services.hub import Rules
from contracthub.web.settings import Settings
from tests.cli.conftest import Cli
from tests.outbound.certificates import needs_openssl, self_signed
from tests.repo import tree

CONFIGURATION = (tree.ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`CONTRACTHUB_.*?) \| ?(.*?) \| (`--.*?) \|", CONFIGURATION, flags=re.MULTILINE)


def settings(*arguments: str) -> Settings:
    """The settings that a command line makes, with the variables of the moment."""
    given = command.make_context("serve", list(arguments)).params
    return settings_from({name: value for name, value in given.items() if name not in {"host", "port", "database_url"}})


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_nothing_set_is_what_a_hub_without_settings_does() -> None:
    assert settings() == Settings()
    assert settings().rules == Rules()


def test_options_variables_and_documentation_agree() -> None:
    documented = {
        variable: (
            options,
            [name for name in quoted(broker) if name.startswith("PACT_BROKER_") and not name.endswith("__")],
        )
        for first, broker, option in ROWS
        for variable, options in [(quoted(first)[0], quoted(option))]
    }
    shown = [each for each in SETTINGS if isinstance(each, click.Option) and not each.hidden]
    offered = {}
    for each in shown:
        ours, *broker = [each.envvar] if isinstance(each.envvar, str) else list(each.envvar or ())
        negations = [] if any("--no-" in name for name in each.secondary_opts) else each.secondary_opts
        offered[ours] = ([*each.opts, *negations], broker)
    assert {name: documented.get(name) for name in offered} == offered


def test_every_variable_of_ours_is_the_options_name_in_capitals() -> None:
    for each in SETTINGS:
        names = [each.envvar] if isinstance(each.envvar, str) else list(each.envvar or ())
        assert names[0] == f"CONTRACTHUB_{each.opts[0].removeprefix('--').replace('-', '_').upper()}"


def test_the_address_that_clients_are_given_is_not_that_of_a_hub_in_the_same_shell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PACT_BROKER_BASE_URL", "https://production.example")
    assert settings().public_urls == ()
    monkeypatch.setenv("PACT_BROKER_DATABASE_URL", "sqlite:///hub.sqlite3")
    assert settings().public_urls == ("https://production.example",)


def test_the_environment_of_an_existing_container_works(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": "sqlite:///hub.sqlite3",
        "BASE_URL": "https://one.example http://two.example/broker/",
        "BASIC_AUTH_USERNAME": "admin",
        "BASIC_AUTH_PASSWORD": "a:b",
        "BASIC_AUTH_READ_ONLY_USERNAME": "guest",
        "BASIC_AUTH_READ_ONLY_PASSWORD": "look",
        "PUBLIC_HEARTBEAT": "true",
        "ENABLE_PUBLIC_BADGE_ACCESS": "true",
        "USE_FIRST_TAG_AS_BRANCH": "false",
        "AUTO_DETECT_MAIN_BRANCH": "false",
        "CREATE_DEPLOYED_VERSIONS_FOR_TAGS": "false",
        "CHECK_FOR_POTENTIAL_DUPLICATE_PACTICIPANT_NAMES": "false",
        "ALLOW_DANGEROUS_CONTRACT_MODIFICATION": "true",
        "VERIFIED_BY_OTHER_BRANCH_LOOKBACK_DAYS": "7",
        "WEBHOOK_SCHEME_WHITELIST": "http https",
        "WEBHOOK_HTTP_METHOD_WHITELIST": "post get",
        "WEBHOOK_HOST_WHITELIST": r"ci.example *.inner.example /^a{1,2}\.example$/ 10.0.0.0/8",
        "WEBHOOK_RETRY_SCHEDULE": "1 2.5",
        "WEBHOOK_HTTP_CODE_SUCCESS": "200 418",
        "DISABLE_SSL_VERIFICATION": "true",
        "BADGE_PROVIDER_MODE": "redirect",
        "SHIELDS_IO_BASE_URL": "https://shields.example/",
        "ORDER_VERSIONS_BY_DATE": "true",
        "USE_CASE_SENSITIVE_RESOURCE_NAMES": "true",
        "DYNAMIC_WIP_WINDOW": "",
    }.items():
        monkeypatch.setenv(f"PACT_BROKER_{name}", value)
    made = settings()
    assert made.public_urls == ("https://one.example", "http://two.example/broker")
    assert [(each.name, each.role) for each in made.access.accounts] == [("admin", Role.WRITE), ("guest", Role.READ)]
    assert made.access.account(b"admin:a:b") == made.access.accounts[0]
    assert (made.access.public_read, made.access.public_heartbeat, made.access.public_badges) == (False, True, True)
    rules, webhooks = made.rules, made.rules.webhooks
    assert rules.main_branch_candidates == ()
    assert rules.use_first_tag_as_branch_seconds < 0
    assert (rules.create_deployed_versions_for_tags, rules.check_for_similar_names) == (False, False)
    assert (rules.allow_changed_contracts, rules.other_branch_lookback_days) == (True, 7)
    assert (webhooks.schemes, webhooks.methods) == (("http", "https"), ("POST", "GET"))
    assert webhooks.hosts == ("ci.example", "*.inner.example", r"/^a{1,2}\.example$/", "10.0.0.0/8")
    assert (webhooks.retry_seconds, webhooks.success_statuses) == ((1, 2.5), (200, 418))
    assert not webhooks.verify_tls
    assert made.shields_url == "https://shields.example"


def test_the_first_attempt_waits_as_long_as_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().rules.webhooks.first_delay_seconds == 5
    monkeypatch.setenv("CONTRACTHUB_WEBHOOK_FIRST_DELAY", "0.5")
    assert settings().rules.webhooks.first_delay_seconds == 0.5


def test_ours_win_over_the_images_and_what_is_typed_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_BROKER_MAIN_BRANCH_CANDIDATES", "theirs")
    assert settings().rules.main_branch_candidates == ("theirs",)
    monkeypatch.setenv("CONTRACTHUB_MAIN_BRANCH_CANDIDATES", "ours, trunk")
    assert settings().rules.main_branch_candidates == ("ours", "trunk")
    assert settings("--main-branch-candidates", "typed").rules.main_branch_candidates == ("typed",)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CONTRACTHUB_PORT", "http"),
        ("PACT_BROKER_PORT", "70000"),
        ("PACT_BROKER_BASE_URLS", "hub.example.org"),
        ("CONTRACTHUB_PUBLIC_URL", "https://hub.example.org/?a=b"),
        ("PACT_BROKER_ALLOW_PUBLIC_READ", "perhaps"),
        ("CONTRACTHUB_TOKENS", "ci:write:secret"),
        ("CONTRACTHUB_TOKENS", " ,\n"),
        ("CONTRACTHUB_WEBHOOK_FIRST_DELAY", "soon"),
        ("CONTRACTHUB_WEBHOOK_FIRST_DELAY", "nan"),
        ("CONTRACTHUB_WEBHOOK_FIRST_DELAY", "-1"),
        ("PACT_BROKER_USE_FIRST_TAG_AS_BRANCH_TIME_LIMIT", "nan"),
        ("PACT_BROKER_VERIFIED_BY_OTHER_BRANCH_LOOKBACK_DAYS", "-1"),
        ("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "ftp"),
        ("PACT_BROKER_WEBHOOK_HTTP_METHOD_WHITELIST", "PO-ST"),
        ("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "ci.example /(/"),
        ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "10 soon"),
        ("PACT_BROKER_WEBHOOK_RETRY_SCHEDULE", "inf"),
        ("PACT_BROKER_WEBHOOK_HTTP_CODE_SUCCESS", "2xx"),
        ("CONTRACTHUB_WEBHOOK_CERTIFICATES", "/no/such/file.pem"),
        ("PACT_BROKER_WEBHOOK_CERTIFICATES__0__CONTENT", "-----BEGIN CERTIFICATE-----\nx"),
        ("PACT_BROKER_BADGE_PROVIDER_MODE", "sometimes"),
        ("PACT_BROKER_SHIELDS_IO_BASE_URL", "javascript:alert(1)"),
        ("PACT_BROKER_DATABASE_PORT", "x"),
        ("PACT_BROKER_DATABASE_ADAPTER", "mysql2"),
        ("PACT_BROKER_ORDER_VERSIONS_BY_DATE", "false"),
        ("PACT_BROKER_USE_CASE_SENSITIVE_RESOURCE_NAMES", "false"),
        ("PACT_BROKER_BASE_EQUALITY_ONLY_ON_CONTENT_THAT_AFFECTS_VERIFICATION_RESULTS", "false"),
        ("PACT_BROKER_DYNAMIC_WIP_WINDOW", "true"),
        ("CONTRACTHUB_BASIC_AUTH_USERNAME", "only-a-name"),
        ("CONTRACTHUB_BASIC_AUTH_READ_ONLY_PASSWORD", "only-a-password"),
    ],
)
def test_a_value_that_cannot_be_is_told_with_its_variable(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv("PACT_BROKER_DATABASE_HOST", "127.0.0.1")
    monkeypatch.setenv(variable, value)
    ran = cli("serve")
    assert (ran.code, variable in ran.err) == (2, True), ran.err


def test_a_secret_in_a_wrong_place_is_not_repeated(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACTHUB_TOKENS", "ci:write:hunter2hunter2")
    assert "hunter2" not in cli("serve").err


def test_a_hub_that_nobody_can_write_to_does_not_start(cli: Cli) -> None:
    ran = cli("serve", "--basic-auth-read-only-username", "guest", "--basic-auth-read-only-password", "x")
    assert (ran.code, "Nobody could write" in ran.err) == (2, True)


def test_what_is_typed_wrongly_is_told_by_its_option(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACTHUB_PORT", "1")
    ran = cli("serve", "--port", "x")
    assert (ran.code, "'--port'" in ran.err, "CONTRACTHUB_PORT" in ran.err) == (2, True, False)


@pytest.mark.parametrize(
    ("parts", "url"),
    [
        ({}, "sqlite:///contracthub.sqlite3"),
        (
            {"HOST": "db", "NAME": "pacts", "USERNAME": "u@x", "PASSWORD": "p/:w", "SSLMODE": "require"},
            "postgresql://u%40x:p%2F%3Aw@db:5432/pacts?sslmode=require",
        ),
        ({"NAME": "pacts", "PORT": "5433", "ADAPTER": "postgres"}, "postgresql://localhost:5433/pacts"),
        ({"ADAPTER": "sqlite", "NAME": "/data/hub.sqlite3"}, "sqlite:////data/hub.sqlite3"),
    ],
)
def test_a_database_described_in_parts(monkeypatch: pytest.MonkeyPatch, parts: dict[str, str], url: str) -> None:
    for name, value in parts.items():
        monkeypatch.setenv(f"PACT_BROKER_DATABASE_{name}", value)
    assert command.make_context("serve", []).params["database_url"] == url
    monkeypatch.setenv("PACT_BROKER_DATABASE_URL", "postgresql://whole/url")
    assert command.make_context("serve", []).params["database_url"] == "postgresql://whole/url"


@needs_openssl
def test_certificates_come_as_text_and_as_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = self_signed(tmp_path, "ca.example")
    pem = file.read_text()
    monkeypatch.setenv("CONTRACTHUB_WEBHOOK_CERTIFICATES", pem.replace("\n", "\\n"))
    monkeypatch.setenv("PACT_BROKER_WEBHOOK_CERTIFICATES__0__PATH", str(file))
    monkeypatch.setenv("PACT_BROKER_WEBHOOK_CERTIFICATES__0__DESCRIPTION", "ours")
    text = settings().rules.webhooks.ca_certificates
    assert text is not None
    assert text.count("-----BEGIN CERTIFICATE") == 2


def test_help_tells_the_settings_by_group(cli: Cli) -> None:
    titles = re.findall(r"^([A-Z][a-z ]+):$", cli("serve", "--help").out, flags=re.MULTILINE)
    assert titles == ["Address and database", "Access", "Behaviour", "Webhooks", "Checks", "Badges", "Options"]


def test_a_token_is_made_and_an_existing_one_is_taken(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = cli("token", "ci", "--role", "read")
    entry, secret = (line.partition(":")[2].strip() for line in ran.out.splitlines())
    made = settings("--tokens", f"{entry} {cli('token', 'w').out.split()[3]}")
    found = made.access.token(secret.encode())
    assert found is not None
    assert (found.name, found.role) == ("ci", Role.READ)


@pytest.mark.parametrize("arguments", [["a name"], ["ci", "--role", "admin"], ["ci", "--stdin"]])
def test_a_token_that_cannot_be_is_a_usage_error(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert cli("token", *arguments).code == 2
