"""Structured logs on standard error: logfmt for machines, columns on a terminal. Modules log by `logging`."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog

QUIET = logging.WARNING
NORMAL = logging.INFO
VERBOSE = logging.DEBUG

# Their news is ours already (a job that waits its turn) or nobody's (each connection).
_TOO_TALKATIVE = ("apscheduler", "urllib3", "trafilatura", "htmldate", "filelock", "charset_normalizer")


def configure(level: int, stream: TextIO = sys.stderr, *, colour: bool = False) -> None:
    """Send every log record to `stream`, one line each: time, level, event, then key=value pairs."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=True)]
        if colour
        else [
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], drop_missing=True),
        ]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
