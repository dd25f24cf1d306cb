"""Public maps of real landing sites that can be fetched: address, size, licence."""

from dataclasses import dataclass

_TRN = "https://planetarymaps.usgs.gov/mosaic/mars2020_trn"
_MOLA = "https://pds-geosciences.wustl.edu/mgs/mgs-m-mola-5-megdr-l3-v1/mgsl_300x/meg128"
_PUBLIC = "US government work, public domain; credit NASA/JPL/USGS"


@dataclass(frozen=True)
class Product:
    """A map file that somebody publishes."""

    key: str
    kind: str  # "model", "image" or "label"
    title: str
    address: str
    size: int | None  # [bytes] exactly; None: the server is asked
    about: str  # size for a person
    licence: str
    datum: str = "areoid"
    sha256: str | None = None  # where its publisher states one; none of these does
    always: bool = True  # fetched unless asked otherwise; large ones are not
    label: str | None = None  # key of the product that is this one's label, in a file of its own: that one is opened


PLACES: dict[str, tuple[Product, ...]] = {
    "jezero": (
        Product(
            "ctx-dtm",
            "model",
            "Mars 2020 terrain relative navigation, CTX terrain model, 20 m, doi:10.5066/P906QQT8",
            f"{_TRN}/CTX/JEZ_ctx_B_soc_008_DTM_MOLAtopography_DeltaGeoid_20m_Eqc_latTs0_lon0.tif",
            None,
            "9 MB",
            _PUBLIC,
        ),
        Product(
            "ctx-ortho",
            "image",
            "Mars 2020 terrain relative navigation, CTX orthorectified mosaic, 6 m (the map flown)",
            f"{_TRN}/CTX/JEZ_ctx_B_soc_008_orthoMosaic_6m_Eqc_latTs0_lon0.tif",
            None,
            "27 MB",
            _PUBLIC,
        ),
        Product(
            "hirise-dtm",
            "model",
            "Mars 2020 terrain relative navigation, HiRISE terrain model, 1 m",
            f"{_TRN}/HiRISE/JEZ_hirise_soc_006_DTM_MOLAtopography_DeltaGeoid_1m_Eqc_latTs0_lon0_blend40.tif",
            1_839_545_409,
            "1.8 GB",
            _PUBLIC,
            always=False,
        ),
        Product(
            "hirise-ortho",
            "image",
            "Mars 2020 terrain relative navigation, HiRISE orthorectified mosaic, 0.25 m",
            f"{_TRN}/HiRISE/JEZ_hirise_soc_006_orthoMosaic_25cm_Eqc_latTs0_lon0_first.tif",
            7_358_523_457,
            "7.4 GB",
            _PUBLIC,
            always=False,
        ),
        Product(
            "mola-label",
            "label",
            "MOLA gridded topography 0-44 N 0-90 E, 463 m, label",
            f"{_MOLA}/megt44n000hb.lbl",
            None,
            "5 kB",
            "US government work, public domain; credit NASA/GSFC",
            always=False,
        ),
        Product(
            "mola",
            "model",
            "MOLA gridded topography 0-44 N 0-90 E, 463 m (MGS-M-MOLA-5-MEGDR-L3-V1.0)",
            f"{_MOLA}/megt44n000hb.img",
            11520 * 5632 * 2,
            "130 MB",
            "US government work, public domain; credit NASA/GSFC",
            always=False,
            label="mola-label",
        ),
    )
}
