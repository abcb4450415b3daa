"""How api_gateway passes the packets of recorders on to neural_processor, over Kafka."""

import json
from collections.abc import Callable, Sequence
from typing import Final

TOPIC: Final = "neural-data"
# Writes a message: its topic, key and value. A producer of Kafka, or what stands in for one.
Write = Callable[[str, str, bytes], object]


def pass_on(write: Write, session_id: str, recorded: Sequence[Sequence[float]]) -> None:
    """Sends what was recorded, a packet each. The key keeps the packets of a session in their order."""
    for samples in recorded:
        packet = {"session_id": session_id, "samples": list(samples)}
        write(TOPIC, session_id, json.dumps(packet).encode())
