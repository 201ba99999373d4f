"""What stands above a passage of a diff, the same in every format."""

from __future__ import annotations

from tracker.render.excerpt import quote
from tracker.render.passages import Passage, Shape
from tracker.render.pieces import Mark, Piece
from tracker.render.wording import count

_SHAPE_NAMES = {
    Shape.KEPT: "",
    Shape.CHANGED: "changed",
    Shape.ADDED: "paragraph added",
    Shape.REMOVED: "paragraph removed",
    Shape.MOVED_HERE: "moved",
    Shape.MOVED_AWAY: "moved",
}


def passage_title(passage: Passage) -> str:
    """What befell the passage, then the kinds of the changes in it: `moved down by 3 paragraphs, number`."""
    is_moved = passage.shape in (Shape.MOVED_HERE, Shape.MOVED_AWAY)
    shape = "" if passage.labels and not is_moved else passage.note or _SHAPE_NAMES[passage.shape]
    return ", ".join(filter(None, [shape, *passage.labels]))


def place_text(passage: Passage) -> str:
    """`¶7` in the new text, `was ¶7` where the passage stood in the old one only."""
    is_past = passage.shape in (Shape.REMOVED, Shape.MOVED_AWAY)
    return f"{'was ' if is_past else ''}¶{passage.number}"


def folded_title(paragraph_count: int) -> str:
    return f"… {count(paragraph_count, 'paragraph')} unchanged …"


def in_short(passage: Passage) -> tuple[Piece, ...]:
    """The passage's pieces; of a block that only moved, its first words, by which a reader knows it again."""
    is_unedited = all(piece.mark is Mark.KEPT for piece in passage.pieces)
    if passage.shape is not Shape.MOVED_HERE or not is_unedited:
        return passage.pieces
    return (Piece(Mark.KEPT, quote("".join(piece.text for piece in passage.pieces))),)
