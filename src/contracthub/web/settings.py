"""What the web layer is told when it is put together."""

from dataclasses import dataclass, field

from contracthub.services.hub import Rules


@dataclass(frozen=True, slots=True)
class Settings:
    """``public_url`` is the address that links start with; without it, they start with the requested one."""

    public_url: str | None = None
    rules: Rules = field(default_factory=Rules)
