"""The page of an ensemble: one HTML file that opens anywhere, offline: did it meet its requirements, where did it land, what drives it.

Read from the ensemble folder alone; drawings are inline SVG in the style of the report of a run.
"""

import html
from importlib import resources
from pathlib import Path

from skycrane.record.ensemble_folder import Ensemble
from skycrane.record.run_folder import write_beside
from skycrane.report.drawing import to_svg
from skycrane.report.ensemble import figures, tables
from skycrane.report.figures import Drawn, Missing


def write_ensemble_page(ensemble: Ensemble, path: Path) -> Path:
    """Write the page of an ensemble. InputError when the ensemble cannot be read or the page cannot be written."""
    write_beside(path, ensemble_html(ensemble))
    return path


def ensemble_html(ensemble: Ensemble) -> str:
    """The page as text. The same ensemble gives the same text."""
    flown = tables.flown_table(ensemble)
    sections = [
        ("summary", "Summary", tables.summary(ensemble)),
        ("requirements", "Requirements", tables.requirements(ensemble)),
        _drawn(figures.landing_map(ensemble)),
        ("contributors", "What spreads the landing points", tables.contributors(ensemble)),
        _drawn(figures.parachute_box(ensemble)),
        _drawn(figures.margins(ensemble)),
        ("flown", "Predicted against flown", flown),
        _drawn(figures.histograms(ensemble)),
        ("sensitivity", "What drives what", tables.sensitivity(ensemble)),
        ("origin", "Where this comes from", tables.origin(ensemble)),
    ]
    body = "".join(
        f'<section id="{key}"><h2>{html.escape(name)}</h2>{content}</section>' for key, name, content in sections
    )
    links = "".join(f'<a href="#{key}">{html.escape(name)}</a>' for key, name, _ in sections)
    style = resources.files("skycrane.report").joinpath("page.css").read_text(encoding="utf-8")
    about = ensemble.about
    name = f"{ensemble.n:,} landings of {about['mission']}"
    version = (about.get("versions") or {}).get("skycrane") or "source tree"
    tag = f"Ensemble report · simulated, not measured · seed {about['seed']} · skycrane {version}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(name)}</title><style>{style}</style></head><body>"
        f'<header><h1>{html.escape(name)}</h1><p class="tag">{html.escape(tag)}</p></header>'
        f'<nav aria-label="sections">{links}</nav><main>{body}</main></body></html>\n'
    )


def _drawn(figure: Drawn | Missing) -> tuple[str, str, str]:
    if isinstance(figure, Missing):
        return figure.name, figure.title, f'<p class="missing">{html.escape(figure.sentence)}</p>'
    svg = to_svg(figure.figure, figure.name, figure.alt)
    return (
        figure.name,
        figure.title,
        f'<figure><div class="wide">{svg}</div><figcaption>{html.escape(figure.caption)}</figcaption></figure>',
    )
