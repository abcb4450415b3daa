"""What a schema registry refuses, with the numbers that clients switch on (schema-registry-api §5).

Texts are those of established registries wherever clients or their tests compare them.
"""

from contracthub.domain.errors import HubError

_LEVELS = "none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive"
_MODES = "READWRITE, READONLY, IMPORT and FORWARD."


class RegistryRefusal(HubError):
    """The registry refused; ``error_code`` is its number, whose first three digits are the HTTP status."""

    def __init__(self, error_code: int, message: str, **facts: object) -> None:
        super().__init__(f"schema-registry-{error_code}", message, **facts)
        self.error_code = error_code


def subject_not_found(subject: str) -> RegistryRefusal:
    """No version of the subject is there to look at."""
    return RegistryRefusal(40401, f"Subject '{subject}' not found.")


def version_not_found(version: int | str) -> RegistryRefusal:
    """The subject is there, this version of it is not."""
    return RegistryRefusal(40402, f"Version {version} not found.")


def schema_not_found(number: int | str | None = None) -> RegistryRefusal:
    """No such schema, or no schema of this id."""
    return RegistryRefusal(40403, "Schema not found" if number is None else f"Schema {number} not found")


def subject_soft_deleted(subject: str) -> RegistryRefusal:
    """Soft-deleting what is soft-deleted."""
    # Clients compare this text, blank or not after the full stop.
    return RegistryRefusal(40404, f"Subject '{subject}' was soft deleted.Set permanent=true to delete permanently")


def subject_not_soft_deleted(subject: str) -> RegistryRefusal:
    """Permanently deleting a subject of which something is still live."""
    return RegistryRefusal(40405, f"Subject '{subject}' was not deleted first before being permanently deleted")


def version_soft_deleted(subject: str, version: int) -> RegistryRefusal:
    """Soft-deleting a version that is soft-deleted."""
    told = f"Subject '{subject}' Version {version} was soft deleted.Set permanent=true to delete permanently"
    return RegistryRefusal(40406, told)


def version_not_soft_deleted(subject: str, version: int) -> RegistryRefusal:
    """Permanently deleting a version that is live."""
    told = f"Subject '{subject}' Version {version} was not deleted first before being permanently deleted"
    return RegistryRefusal(40407, told)


def no_subject_config(subject: str) -> RegistryRefusal:
    """The subject follows the global settings."""
    return RegistryRefusal(40408, f"Subject '{subject}' does not have subject-level compatibility configured")


def no_subject_mode(subject: str) -> RegistryRefusal:
    """The subject follows the global mode."""
    return RegistryRefusal(40409, f"Subject '{subject}' does not have subject-level mode configured")


def incompatible(subject: str, messages: tuple[str, ...]) -> RegistryRefusal:
    """The schema may not follow the earlier ones."""
    told = f'Schema being registered is incompatible with an earlier schema for subject "{subject}"'
    return RegistryRefusal(40901, f"{told}, details: [{', '.join(messages)}]", messages=messages)


def invalid_schema(reason: str) -> RegistryRefusal:
    """The schema can't be read, or what it refers to."""
    return RegistryRefusal(42201, reason)


def empty_schema() -> RegistryRefusal:
    """There is no schema in the request."""
    return RegistryRefusal(42201, "Empty schema")


def reference_not_found(subject: str, version: int) -> RegistryRefusal:
    """A schema refers to a version that is not there."""
    told = f'No schema reference found for subject "{subject}" and version {version}'
    return RegistryRefusal(42201, f"Invalid schema: {told}. Register it first, or correct the reference.")


def invalid_version(text: str) -> RegistryRefusal:
    """No version can have this number."""
    allowed = 'Allowed values are between [1, 2^31-1] and the string "latest"'
    return RegistryRefusal(42202, f"The specified version '{text[:100]}' is not a valid version id. {allowed}")


def invalid_level() -> RegistryRefusal:
    """There is no such compatibility level."""
    return RegistryRefusal(42203, f"Invalid compatibility level. Valid values are {_LEVELS}")


def invalid_mode() -> RegistryRefusal:
    """There is no such mode."""
    return RegistryRefusal(42204, f"Invalid mode. Valid values are {_MODES}")


def not_permitted(reason: str) -> RegistryRefusal:
    """The mode does not let this be done."""
    return RegistryRefusal(42205, reason)


def reference_exists(subject: str, version: int) -> RegistryRefusal:
    """Other schemas refer to what was to be deleted."""
    key = f"{{magic=1,keytype=SCHEMA,subject={subject},version={version}}}"
    return RegistryRefusal(42206, f"One or more references exist to the schema {key}.")


def id_does_not_match(told: str) -> RegistryRefusal:
    """The request names an id, and the schema has another one."""
    return RegistryRefusal(42207, told)


def invalid_subject(subject: str) -> RegistryRefusal:
    """Nothing can be registered under this name."""
    told = f"The specified subject '{subject[:200]}' is not a valid subject."
    return RegistryRefusal(42208, f"{told} It must be some text of at most 500 characters without control characters.")


def schema_too_large(told: str) -> RegistryRefusal:
    """The schema is over a limit."""
    return RegistryRefusal(42209, told)


def invalid_rule_set(told: str) -> RegistryRefusal:
    """The rules are no rules."""
    return RegistryRefusal(42210, told)


def context_not_empty(context: str) -> RegistryRefusal:
    """Subjects are in the context."""
    return RegistryRefusal(42211, f"The specified context '{context}' is not empty.")
