"""Results as JSON: the peer's members (bidirectional §10), with JSON pointers into both documents beside them."""

from contracthub.formats.comparisons.pact_openapi.results import Result
from contracthub.formats.safe_json import JsonObject


def result_json(result: Result) -> JsonObject:
    """One result."""
    return {
        "code": result.code,
        "type": result.level.value,
        "message": result.message,
        "mockDetails": {
            "interactionDescription": result.description,
            "interactionState": result.state,
            "location": location_of(result.pact_pointer),
            "pointer": result.pact_pointer,
        },
        "specDetails": {
            "location": location_of(result.provider_pointer),
            "pointer": result.provider_pointer,
            "pathMethod": result.method or None,
            "pathName": result.path or None,
        },
        "causes": [result_json(each) for each in result.causes],
    }


def location_of(pointer: str) -> str:
    """A JSON pointer as the peer writes places: items are counted in brackets, but not inside of bodies."""
    steps = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    if steps[:1] == ["interactions"] and len(steps) > 1:
        steps = [f"interactions[{steps[1]}]", *steps[2:]]
    return ".".join(["[root]", *steps])
