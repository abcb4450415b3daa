"""How one environment is shown."""

from contracthub.client.environments import Environment
from contracthub.reports.tables import terminal_table

HEADINGS = ("PROPERTY", "VALUE")


def environment_table(environment: Environment) -> str:
    """What is known of an environment, one property a line."""
    resource = environment.resource
    rows = [
        ("name", environment.name),
        ("display name", environment.display_name),
        ("uuid", environment.uuid),
        ("production", "yes" if environment.production else "no"),
        ("contacts", ", ".join(_contacts(resource.data.get("contacts"))) or "-"),
        ("created", resource.text("createdAt") or "-"),
    ]
    return "\n".join(terminal_table(HEADINGS, rows))


def _contacts(value: object) -> list[str]:
    return [_contact(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _contact(contact: dict[str, object]) -> str:
    details = contact.get("details")
    address = details.get("emailAddress") if isinstance(details, dict) else None
    name = str(contact.get("name") or "")
    return f"{name} <{address}>" if address and address != name else name
