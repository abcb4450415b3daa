"""Path parameters that hold names: ``{name:segment}``, one segment of the raw path, decoded exactly once."""

from urllib.parse import quote, unquote_to_bytes

from starlette.convertors import Convertor, register_url_convertor


class SegmentConvertor(Convertor[str]):
    """One path segment, decoded exactly once: ``{name:segment}``."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        """The name that the segment spells."""
        return unquote_to_bytes(value).decode()

    def to_string(self, value: str) -> str:
        """The segment that spells the name."""
        return quote(value, safe="")


class WebhookConvertor(SegmentConvertor):
    """The uuid of a webhook: any segment but ``execute``, which is a resource of its own."""

    regex = "(?!execute(?:/|$))[^/]+"


register_url_convertor("segment", SegmentConvertor())
register_url_convertor("webhook", WebhookConvertor())
