"""The AsyncAPI document of neural_processor: the packets on Kafka and the conversation on the socket."""

from typing import Any, Final

import yaml
from pydantic import BaseModel

from providers.neural_processor.models import Data, Misunderstood, Packet, Read, Ready, Send, Stop
from providers.neural_processor.packets import TOPIC
from providers.neural_processor.stream import PATH, processed_model

_ASKED: Final = (Read, Send, Stop)


def asyncapi_text(breaks: frozenset[str]) -> str:
    """The document as it is committed under specs/, AsyncAPI 3.0."""
    told = (Ready, Data, processed_model(breaks), Misunderstood)
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "neural_processor", "version": "1.0.0"},
        "defaultContentType": "application/json",
        "channels": {
            "neuralData": {
                "address": TOPIC,
                "messages": {"Packet": {"$ref": "#/components/messages/Packet"}},
                "bindings": {"kafka": {"topic": TOPIC}},
            },
            "stream": {
                "address": PATH,
                "parameters": {"session_id": {"description": "The session that is talked about."}},
                "messages": {
                    each.__name__: {"$ref": f"#/components/messages/{each.__name__}"} for each in (*_ASKED, *told)
                },
                "bindings": {"ws": {}},
            },
        },
        "operations": {
            "receivePacket": _operation("receive", "neuralData", (Packet,)),
            "hear": _operation("receive", "stream", _ASKED),
            "tell": _operation("send", "stream", told),
        },
        "components": {
            "messages": {
                **{each.__name__: _message(each.model_json_schema()) for each in (Packet, *_ASKED)},
                # What is always said is required, though the code need not say it.
                **{each.__name__: _message(each.model_json_schema(mode="serialization")) for each in told},
            }
        },
    }
    return yaml.safe_dump(document, sort_keys=False, width=100)


def _operation(action: str, channel: str, models: tuple[type[BaseModel], ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{each.__name__}"} for each in models],
    }


def _message(schema: dict[str, Any]) -> dict[str, Any]:
    return {"contentType": "application/json", "payload": schema}
