"""Runs `tracker` again and again, each time in a process of its own that begins where the imports are done.

A new interpreter would spend seven tenths of a second on imports for every command; a fork of this one spends none.
It reads one order a line from standard input and answers on standard output, both in JSON:

    {"arguments": [...], "folder": ..., "environment": {...}, "output": file, "errors": file, "user": id or null}
        -> the process's id, once it is started
    {"wait": id}
        -> its exit status; minus the signal's number, if a signal ended it
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, NoReturn

from tracker.cli import main


def serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork() or _become(order)
        print(answer, flush=True)


def _become(order: dict[str, Any]) -> NoReturn:
    status = 70  # what an unforeseen end looks like
    try:
        _redirect(0, os.devnull, os.O_RDONLY)
        _redirect(1, order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        _redirect(2, order["errors"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        if order["user"] is not None:
            os.setgroups([])
            os.setuid(order["user"])
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        time.tzset()
        sys.argv = ["tracker", *order["arguments"]]
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        except BaseException:
            sys.excepthook(*sys.exc_info())
            status = 1
        sys.stdout.flush()
    finally:
        os._exit(status)


def _redirect(descriptor: int, path: str, flags: int) -> None:
    opened = os.open(path, flags, 0o644)
    os.dup2(opened, descriptor)
    os.close(opened)


if __name__ == "__main__":
    serve()
