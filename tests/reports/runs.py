"""A run with a check of every kind, and runs that hypothesis draws."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from contracthub.domain.findings import Finding
from contracthub.domain.verification_reports import Mismatch, PublicationStatus
from contracthub.domain.verification_runs import Check, CheckStatus, RunReport, Suite, SuiteRun

FINDING = Finding(
    fingerprint="00ff",
    operation="GET /orders/{id}",
    check="not_a_server_error",
    code="ST101",
    title="Server error",
    message="The provider answered 500 Internal Server Error.",
    curl="curl -X GET 'http://localhost:8080/orders/0'",
    status_code=500,
    consumers=("web", "app"),
)
LOST = Mismatch("body", "$.total", "expected an integer, got nothing", "12", None)
CONTRACTS = SuiteRun(
    suite=Suite.CONTRACTS,
    checks=(
        Check(
            suite=Suite.CONTRACTS,
            name="a request for an order",
            status=CheckStatus.PASSED,
            consumer="web",
            consumer_version="3",
            operation="GET /orders/{id}",
            status_code=200,
            provider_states=("an order exists", "and is paid"),
            milliseconds=12.5,
            uses=("$.id", "$.total"),
            notes=("The state 'an order exists' was solved by POST /orders.",),
        ),
        Check(
            suite=Suite.CONTRACTS,
            name="a request for <b>all</b> orders",
            status=CheckStatus.FAILED,
            consumer="app",
            operation="GET /orders",
            status_code=200,
            mismatches=(LOST,),
            milliseconds=3.25,
        ),
        Check(suite=Suite.CONTRACTS, name="an old one", status=CheckStatus.PENDING, consumer="app", error="Not yet."),
        Check(
            suite=Suite.CONTRACTS,
            name="a lost one",
            status=CheckStatus.MISSING_STATE,
            consumer="app",
            provider_states=("a lost order",),
            error="No handler knows the state 'a lost order'.",
        ),
        Check(
            suite=Suite.CONTRACTS,
            name="a frame",
            status=CheckStatus.COULD_NOT_RUN,
            consumer="app",
            error="The interaction is of the plugin protobuf, which can't be verified here.",
        ),
    ),
    seconds=1.5,
    tool="pact-python",
    tool_version="4.2",
    latencies={"GET /orders/{id}": (12.5,), "GET /orders": (1.0, 2.0, 3.0, 40.0)},
    exercised={"GET /orders/{id}": (200,), "GET /orders": (200, 404)},
)
FUZZ = SuiteRun(
    suite=Suite.FUZZ,
    checks=(
        Check(
            suite=Suite.FUZZ,
            name="GET /orders/{id}: Server error",
            status=CheckStatus.FAILED,
            operation="GET /orders/{id}",
            status_code=500,
            finding=FINDING,
        ),
        Check(
            suite=Suite.FUZZ,
            name="POST /orders: Undocumented status code",
            status=CheckStatus.KNOWN,
            operation="POST /orders",
            error="Accepted by ann until 2027-01-31: the document follows.",
        ),
        Check(suite=Suite.FUZZ, name="stateful", status=CheckStatus.SKIPPED, error="The document has no links."),
    ),
    problems=("The time for POST /orders ran out after 30 s.",),
    seconds=30.0,
    tool="schemathesis",
    tool_version="4.32",
    seed=42,
    budget_seconds=30.0,
    examples=1234,
    exercised={"GET /orders/{id}": (404, 500)},
)
RUN = RunReport(
    provider="orders",
    provider_version="7f3",
    provider_branch="main",
    source="http://hub.example",
    started_at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
    seconds=31.5,
    suites=(CONTRACTS, FUZZ),
    environment={"host": "build-7", "python": "3.11.7", "platform": "Linux"},
    publication=PublicationStatus.PUBLISHED,
    notices=("The pact of app is pending.",),
)
CLEAN = RunReport(
    provider="orders",
    provider_version=None,
    provider_branch=None,
    source="pacts/",
    started_at=RUN.started_at,
    seconds=0.5,
    suites=(SuiteRun(suite=Suite.CONTRACTS, checks=CONTRACTS.checks[:1], seconds=0.5),),
)
NOTHING = RunReport(
    provider="orders",
    provider_version="7f3",
    provider_branch=None,
    source="pacts/",
    started_at=RUN.started_at,
    seconds=0.0,
    suites=(),
)

ANY = st.text(max_size=20)
FEW = st.lists(ANY, max_size=2).map(tuple)
CHECKS = st.builds(
    Check,
    suite=st.sampled_from(Suite),
    name=ANY,
    status=st.sampled_from(CheckStatus),
    consumer=ANY,
    consumer_version=ANY,
    operation=ANY,
    status_code=st.none() | st.integers(100, 599),
    provider_states=FEW,
    mismatches=st.lists(st.builds(Mismatch, ANY, ANY, ANY, st.none() | ANY, st.none() | ANY), max_size=2).map(tuple),
    error=ANY,
    milliseconds=st.none() | st.floats(0, 1e6),
    finding=st.none()
    | st.builds(
        Finding, fingerprint=ANY, operation=ANY, check=ANY, code=ANY, title=ANY, message=ANY, curl=ANY, consumers=FEW
    ),
    uses=FEW,
    notes=FEW,
)
RUNS = st.builds(
    RunReport,
    provider=ANY,
    provider_version=st.none() | ANY,
    provider_branch=st.none() | ANY,
    source=ANY,
    started_at=st.just(RUN.started_at),
    seconds=st.floats(0, 1e5),
    suites=st.lists(
        st.builds(
            SuiteRun,
            suite=st.sampled_from(Suite),
            checks=st.lists(CHECKS, max_size=3).map(tuple),
            problems=FEW,
            seconds=st.floats(0, 1e5),
            tool=ANY,
            seed=st.none() | st.integers(),
            latencies=st.dictionaries(ANY, st.lists(st.floats(0, 1e5), max_size=4).map(tuple), max_size=2),
            exercised=st.dictionaries(ANY, st.lists(st.integers(100, 599), max_size=3).map(tuple), max_size=2),
        ),
        max_size=2,
    ).map(tuple),
    environment=st.dictionaries(ANY, ANY, max_size=2),
    publication=st.sampled_from(PublicationStatus),
    notices=FEW,
)
