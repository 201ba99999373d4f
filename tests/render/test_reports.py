"""Reports are in the order in which a reader wants them."""

from __future__ import annotations

from datetime import UTC

import pytest
from render_samples import change, detail, flapping_details

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


def test_what_goes_back_and_forth_is_one_line_a_pair_of_wordings() -> None:
    (article,) = grouped(flapping_details(14))
    (flap,) = article.flaps
    assert [revision.to_number for revision in article.revisions] == [2, 3]
    assert len(flap.turns) == 14
    assert flap.title(UTC) == (
        "Went back and forth between revisions 1 and 2, 14 times, last between 2026-11-23 10:05 and 10:20 UTC"
    )
    assert [(each.change.before, each.change.after) for each in flap.details] == [("12", "15")]


def test_the_first_return_is_a_change_that_says_what_it_returned_to() -> None:
    (article,) = grouped(flapping_details(0))
    first, back = article.revisions
    assert first.title(UTC) == "Revision 1 → 2, between 2026-11-23 10:05 and 10:20 UTC"
    assert back.title(UTC) == "Revision 2 → 3, reverted to revision 1, between 2026-11-23 10:05 and 10:20 UTC"
    assert article.flaps == ()


def test_each_pair_of_wordings_is_told_apart() -> None:
    edit = change(Kind.WORDING, "a", "b")
    turns = [(1, 2), (2, 5), (5, 2), (2, 1), (1, 2)]
    details = [detail(n, edit, 10 + n, same_as=same_as) for n, same_as in enumerate(turns)]
    (article,) = grouped(details)
    assert [(sorted(flap.turns[0].wordings), len(flap.turns)) for flap in article.flaps] == [([1, 2], 3), ([2, 5], 2)]
    assert sum_of([article]) == "No change; 5 turns back and forth folded into 2 lines"


def test_a_single_turn_is_told_as_such() -> None:
    (article,) = grouped(flapping_details(1)[2:])
    assert article.flaps[0].title(UTC) == (
        "Went back once more to what revision 2 says, between 2026-11-23 10:05 and 10:20 UTC"
    )


def test_the_sum_counts_what_is_no_flap_and_says_how_much_was_folded() -> None:
    assert sum_of(grouped(flapping_details(14))) == (
        "2 changes in 1 article; 14 turns back and forth folded into 1 line"
    )
    assert sum_of(()) == "No change"
