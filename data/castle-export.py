"""Writes castle.csv, the castle-doctrine panel as PyPI's causaldata 0.1.5 (MIT) holds it: all 550 rows and 139 columns in
the package's order, floats with the shortest digits that read back as the same double (the package stores most of them
in single precision; they are widened, not rounded). Run once, in this folder:

    pip install causaldata==0.1.5 && python castle-export.py
"""

import csv
import importlib.metadata

from causaldata import castle

assert importlib.metadata.version("causaldata") == "0.1.5"
table = castle.load_pandas().data
assert table.shape == (550, 139)


def text(x):
    if isinstance(x, str):
        return x
    x = float(x)
    if x != x:
        return ""
    return str(int(x)) if x.is_integer() and abs(x) < 2**53 else repr(x)


with open("castle.csv", "w", newline="", encoding="utf-8") as f:
    out = csv.writer(f, lineterminator="\n")
    out.writerow(table.columns)
    for row in table.itertuples(index=False):
        out.writerow([text(x) for x in row])
