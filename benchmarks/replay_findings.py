"""What the database says of a replay, held against what was served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from replay_documents import Document, Source, Version, fold

from tracker.extract import extract
from tracker.model import Extract, Outcome, Revision
from tracker.store import Store
from tracker.urls import canonical_url

TEXT_CHANGED = "text_changed"
ABSENT = frozenset({Outcome.GONE, Outcome.BLOCKED, Outcome.PAYWALLED, Outcome.UNREADABLE})
_NOTHING_NEW = frozenset({Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
# Of the words that a page gives when it is read alone. Beside the page before it a line or two may count otherwise, and
# so may lines that stand in many documents of one source.
_CLOSE = 0.95


@dataclass(frozen=True, slots=True)
class Found:
    """What one check was said to have come to."""

    turn: int
    outcome: Outcome
    reason: str
    revision_number: int | None


@dataclass(frozen=True, slots=True)
class Absence:
    """A page that was named as something else than an article."""

    document: str
    version: int  # counted from 1
    outcome: Outcome
    reason: str
    extracted_words: int
    gold_words: int | None  # None: nobody counted


@dataclass(slots=True)
class Findings:
    """`missed` is what went wrong in the tracker; the rest is told, and judged by the reader."""

    documents: int = 0
    versions: int = 0
    revisions: int = 0
    diffs: int = 0
    coarse_diffs: int = 0
    checks: Counter[Outcome] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    told_as_noise: list[str] = field(default_factory=list)  # read alone it differs, read beside the page before not
    read_otherwise: list[str] = field(default_factory=list)  # read beside the page before, a little differs
    rereads: int = 0  # revisions that only say how the page before them is read today
    absences: list[Absence] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)  # believed only at the second look
    labels: Counter[tuple[str, bool]] = field(default_factory=Counter)  # (label of the step, it gave a revision)
    label_disagreements: list[str] = field(default_factory=list)
    source_steps: int = 0  # steps of plain texts that changed something
    source_lost: list[str] = field(default_factory=list)  # of these, what gave no revision
    source_invented: list[str] = field(default_factory=list)  # revisions without a change of the plain text
    source_versions: int = 0
    source_exact: int = 0  # of these, title and every paragraph came out as they were
    source_paragraphs: int = 0
    source_paragraphs_exact: int = 0


def compare_with_what_was_served(
    store: Store,
    documents: Sequence[Document],
    urls: Mapping[str, str],
    article_ids: Mapping[str, int],
    found: Mapping[int, Sequence[Found]],
) -> Findings:
    """Reads everything back. Every page is extracted once more here, apart from the cycle."""
    findings = Findings(documents=len(documents))
    for document in documents:
        article_id = article_ids[document.name]
        revisions = list(store.revisions(article_id))
        left_out = frozenset(line.text for line in store.left_out(article_id))
        url = canonical_url(urls[document.name])
        trial = _Trial(findings, document, url, found.get(article_id, ()), revisions, left_out)
        trial.run()
        findings.missed += _unfit_diffs(store, document.name, revisions, findings)
    findings.kinds.update(detail.change.kind.value for detail in store.changes())
    findings.missed += [f"verify: {fault}" for fault in store.verify()]
    return findings


def _unfit_diffs(store: Store, name: str, revisions: Sequence[Revision], findings: Findings) -> Iterator[str]:
    """Every two neighbours must have a diff in the database that makes the newer text of the older one."""
    for older, newer in pairwise(revisions):
        comparison = store.comparison(older.article_id, older.number, newer.number)
        place = f"{name}: revision {older.number} to {newer.number}"
        if newer.reread_of_number is not None:
            findings.rereads += 1
            continue
        if comparison is None:
            yield f"{place} was not compared"
            continue
        findings.diffs += 1
        findings.coarse_diffs += comparison.diff.coarse is not None
        if comparison.diff.apply(older.extract.text) != newer.extract.text:
            yield f"{place} does not rebuild the text"
        if not comparison.changes:
            yield f"{place} has no change"


@dataclass(slots=True)
class _Trial:
    """One document's history, version by version."""

    findings: Findings
    document: Document
    url: str
    found: Sequence[Found]
    revisions: Sequence[Revision]
    left_out: frozenset[str]  # lines that were taken for no part of the document, and are kept as such
    latest: str | None = None  # content of the revision that ought to be the newest
    recorded: int = 0  # revisions accounted for
    source: Source | None = None  # of the version before

    def run(self) -> None:
        findings = self.findings
        findings.checks.update(one.outcome for one in self.found)
        findings.revisions += len(self.revisions)
        for turn, version in enumerate(self.document.versions):
            findings.versions += 1
            looks = [one for one in self.found if one.turn == turn]
            if not looks:
                self._miss(turn, "was not looked at")
                continue
            self._version(turn, version, looks)
        seen = sum(revision.reread_of_number is None for revision in self.revisions)
        if seen != self.recorded:
            findings.missed.append(f"{self.document.name}: {seen} revisions recorded, {self.recorded} expected")
        self._last_look()

    def _miss(self, turn: int, what: str) -> None:
        self.findings.missed.append(f"{self._place(turn)} {what}")

    def _place(self, turn: int) -> str:
        return f"{self.document.name} version {turn + 1}"

    def _version(self, turn: int, version: Version, looks: Sequence[Found]) -> None:
        expected = extract(version.page, self.url, version.content_type)
        final = looks[-1]
        if len(looks) > 1:
            self.findings.doubted.append(f"{self._place(turn)}: {looks[0].reason}")
        if final.outcome in ABSENT:
            self._absent(turn, version, final, expected)
        elif expected is None:
            self._miss(turn, f"gives no article, but was taken for one: {_told(final)}")
        else:
            self._present(turn, expected, final)
        self._against_source(turn, version, expected, final)
        if version.label:
            self._against_label(turn, version.label, is_recorded=final.revision_number is not None)

    def _absent(self, turn: int, version: Version, final: Found, expected: Extract | None) -> None:
        words = len(expected.text.split()) if expected else 0
        gold = self.document.gold_words
        self.findings.absences.append(Absence(self.document.name, turn + 1, final.outcome, final.reason, words, gold))
        if version.source is not None and version.source.paragraphs:
            self._miss(turn, f"is a plain text, but was not taken for an article: {_told(final)}")

    def _present(self, turn: int, expected: Extract, final: Found) -> None:
        if expected.content_sha256 == self.latest:
            if final.outcome not in _NOTHING_NEW:
                self._miss(turn, f"is as before, but was {_told(final)}")
            return
        is_page = self.document.versions[turn].is_real_page
        if final.revision_number is None:
            if is_page and final.outcome in _NOTHING_NEW:
                self.findings.told_as_noise.append(self._place(turn))
            else:
                self._miss(turn, f"was not recorded: {_told(final)}")
            return
        self.recorded += 1
        self.latest = expected.content_sha256
        recorded = self.revisions[final.revision_number - 1]
        if recorded.content_sha256 == self.latest:
            return
        lost = set(expected.paragraphs) - set(recorded.extract.paragraphs)
        if _is_close(recorded.extract, expected) or lost <= self.left_out:
            self.findings.read_otherwise.append(self._place(turn))
        else:
            self._miss(turn, f"was recorded as revision {final.revision_number} with another content")

    def _against_source(self, turn: int, version: Version, expected: Extract | None, final: Found) -> None:
        source = version.source
        if source is None:
            return
        findings, before = self.findings, self.source
        self.source = source
        findings.source_versions += 1
        findings.source_paragraphs += len(source.paragraphs)
        lines = set(expected.paragraphs) if expected else set()
        findings.source_paragraphs_exact += sum(paragraph in lines for paragraph in source.paragraphs)
        findings.source_exact += (
            expected is not None
            and expected.paragraphs == source.paragraphs
            and fold(expected.headline or "") == source.title
        )
        if before is None:
            return
        has_changed, is_recorded = source != before, final.revision_number is not None
        findings.source_steps += has_changed
        if has_changed and not is_recorded:
            findings.source_lost.append(f"{self._place(turn)}: {_difference(before, source)}")
        if is_recorded and not has_changed:
            findings.source_invented.append(f"{self._place(turn)}: {_told(final)}")

    def _against_label(self, turn: int, label: str, *, is_recorded: bool) -> None:
        self.findings.labels[label, is_recorded] += 1
        if is_recorded != (label == TEXT_CHANGED):
            told = "a revision" if is_recorded else "no revision"
            self.findings.label_disagreements.append(f"{self._place(turn)}: {label}, {told}")

    def _last_look(self) -> None:
        """Long after the last version nothing may be new."""
        last = [one for one in self.found if one.turn >= len(self.document.versions)]
        if not last:
            self.findings.missed.append(f"{self.document.name}: was not looked at again in the end")
        elif any(one.revision_number is not None for one in last):
            self.findings.missed.append(f"{self.document.name}: a revision without a change of the page")


def _is_close(recorded: Extract, expected: Extract) -> bool:
    ours, theirs = (Counter(f"{one.headline} {one.text}".split()) for one in (recorded, expected))
    return 2 * (ours & theirs).total() >= _CLOSE * (ours.total() + theirs.total())


def _told(found: Found) -> str:
    return f"{found.outcome.value} ({found.reason})" if found.reason else found.outcome.value


def _difference(old: Source, new: Source) -> str:
    """The first paragraph on either side that the other has not."""
    before = next((line for line in (old.title, *old.paragraphs) if line not in (new.title, *new.paragraphs)), "")
    after = next((line for line in (new.title, *new.paragraphs) if line not in (old.title, *old.paragraphs)), "")
    return f"{before[:100]!r} -> {after[:100]!r}" if before or after else "the order or the number of paragraphs"
