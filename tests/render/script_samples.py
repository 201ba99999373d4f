"""Changes in scripts that run from right to left, that are wide, and that are made of joined characters."""

from __future__ import annotations

from render_samples import moment

from tracker.classify import classify
from tracker.diff import diff
from tracker.model import ChangeDetail, Comparison, Extract, Revision
from tracker.render.pair import RevisionPair

# Of each: the headline and the body, with a place for what changed in the body; then both headlines and both words.
_ARABIC = (
    "قال المسؤولون إن {} شخصا فقدوا بعد انهيار جدار الميناء قبل الفجر، والبحث مستمر حتى المساء في المدينة القديمة."
)
_HEBREW = "דוברת העירייה אמרה כי {} בני אדם נעדרים לאחר שקיר הנמל קרס לפני עלות השחר, והחיפושים נמשכים בעיר העתיקה."
_JAPANESE = (
    "港の壁が夜明け前に崩れ、当局は{}が行方不明だと述べた。"
    "捜索は夕方まで続き、旧市街の住民は避難所で一夜を明かすことになると市長は語った。"
)
_EMOJI = "The crew 👩‍🚀👩🏽‍🚒{} and waved ❤️ to the café by the harbour wall."
SCRIPTS = {
    "arabic": (_ARABIC, ("انهيار جدار الميناء", "12"), ("انهيار سور الميناء", "15")),
    "hebrew": (_HEBREW, ("קיר הנמל קרס", "12"), ("חומת הנמל קרסה", "15")),
    "japanese": (_JAPANESE, ("港の壁が崩れる", "十二人"), ("港の防波堤が崩れる", "十五人")),
    "emoji": (
        _EMOJI,
        ("The crew 👩‍🚀👩🏽‍🚒 is back", "👨‍👩‍👧‍👦 came back 🇩🇪, cafe\u0301"),
        ("The crew 👩‍🔬👩🏽‍🚒 is back", "👨‍👩‍👦 came back 🇫🇷, cafe"),
    ),
}


def script_pair(name: str) -> RevisionPair:
    body, *versions = SCRIPTS[name]
    before, after = (Extract(headline=headline, paragraphs=(body.format(words),)) for headline, words in versions)
    found = diff(before.text, after.text)
    comparison = Comparison(found, classify(found, before, after), "test 1")
    older = Revision(1, 1, 1, moment(9, 5), before, "0" * 64)
    newer = Revision(2, 1, 2, moment(10, 20), after, "1" * 64, moment(10, 5))
    return RevisionPair("https://www.example.com/x", older, newer, comparison)


def script_details(name: str, article_id: int = 1) -> tuple[ChangeDetail, ...]:
    pair = script_pair(name)
    return tuple(
        ChangeDetail(
            article_id * 100 + number,
            article_id,
            f"https://www.{name}.example/x",
            f"www.{name}.example",
            pair.newer.extract.headline,
            1,
            2,
            moment(10, 5),
            moment(10, 20),
            change,
        )
        for number, change in enumerate(pair.comparison.changes, 1)
    )
