"""Who may call: security requirements of operations and of the document, and the schemes they name."""

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Severity
from contracthub.formats.openapi.diff.collect import Comparison, Scope
from contracthub.formats.openapi.diff.paths import operations_of
from contracthub.formats.openapi.diff.sides import entries, member, object_at
from contracthub.formats.safe_json import JsonObject, JsonValue, canonical

_CREDENTIALS = frozenset({"type", "in", "name", "scheme", "openIdConnectUrl"})
Alternative = dict[str, frozenset[str]]


def security_changed(scope: Scope, old: Place, new: Place) -> None:
    """The requirements of an operation; where both sides leave them to the document, the document tells."""
    comparison = scope.comparison
    before, after = object_at(old).get("security"), object_at(new).get("security")
    if before is None and after is None:
        return
    if before is None:
        before = object_at(comparison.old.root).get("security")
    if after is None:
        after = object_at(comparison.new.root).get("security")
    before = _as_called_now(comparison, before)
    is_narrowed = _is_narrowed(before, after)
    for rule, told, said in _differences(before, after):
        scope.tell(f"api-security-{rule}", at=(old, new), old=told, new=said)
        comparison.settle_last(_severity(rule, before, is_narrowed=is_narrowed))


def global_security_changed(comparison: Comparison) -> None:
    """The requirements that the document makes for every operation without its own."""
    old, new = comparison.old.root, comparison.new.root
    before, after = _as_called_now(comparison, object_at(old).get("security")), object_at(new).get("security")
    found = _differences(before, after)
    if not found or _is_only_written_elsewhere(comparison):
        return
    at = (member(old, "security"), member(new, "security"))
    is_narrowed = _is_narrowed(before, after) and _is_inherited(old, new)
    for rule, told, said in found:
        comparison.tell(f"api-global-security-{rule}", "security", at=at, old=told, new=said)
        comparison.settle_last(_severity(rule, before, is_narrowed=is_narrowed))


def _schemes(comparison: Comparison) -> list[dict[str, JsonObject]]:
    return [
        {
            name: object_at(side.resolved(place))
            for name, place in entries(member(member(side.root, "components"), "securitySchemes"))
        }
        for side in (comparison.old, comparison.new)
    ]


def _as_called_now(comparison: Comparison, requirements: JsonValue) -> JsonValue:
    """Requirements with the new names of schemes that are only called otherwise: names are not on the wire."""
    if not isinstance(requirements, list) or not requirements:
        return requirements
    olds, news = _schemes(comparison)
    came = {_credentials(news[name]): name for name in news.keys() - olds.keys()}
    renamed = {
        name: came[_credentials(olds[name])] for name in olds.keys() - news.keys() if _credentials(olds[name]) in came
    }
    return [
        {renamed.get(name, name): said for name, said in each.items()} if isinstance(each, dict) else each
        for each in requirements
    ]


def _credentials(scheme: JsonObject) -> bytes:
    """What a scheme asks for, as it is seen on the wire."""
    kept: JsonObject = {key: value for key, value in scheme.items() if key in _CREDENTIALS and key != "flows"}
    for key in ("scheme", "name"):
        value = kept.get(key)
        if isinstance(value, str) and (key == "scheme" or kept.get("in") == "header"):
            # Both are read without regard to case (RFC 9110 §5.1 and §11.1).
            kept[key] = value.lower()
    flows = {name: flow.get("tokenUrl") for name, flow in _flows(scheme).items()}
    return canonical({**kept, "flows": flows})


def _is_inherited(old: Place, new: Place) -> bool:
    """Whether any operation that stays leaves its requirements to the document, before and after."""
    olds, news = (dict(entries(member(root, "paths"))) for root in (old, new))
    if not olds:
        return True
    for path, item in olds.items():
        if path not in news or "$ref" in object_at(item):
            # Its parameters may have other names, or it stands elsewhere: taken for one that inherits.
            return True
        others = dict(operations_of(news[path]))
        for method, operation in operations_of(item):
            both = (operation, others.get(method))
            if all(each is not None and "security" not in object_at(each) for each in both):
                return True
    return False


def _is_only_written_elsewhere(comparison: Comparison) -> bool:
    """Whether what the document demanded is what its operations now demand themselves, or the other way round."""
    roots = (comparison.old.root, comparison.new.root)
    olds, news = (dict(entries(member(root, "paths"))) for root in roots)
    is_moved = False
    for path in olds.keys() & news.keys():
        others = dict(operations_of(news[path]))
        for method, operation in operations_of(olds[path]):
            if method not in others:
                continue
            said = [object_at(each).get("security") for each in (operation, others[method])]
            if said == [None, None]:
                return False
            before, after = (
                object_at(root).get("security") if own is None else own for root, own in zip(roots, said, strict=True)
            )
            if _differences(_as_called_now(comparison, before), after):
                return False
            is_moved |= None in said
    return is_moved


def _severity(rule: str, before: JsonValue, *, is_narrowed: bool) -> Severity | None:
    """That of the rule, None, unless what is accepted says otherwise: the first requirement locks an open door."""
    if not is_narrowed:
        return Severity.SAFE
    return Severity.BREAKING if rule == "added" and not _alternatives(before) else None


def _is_narrowed(old: JsonValue, new: JsonValue) -> bool:
    """Whether credentials that were enough no longer are: the list is "or", its members and their scopes "and"."""
    nothing: Alternative = {}
    olds, news = _alternatives(old) or [nothing], _alternatives(new) or [nothing]
    return any(not any(_is_enough(had, needed) for needed in news) for had in olds)


def _is_enough(had: Alternative, needed: Alternative) -> bool:
    return all(name in had and scopes <= had[name] for name, scopes in needed.items())


def _alternatives(value: JsonValue) -> list[Alternative]:
    found = []
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            scopes = {name: said if isinstance(said, list) else [] for name, said in each.items()}
            found.append({name: frozenset(str(scope) for scope in said) for name, said in scopes.items()})
    return found


def _differences(old: JsonValue, new: JsonValue) -> list[tuple[str, JsonValue, JsonValue]]:
    olds, news = _alternatives(old), _alternatives(new)
    left = [each for each in news if each not in olds]
    found: list[tuple[str, JsonValue, JsonValue]] = []
    for each in (alternative for alternative in olds if alternative not in news):
        same = next((other for other in left if other.keys() == each.keys()), None)
        if same is None:
            found.append(("removed", _told(each), None))
            continue
        left.remove(same)
        for name in sorted(each):
            found.extend(("scope-removed", f"{name}:{scope}", None) for scope in sorted(each[name] - same[name]))
            found.extend(("scope-added", None, f"{name}:{scope}") for scope in sorted(same[name] - each[name]))
    found.extend(("added", None, _told(each)) for each in left)
    return found


def _told(alternative: Alternative) -> str:
    names = [
        f"{name} [{', '.join(sorted(scopes))}]" if scopes else name for name, scopes in sorted(alternative.items())
    ]
    return " and ".join(names) or "no credentials"


def schemes_changed(comparison: Comparison) -> None:
    """The security schemes that the document declares."""
    olds, news = (
        dict(entries(member(member(side.root, "components"), "securitySchemes")))
        for side in (comparison.old, comparison.new)
    )
    for name, place in olds.items():
        label = f"security scheme {name}"
        if name not in news:
            comparison.tell("api-security-component-removed", label, at=(place, None), old=name)
            continue
        before, after = comparison.old.resolved(place), comparison.new.resolved(news[name])
        _scheme_changed(comparison, label, before, after)
    for name, place in news.items():
        if name not in olds:
            label = f"security scheme {name}"
            comparison.tell("api-security-component-added", label, at=(None, place), new=name)


def _scheme_changed(comparison: Comparison, label: str, old: Place, new: Place) -> None:
    before, after = object_at(old), object_at(new)
    if before.get("type") != after.get("type"):
        told = (before.get("type"), after.get("type"))
        comparison.tell("api-security-component-type-changed", label, at=(old, new), old=told[0], new=told[1])
        if _is_demanded(comparison, label.rpartition(" ")[2]):
            # Tokens of OAuth and of OpenID Connect travel as those of HTTP do: they may still be taken.
            comparison.settle_last(Severity.BREAKING if "apiKey" in told else Severity.DANGEROUS)
        return
    for keyword in ("in", "name", "scheme", "openIdConnectUrl"):
        if before.get(keyword) != after.get(keyword) and _credentials(before) != _credentials(after):
            rule = "api-security-component-credentials-changed"
            comparison.tell(rule, label, at=(old, new), old=before.get(keyword), new=after.get(keyword))
    flows, others = _flows(before), _flows(after)
    for name in sorted(flows.keys() & others.keys()):
        one, other = flows[name], others[name]
        for keyword, word in (("authorizationUrl", "url"), ("tokenUrl", "token-url")):
            if one.get(keyword) != other.get(keyword):
                rule = f"api-security-component-oauth-{word}-changed"
                comparison.tell(rule, f"{label} {name}", at=(old, new), old=one.get(keyword), new=other.get(keyword))
        _scopes_changed(
            comparison, f"{label} {name}", (old, new), _object(one.get("scopes")), _object(other.get("scopes"))
        )


def _is_demanded(comparison: Comparison, name: str) -> bool:
    """Whether the document or an operation of it asked for the scheme, and does so still."""
    return all(name in _demanded(side.root) for side in (comparison.old, comparison.new))


def _demanded(root: Place) -> set[str]:
    holders = [root]
    for _, item in entries(member(root, "paths")):
        holders.extend(operation for _, operation in operations_of(item))
    return {name for holder in holders for each in _alternatives(object_at(holder).get("security")) for name in each}


def _scopes_changed(
    comparison: Comparison, label: str, at: tuple[Place, Place], old: JsonObject, new: JsonObject
) -> None:
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            comparison.tell("api-security-component-oauth-scope-removed", label, at=at, old=name)
        elif name not in old:
            comparison.tell("api-security-component-oauth-scope-added", label, at=at, new=name)
        elif old[name] != new[name]:
            comparison.tell("api-security-component-oauth-scope-changed", label, at=at, old=name, new=name)


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _flows(scheme: JsonObject) -> dict[str, JsonObject]:
    return {name: flow for name, flow in _object(scheme.get("flows")).items() if isinstance(flow, dict)}
