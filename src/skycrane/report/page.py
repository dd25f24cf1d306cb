"""The engineer's page of a run: one HTML file that opens anywhere, offline, on paper too.

Summary, timeline with reasons, every curve of the landing with the real mission in the second colour, predicted against flown, and
where it all comes from. Nothing is fetched: drawings are inline SVG, the style sheet is inside.
"""

import html
from importlib import resources
from pathlib import Path
from typing import Any

from skycrane.record import FlightRecord, open_run
from skycrane.record.citations import entries, in_words
from skycrane.record.run_folder import write_beside
from skycrane.report.assumed import assumed
from skycrane.report.comparison_table import comparison_table
from skycrane.report.drawing import to_svg
from skycrane.report.figures import FIGURES, Drawn, Missing
from skycrane.report.pictures import Pictures, pictures_section, read_pictures
from skycrane.report.site import read_assessment, site_section
from skycrane.report.sound import Sound, read_sound, sound_section
from skycrane.report.summary import summary
from skycrane.report.timeline import timeline
from skycrane.report.view import ReportView


def write_report(run: FlightRecord | str | Path, path: str | Path | None = None) -> Path:
    """Write the report of a record or of a run folder; without a path it goes into the run folder as report.html.

    InputError when the run cannot be read or the page cannot be written.
    """
    if path is None:
        if isinstance(run, FlightRecord):
            raise TypeError("write_report of a record needs a path")
        path = Path(run) / "report.html"
    record = run if isinstance(run, FlightRecord) else open_run(run)
    if isinstance(run, FlightRecord):
        site, pictures, sound = None, None, None
    else:
        site, pictures, sound = read_assessment(Path(run)), read_pictures(Path(run)), read_sound(Path(run))
    write_beside(Path(path), report_html(record, site, pictures, sound))
    return Path(path)


def report_html(
    record: FlightRecord,
    site: dict[str, Any] | None = None,
    pictures: Pictures | None = None,
    sound: Sound | None = None,
) -> str:
    """The page as text, with sections on pictures, sound and the assessed site where there are some. The same run gives the same text."""
    view = ReportView(record)
    sections = [("summary", "Summary", summary(view))]
    sections += [("pictures", "Pictures, simulated", pictures_section(pictures))] if pictures else []
    sections += [("sound", "Sound, simulated", sound_section(sound))] if sound else []
    sections += [("timeline", "Timeline", timeline(view))]
    sections += [_section(draw(view)) for draw in FIGURES]
    sections += [("site", "Where the rover stands", site_section(site))] if site else []
    sections += [
        ("compared", "Predicted against flown", comparison_table(view)),
        ("assumed", "What was assumed", assumed(view)),
        ("origin", "Where this comes from", _origin(record)),
    ]
    body = "".join(
        f'<section id="{key}"><h2>{html.escape(title)}</h2>{content}</section>' for key, title, content in sections
    )
    links = "".join(f'<a href="#{key}">{html.escape(title)}</a>' for key, title, _ in sections)
    style = resources.files("skycrane.report").joinpath("page.css").read_text(encoding="utf-8")
    title = f"Landing report: {view.title}"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head><body>"
        f'<header><h1>{html.escape(view.title)}</h1><p class="tag">{_tag(record)}</p></header>'
        f'<nav aria-label="sections">{links}</nav><main>{body}</main></body></html>\n'
    )


def _section(figure: Drawn | Missing) -> tuple[str, str, str]:
    if isinstance(figure, Missing):
        return figure.name, figure.title, f'<p class="missing">{html.escape(figure.sentence)}</p>'
    svg = to_svg(figure.figure, figure.name, figure.alt)
    caption = f"<figcaption>{html.escape(figure.caption)}</figcaption>"
    return figure.name, figure.title, f'<figure><div class="wide">{svg}</div>{caption}</figure>'


def _tag(record: FlightRecord) -> str:
    seed = record.provenance.get("seed")
    drawn = "nominal flight" if seed is None else f"seed {seed}"
    version = (record.provenance.get("versions") or {}).get("skycrane") or "source tree"
    return html.escape(
        f"Landing report · simulated, not measured · {record.mission_name}, {drawn} · skycrane {version}"
    )


def _origin(record: FlightRecord) -> str:
    """Provenance in brief: what a second person needs to get the same flight, and the sources behind it."""
    provenance = record.provenance
    versions = ", ".join(f"{name} {version}" for name, version in (provenance.get("versions") or {}).items() if version)
    digest = (provenance.get("sha256") or {}).get("mission.toml", "")
    rows = (
        ("fly it again, in the run folder", provenance.get("fly_again", "")),
        ("mission.toml, SHA-256", digest),
        ("versions", versions),
    )
    facts = "".join(
        f"<dt>{html.escape(name)}</dt><dd><code>{html.escape(str(value))}</code></dd>" for name, value in rows if value
    )
    known = [key for key in provenance.get("sources") or [] if key in entries()]
    listed = "".join(f"<li><code>{key}</code> {html.escape(in_words(key))}</li>" for key in known)
    told = f"{len(known)} sources behind the models and numbers of this run"
    sources = f"<details><summary>{told}</summary><ul>{listed}</ul></details>" if known else ""
    return f'<dl class="facts">{facts}</dl>{sources}'
