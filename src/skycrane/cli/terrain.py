"""`skycrane terrain`: the grounds one can land on; a user's own maps; public maps of real places."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skycrane.cli import screen
from skycrane.cli.first_ground import announce
from skycrane.core.errors import InputError

if TYPE_CHECKING:
    from skycrane.terrain.products import Product


def add_to(commands: Any) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "terrain",
        help="list, add, fetch and look at terrains",
        description="The grounds one can land on: the built-in one, your own GeoTIFF maps, public maps of real places.",
    )
    command.set_defaults(run=run_list)
    inner = command.add_subparsers(dest="action", metavar="[list | add | fetch | look]")
    inner.add_parser("list", help="one line a terrain").set_defaults(run=run_list)
    _declare_add(inner)
    _declare_fetch(inner)
    _declare_look(inner)


def _inner(inner: Any, name: str, run: Callable[[argparse.Namespace], int], help: str, about: str) -> Any:
    command = inner.add_parser(name, help=help, description=about)
    command.set_defaults(run=run)
    return command


def _declare_add(inner: Any) -> None:
    add = _inner(
        inner, "add", run_add, "give maps of yours a name", "Give GeoTIFF maps a name. The files stay where they are."
    )
    add.add_argument("name", metavar="NAME", help="letters, digits, '_', '-', '.'")
    add.add_argument(
        "--dtm",
        action="append",
        required=True,
        metavar="FILE",
        help="terrain model; may be given several times, any order",
    )
    add.add_argument(
        "--ortho", action="append", default=[], metavar="FILE", help="orthoimage; may be given several times"
    )
    add.add_argument(
        "--datum", required=True, metavar="DATUM",
        help="what heights are counted from: areoid, ellipsoid, sphere (of the file's projection) or radius (the planet's centre)",
    )  # fmt: skip
    add.add_argument(
        "--units", metavar="UNIT", help="of the heights, where the file does not say or says it wrong: m, km, ft"
    )
    add.add_argument("--mission", metavar="MISSION", help="check against the site of this mission at once")
    add.add_argument("--overwrite", action="store_true", help="replace a terrain of that name")


def _declare_fetch(inner: Any) -> None:
    about = (
        "Download public maps of a real place and add them as a terrain of that name. Without a place: what there is."
    )
    fetch = _inner(inner, "fetch", run_fetch, "download public maps of a real place", about)
    fetch.add_argument("place", metavar="PLACE", nargs="?", help="jezero")
    fetch.add_argument(
        "--only", action="append", default=[], metavar="KEY", help="this product; may be given several times"
    )
    fetch.add_argument("--all", action="store_true", help="the large ones too")


def _declare_look(inner: Any) -> None:
    about = "Write a shaded picture of a terrain around a mission's site, north up."
    look = _inner(inner, "look", run_look, "a shaded picture of a terrain", about)
    look.add_argument("name", metavar="NAME", help="name, terrain.toml or GeoTIFF")
    look.add_argument("--mission", metavar="MISSION", default="mars2020", help="whose site (default: mars2020)")
    look.add_argument(
        "--width", type=float, default=4000.0, metavar="M", help="of the square shown, metres (default: 4000)"
    )
    look.add_argument("--east", type=float, default=0.0, metavar="M", help="of its centre")
    look.add_argument("--north", type=float, default=0.0, metavar="M", help="of its centre")
    look.add_argument("--pixels", type=int, default=1000, metavar="N", help="a side (default: 1000)")
    look.add_argument("--out", metavar="FILE.png", help="where the picture goes (runs/terrain-NAME.png)")


def run_list(_: argparse.Namespace) -> int:
    """One line a terrain."""
    from skycrane.terrain import library

    show = screen.results()
    built_in = {
        library.BUILT_IN: "built in: like Jezero, from published facts and a seed",
        library.LEVEL: "built in: a plain with rocks, for sites without maps",
    }
    names = [*built_in, *library.added_names()]
    width = max(len(name) for name in names)
    for name, what in built_in.items():
        show.line(f"{show.paint(f'{name:<{width}}', 'bold')}  {what}")
    for name in names[len(built_in) :]:
        files = library.read(library.data_folder() / name / "terrain.toml")
        what = f"{len(files.models)} terrain model(s), {len(files.images)} orthoimage(s), datum {files.datum}"
        show.line(f"{show.paint(f'{name:<{width}}', 'bold')}  {what}")
    return 0


def run_add(chosen: argparse.Namespace) -> int:
    """Check the maps and keep them."""
    from skycrane.mission import load_mission
    from skycrane.terrain import library
    from skycrane.terrain.geotiff import open_raster
    from skycrane.terrain.measured import MapFiles, check_target, measured_terrain
    from skycrane.terrain.site_frame import site_frame

    files = MapFiles(chosen.name, tuple(chosen.dtm), tuple(chosen.ortho), chosen.datum, chosen.units)
    parameters = load_mission(chosen.mission or "mars2020").parameters
    radius = site_frame(parameters.site, parameters.planet).equatorial_radius
    for paths, what in ((files.models, "terrain model"), (files.images, "orthoimage")):
        for path in paths:
            open_raster(path, radius, what, files.units).check_pixels(heights=what == "terrain model")
    if chosen.mission:
        check_target(measured_terrain(files, parameters.site, parameters.planet), parameters.planet)
    kept = library.add(files, overwrite=chosen.overwrite)
    screen.results().line(
        f"{chosen.name}: kept in {kept}; land there with: skycrane land --set site.terrain={chosen.name}"
    )
    return 0


def run_fetch(chosen: argparse.Namespace) -> int:
    """Download and add."""
    from skycrane.terrain import library
    from skycrane.terrain.measured import MapFiles
    from skycrane.terrain.products import PLACES

    if chosen.place is None:
        return _show_products()
    if chosen.place not in PLACES:
        raise InputError(f"there are no maps of {chosen.place!r}; there are of {', '.join(PLACES)}")
    products = PLACES[chosen.place]
    unknown = set(chosen.only) - {product.key for product in products}
    if unknown:
        raise InputError(
            f"--only {sorted(unknown)[0]!r} is not known; it is one of {', '.join(p.key for p in products)}"
        )
    asked = [p for p in products if (p.key in chosen.only if chosen.only else p.always or chosen.all)]
    needed = {p.label for p in asked}
    wanted = [p for p in products if p in asked or p.key in needed]
    folder = library.data_folder() / chosen.place
    opened = {p.key: _bring(p, products, folder) for p in wanted}
    models, images = (tuple(str(opened[p.key]) for p in wanted if p.kind == kind) for kind in ("model", "image"))
    if models:
        sources = tuple(f"{p.title}: {p.address}" for p in wanted)
        library.add(MapFiles(chosen.place, models, images, "areoid", "m", sources), overwrite=True)
        screen.results().line(f"terrain {chosen.place!r} is ready")
    return 0


def _bring(product: "Product", products: "tuple[Product, ...]", folder: Any) -> Any:
    """Download a product and check it; the file to open, which is its label where it has one apart."""
    from skycrane.terrain.fetch import fetch
    from skycrane.terrain.geotiff import open_raster

    show, path = screen.remarks(), folder / product.address.rsplit("/", 1)[1]
    told = [-1]

    def progress(there: int, total: int | None) -> None:
        share = there * 100 // total if total else there >> 23
        if share // 5 != told[0]:
            told[0] = share // 5
            show.line(
                f"{product.key}: {there / 1e6:.1f} MB" + (f" of {total / 1e6:.1f} MB ({share} %)" if total else "")
            )

    digest = fetch(product.address, path, product.size, progress, product.sha256)
    label = next((p for p in products if p.key == product.label), product)
    opened = folder / label.address.rsplit("/", 1)[1]
    if product.kind != "label":
        what = "terrain model" if product.kind == "model" else "orthoimage"
        try:
            open_raster(opened, 3.396e6, what).check_pixels(heights=product.kind == "model")
        except InputError as error:
            path.unlink()
            raise InputError(f"{error}; it is not kept, run the command again to fetch it anew") from error
    show.line(f"{product.key}: {path} sha256 {digest}")
    return opened


def _show_products() -> int:
    from skycrane.terrain.products import PLACES

    show = screen.results()
    for place, products in PLACES.items():
        show.line(show.paint(place, "bold"))
        for p in products:
            show.line(f"  {p.key:<13} {p.title}; {p.about}{'' if p.always else '; with --all or --only'}")
            show.line(f"  {'':<13} {p.address}")
            show.line(f"  {'':<13} {p.licence}")
    return 0


def run_look(chosen: argparse.Namespace) -> int:
    """Write the picture, and say where it is and what of it is synthesised."""
    import math

    from skycrane.mission import load_mission
    from skycrane.terrain import open_terrain
    from skycrane.terrain.relief import made_up_below, write_relief

    if not 8 <= chosen.pixels <= 8000:
        raise InputError(f"--pixels is {chosen.pixels}; it lies between 8 and 8000")
    if not (math.isfinite(chosen.width) and chosen.width > 0.0):
        raise InputError(f"--width is {chosen.width}; it is a length above 0 m")
    out = Path(chosen.out or f"runs/terrain-{_called(chosen.name)}.png")
    if out.suffix.lower() != ".png":
        raise InputError(f"--out is {out}; pictures of a terrain are written as .png")
    parameters = load_mission(chosen.mission).parameters
    announce(chosen.name, screen.remarks())
    ground = open_terrain(chosen.name, parameters.site, parameters.planet)
    patch = ground.patch(chosen.east, chosen.north, chosen.width, chosen.width / chosen.pixels)
    if not math.isfinite(float(patch.height[patch.height.shape[0] // 2, patch.height.shape[1] // 2])):
        raise InputError(f"terrain {chosen.name!r} has no data at east {chosen.east:g} m, north {chosen.north:g} m")
    measured = ground.measured_spacing(patch.east[None, ::8], patch.north[::8, None])
    says = f"{chosen.name}: {made_up_below(measured, chosen.width / chosen.pixels)}"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror or error})") from error
    write_relief(patch, out, says)
    screen.results().line(f"{out}  {says}")
    return 0


def _called(name: str) -> str:
    """What a terrain is called, given its name or a file of it: `mine` of mine.tif and of mine/terrain.toml."""
    path = Path(name)
    if path.name == "terrain.toml":
        return path.absolute().parent.name
    return path.stem if path.suffix.lower() in (".toml", ".tif", ".tiff") else path.name
