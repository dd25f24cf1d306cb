"""A PDS4 label beside a picture's raw samples: what archives and their tools read.

The product is an observational one: an array of samples in a plain file (band, line, sample; most significant byte first), described by the
PDS4 information model. Source: PDS4 Data Provider's Handbook and Standards Reference, information model 1.14. Nothing here belongs to the
archive of a mission: identifiers are urn:nasa:pds:skycrane_simulated.
"""

import hashlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import numpy as np
from numpy.typing import NDArray

_PDS = "http://pds.nasa.gov/pds4/pds/v1"
_MODEL = "1.14.0.0"


def write_raw(samples: NDArray[np.unsignedinteger], path: Path) -> None:
    """Samples in the order band, line, sample; 16-bit ones most significant byte first."""
    bands = samples[None] if samples.ndim == 2 else np.moveaxis(samples, -1, 0)
    path.write_bytes(np.ascontiguousarray(bands).astype(bands.dtype.newbyteorder(">")).tobytes())


def label(record: dict[str, Any], samples: NDArray[np.unsignedinteger], raw: Path, mission: str) -> str:
    """The XML label of a picture's raw file."""
    Xml.register_namespace("", _PDS)
    root = _element(None, "Product_Observational")
    _identification(root, record)
    _observation(root, record, mission)
    _file(root, samples, raw)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=False).join(
        ['<?xml version="1.0" encoding="UTF-8"?>\n', "\n"]
    )


def _identification(root: Xml.Element, record: dict[str, Any]) -> None:
    area = _element(root, "Identification_Area")
    _element(area, "logical_identifier", f"urn:nasa:pds:skycrane_simulated:pictures:{record['imageid'].lower()}")
    _element(area, "version_id", "1.0")
    _element(area, "title", record["title"])
    _element(area, "information_model_version", _MODEL)
    _element(area, "product_class", "Product_Observational")


def _observation(root: Xml.Element, record: dict[str, Any], mission: str) -> None:
    area = _element(root, "Observation_Area")
    _element(area, "comment", record["caption"] + ". SIMULATED: made by the program skycrane, not by a spacecraft.")
    time = _element(area, "Time_Coordinates")
    _element(time, "start_date_time", record["date_taken_utc"] + "Z")
    _element(time, "stop_date_time", record["date_taken_utc"] + "Z")
    summary = _element(area, "Primary_Result_Summary")
    _element(summary, "purpose", "Engineering")
    _element(summary, "processing_level", "Partially Processed")
    about = _element(area, "Investigation_Area")
    _element(about, "name", f"SIMULATED {mission}")
    _element(about, "type", "Other Investigation")
    reference = _element(about, "Internal_Reference")
    _element(reference, "lid_reference", "urn:nasa:pds:context:investigation:other.skycrane_simulated")
    _element(reference, "reference_type", "data_to_investigation")
    system = _element(area, "Observing_System")
    part = _element(system, "Observing_System_Component")
    _element(part, "name", f"{record['camera']['instrument']} (simulated)")
    _element(part, "type", "Instrument")
    target = _element(area, "Target_Identification")
    _element(target, "name", "Mars")
    _element(target, "type", "Planet")


def _file(root: Xml.Element, samples: NDArray[np.unsignedinteger], raw: Path) -> None:
    area = _element(root, "File_Area_Observational")
    file = _element(area, "File")
    _element(file, "file_name", raw.name)
    _element(file, "file_size", str(raw.stat().st_size), unit="byte")
    _element(file, "md5_checksum", hashlib.md5(raw.read_bytes(), usedforsecurity=False).hexdigest())
    colour = samples.ndim == 3
    array = _element(area, "Array_3D_Image" if colour else "Array_2D_Image")
    _element(array, "local_identifier", "picture")
    _element(array, "offset", "0", unit="byte")
    _element(array, "axes", "3" if colour else "2")
    _element(array, "axis_index_order", "Last Index Fastest")
    numbers = _element(array, "Element_Array")
    _element(numbers, "data_type", "UnsignedByte" if samples.dtype.itemsize == 1 else "UnsignedMSB2")
    axes = [("Line", samples.shape[0]), ("Sample", samples.shape[1])]
    for order, (name, count) in enumerate(([("Band", 3)] if colour else []) + axes, start=1):
        axis = _element(array, "Axis_Array")
        _element(axis, "axis_name", name)
        _element(axis, "elements", str(count))
        _element(axis, "sequence_number", str(order))


def _element(parent: Xml.Element | None, name: str, text: str | None = None, **attributes: str) -> Xml.Element:
    tag = f"{{{_PDS}}}{name}"
    made = Xml.Element(tag, attributes) if parent is None else Xml.SubElement(parent, tag, attributes)
    made.text = text
    return made
