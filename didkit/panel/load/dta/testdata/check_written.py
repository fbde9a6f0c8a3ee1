"""Checks that pandas and readstat read written.dta, the golden file of Write, as it was meant.

    venv/bin/python check_written.py        (the venv of make.py)
"""
import os
import pandas as pd, pyreadstat

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "written.dta")
nan = None
want = {
    "unit": [1, 2, nan], "年份": [2006, -32767, 2007], "count": [70000, nan, -5], "y": [0.1, 1e300, nan],
    "city": ["北京", "", "Wuhan"], "note": ["字" * 1000, "short", "字" * 1000],
}
clean = lambda s: [None if not isinstance(x, str) and pd.isna(x) else x for x in s]
with pd.io.stata.StataReader(path, convert_categoricals=False) as r:
    df, labels, values = r.read(), r.variable_labels(), r.value_labels()
assert {c: clean(df[c]) for c in df} == want, df
assert labels["unit"] == "Unit" and labels["年份"] == "年份" and len(labels["y"]) == 80, labels
assert values == {"unit": {1: "first", 2: "zweite"}}, values
df, meta = pyreadstat.read_dta(path)
assert {c: clean(df[c]) for c in df} == want, df
assert meta.variable_value_labels == {"unit": {1: "first", 2: "zweite"}}, meta.variable_value_labels
assert [meta.readstat_variable_types[c] for c in df] == ["int8", "int16", "int32", "double", "string", "string"], meta.readstat_variable_types
print(f"pandas {pd.__version__} and pyreadstat {pyreadstat.__version__} read written.dta as meant")
