"""The child process of a fuzzing job: reads the job from stdin, and writes what it sees to stdout, line by line.

Run with ``python -m contracthub.verification.fuzz.child``. It is a process of its own because the fuzzer's hooks,
checks and warnings are global, a document may take the process down, and nothing can stop it from within. It does not
outlive its parent.
"""

import os
import sys
import threading
import warnings


def main() -> None:
    """Does the job, and ends with a line that says so."""
    line = sys.stdin.readline()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # The messages keep the real stdout; what a library prints goes to stderr.
    out = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    from contracthub.verification.fuzz.job import job_from_json
    from contracthub.verification.fuzz.messages import written
    from contracthub.verification.fuzz.working import work

    work(job_from_json(line), lambda message: print(written(message), file=out))
    out.flush()
    # Threads of the fuzzer that still wait for an answer must not hold the process.
    os._exit(0)


def _end_with_parent() -> None:
    """The parent keeps our stdin open for as long as it lives, however it ends."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
