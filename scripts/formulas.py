"""A hook of the docs build: formulas written in TeX become MathML, which browsers draw without any script."""

import html
import re
from typing import Any

from latex2mathml.converter import convert

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])([\s\S]*?)\\[)\]]</\1>')


def on_page_content(content: str, **_: Any) -> str:
    """Called by MkDocs for each page."""
    return _FORMULA.sub(lambda f: convert(html.unescape(f[3]), display="block" if f[2] == "[" else "inline"), content)
