"""Runs `tracker` again and again, each time in a process of its own that begins where the imports are done.

A new interpreter would spend seven tenths of a second on imports for every command; a fork of this one spends none.
It reads one order a line from standard input and answers on standard output, both in JSON:

    {"arguments": [...], "folder": ..., "environment": {...}, "output": file, "errors": file, "user": id or null}
        -> the process's id, once it is started
    {"wait": id}
        -> its exit status; minus the signal's number, if a signal ended it
"""

from __future__ import annotations

import encodings.idna
import encodings.utf_8_sig  # noqa: F401 - loaded on first use otherwise, when another user may not read the library
import json
import os
import signal
import sys
import time
import traceback
from typing import Any, NoReturn

from tracker.cli import bring_in, demo, evidence, give_out, keep, look_up, main, notify, report, search, setup, watch

# The rooms of all commands, which are opened only when they are called: another user could not read them then.
_ROOMS = (bring_in, demo, evidence, give_out, keep, look_up, notify, report, search, setup, watch)
_UNFORESEEN = 70  # an exception that reached nobody


def serve() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored, where the tests themselves were started under nohup
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork() or _become(order)
        print(answer, flush=True)


def _become(order: dict[str, Any]) -> NoReturn:
    status = _UNFORESEEN
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
        status = _status_of_main()
        sys.stdout.flush()
    finally:
        if status == _UNFORESEEN:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(status)


def _status_of_main() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _redirect(descriptor: int, path: str, flags: int) -> None:
    opened = os.open(path, flags, 0o644)
    os.dup2(opened, descriptor)
    os.close(opened)


if __name__ == "__main__":
    serve()
