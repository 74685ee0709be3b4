"""Words on a page: what comes from files stands there as it is."""

import pytest

from pages.parts.words import literal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$5 and $6", r"\$5 and \$6"),
        ("![x](https://host/p.png)", r"!\[x\](https://host/p.png)"),
        ("<b>loud</b>", r"\<b>loud\</b>"),
        ("**Renewal** lost more", "**Renewal** lost more"),
    ],
)
def test_names_from_files_cannot_become_formulas_links_or_pictures(text, shown):
    assert literal(text) == shown
    assert literal(literal(text)) == shown  # a sentence may pass through twice
