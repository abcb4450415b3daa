"""Who breaks when a schema of a topic changes: its readers in environments, one by one."""

from dataclasses import dataclass

from contracthub.domain.comparisons import Finding

# More would not make a refusal clearer.
TOLD = 10


@dataclass(frozen=True, slots=True)
class CheckedReader:
    """A consumer version that lives in an environment and reads the topic; ``findings`` are why it would break."""

    consumer: str
    version: str
    environment: str
    subject: str
    topic: str | None
    findings: tuple[Finding, ...]

    @property
    def breaks(self) -> bool:
        """Whether it could not read what would be written."""
        return bool(self.findings)

    def __str__(self) -> str:
        told = "; ".join(f"{each.path}: {each.message} ({each.rule}). {each.remedy}" for each in self.findings[:TOLD])
        more = f"; and {len(self.findings) - TOLD} more" if len(self.findings) > TOLD else ""
        return f"{self.consumer} {self.version} in {self.environment} reads {self.topic or self.subject}: {told}{more}"


@dataclass(frozen=True, slots=True)
class ReadersAnswer:
    """The answer for one schema: everybody who reads the subject there, whoever breaks first."""

    subject: str
    environments: tuple[str, ...]
    readers: tuple[CheckedReader, ...]

    @property
    def broken(self) -> tuple[CheckedReader, ...]:
        """Those who would break."""
        return tuple(each for each in self.readers if each.breaks)

    @property
    def is_compatible(self) -> bool:
        """Whether nobody breaks."""
        return not self.broken
