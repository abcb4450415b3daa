"""Sixty changes of one line to the providers of the fleet, and whom each hurts by what the consumers' tests demand.

Whom it hurts was written down from the consumers' code before anything was run; ``tests/fleet/mutants.py`` runs that
code against each mutant and holds this table to it.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Mutation:
    """``old`` is there once in the file, which lies below providers/, and becomes ``new``."""

    name: str
    file: str
    old: str
    new: str
    hurts: tuple[str, ...] = ()
    is_quick: bool = False

    @property
    def provider(self) -> str:
        """Whose file it is."""
        return self.file.partition("/")[0]


GATEWAY, VIEWER, CONSOLE = ("api_gateway",), ("signal_viewer",), ("anomaly_console",)
WEB, HOARD, STALL = ("alchemist_web",), ("hoardwell",), ("distilera_market",)

_MODELS: Final = "neural_processor/models.py"
_REST: Final = "neural_processor/rest.py"
_STREAM: Final = "neural_processor/stream.py"
NEURAL: Final = (
    Mutation(
        "total-samples-removed",
        _MODELS,
        "    chunks: list[Chunk]\n    total_samples: int = Field(ge=0)\n",
        "    chunks: list[Chunk]\n",
        GATEWAY,
        is_quick=True,
    ),
    Mutation(
        "sequence-renamed",
        _MODELS,
        "    sequence: int = Field(ge=0)\n    samples: list[float]\n\n\nclass S",
        '    sequence: int = Field(ge=0, serialization_alias="number")\n    samples: list[float]\n\n\nclass S',
        GATEWAY,
    ),
    Mutation(
        "subject-of-a-session-removed",
        _MODELS,
        "    session_id: str\n    subject: str\n",
        "    session_id: str\n",
    ),
    Mutation("process-answers-200", _REST, 'process", status_code=202', 'process", status_code=200', GATEWAY),
    Mutation("missing-in-other-words", _REST, 'f"There is no such {kind}."', 'f"Nothing is known of this {kind}."'),
    Mutation(
        "chunks-latest-first",
        _REST,
        'chunks = _found(store.chunks(session_id), "session")\n',
        'chunks = _found(store.chunks(session_id), "session")[::-1]\n',
        is_quick=True,
    ),
    Mutation(
        "unit-has-to-be-asked-for",
        _REST,
        "def read_session_data(session_id: str)",
        "def read_session_data(session_id: str, unit: str)",
        GATEWAY,
    ),
    Mutation(
        "unit-may-be-asked-for",
        _REST,
        "def read_session_data(session_id: str)",
        'def read_session_data(session_id: str, unit: str = "mV")',
    ),
    Mutation(
        "pipeline-renamed",
        _MODELS,
        'pipeline: Literal["spike-detection"]',
        'pipeline: Literal["spikes"]',
        GATEWAY,
    ),
    Mutation(
        "another-pipeline",
        _MODELS,
        'pipeline: Literal["spike-detection"]',
        'pipeline: Literal["spike-detection", "band-power"]',
    ),
    Mutation(
        "packets-of-100-samples",
        _MODELS,
        "    session_id: str\n    samples: list[Sample] = Field(min_length=1, max_length=1000)\n",
        "    session_id: str\n    samples: list[Sample] = Field(min_length=1, max_length=100)\n",
        GATEWAY,
    ),
    Mutation(
        "packets-from-another-topic",
        "neural_processor/packets.py",
        'TOPIC: Final = "neural-data"',
        'TOPIC: Final = "neural-packets"',
        GATEWAY,
    ),
    Mutation(
        "packets-may-name-a-recorder",
        _MODELS,
        '"""Samples of a session, as a recorder sends them to Kafka."""\n',
        '"""Samples of a session, as a recorder sends them to Kafka."""\n\n    recorder: str = ""\n',
    ),
    Mutation(
        "socket-spikes-removed",
        _MODELS,
        "    total_samples: int = Field(ge=0)\n    spikes: int = Field(ge=0)\n",
        "    total_samples: int = Field(ge=0)\n",
        VIEWER,
    ),
    Mutation(
        "socket-total-removed",
        _MODELS,
        "    total_samples: int = Field(ge=0)\n    spikes: int = Field(ge=0)\n",
        "    spikes: int = Field(ge=0)\n",
    ),
    Mutation(
        "socket-data-called-chunk",
        _MODELS,
        'type: Literal["data"] = "data"',
        'type: Literal["chunk"] = "chunk"',
        VIEWER,
    ),
    Mutation("socket-ends-with-1001", _STREAM, "NORMAL: Final = 1000", "NORMAL: Final = 1001", VIEWER),
    Mutation(
        "socket-elsewhere",
        _STREAM,
        'PATH: Final = "/ws/sessions/{session_id}/stream"',
        'PATH: Final = "/ws/sessions/{session_id}/live"',
        VIEWER,
    ),
    Mutation("events-come-again-later", _STREAM, "retry: 2000", "retry: 5000"),
)

_DATASETS: Final = "detector_service/datasets.py"
_DETECTORS: Final = "detector_service/detectors.py"
_OF_DETECTORS: Final = "detector_service/models.py"
_PROBLEMS: Final = "detector_service/problems.py"
DETECTORS: Final = (
    Mutation(
        "next-cursor-renamed",
        _OF_DETECTORS,
        "next_cursor: str | None",
        'next_cursor: str | None = Field(serialization_alias="next")',
        CONSOLE,
    ),
    Mutation(
        "threshold-removed",
        _OF_DETECTORS,
        "    dataset_id: str\n    threshold: float\n",
        "    dataset_id: str\n",
        is_quick=True,
    ),
    Mutation(
        "deprecated-state-removed",
        _OF_DETECTORS,
        '    state: Status = Field(json_schema_extra={"deprecated": True, "x-sunset": SUNSET_DATE})\n',
        "",
        CONSOLE,
        is_quick=True,
    ),
    Mutation("another-status", _OF_DETECTORS, '"deployed", "retired"]', '"deployed", "retired", "failed"]'),
    Mutation("problem-without-title", _OF_DETECTORS, "    title: str\n", "", CONSOLE),
    Mutation(
        "problems-as-json",
        _PROBLEMS,
        'MEDIA_TYPE: Final = "application/problem+json"',
        'MEDIA_TYPE: Final = "application/json"',
        CONSOLE,
    ),
    Mutation("not-found-is-403", _PROBLEMS, '"not-found": 404', '"not-found": 403', CONSOLE),
    Mutation("problem-titles-in-capitals", _PROBLEMS, '.replace("-", " ").capitalize()', '.replace("-", " ").upper()'),
    Mutation("pages-of-at-most-50", _DATASETS, "Query(ge=1, le=100)", "Query(ge=1, le=50)", CONSOLE),
    Mutation("pages-of-20-become-50", _DATASETS, "limit: Limit = 20", "limit: Limit = 50"),
    Mutation("tenant-in-another-header", _DATASETS, 'alias="X-Tenant"', 'alias="Tenant"', CONSOLE),
    Mutation(
        "another-tenant", _OF_DETECTORS, '    GLOBEX = "globex"\n', '    GLOBEX = "globex"\n    INITECH = "initech"\n'
    ),
    Mutation("no-deprecation-header", _DETECTORS, '{"Deprecation": "@1767225600", "Sunset"', '{"Sunset"'),
    Mutation(
        "no-sunset-header",
        _DETECTORS,
        '"@1767225600", "Sunset": "Tue, 31 Dec 2030 23:59:59 GMT"}',
        '"@1767225600"}',
        CONSOLE,
    ),
)

_OF_SIMULATIONS: Final = "distilera/models.py"
_SIMULATIONS: Final = "distilera/rest.py"
_REFUSING: Final = "distilera/refusing.py"
_EVENTS: Final = "distilera/events.py"
DISTILERA: Final = (
    Mutation(
        "envelope-renamed",
        _OF_SIMULATIONS,
        '{"data": (simulation, ...)}',
        '{"data": (simulation, Field(serialization_alias="result"))}',
        WEB,
        is_quick=True,
    ),
    Mutation("operator-removed", _OF_SIMULATIONS, "    operator: str\n    status: Status\n", "    status: Status\n"),
    Mutation("total-items-removed", _OF_SIMULATIONS, "    total_items: int = Field(ge=0)\n", "", is_quick=True),
    Mutation("pages-of-at-most-10", _SIMULATIONS, "Query(ge=1, le=100,", "Query(ge=1, le=10,", WEB),
    Mutation("pages-of-10-become-25", _SIMULATIONS, "page_size: PageSize = 10", "page_size: PageSize = 25"),
    Mutation("busy-is-503", _REFUSING, "_refused(429,", "_refused(503,", WEB),
    Mutation("wait-longer", _REFUSING, 'RETRY_AFTER: Final = "30"', 'RETRY_AFTER: Final = "60"'),
    Mutation("not-found-has-another-code", _REFUSING, '"not_found"', '"missing"', WEB),
    Mutation(
        "faults-come-with-a-hint",
        _OF_SIMULATIONS,
        "    code: str\n    message: str\n",
        '    code: str\n    message: str\n    hint: str = "see the handbook"\n',
    ),
    Mutation(
        "priority-is-required",
        _OF_SIMULATIONS,
        "    recipe: Text\n",
        "    recipe: Text\n    priority: int\n",
        WEB,
    ),
    Mutation(
        "yield-of-an-event-removed",
        _EVENTS,
        '        {"name": "yield_ml", "type": ["null", "double"], "doc": "What came of it, once it is finished."},\n',
        "",
        HOARD,
    ),
    Mutation("recipe-of-an-event-removed", _EVENTS, '        {"name": "recipe", "type": "string"},\n', ""),
    Mutation("event-kind-renamed", _EVENTS, '"finished": "FINISHED"', '"finished": "COMPLETED"', HOARD),
    Mutation("unread-event-kind-renamed", _EVENTS, '"created": "CREATED"', '"created": "OPENED"', HOARD),
    Mutation("events-on-another-topic", _EVENTS, '"simulation.events"', '"simulations"', HOARD),
)

_SCHEMA: Final = "mercatrix/schema.py"
_MARKET: Final = "mercatrix/market.py"
MERCATRIX: Final = (
    Mutation(
        "coins-of-a-wallet-renamed",
        _SCHEMA,
        "  owner: ID!\n  essence_coins: Int!\n",
        "  owner: ID!\n  coins: Int!\n",
        STALL,
        is_quick=True,
    ),
    Mutation("lore-removed", _SCHEMA, '  "What is told of the essence."\n  lore: String!\n', "", is_quick=True),
    Mutation(
        "price-as-text",
        _SCHEMA,
        '  "Its price."\n  essence_coins: Int!\n',
        '  "Its price."\n  essence_coins: String!\n',
        STALL,
    ),
    Mutation("another-kind", _SCHEMA, "  VIGOUR\n", "  VIGOUR\n  DREAD\n"),
    Mutation("kind-renamed", _SCHEMA, "  CALM\n", "  SERENE\n", STALL),
    Mutation("kind-has-to-be-asked-for", _SCHEMA, "kind: Kind): [Offer!]!", "kind: Kind!): [Offer!]!", STALL),
    Mutation("number-of-offers-may-be-null", _SCHEMA, "first: Int! = 20", "first: Int = 20"),
    Mutation("field-of-an-error-may-be-null", _SCHEMA, "  field: String!\n", "  field: String\n"),
    Mutation("purchase-needs-a-note", _SCHEMA, "  offer_id: ID!\n", "  offer_id: ID!\n  note: String!\n", STALL),
    Mutation("purchase-may-have-a-note", _SCHEMA, "  offer_id: ID!\n", "  offer_id: ID!\n  note: String\n"),
    Mutation(
        "refused-for-another-field",
        _MARKET,
        '                    "buyer", f"{buyer} has {wallet.essence_coins}',
        '                    "wallet", f"{buyer} has {wallet.essence_coins}',
        STALL,
    ),
    Mutation("anything-for-nothing", _MARKET, "if not 1 <= price <= HIGHEST_PRICE", "if not 0 <= price", STALL),
)

MUTATIONS: Final = (*NEURAL, *DETECTORS, *DISTILERA, *MERCATRIX)
