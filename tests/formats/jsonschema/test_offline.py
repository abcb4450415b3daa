"""Nothing is fetched because a schema names it."""

import socket
from typing import Any

import jsonschema_rs
import pytest

from contracthub.formats.jsonschema.offline import nothing_fetched
from contracthub.verification.fuzz.rest import _validator


@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef"])
def test_what_a_schema_names_elsewhere_is_not_asked_for(keyword: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        schema: dict[str, Any] = {keyword: f"http://127.0.0.1:{listener.getsockname()[1]}/schema.json"}
        with pytest.raises(ValueError, match="retrieving it failed"):
            jsonschema_rs.Draft202012Validator(schema, retriever=nothing_fetched)
        assert _validator(schema, "3.1") is None
        # Who was never called has nothing to accept.
        with pytest.raises(TimeoutError):
            listener.accept()
