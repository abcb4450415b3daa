"""Names of media types: which are JSON, and which of two is the wider one."""

from collections.abc import Callable

from contracthub.formats.bundle import Place

Belongs = Callable[[str, str], bool]


def base_of(name: str) -> str:
    """The name without parameters, in small letters."""
    return name.partition(";")[0].strip().lower()


def is_json(name: str) -> bool:
    """Whether values keep their JSON types; elsewhere 1 and "1" are the same text."""
    base = base_of(name)
    return base == "application/json" or base.endswith("+json")


def contains(wide: str, narrow: str) -> bool:
    """Whether a name with a suffix refines a plain one, as application/problem+json does, or a range has it."""
    if covers(wide, narrow):
        return True
    wide, narrow = base_of(wide), base_of(narrow)
    kind, _, subtype = wide.partition("/")
    return wide != narrow and narrow.startswith(f"{kind}/") and narrow.endswith(f"+{subtype}")


def covers(wide: str, narrow: str) -> bool:
    """Whether a range of media types (``*/*``, ``text/*``) has another name or range in it."""
    wide, narrow = base_of(wide), base_of(narrow)
    return wide != narrow and (wide == "*/*" or (wide.endswith("/*") and narrow.startswith(wide[:-1])))


class MediaPairs:
    """The media types of two contents: equal names, then equal but for parameters, then one that refines another."""

    def __init__(self, olds: dict[str, Place], news: dict[str, Place], *, refines: bool) -> None:
        self.pairs: list[tuple[str, str]] = [(name, name) for name in olds if name in news]
        self.removed = [name for name in olds if name not in news]
        self.added = [name for name in news if name not in olds]
        self._take(lambda old, new: base_of(old) == base_of(new))
        if refines:
            self._take(lambda old, new: contains(old, new) or contains(new, old))
        else:
            self._keep_covered(news)

    def _keep_covered(self, news: dict[str, Place]) -> None:
        """What a range takes is still taken."""
        for old in [*self.removed]:
            found = next((new for new in news if covers(new, old)), None)
            if found is not None:
                self.pairs.append((old, found))
                self.removed.remove(old)

    def _take(self, belongs: Belongs) -> None:
        for old in [*self.removed]:
            found = next((new for new in self.added if belongs(old, new)), None)
            if found is not None:
                self.pairs.append((old, found))
                self.removed.remove(old)
                self.added.remove(found)
