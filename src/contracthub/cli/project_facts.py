"""What can be seen of a project by looking at its folder: what `contracthub init` writes down for its owner to mend.

Everything here is a guess with its reason. Nothing is run, imported or fetched, and only so much of it is read.
"""

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracthub.domain.errors import HubError

MOST_FILES = 20_000
MOST_BYTES = 4 * 1024 * 1024
MOST_DOCUMENTS = 20
_MOST_LOOKED_INTO = 400
_SKIPPED = frozenset({"node_modules", "venv", "env", "__pycache__", "dist", "vendor", "site-packages", "coverage"})
_DOCUMENTS = frozenset({".json", ".yaml", ".yml", ".graphql", ".graphqls", ".gql", ".avsc", ".proto"})
_SOURCES = frozenset({".py", ".js", ".mjs", ".ts", ".java", ".kt", ".go", ".rb", ".cs", ".php", ".rs", ".scala"})
# YAML and JSON are also a thousand other things; those with such names are worth reading.
_TELLING = re.compile(r"openapi|swagger|asyncapi|schema|spec|\bapi\b|contract|event", re.IGNORECASE)
_STATES = re.compile(
    r"""["'](/[\w/-]*(?:provider[-_]?states?|pact[-_]?setup|pact[-_]?states?)[\w/-]*)["']""", re.IGNORECASE
)
_LIVE = re.compile(r"""^[{\s]*["']?contracthub["']?\s*:\s*["']?(?:conversation|flow|journey|slo)/""", re.MULTILINE)
_BEGINNING = 2_000
_FRAMEWORKS = (
    (r"\b(?:fastapi|uvicorn|django|litestar|starlette)\b", 8000),
    (r"\bflask\b", 5000),
    (r"\"(?:express|@nestjs/core|koa|fastify|hapi|next)\"\s*:", 3000),
    (r"\brails\b", 3000),
    (r"\b(?:spring-boot|quarkus|micronaut|ktor|dropwizard)\b", 8080),
    (r"Microsoft\.NET\.Sdk\.Web", 5000),
)
_MANIFESTS = ("pyproject.toml", "requirements.txt", "package.json", "pom.xml", "build.gradle", "build.gradle.kts")
_DEFAULT_PORT = 8080


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was found, and where: ``why`` is a file of the project or a few words."""

    value: str
    why: str


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What a folder says. ``documents`` are paths with their formats; pacts are folders, for whom we are which side.

    ``live_contracts`` are the folders of those with this provider, and ``live_kinds`` what they are.
    """

    name: Seen
    base_url: Seen
    state_path: Seen | None
    documents: tuple[Seen, ...]
    pacts_as_provider: tuple[str, ...]
    pacts_as_consumer: tuple[str, ...]
    live_kinds: tuple[str, ...] = ()
    live_contracts: tuple[str, ...] = ()

    def first(self, document_format: str) -> str | None:
        """The document of a format that was met first."""
        return next((each.value for each in self.documents if each.why == document_format), None)


def look_at(folder: Path, name: Seen | None = None) -> ProjectFacts:
    """What a project's folder says; ``name`` is its own where that is known. Files that can't be read say nothing."""
    files = [*_files(folder)]
    name = name or _name(folder)
    pacts = [*_pacts(folder, files)]
    live = [each for each in _live_contracts(folder, files) if any(_alike(it, name.value) for it in each.providers)]
    return ProjectFacts(
        name,
        _base_url(folder),
        _state_path(folder, files),
        tuple(_documents(folder, files)),
        tuple(sorted({each.folder for each in pacts if _alike(each.provider, name.value)})),
        tuple(sorted({each.folder for each in pacts if _alike(each.consumer, name.value)})),
        tuple(sorted({each.kind for each in live})),
        tuple(sorted({each.folder for each in live})),
    )


def _files(folder: Path) -> Iterator[Path]:
    """The files of the project itself, in an order that stays, and not without end."""
    left = MOST_FILES
    for where, inner, names in os.walk(folder):
        inner[:] = sorted(each for each in inner if not each.startswith(".") and each not in _SKIPPED)
        for name in sorted(names):
            left -= 1
            if left < 0:
                return
            if not name.startswith("."):
                yield Path(where) / name


def _text(file: Path, most: int = MOST_BYTES) -> str:
    """What a file says, as far as it goes; nothing where it can't be read."""
    try:
        if not file.is_file():
            return ""
        with file.open("rb") as opened:
            return opened.read(most).decode("utf-8", "replace")
    except OSError:
        return ""


def _name(folder: Path) -> Seen:
    for file, reads in _NAMES:
        found = reads(_text(folder / file)).strip()
        if found:
            return Seen(found, file)
    return Seen(folder.resolve().name or "provider", "the folder's name")


def _toml(*path: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            value: object = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            return ""
        return _member(value, path)

    return read


def _json(text: str) -> str:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    # A scope or a vendor is whose it is, and not what.
    return _member(value, ("name",)).rpartition("/")[2]


def _member(value: object, path: Sequence[str]) -> str:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _pattern(pattern: str, *, without: str = "") -> Callable[[str], str]:
    def read(text: str) -> str:
        found = re.search(pattern, re.sub(without, "", text) if without else text, re.MULTILINE)
        return found[1] if found else ""

    return read


_NAMES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("pyproject.toml", _toml("project", "name")),
    ("pyproject.toml", _toml("tool", "poetry", "name")),
    ("package.json", _json),
    ("pom.xml", _pattern(r"<artifactId>([^<]+)</artifactId>", without=r"(?s)<parent>.*?</parent>")),
    ("settings.gradle", _pattern(r"rootProject\.name\s*=\s*[\"']([^\"']+)[\"']")),
    ("settings.gradle.kts", _pattern(r"rootProject\.name\s*=\s*[\"']([^\"']+)[\"']")),
    ("go.mod", _pattern(r"^module\s+(?:\S*/)?([^/\s]+)\s*$", without=r"/v\d+(?=\s)")),
    ("Cargo.toml", _toml("package", "name")),
    ("composer.json", _json),
    ("setup.cfg", _pattern(r"^name\s*=\s*(\S+)")),
)


def _base_url(folder: Path) -> Seen:
    for file, pattern in _PORTS:
        found = re.search(pattern, _text(folder / file), re.MULTILINE)
        if found and 0 < int(found[1]) < 65536:
            return Seen(f"http://localhost:{int(found[1])}", file)
    for file in _MANIFESTS:
        text = _text(folder / file)
        for pattern, port in _FRAMEWORKS:
            found = re.search(pattern, text, re.IGNORECASE)
            if found:
                return Seen(f"http://localhost:{port}", f"what {file} depends on")
    return Seen(f"http://localhost:{_DEFAULT_PORT}", "a guess")


_COMPOSED = r"^\s*-\s*[\"']?(?:[\d.]+:)?(\d{2,5}):\d{2,5}(?:/tcp)?[\"']?\s*$"
_PORTS = (
    *((name, _COMPOSED) for name in ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")),
    (".env", r"^(?:export\s+)?(?:[A-Z_]+_)?PORT\s*=\s*[\"']?(\d{2,5})\b"),
    ("src/main/resources/application.properties", r"^server\.port\s*=\s*(\d{2,5})"),
    ("src/main/resources/application.yml", r"^server:\s*\n\s+port:\s*(\d{2,5})"),
    ("Dockerfile", r"^EXPOSE\s+(\d{2,5})"),
    ("Procfile", r"--port[= ](\d{2,5})"),
)


def _state_path(folder: Path, files: Sequence[Path]) -> Seen | None:
    sources = [file for file in files if file.suffix in _SOURCES][:_MOST_LOOKED_INTO]
    for file in sources:
        found = _STATES.search(_text(file, 200_000))
        if found:
            return Seen(found[1], _told(folder, file))
    return None


def _documents(folder: Path, files: Sequence[Path]) -> Iterator[Seen]:
    from contracthub.formats.detection import detected

    candidates = [file for file in files if file.suffix.lower() in _DOCUMENTS and _is_telling(folder, file)]
    left = MOST_DOCUMENTS
    for file in candidates[:_MOST_LOOKED_INTO]:
        if left == 0 or _size(file) > MOST_BYTES:
            continue
        found = detected(file.name, file.read_bytes())
        if found is not None and not (found == "json-schema" and file.suffix.lower() != ".json"):
            left -= 1
            yield Seen(_told(folder, file), found)


def _is_telling(folder: Path, file: Path) -> bool:
    if file.suffix.lower() not in (".json", ".yaml", ".yml"):
        return True
    return bool(_TELLING.search(_told(folder, file).replace("_", "-")))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() and os.access(file, os.R_OK) else MOST_BYTES + 1
    except OSError:
        return MOST_BYTES + 1


@dataclass(frozen=True, slots=True)
class _Pact:
    folder: str
    consumer: str
    provider: str


def _pacts(folder: Path, files: Sequence[Path]) -> Iterator[_Pact]:
    near = [file for file in files if file.suffix == ".json" and "pact" in _told(folder, file).lower()]
    for file in near[:_MOST_LOOKED_INTO]:
        try:
            value: object = json.loads(_text(file))
        except (ValueError, RecursionError):
            continue
        consumer, provider = _member(value, ("consumer", "name")), _member(value, ("provider", "name"))
        if consumer and provider:
            yield _Pact(_told(folder, file.parent), consumer, provider)


@dataclass(frozen=True, slots=True)
class _Live:
    folder: str
    kind: str
    providers: tuple[str, ...]


def _live_contracts(folder: Path, files: Sequence[Path]) -> Iterator[_Live]:
    from contracthub.formats.live_contracts import read

    near = [file for file in files if file.suffix.lower() in (".yaml", ".yml", ".json")]
    found = [file for file in near if _LIVE.search(_text(file, _BEGINNING))]
    for file in found[:_MOST_LOOKED_INTO]:
        try:
            document = read(_text(file).encode())
        except HubError:
            continue
        yield _Live(_told(folder, file.parent), document.kind, document.providers)


def _alike(one: str, other: str) -> bool:
    """People write one name with hyphens here and underscores there."""
    return re.sub(r"[-_. ]", "", one).lower() == re.sub(r"[-_. ]", "", other).lower()


def _told(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()
