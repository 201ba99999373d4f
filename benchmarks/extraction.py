"""Extraction on real pages, measured by the scorer that lies beside this checkout, with the figures to reach.

python benchmarks/extraction.py [--quick]
"""

from __future__ import annotations

import argparse
import gzip
import logging
import random
import sys
import time
from pathlib import Path

_GATE_PAGES = 60
SHARED = Path(__file__).resolve().parents[2] / "shared"
# name in the scorer, figure to reach, is higher better
TARGETS = (
    ("scrapinghub F1", 0.955, True),
    ("fundus F1", 0.96, True),
    ("paragraphs exact", 0.92, True),
    ("headline right", 0.90, True),
    ("author right", 0.85, True),
    ("date right", 0.97, True),
    ("false changes", 0.08, False),
    ("edits missed", 0.03, False),
    ("noise pairs equal", 0.98, True),
    ("speed ratio", 1.4, True),
    ("gate / extraction", 0.2, False),
    ("gate says same", 1.0, True),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="quality and speed only")
    quick = parser.parse_args().quick
    if not SHARED.is_dir():
        print(f"{SHARED} is missing: this benchmark needs the folder of real pages.", file=sys.stderr)
        return 2
    logging.disable(logging.WARNING)  # trafilatura logs every page without text
    measured = _measured(quick)
    print(f"{'':22}{'measured':>10}{'to reach':>10}")
    for name, target, is_higher_better in TARGETS:
        if name in measured:
            reached = measured[name] >= target if is_higher_better else measured[name] <= target
            print(f"{name:22}{measured[name]:10.3f}{target:10.3f}{'' if reached else '   missed'}")
    return 0


def _measured(quick: bool) -> dict[str, float]:
    sys.path.insert(0, str(SHARED / "tools"))
    import score_extract  # noqa: PLC0415 - lies beside the checkout, found only now

    from tracker import extract  # noqa: PLC0415 - after the path is set, as the scorer does

    pages = SHARED / "data" / "extraction"
    measured: dict[str, float] = dict(score_extract.quality(pages, extract))
    if not quick:
        measured |= score_extract.churn(pages, extract, 60)
        measured |= score_extract.labelled_pairs(SHARED / "data" / "revisions", extract)
    measured |= score_extract.speed(pages, extract)
    return measured | _gate(score_extract.index(pages), pages)


def _gate(rows: list[dict[str, str]], pages: Path) -> dict[str, float]:
    """CPU of looking at pages whose texts are as last time, their sandbox's and its traffic's with it.

    Pages as on a second visit: other scripts, tokens, addresses and class names than the fingerprint was taken of.
    """
    import page_churn  # noqa: PLC0415 - lies beside the scorer

    from tracker import extract  # noqa: PLC0415 - see above
    from tracker.extract.examining import Answer, examine  # noqa: PLC0415 - see above
    from tracker.extract.fingerprint import page_sha256  # noqa: PLC0415 - see above
    from tracker.sandbox import Sandbox  # noqa: PLC0415 - see above

    spent = {"gate": 0.0, "extraction": 0.0}
    same = 0
    with Sandbox(1, preload=("tracker.extract.examining",)) as sandbox:
        for number, row in enumerate(rows[: _GATE_PAGES + 1]):
            document = page_churn.parse(gzip.decompress((pages / row["html_path"]).read_bytes()))
            known = page_sha256(page_churn.serialise(document))
            for change in (page_churn.script_state, page_churn.class_renamed):
                change(document, "", random.Random(row["id"]))
            answer = Answer(row["url"], row["url"], 200, None, page_churn.serialise(document))
            times = [time.process_time() + sandbox.run(time.process_time)]
            same += sandbox.run(examine, answer, known, None).is_same_page and number > 0
            times.append(time.process_time() + sandbox.run(time.process_time))
            extract(answer.body, row["url"])
            times.append(time.process_time() + sandbox.run(time.process_time))
            if number:  # the first loads what is loaded on first use
                spent["gate"] += times[1] - times[0]
                spent["extraction"] += times[2] - times[1]
    return {"gate / extraction": spent["gate"] / spent["extraction"], "gate says same": same / _GATE_PAGES}


if __name__ == "__main__":
    raise SystemExit(main())
