"""Lines and comments are found whatever the layout of the file."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from skycrane.mission.places import Path, find_places

TEXT = """\
# about the file
# and more
x = 1 # c
# above y
y = 2

# not above t

# above t
[t]  # behind t
'q.r'.z = '''
# no comment
''' # yes
w = { a = 1, b = '#' } # in
"s" = "\\"#" # s
[[a]]
n = [ # one
  "]", # two
  2,
] # three
[[a.b]]
m = 1
[[a]]
[a.c]
m = 2
"""


def test_every_layout() -> None:
    found = {path: (place.line, place.comment, place.above) for path, place in find_places(TEXT, "f").items()}
    assert found == {
        ("x",): (3, "c", ()),
        ("y",): (5, "", ("above y",)),
        ("t",): (10, "behind t", ("above t",)),
        ("t", "q.r", "z"): (11, "yes", ()),
        ("t", "w"): (14, "in", ()),
        ("t", "s"): (15, "s", ()),
        ("a", 0): (16, "", ()),
        ("a", 0, "n"): (17, "one two three", ()),
        ("a", 0, "b", 0): (21, "", ()),
        ("a", 0, "b", 0, "m"): (22, "", ()),
        ("a", 1): (23, "", ()),
        ("a", 1, "c"): (24, "", ()),
        ("a", 1, "c", "m"): (25, "", ()),
    }
    assert find_places(TEXT.replace("\n", "\r\n"), "f") == find_places(TEXT, "f")


def reached(table: Any, path: Path) -> bool:
    for step in path:
        table = table[step]
    return True


@given(st.text(alphabet="ab.=[]{}\"'#\n ,1-\\", max_size=60))
def test_whatever_toml_accepts_is_scanned_to_places_that_exist(text: str) -> None:
    try:
        table = tomllib.loads(text)
    except ValueError:
        return
    assert all(reached(table, path) for path in find_places(text, "f"))


LINES = ['a = "#"', "b = [1, # x\n2]", "[t]", "[[r]]", "c.d = '''\n\"\n'''", "# note", ""]
LINES += ['e = """a""""', "[t.u]", "[[r.s]]", "f = {g = [1]} # k"]


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_any_mixture_of_entries_is_scanned_to_places_that_exist(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        table = tomllib.loads(text)
    except ValueError:
        return
    assert all(reached(table, path) for path in find_places(text, "f"))
