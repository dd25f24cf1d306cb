"""Sources are found by key, and every source that flown figures name exists."""

import re

import pytest

from skycrane.mission.presets import PRESETS
from skycrane.record.citations import bibtex, entries, in_words


def test_bibtex_gives_exactly_the_keys_asked_for() -> None:
    text = bibtex(["sutton1971", "way2022", "way2022"])
    assert re.findall(r"^@\w+\{(\w+),", text, re.MULTILINE) == ["way2022", "sutton1971"]


def test_every_entry_is_balanced_and_has_author_and_title() -> None:
    for key, text in entries().items():
        assert text.count("{") == text.count("}"), key
        assert "author =" in text, key
        assert "title =" in text, key
        assert in_words(key)


def test_a_source_in_words_is_readable() -> None:
    assert in_words("acikmese2007").startswith("Açıkmeşe and Ploen 2007, Convex Programming")
    assert in_words("way2022").startswith("Way et al. 2022, Assessment of the Mars 2020 Entry")


def test_an_unknown_key_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="did you mean 'way2022'"):
        bibtex(["way2021"])


def test_every_source_of_flown_figures_is_known() -> None:
    text = (PRESETS / "mars2020_flown.toml").read_text(encoding="utf-8")
    named = {key for source in re.findall(r'source = "(.*)"', text) for key in re.findall(r"\[(\w+)\]", source)}
    assert named
    assert named <= set(entries())
