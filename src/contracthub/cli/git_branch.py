"""What a branch did to files since it left its base, as git tells it: which came, which went, which were renamed."""

import os
import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.git_files import run_git

MOST_DOCUMENTS = 500
_REGULAR = frozenset({"100644", "100755"})
_BRANCH = re.compile(r"origin/(.+)")


@dataclass(frozen=True, slots=True)
class Branch:
    """``base`` is the commit where the branch left; ``before`` and ``now`` are the files there and here.

    ``touched`` are the folders in which, or below which, a file changed; the root is "".
    """

    root: Path
    base: str
    before: frozenset[str]
    now: frozenset[str]
    renamed: Mapping[str, str]
    touched: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """A file before and now; one of both is None for what came or went."""

    before: str | None
    now: str | None


def branch_since(ref: str) -> Branch:
    """What is checked out, since it left ``ref``. Raises Stopped, with the command that gets what is missing."""
    root = _top()
    base = _merge_base(ref)
    listed = _lines(["ls-tree", "-r", "-z", "--full-tree", base])
    before = {name for facts, _, name in (each.partition("\t") for each in listed) if facts.split()[0] in _REGULAR}
    # Links are left out: they may lead anywhere. So is what is not committed to be.
    staged = _lines(["-C", str(root), "ls-files", "-s", "-z"])
    now = {name for facts, _, name in (each.partition("\t") for each in staged) if facts.split()[0] in _REGULAR}
    here = frozenset(each for each in now if (root / each).is_file() and not (root / each).is_symlink())
    return Branch(root, base, frozenset(before), here, _renamed(base), _touched(base))


def places_in(branch: Branch, patterns: Sequence[str]) -> list[Place]:
    """The files that the patterns name, here or at the base, paired with what they were. ``!`` takes some out again.

    A file counts when its old or its new name does, so that moving it out of sight hides nothing.
    """
    wanted = [_regular(each) for each in patterns if not each.startswith("!")]
    refused = [_regular(each[1:]) for each in patterns if each.startswith("!")]

    def counts(name: str | None) -> bool:
        if name is None or any(each.fullmatch(name) for each in refused):
            return False
        return any(each.fullmatch(name) for each in wanted)

    was = {new: old for new, old in branch.renamed.items() if old in branch.before and old not in branch.now}
    places = [Place(name if name in branch.before else was.get(name), name) for name in branch.now]
    gone = branch.before - branch.now - set(was.values())
    places += [Place(name, None) for name in gone]
    found = [each for each in places if counts(each.now) or counts(each.before)]
    if len(found) > MOST_DOCUMENTS:
        raise click.UsageError(f"{len(found)} files are too many; {MOST_DOCUMENTS} are compared. Name fewer.")
    return sorted(found, key=lambda each: each.before or each.now or "")


def _top() -> Path:
    done = run_git(["rev-parse", "--show-toplevel"])
    if done.returncode != 0:
        # Why it refuses, a folder that belongs to somebody else for one, git says best.
        raise Stopped(f"git finds no repository here: {_said(done.stderr)}", ExitCode.NOT_FOUND_OUT)
    return Path(os.fsdecode(done.stdout.rstrip(b"\n")))


def _merge_base(ref: str) -> str:
    if not ref or ref.startswith("-") or "\0" in ref:
        raise click.UsageError(f"{ref!r} is no commit, branch or tag; give one with --base.")
    for name in (ref, "HEAD"):
        if run_git(["rev-parse", "--quiet", "--verify", f"{name}^{{commit}}"]).returncode != 0:
            raise Stopped(f"git knows no commit {name} here. {_how_to_fetch(ref)}", ExitCode.NOT_FOUND_OUT)
    done = run_git(["merge-base", ref, "HEAD"])
    if done.returncode != 0:
        raise Stopped(
            f"git knows no commit that {ref} and HEAD have in common. {_how_to_fetch(ref)}", ExitCode.NOT_FOUND_OUT
        )
    return done.stdout.decode().strip()


def _how_to_fetch(ref: str) -> str:
    shallow = run_git(["rev-parse", "--is-shallow-repository"]).stdout.strip() == b"true"
    branch = _BRANCH.fullmatch(ref)
    what = f"+refs/heads/{branch.group(1)}:refs/remotes/{ref}" if branch else ref
    line = f"git fetch --no-tags {'--unshallow ' if shallow else ''}origin {shlex.quote(what)}"
    clone = "This clone is shallow; get" if shallow else "Get"
    return f"{clone} it first: {line}"


def _renamed(base: str) -> dict[str, str]:
    """New names and the old ones, with the working tree as it is."""
    words = _lines(["diff", "--no-ext-diff", "--name-status", "-z", "--find-renames", "--diff-filter=R", base])
    return {words[at + 2]: words[at + 1] for at in range(0, len(words) - 2, 3)}


def _touched(base: str) -> frozenset[str]:
    folders = set()
    for name in _lines(["diff", "--no-ext-diff", "--name-only", "--no-renames", "-z", base]):
        folder = posixpath.dirname(name)
        while folder and folder not in folders:
            folders.add(folder)
            folder = posixpath.dirname(folder)
        folders.add("")
    return frozenset(folders)


def _lines(arguments: Sequence[str]) -> list[str]:
    done = run_git(arguments)
    if done.returncode != 0:
        raise Stopped(f"git {arguments[0]} failed: {_said(done.stderr)}", ExitCode.NOT_FOUND_OUT)
    return [each for each in os.fsdecode(done.stdout).split("\0") if each]


def _said(stderr: bytes) -> str:
    return stderr.decode("utf-8", "replace").strip() or "it does not say why."


def _regular(pattern: str) -> re.Pattern[str]:
    """A pattern of files: ``*`` and ``?`` within a folder, ``**`` through any of them."""
    text = pattern.removeprefix("./")
    if not text:
        raise click.UsageError(f"{pattern!r} names no files.")
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", text)
    meant = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meant.get(each) or re.escape(each) for each in parts), re.DOTALL)
