"""Reports are in the order in which a reader wants them."""

from __future__ import annotations

import pytest
from render_samples import change, detail

from tracker.model import Field, Kind
from tracker.render.reports import grouped, sum_of, telling_rank


def test_articles_stay_together_and_revisions_ascend() -> None:
    spelling, number = change(Kind.SPELLING, "Lakatia", "Latakia"), change(Kind.NUMBER, "12", "15")
    articles = grouped(
        [
            detail(1, spelling, to_number=3, article_id=7),
            detail(2, number, to_number=2, article_id=8),
            detail(3, number, to_number=3, article_id=7),
            detail(4, number, to_number=2, article_id=7),
        ]
    )
    assert [article.article_id for article in articles] == [7, 8]
    assert [revision.to_number for revision in articles[0].revisions] == [2, 3]
    assert [each.change_id for each in articles[0].revisions[1].details] == [3, 1]
    assert sum_of(articles) == "4 changes in 2 articles"


def test_every_kind_has_a_rank() -> None:
    assert len({telling_rank(change(kind, "a", "b")) for kind in Kind}) == len(Kind)


@pytest.mark.parametrize("form", [Kind.SPELLING, Kind.PUNCTUATION, Kind.SPACING])
def test_form_stays_last_even_in_headline_and_quotation(form: Kind) -> None:
    most_told = change(form, "a", "b", field=Field.HEADLINE, in_quotation=True)
    assert telling_rank(most_told) > telling_rank(change(Kind.WORDING, "a", "b"))


def test_a_removed_notice_comes_first_and_quoted_words_before_others() -> None:
    ranks = [
        telling_rank(change(Kind.NOTICE_REMOVED, "a", "")),
        telling_rank(change(Kind.NUMBER, "1", "2")),
        telling_rank(change(Kind.WORDING, "a", "b", in_quotation=True)),
        telling_rank(change(Kind.WORDING, "a", "b", field=Field.HEADLINE)),
        telling_rank(change(Kind.DATE, "a", "b")),
        telling_rank(change(Kind.WORDING, "a", "b")),
    ]
    assert ranks == sorted(ranks)
