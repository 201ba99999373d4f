"""The values that flow through everything: frozen, typed, and free of any import but the standard library's.

    LookOrder -> Fetch -> Extract -> Sighting -> Verdict        one check
    Diff = Hunks + Moves, Changes                               one comparison

Times are aware datetimes in UTC. Offsets are code points, half-open.
"""

from tracker.model.comparing import (
    Change,
    Diff,
    Hunk,
    Inconsistency,
    Move,
    UnitMatch,
    rebuild,
    write_delta,
)
from tracker.model.finding import (
    SearchHit,
    Stretch,
    Where,
)
from tracker.model.following import (
    Demand,
    History,
    HostHistory,
    Plan,
)
from tracker.model.judging import (
    Comparison,
    Known,
    Recorded,
    Revision,
    Verdict,
)
from tracker.model.looking import (
    Batch,
    Extract,
    FailureKind,
    Fetch,
    LeftOut,
    LookOrder,
    ProblemKind,
    Redirect,
    Sighting,
    utc_text,
)
from tracker.model.names import (
    Field,
    Kind,
    Operation,
    Outcome,
    State,
)
from tracker.model.rows import (
    ArticleStatus,
    ChangeDetail,
    ChannelHealth,
    CheckEntry,
    DayOfLooks,
    Health,
    HeldHost,
    HostFigures,
    HostHealth,
    HostMisses,
    LeftOutLine,
    SilentSource,
    SiteLine,
)
from tracker.model.tables import CellType, CellValue, Chosen, Column, KindCount

__all__ = [
    "ArticleStatus",
    "Batch",
    "CellType",
    "CellValue",
    "Change",
    "ChangeDetail",
    "ChannelHealth",
    "CheckEntry",
    "Chosen",
    "Column",
    "Comparison",
    "DayOfLooks",
    "Demand",
    "Diff",
    "Extract",
    "FailureKind",
    "Fetch",
    "Field",
    "Health",
    "HeldHost",
    "History",
    "HostFigures",
    "HostHealth",
    "HostHistory",
    "HostMisses",
    "Hunk",
    "Inconsistency",
    "Kind",
    "KindCount",
    "Known",
    "LeftOut",
    "LeftOutLine",
    "LookOrder",
    "Move",
    "Operation",
    "Outcome",
    "Plan",
    "ProblemKind",
    "Recorded",
    "Redirect",
    "Revision",
    "SearchHit",
    "Sighting",
    "SilentSource",
    "SiteLine",
    "State",
    "Stretch",
    "UnitMatch",
    "Verdict",
    "Where",
    "rebuild",
    "utc_text",
    "write_delta",
]
