"""The pack ``roles``: who may do what, as ``[verify.policies.roles]`` has it, asked as each principal."""

from collections.abc import Iterator

from contracthub.verification.policies.look import Look
from contracthub.verification.policies.rules import Exchanged, Observation, Severity, judged, rule
from contracthub.verification.policies.settings import NotSettings, Principal
from contracthub.verification.policies.surface import PolicyOperation

_REFUSED = frozenset({401, 403, 404})
_NOTHING = "Nobody says who may do what: [verify.policies.roles] and principals with a role."


def _asked(look: Look, *, allowed: bool) -> Iterator[tuple[Principal, Exchanged]]:
    """The answers to those who may, or to those who may not."""
    for operation, roles in _rows(look):
        for principal in look.settings.principals:
            may = principal.role in roles or principal.name in roles
            if (principal.role or may) and may is allowed and (operation.is_read or look.may_change):
                values = look.maker().values_for(operation.api)
                call = None if values is None else look.maker(principal).call_for(operation, values)
                by = None if call is None else look.ask(operation.name, call)
                if by is not None:
                    look.used(operation, by)
                    yield principal, by


def _rows(look: Look) -> Iterator[tuple[PolicyOperation, frozenset[str]]]:
    table = look.settings.table("roles")
    for name, roles in table.items():
        if not isinstance(roles, list) or not all(isinstance(each, str) for each in roles):
            raise NotSettings(f"[verify.policies.roles] {name!r} must be a list of roles.")
        if name != "*" and name not in look.surface.by_name:
            raise NotSettings(f"[verify.policies.roles] {name!r}: the document has no such operation.")
    everywhere = table.get("*")
    for operation in look.operations:
        own = table.get(operation.name, everywhere)
        if own is not None:
            yield operation, frozenset(own)


@rule(
    "roles.refused",
    Severity.HIGH,
    title="Who may not is refused",
    sentence="A principal whose role is not in the row of an operation is refused with 403, or with 404.",
    mending="Ask for the permission that the operation needs, on the server, before anything is done.",
)
def _refused(look: Look) -> Iterator[Observation]:
    for principal, by in _asked(look, allowed=False):
        fault = f"{_who(principal)} may not, and is answered with {by.answer.status}."
        # What is wrong with a request in another way can't be told from a permission that is there.
        if by.answer.status < 400 or by.answer.status in _REFUSED:
            yield judged(by, fault if by.answer.status < 400 else "", place=principal.name)
    look.skip("roles.refused", _NOTHING)


@rule(
    "roles.allowed",
    Severity.MEDIUM,
    title="Who may is let in",
    sentence="A principal whose role is in the row of an operation is not refused with 401 or 403.",
    mending="Give the role the permission, or take it out of the row.",
)
def _allowed(look: Look) -> Iterator[Observation]:
    for principal, by in _asked(look, allowed=True):
        fault = f"{_who(principal)} may, and is refused with {by.answer.status}."
        yield judged(by, fault if by.answer.status in (401, 403) else "", place=principal.name)
    look.skip("roles.allowed", _NOTHING)


def _who(principal: Principal) -> str:
    return f"{principal.name} ({principal.role})" if principal.role else principal.name
