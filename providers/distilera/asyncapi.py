"""The AsyncAPI document of distilera, made of the schema that events are written with."""

from typing import Any

import yaml

from providers.distilera.events import TOPIC


def asyncapi_document(schema: dict[str, Any]) -> dict[str, Any]:
    """What distilera sends, as AsyncAPI 3.0."""
    message = {
        "title": "What happened to a simulation",
        "contentType": "avro/binary",
        "payload": {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": schema},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The id of the simulation."},
                "schemaIdLocation": "payload",
                "schemaIdPayloadEncoding": "confluent",
                "schemaLookupStrategy": "TopicNameStrategy",
            }
        },
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "distilera", "version": "1.0.0"},
        "defaultContentType": "avro/binary",
        "channels": {
            "simulationEvents": {
                "address": TOPIC,
                "messages": {"SimulationEvent": {"$ref": "#/components/messages/SimulationEvent"}},
                "bindings": {"kafka": {"topic": TOPIC}},
            }
        },
        "operations": {
            "sendSimulationEvent": {
                "action": "send",
                "channel": {"$ref": "#/channels/simulationEvents"},
                "messages": [{"$ref": "#/channels/simulationEvents/messages/SimulationEvent"}],
            }
        },
        "components": {"messages": {"SimulationEvent": message}},
    }


def asyncapi_text(schema: dict[str, Any]) -> str:
    """The document as it is committed under specs/."""
    return yaml.safe_dump(asyncapi_document(schema), sort_keys=False, width=100)
