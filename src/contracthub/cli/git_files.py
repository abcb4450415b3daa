"""Files as they are in a commit, read through the git program: no shell, no checkout, no hooks, no network."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.spec_files import ENDINGS, MOST_BYTES, MOST_FILES

_LONGEST_WAIT = 60.0
_REGULAR = frozenset({"100644", "100755"})
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


class GitPlace:
    """A file or folder of a commit; ``path`` is relative to the root of the repository, or to here after ``./``."""

    def __init__(self, revision: str, path: str) -> None:
        self.revision = revision
        self.path = path

    def is_folder(self) -> bool:
        """Whether it is a folder. Raises Stopped when there is nothing, with the command that would get it."""
        kind = _git(["cat-file", "-t", f"{self.revision}:{self.path}"])
        if kind is None:
            raise Stopped(self._absence(), ExitCode.NOT_FOUND_OUT)
        return kind.strip() == b"tree"

    def body(self) -> bytes:
        """The bytes of the file."""
        body = file_in(self.revision, self.path)
        if body is None:
            raise Stopped(self._absence(), ExitCode.NOT_FOUND_OUT)
        return body

    def files(self) -> Mapping[str, bytes]:
        """The documents below the folder, by their place in it. Links are left out: they may lead anywhere."""
        listed = _git(["ls-tree", "-r", "-z", "--full-tree", f"{self.revision}:{self.path}"]) or b""
        found: dict[str, str] = {}
        for entry in listed.decode("utf-8", "surrogateescape").split("\0"):
            facts, _, name = entry.partition("\t")
            if name and facts.split()[0] in _REGULAR and PurePosixPath(name).suffix.lower() in ENDINGS:
                found[name] = facts.split()[2]
        if len(found) > MOST_FILES:
            raise Stopped(
                f"{len(found)} files are too many; {MOST_FILES} are compared. Name a folder inside.",
                ExitCode.NOT_FOUND_OUT,
            )
        return _bodies(found)

    def _absence(self) -> str:
        if _git(["rev-parse", "--quiet", "--verify", f"{self.revision}^{{commit}}"]) is None:
            return (
                f"git knows no commit {self.revision} here. In a shallow clone, get it first: "
                f"git fetch --depth=1 origin {self.revision.removeprefix('origin/')}"
            )
        return f"There is no file or folder {self.path} in {self.revision}."


def git_place(text: str) -> GitPlace:
    """The place that ``REF:path`` names. Raises Stopped for what names none."""
    revision, colon, path = text.partition(":")
    if not colon or not revision or revision.startswith("-") or "\0" in text:
        raise Stopped(f"git:{text} names no file of a commit. Write it as git:REF:path.", ExitCode.USAGE)
    return GitPlace(revision, path.rstrip("/"))


def file_in(revision: str, path: str) -> bytes | None:
    """The bytes of a file, None where there is none. Raises Stopped for one that is too large."""
    name = f"{revision}:{path}"
    size = _git(["cat-file", "-s", name])
    if size is None or _git(["cat-file", "-t", name]) != b"blob\n":
        return None
    if int(size) > MOST_BYTES:
        raise Stopped(f"{path} in {revision} has {int(size):,} bytes; at most {MOST_BYTES:,} are read.", ExitCode(3))
    return _git(["cat-file", "blob", name])


def _bodies(objects: Mapping[str, str]) -> Mapping[str, bytes]:
    asked = "".join(f"{object_id}\n" for object_id in objects.values()).encode()
    sizes = _git(["cat-file", "--batch-check=%(objectsize)"], asked) or b""
    if sum(int(size) for size in sizes.split() if size.isdigit()) > MOST_BYTES:
        raise Stopped(f"The files have more than {MOST_BYTES:,} bytes, the most that is compared.", ExitCode(3))
    answer = _git(["cat-file", "--batch"], asked) or b""
    bodies: dict[str, bytes] = {}
    at = 0
    for name in objects:
        header, at = answer[at : answer.index(b"\n", at)], answer.index(b"\n", at) + 1
        size = int(header.rsplit(b" ", 1)[1])
        bodies[name] = answer[at : at + size]
        at += size + 1
    return bodies


def _git(arguments: Sequence[str], given: bytes | None = None) -> bytes | None:
    done = run_git(arguments, given)
    return done.stdout if done.returncode == 0 else None


def run_git(arguments: Sequence[str], given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """What git does with the arguments. Raises Stopped when there is no git, or none that ends."""
    try:
        return subprocess.run(
            ["git", "--no-pager", *arguments],
            capture_output=True,
            check=False,
            timeout=_LONGEST_WAIT,
            env=os.environ | _QUIET,
            input=given or b"",
        )
    except FileNotFoundError as error:
        raise Stopped("There is no git program here, which git: needs.", ExitCode.NOT_FOUND_OUT) from error
    except (subprocess.TimeoutExpired, OSError, ValueError) as error:
        raise Stopped(f"git did not answer: {error}", ExitCode.NOT_FOUND_OUT) from error
