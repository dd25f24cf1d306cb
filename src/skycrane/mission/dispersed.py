"""A dispersion names the number it disperses; this checks that the number is there, once, and that groups can be drawn."""

from typing import Any

from skycrane.mission.address import NoSuchKey, dotted_names, find, get
from skycrane.mission.schema import NONE, suggestion
from skycrane.mission.where import Where


def check_dispersed_keys(table: dict[str, Any], stated: dict[str, Any], where: Where) -> None:
    """Refuse a `[[dispersions]]` entry whose `key` is no number of this mission.

    A key of a part that the file takes out with "none" stays: it comes from a base that has the part.
    """
    rows = table.get("dispersions")
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict) and isinstance(row.get("key"), str):
            _check(table, stated, row["key"], where.at("dispersions", number, "key"))


def check_groups(dispersions: Any, where: Where) -> None:
    """Refuse a key that is dispersed twice, and a group whose correlations cannot all hold."""
    from skycrane.mission import correlation  # brings NumPy along

    seen: set[str] = set()
    groups: dict[str, list[Any]] = {}
    for number, each in enumerate(dispersions):
        if not hasattr(each, "group"):  # a class of parameters that knows no groups
            return
        here = where.at("dispersions", number)
        if each.key in seen:
            raise here.at("key").error(f'{here.dotted}.key is "{each.key}", which is dispersed already further up')
        seen.add(each.key)
        stated = correlation.stated(each)
        above = groups.setdefault(each.group, []) if each.group else []
        if stated and len(stated) != len(above):
            where_to = f"group {each.group}" if each.group else "it is in no group"
            raise here.at("correlation").error(
                f"{here.dotted}.correlation has {len(stated)} numbers, must have {len(above)}: one for each member above it ({where_to})"
            )
        above.append(each)
        try:
            correlation.factor_of(above)
        except ValueError:
            raise here.at("correlation").error(
                f"{here.dotted}.correlation is {list(stated)}, which makes the matrix of group {each.group} not positive "
                "semi-definite, must be correlations that can hold together"
            ) from None


def _check(table: dict[str, Any], stated: dict[str, Any], key: str, where: Where) -> None:
    try:
        value = get(table, find(table, key))
    except NoSuchKey:
        if _taken_out(stated, key):
            return
        near = suggestion(key, _numbers(table), many=0)
        hint = near if near.startswith("; did") else ""
        raise where.refuse(key, f"the name of a number of this mission{hint}") from None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise where.error(
            f'{where.dotted} is "{key}", which is no single number in this mission, must be the name of a number'
        )


def _taken_out(stated: dict[str, Any], key: str) -> bool:
    """Whether a key belongs to a part that the file takes out."""
    here: Any = stated
    for step in key.split("."):
        here = here.get(step) if isinstance(here, dict) else None
        if here == NONE:
            return True
    return False


def _numbers(table: dict[str, Any]) -> list[str]:
    others = {key: value for key, value in table.items() if key != "dispersions"}
    return [name for name in dotted_names(others) if type(get(table, find(table, name))) in (int, float)]
