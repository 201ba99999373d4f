"""Structured logs on standard error: logfmt for machines, columns on a terminal. Modules log by `logging`.

An unexpected exception is told in full once. While the same one comes again and again, it is counted instead, and an
hour later a line says how often.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TextIO

import structlog

QUIET = logging.WARNING
NORMAL = logging.INFO
VERBOSE = logging.DEBUG

_COUNTED_FOR_S = 3_600.0  # an error that goes on is told of once an hour: 24 lines a day
_MOST_ERRORS = 200  # counted side by side; in all the code there are not so many places that could break at once

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
    handler = OnceHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)


def tell_repeats(*, everything: bool = False) -> None:
    """Tell how often errors came again, where an hour has passed; of `everything`, as at the end of a program."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, OnceHandler):
            handler.tell_repeats(everything=everything)


@dataclass(frozen=True, slots=True)
class ErrorKey:
    """What makes two errors the same: what was being done, and what broke where. Which article it was does not."""

    logger: str
    level: int
    message: str  # before its arguments are put in
    error: str  # "KeyError at case.py:120"


@dataclass(frozen=True, slots=True)
class Repeated:
    key: ErrorKey
    times: int
    seconds: float  # since it was last told


class Repeats:
    """Which errors are news. Times are seconds of a clock that never goes back."""

    def __init__(self, counted_for_s: float = _COUNTED_FOR_S, most: int = _MOST_ERRORS) -> None:
        self._counted_for_s = counted_for_s
        self._most = most
        self._met: OrderedDict[ErrorKey, tuple[float, int]] = OrderedDict()  # when told last, and how often since

    def is_news(self, key: ErrorKey, now_s: float) -> bool:
        """Is it to be told? If not, it is counted."""
        if key in self._met:
            told_at_s, times = self._met[key]
            self._met[key] = (told_at_s, times + 1)
            return False
        self._met[key] = (now_s, 0)
        return True

    def due(self, now_s: float, *, everything: bool = False) -> Iterator[Repeated]:
        """The counts to tell now, the oldest first; what did not come again is forgotten, and would be news again."""
        while self._met:
            key, (told_at_s, times) = next(iter(self._met.items()))
            is_due = now_s - told_at_s >= self._counted_for_s
            if not (is_due or everything or len(self._met) > self._most):
                return
            del self._met[key]
            if times:
                if is_due and not everything:
                    self._met[key] = (now_s, 0)  # at the end: the order is that of the times
                yield Repeated(key, times, now_s - told_at_s)


class OnceHandler(logging.StreamHandler[TextIO]):
    """Writes every record but the errors that were told already, and their number when it is due."""

    def __init__(self, stream: TextIO, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream)
        self._monotonic = monotonic
        self._repeats = Repeats()

    def emit(self, record: logging.LogRecord) -> None:
        now_s = self._monotonic()
        self._tell(self._repeats.due(now_s))
        key = _key(record)
        if key is None or self._repeats.is_news(key, now_s):
            super().emit(record)

    def tell_repeats(self, *, everything: bool) -> None:
        self.acquire()
        try:
            self._tell(self._repeats.due(self._monotonic(), everything=everything))
        finally:
            self.release()

    def _tell(self, repeated: Iterator[Repeated]) -> None:
        for each in repeated:
            super().emit(_summary(each))


def _key(record: logging.LogRecord) -> ErrorKey | None:
    """None: it is no unexpected exception."""
    if record.levelno < logging.ERROR or not record.exc_info or record.exc_info[0] is None:
        return None
    kind, _, trace = record.exc_info
    return ErrorKey(record.name, record.levelno, str(record.msg), f"{kind.__name__} at {_place(trace)}")


def _place(trace: TracebackType | None) -> str:
    """Where it was raised."""
    if trace is None:
        return "an unknown place"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


def _summary(repeated: Repeated) -> logging.LogRecord:
    key, hours = repeated.key, round(repeated.seconds / 3_600)
    times = "once more" if repeated.times == 1 else f"{repeated.times:,} more times"
    span = "hour" if hours == 1 else f"{hours} hours" if hours else f"{max(1, round(repeated.seconds / 60))} min"
    record = logging.LogRecord(key.logger, key.level, "", 0, f"the same error {times} in the last {span}", (), None)
    record.error = key.error
    return record
