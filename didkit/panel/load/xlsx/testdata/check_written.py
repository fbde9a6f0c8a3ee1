"""Checks that openpyxl and pandas read written.xlsx, the golden file of Write, as it was meant.

    venv/bin/pip install openpyxl==3.1.5 pandas==3.1.1 && venv/bin/python check_written.py
"""
import os
import openpyxl, pandas as pd

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "written.xlsx")
rows = [list(r) for r in openpyxl.load_workbook(path)["data"].iter_rows(values_only=True)]
want = [["城市", "y", "year"], ["two\nlines", 0.1, 2006], [None, 1 / 3, 2007], [' <a> & "b" ', None, 1234567], ["_x005F_x000D_", -1e-300, 1e15]]  # openpyxl leaves escapes as they stand in a cell's own text; Excel does not
assert rows == want, rows
df = pd.read_excel(path)
assert df["y"].tolist()[:2] == [0.1, 1 / 3] and df["year"].tolist() == [2006, 2007, 1234567, 1e15], df
print(f"openpyxl {openpyxl.__version__} and pandas {pd.__version__} read written.xlsx as meant")
