"""Options that all commands have: how to be let in, what is told, which certificates count."""

import ssl

import pytest

from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub, stub_hub

LIST = "list-environments"


@pytest.fixture(autouse=True)
def _environments(hub: StubHub) -> None:
    hub.answer("GET", "/environments", {"_embedded": {"environments": []}})


def sent(hub: StubHub) -> set[str | None]:
    return {one.headers.get("authorization") for one in hub.asked}


@pytest.mark.parametrize(
    ("arguments", "authorization"),
    [
        (["-u", "me", "-p", "pass"], "Basic bWU6cGFzcw=="),
        (["-k", "token\n"], "Bearer token"),
        (["--custom-header", "Authorization: Other x"], "Other x"),
        ([], None),
    ],
)
def test_credentials_go_with_every_request(
    cli: Cli, hub: StubHub, arguments: list[str], authorization: str | None
) -> None:
    assert cli(LIST, *arguments, "-b", hub.url).code == 0
    assert sent(hub) == {authorization}


@pytest.mark.parametrize("prefix", ["CONTRACTHUB", "PACT_BROKER"])
def test_credentials_from_the_environment(cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    for name, value in (("BASE_URL", hub.url), ("USERNAME", "me"), ("PASSWORD", "pass")):
        monkeypatch.setenv(f"{prefix}_{name}", value)
    assert (cli(LIST).code, sent(hub)) == (0, {"Basic bWU6cGFzcw=="})


def test_verbose_tells_each_request_and_no_secret(cli: Cli, hub: StubHub) -> None:
    secret = "s3cretToken"
    hub.answer("GET", f"/environments/{secret}", {"uuid": "1"})
    ran = cli("describe-environment", "--uuid", secret, "-k", secret, "-v", "-b", hub.url)
    assert (ran.code, ran.err) == (0, f"GET {hub.url}/: 200\nGET {hub.url}/environments/***: 200\n")
    assert cli(LIST, "-b", hub.url).err == ""


@pytest.mark.parametrize(
    "variable", ["CONTRACTHUB_DISABLE_SSL_VERIFICATION", "PACT_DISABLE_SSL_VERIFICATION", "SSL_SKIP_VERIFICATION"]
)
def test_certificates_count_unless_told_otherwise(cli: Cli, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    modes = []
    original = ssl.create_default_context

    def noticed(*, cafile: str | None) -> ssl.SSLContext:
        modes.append(original(cafile=cafile))
        return modes[-1]

    monkeypatch.setattr(ssl, "create_default_context", noticed)
    for value, trusted in (("", False), ("false", False), ("true", True), ("1", True)):
        monkeypatch.setenv(variable, value)
        with stub_hub() as plain:
            # A port that speaks no TLS: what counts is what the client would have accepted.
            assert cli(LIST, "--retries", "0", "-b", plain.url.replace("http:", "https:")).code == 3
        assert (modes[-1].verify_mode is ssl.CERT_NONE) is trusted
    monkeypatch.setenv(variable, "perhaps")
    assert cli(LIST, "-b", "https://localhost").code == 2


@pytest.mark.parametrize("form", ["text", "table", "pretty"])
def test_the_words_of_other_command_lines_for_people(cli: Cli, hub: StubHub, form: str) -> None:
    hub.answer("GET", "/pacts/latest", {"pacts": []})
    assert cli("list-latest-pact-versions", "-o", form, "-b", hub.url).out == "There are no pacts.\n"
    assert cli("list-latest-pact-versions", "-o", "yaml", "-b", hub.url).code == 2


def test_options_that_change_no_answer_are_taken(cli: Cli, hub: StubHub) -> None:
    taken = ("--log-level", "debug", "--ssl-trust-store", "true", "--enable-otel", "--otel-exporter", "stdout")
    assert cli(LIST, *taken, "-b", hub.url).code == 0


def test_a_generated_uuid_is_new_each_time(cli: Cli) -> None:
    first, second = cli("generate-uuid"), cli("generate-uuid")
    assert (first.code, len(first.out), first.out == second.out) == (0, 37, False)


def test_the_version_is_a_command_too(cli: Cli) -> None:
    assert cli("version").out.strip() == cli("--version").out.removeprefix("contracthub ").strip()
