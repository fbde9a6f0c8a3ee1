"""Checks that pyarrow and pandas read written.parquet, a file that Write wrote, as it was meant.

    venv/bin/python check_written.py        (the venv of make.py)
"""
import math, os
import pandas as pd, pyarrow as pa, pyarrow.parquet as pq

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "written.parquet")
t = pq.read_table(path)
assert t.column_names == ["year", "DIA", "城市"], t
assert t.schema.types == [pa.int64(), pa.float64(), pa.string()], t.schema
assert t.to_pylist() == [{"year": 2006, "DIA": 0.1, "城市": "北京"}, {"year": None, "DIA": None, "城市": None},
                         {"year": -2**53, "DIA": math.inf, "城市": "Wuhan"}], t.to_pylist()
assert pd.read_parquet(path)["城市"].tolist()[0] == "北京"
print(f"pyarrow {pa.__version__} and pandas {pd.__version__} read written.parquet as meant")
