"""Pages of our own prose for the tests of the extraction."""

from __future__ import annotations

PROSE = (
    "The ferry company said on Monday that the night service to the islands would stop at the end of the month.",
    "Residents of the two northern villages, who number about 400, had asked the council to pay for a smaller boat.",
    '"We were told in March that nothing would change," said Ada Holm, who runs the bakery beside the old pier.',
    "The council will meet on Thursday to decide whether it can find the 90,000 crowns that a replacement would cost.",
)


def page(
    body: str = "",
    *,
    headline: str = "Night ferry to the islands will stop in May",
    head: str = "",
    prose: tuple[str, ...] = PROSE,
    between: str = "",
) -> str:
    """A news page: `body` before the story's own column, `between` inside it after the second paragraph."""
    paragraphs = [f"<p>{text}</p>" for text in prose]
    paragraphs.insert(2, between)
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><title>{headline} - The Harbour Post</title>'
        f'<meta property="og:site_name" content="The Harbour Post">{head}</head><body>'
        f'<nav><a href="/">Home</a><a href="/sport">Sport</a></nav>{body}<main><article><h1>{headline}</h1>'
        f"<div>{''.join(paragraphs)}</div></article></main><footer><p>About us</p></footer></body></html>"
    )
