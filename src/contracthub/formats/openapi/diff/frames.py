"""Pairs of schemas that are compared once per setting, however many operations reach them.

Pairs wait in a queue, not on Python's stack: how deep references lead is the document's choice.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction, Severity, refuse_more_than_most, shown
from contracthub.formats.openapi.diff.equality import Sameness
from contracthub.formats.openapi.diff.options import Options
from contracthub.formats.openapi.diff.places import RENAMED, Kind, Setting
from contracthub.formats.openapi.diff.rules_of_messages import NEVER_SENT
from contracthub.formats.openapi.diff.through import NotThrough, references_of
from contracthub.formats.openapi.diff.views import Parts, View, Views
from contracthub.formats.safe_json import JsonValue


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired, before anybody knows which operations it concerns.

    ``is_harmless``: the edit touches what is never sent in this direction (readOnly in requests, writeOnly in
    responses), or is shown to harm nobody. ``severity``: where what stands around it makes it another than the rule's.
    """

    rule: str
    label: str
    direction: Direction
    pointer_old: str | None
    pointer_new: str | None
    old: str | None = None
    new: str | None = None
    is_harmless: bool = False
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """A child pair that a pair leads to: what stands in it on either side, its setting and how it is called."""

    old: Parts
    new: Parts
    setting: Setting
    label: str


@dataclass(slots=True, eq=False)
class Frame:
    """Two views in one setting. ``label`` is the path from the component or body that it belongs to.

    ``uses`` is set for a pair that is written alike: nothing is judged in it, and it only leads to these.
    """

    old: View
    new: View
    setting: Setting
    label: str
    walk: "SchemaWalk"
    found: list[Finding] = field(default_factory=list)
    children: list["Frame"] = field(default_factory=list)
    uses: tuple[Use, ...] | None = None

    @property
    def kind(self) -> Kind:
        """Where the schema stands."""
        return self.setting.kind

    @property
    def is_response(self) -> bool:
        """Whether the ids of this frame are those of responses."""
        return self.kind.direction is Direction.RESPONSE

    @property
    def options(self) -> Options:
        """What the user asked for."""
        return self.walk.options

    def finding(
        self,
        suffix: str,
        old: JsonValue = None,
        new: JsonValue = None,
        *,
        at: str = "",
        places: tuple[Place | None, Place | None] | None = None,
    ) -> Finding:
        """That a rule of this kind of place fired; ``at`` names what inside of the schema it is about."""
        rule = f"{self.kind}-{suffix}"
        if self.is_harmless:
            hidden = (
                f"response-write-only-property-{suffix}" if self.is_response else f"request-read-only-property-{suffix}"
            )
            rule = hidden if hidden in NEVER_SENT else rule
        return self.named(RENAMED.get(rule, rule), old, new, at=at, places=places)

    def named(
        self,
        rule: str,
        old: JsonValue = None,
        new: JsonValue = None,
        *,
        at: str = "",
        places: tuple[Place | None, Place | None] | None = None,
    ) -> Finding:
        """As ``finding``, for a rule whose id does not begin with the kind of place."""
        old_place, new_place = places if places is not None else (self.old.place, self.new.place)
        return Finding(
            rule,
            f"{self.label}{at}",
            self.setting.direction,
            self.walk.old.side.pointer_of(old_place),
            self.walk.new.side.pointer_of(new_place),
            None if old is None else shown(old),
            None if new is None else shown(new),
            self.is_harmless,
        )

    @property
    def is_harmless(self) -> bool:
        """Whether what is compared is not sent in this direction any more."""
        if self.setting.is_unsent:
            return True
        if not self.kind.is_property:
            return False
        if self.is_response:
            return self.new.is_write_only
        return self.new.is_read_only


Through = tuple[tuple[Place, Place, bool], ...]
Judge = Callable[[Frame], Iterator[Finding]]


class SchemaWalk:
    """Compares pairs of schemas until none is left. ``alike`` remembers which parts were found to mean the same."""

    def __init__(self, old: Views, new: Views, sameness: Sameness, options: Options) -> None:
        self.old = old
        self.new = new
        self.options = options
        self.sameness = sameness
        self._frames: dict[tuple[object, ...], Frame] = {}
        self._todo: deque[Frame] = deque()
        self._known_through: dict[tuple[int, int], Through | None] = {}
        self._nothing = old.of(())
        self.alike: dict[tuple[int, ...], bool] = {}
        self._by_use: dict[tuple[object, ...], Frame | None] = {}

    def frame(self, use: Use) -> Frame | None:
        """The pair, to be compared later if it never was; None when both are known to be equal."""
        key = (*[id(part.value) for part in use.old], 0, *[id(part.value) for part in use.new], use.setting)
        if key not in self._by_use:
            self._by_use[key] = self._made(use)
        return self._by_use[key]

    def _made(self, use: Use) -> Frame | None:
        if self.sameness.are_known_equal(use.old, use.new):
            return None
        same = self.sameness.have_same_text(use.old, use.new)
        through = self._through(same) if same is not None else None
        if same is not None and through is not None:
            return self._passing(same, through, use)
        old, new = self.old.of(use.old), self.new.of(use.new)
        key = (old.key, new.key, use.setting)
        known = self._frames.get(key)
        if known is None:
            component = new.component or old.component
            label = f"schema {component}" if component else use.label
            known = self._frames[key] = Frame(old, new, use.setting, label, self)
            self._todo.append(known)
        return known

    def _through(self, same: tuple[Place, Place]) -> Through | None:
        """What a pair that is written alike leads to, found once however often it is used; None: look at the whole."""
        key = (id(same[0].value), id(same[1].value))
        if key not in self._known_through:
            try:
                # What is written alike refers to the same names: those on one side are those on the other.
                pairs = (
                    (each, Place(same[1].file, each.pointer, each.value), is_inner)
                    for each, is_inner in references_of(self.old, same[0])
                )
                # None that is known to be the same: most of them, in most documents.
                self._known_through[key] = tuple(
                    pair for pair in pairs if not self.sameness.are_known_equal((pair[0],), (pair[1],))
                )
            except NotThrough:
                self._known_through[key] = None
        return self._known_through[key]

    def _passing(self, same: tuple[Place, Place], through: Through, use: Use) -> Frame | None:
        """A pair in which nothing is to be judged; None where it leads nowhere."""
        if not through:
            return None
        key = ("passing", id(same[0].value), id(same[1].value), use.setting)
        known = self._frames.get(key)
        if known is None:
            view = self._nothing
            known = self._frames[key] = Frame(view, view, use.setting, use.label, self)
            known.uses = tuple(
                Use((one,), (other,), use.setting.inner if is_inner else use.setting, use.label)
                for one, other, is_inner in through
            )
            self._todo.append(known)
        return known

    def run(self, judges: tuple[Judge, ...], uses: Callable[[Frame], Iterator[Use]]) -> None:
        """Judges every pair that waits, and those they lead to. Raises ``TooLarge`` for more findings than are told."""
        count = 0
        while self._todo:
            frame = self._todo.popleft()
            if frame.uses is None:
                for judge in judges:
                    frame.found.extend(judge(frame))
                count += len(frame.found)
                refuse_more_than_most(count)
            children = (self.frame(use) for use in (uses(frame) if frame.uses is None else frame.uses))
            frame.children = list(dict.fromkeys(child for child in children if child is not None))

    def frames_by_id(self) -> dict[int, Frame]:
        """Every pair that was compared, by its identity."""
        return {id(frame): frame for frame in self._frames.values()}
