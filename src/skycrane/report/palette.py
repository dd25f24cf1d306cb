"""The colours of every figure: one for flown here, one for the real mission, grey for expected, red only for limits that are broken.

Figures are drawn with these values, which the page turns into CSS variables, so that the same drawing serves light, dark and print.
"""

HERE = "#1663b7"
REAL = "#c75d10"
EXPECTED = "#8b929b"
BROKEN = "#c4281c"
INK = "#1b2026"
MUTED = "#5f6872"
GRID = "#e3e6ea"
BAND = "#eef1f4"
PAPER = "#fffffe"

#: value in a drawing -> the CSS variable that takes its place
VARIABLES = {
    HERE: "var(--here)",
    REAL: "var(--real)",
    EXPECTED: "var(--expected)",
    BROKEN: "var(--broken)",
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    BAND: "var(--band)",
    PAPER: "var(--paper)",
}
