"""The sources behind models and numbers, as BibTeX: `skycrane cite RUN` prints exactly those that the run used."""

import difflib
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

_ENTRY = re.compile(r"^@(\w+)\{([^,\s]+),", re.MULTILINE)
_FIELD = re.compile(r"^\s+(author|title|year|number|note)\s*=\s*\{(.*?)\},?$", re.MULTILINE)
#: What the file writes in LaTeX so that old BibTeX can sort it.
_LETTERS = {r"{\c{c}}": "ç", r"{\c{s}}": "ş", r"{\i}": "ı"}


@cache
def entries() -> dict[str, str]:
    """BibTeX key -> its entry, in the order of record/sources.bib."""
    text = resources.files("skycrane.record").joinpath("sources.bib").read_text(encoding="utf-8")
    starts = [(match.group(2), match.start()) for match in _ENTRY.finditer(text)]
    ends = [start for _, start in starts[1:]] + [len(text)]
    return {key: text[start:end].strip() for (key, start), end in zip(starts, ends, strict=True)}


def bibtex(keys: Iterable[str]) -> str:
    """The BibTeX entries of these keys, each once, in the order of the file. KeyError with the nearest key when one is unknown."""
    wanted = set(keys)
    for key in sorted(wanted):
        _require(key)
    return "\n\n".join(text for key, text in entries().items() if key in wanted) + "\n"


def in_words(key: str) -> str:
    """A source on one line, for tables and captions: `Way et al. 2022, Assessment of ... (note)`."""
    _require(key)
    fields = dict(_FIELD.findall(entries()[key]))
    authors = fields.get("author", "").split(" and ")
    first = authors[0].strip("{}").split(",")[0]
    who = first + (" et al." if len(authors) > 2 else f" and {_family(authors[1])}" if len(authors) == 2 else "")
    words = f"{who} {fields.get('year', '')}".strip() + f", {fields.get('title', '')}"
    for latex, letter in _LETTERS.items():
        words = words.replace(latex, letter)
    return re.sub(r"\\url|[{}\\]", "", words + (f" ({fields['note']})" if "note" in fields else ""))


def _family(author: str) -> str:
    return author.strip().strip("{}").split(",")[0]


def _require(key: str) -> None:
    if key not in entries():
        near = difflib.get_close_matches(key, entries(), n=1)
        raise KeyError(f"no source {key!r} in record/sources.bib" + (f"; did you mean {near[0]!r}?" if near else ""))
