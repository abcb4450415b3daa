"""What ``Accept`` says: ranges of media types with weights (RFC 9110 §12.5.1)."""

from collections.abc import Iterator, Sequence

_MOST_RANGES = 50


def ranges_of(accept: str) -> list[tuple[str, float]]:
    """The ranges that an ``Accept`` lists, in lower case, each with its weight."""
    return list(_ranges(accept))


def best_of(ranges: Sequence[tuple[str, float]], offered: Sequence[str]) -> str | None:
    """The offered type that is liked best, the earlier one of equals; none when all are refused."""
    weights = [_weight(bare(media_type), ranges) for media_type in offered]
    best = max(weights)
    return offered[weights.index(best)] if best > 0 else None


def bare(media_type: str) -> str:
    """A media type without its parameters, in lower case."""
    return media_type.split(";", maxsplit=1)[0].strip().lower()


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(",")[:_MOST_RANGES]:
        name, *parameters = part.split(";")
        weight = next((text.strip()[2:] for text in parameters if text.strip().lower().startswith("q=")), "1")
        yield name.strip().lower(), _number(weight)


def _number(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 1.0
    return weight if 0 <= weight <= 1 else 1.0


def _weight(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight of the most specific range that covers the type (RFC 9110 §12.5.1)."""
    for pattern in (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*"):
        found = [weight for name, weight in ranges if name == pattern]
        if found:
            return found[0]
    return 0.0
