"""Writes organ-donations.csv, the organ-donor registrations of 27 states as PyPI's causaldata 0.1.5 (MIT) holds them
(Kessler and Roth 2014): all 162 rows and 4 columns in the package's order. Run once, in this folder:

    pip install causaldata==0.1.5 && python organ-export.py
"""

import csv
import importlib.metadata

from causaldata import organ_donations

assert importlib.metadata.version("causaldata") == "0.1.5"
table = organ_donations.load_pandas().data
assert table.shape == (162, 4)
assert list(table.columns) == ["State", "Quarter", "Rate", "Quarter_Num"]

with open("organ-donations.csv", "w", newline="", encoding="utf-8") as f:
    out = csv.writer(f, lineterminator="\n")
    out.writerow(table.columns)
    for state, quarter, rate, number in table.itertuples(index=False):
        out.writerow([state, quarter, repr(float(rate)), int(number)])
