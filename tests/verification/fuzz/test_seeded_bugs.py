"""Bugs that only what consumers send leads to are found by name, and the clean twin has none."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from contracthub.domain.findings import Finding
from contracthub.formats.pact.parse import parse
from contracthub.verification.fuzz.exchanges import exchanges_in
from contracthub.verification.fuzz.job import Exchange, FuzzJob
from contracthub.verification.fuzz.messages import Found, Said
from contracthub.verification.fuzz.process import messages_of
from tests.seeded_bugs.bugs import BUGS, NAMES, Reach, Sight, found_by, hurting
from tests.seeded_bugs.graphql_api import SDL
from tests.seeded_bugs.pacts import write_pacts

ROOT = Path(__file__).resolve().parents[3]
OF_REST = {bug.name for bug in BUGS if "." not in bug.operation}


@contextmanager
def bookshop(*arguments: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.seeded_bugs", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().removeprefix("listening on ").strip()
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def buggy() -> Iterator[str]:
    with bookshop("--all") as url:
        yield url


@pytest.fixture(scope="module")
def clean() -> Iterator[str]:
    with bookshop() as url:
        yield url


@pytest.fixture
def exchanges(tmp_path: Path) -> tuple[Exchange, ...]:
    return tuple(each for file in write_pacts(tmp_path) for each in exchanges_in(parse(Path(file).read_bytes())))


def rest_job(url: str, exchanges: tuple[Exchange, ...]) -> FuzzJob:
    return FuzzJob(
        kind="openapi",
        document=httpx.get(f"{url}/openapi.json").text,
        base_url=url,
        root_url=url,
        seconds=40,
        seed=7,
        state_url=f"{url}/_pact/provider-states",
        state_teardown=True,
        exchanges=exchanges,
        phases=(),
    )


def few(url: str) -> str:
    """The document with a few of its operations: the deterministic phase ends by itself, and soon."""
    document = httpx.get(f"{url}/openapi.json").json()
    kept = ("/search", "/stock/{sku}", "/reports/sales", "/returns")
    return json.dumps({**document, "paths": {path: document["paths"][path] for path in kept}})


def graphql_job(url: str, exchanges: tuple[Exchange, ...]) -> FuzzJob:
    return replace(rest_job(url, exchanges), kind="graphql", document=SDL, base_url=f"{url}/graphql")


def findings(job: FuzzJob) -> dict[str, Finding]:
    messages = list(messages_of(job, time.monotonic() + 60))
    assert [each.text for each in messages if isinstance(each, Said)] == []
    return {each.finding.fingerprint: each.finding for each in messages if isinstance(each, Found)}


def names_in(found: dict[str, Finding]) -> set[str]:
    return set(found_by(Sight(each.operation, each.code, each.status_code) for each in found.values()))


def test_there_are_enough_bugs_and_half_of_them_only_consumers_reach() -> None:
    by_consumers = [bug for bug in BUGS if bug.reach is Reach.CONSUMERS]
    assert len(BUGS) >= 32
    assert len(by_consumers) * 2 >= len(BUGS)
    assert len(set(NAMES)) == len(BUGS)
    assert len({(bug.operation, bug.codes, bug.status) for bug in BUGS}) == len(BUGS)


def test_what_consumers_send_leads_to_every_bug_over_rest_that_only_it_reaches(
    buggy: str, exchanges: tuple[Exchange, ...]
) -> None:
    found = findings(rest_job(buggy, exchanges))
    wanted = {bug.name for bug in BUGS if bug.reach is Reach.CONSUMERS} & OF_REST
    assert wanted <= names_in(found)
    coupon = next(each for each in found.values() if (each.operation, each.status_code) == ("POST /orders", 500))
    assert coupon.consumers == ("shop_web",)
    assert coupon.request is not None
    # What is left of the consumer's request is what it takes.
    assert coupon.request["body"]["coupon"] == "WELCOME10"
    assert coupon.request["headers"] == {"Content-Type": "application/json"}
    stock = next(each for each in found.values() if (each.operation, each.code) == ("GET /stock/{sku}", "ST101"))
    assert "berlin-3" in stock.curl
    assert stock.consumers == ("warehouse",)


def test_what_consumers_ask_leads_to_every_bug_over_graphql_that_only_it_reaches(
    buggy: str, exchanges: tuple[Exchange, ...]
) -> None:
    found = findings(graphql_job(buggy, exchanges))
    assert {bug.name for bug in BUGS if bug.reach is Reach.CONSUMERS} - OF_REST <= names_in(found)
    assert {consumer for each in found.values() for consumer in each.consumers} == {"reading_app"}


def test_without_what_consumers_send_none_of_these_is_found(buggy: str) -> None:
    found = findings(replace(rest_job(buggy, ()), phases=("coverage",), document=few(buggy), seconds=90))
    assert names_in(found)
    assert not {bug.name for bug in BUGS if bug.reach is Reach.CONSUMERS} & names_in(found)


def test_the_clean_twin_gives_no_alarm(clean: str, exchanges: tuple[Exchange, ...]) -> None:
    assert [each.message for each in findings(rest_job(clean, exchanges)).values()] == []
    assert [each.message for each in findings(graphql_job(clean, exchanges)).values()] == []
    rest = replace(rest_job(clean, ()), phases=("coverage",), document=few(clean), seconds=90)
    assert [each.message for each in findings(rest).values()] == []


def test_the_same_faults_have_the_same_names_on_another_port_and_with_another_seed(
    buggy: str, exchanges: tuple[Exchange, ...]
) -> None:
    with bookshop("--bug", "coupon-crash", "--bug", "stock-without-reserved") as other:
        few = findings(replace(rest_job(other, exchanges), seed=99))
    assert set(few) <= set(findings(rest_job(buggy, exchanges)))
    assert names_in(few) == {"coupon-crash", "stock-without-reserved"}


def test_bugs_that_hurt_are_those_of_what_a_consumer_uses() -> None:
    assert "coupon-crash" in hurting(NAMES)
    assert "invoice-cut-short" not in hurting(NAMES)


def test_a_job_survives_the_pipe(exchanges: tuple[Exchange, ...]) -> None:
    from contracthub.verification.fuzz.job import job_from_json

    job = FuzzJob(kind="openapi", document="{}", base_url="http://a", root_url="http://a", exchanges=exchanges)
    assert job_from_json(job.to_json()) == job
    assert json.loads(job.to_json())["kind"] == "openapi"


def test_a_request_that_takes_a_provider_state_is_made_smaller_from_that_state(
    exchanges: tuple[Exchange, ...],
) -> None:
    with bookshop("--bug", "pay-by-voucher") as url:
        (found,) = findings(rest_job(url, exchanges)).values()
    assert found.operation == "POST /orders/{order_id}/pay"
    assert found.request is not None
    assert found.request["body"] == {"method": "voucher"}
    assert "In the provider state: an order is open" in found.message
