"""Makes the fixtures of package parquet.

    python -m venv venv && venv/bin/pip install pyarrow==26.0.1 pandas==3.1.1 polars==2.1.0 && venv/bin/python make.py
"""
import datetime as dt, decimal, os
import numpy as np, pandas as pd, polars as pl, pyarrow as pa, pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))
at = lambda name: os.path.join(here, name)
D = decimal.Decimal
days = [dt.date(2006, 1, 31), None, dt.date(1959, 12, 31)]
times = [dt.datetime(2006, 1, 31, 15, 4, 5), None, dt.datetime(1959, 12, 31)]
table = pa.table({
    "i8": pa.array([1, None, -128], pa.int8()),
    "u8": pa.array([1, None, 255], pa.uint8()),
    "i32": pa.array([1, None, -2**31], pa.int32()),
    "u32": pa.array([1, None, 2**32 - 1], pa.uint32()),
    "i64": pa.array([1, None, -2**53], pa.int64()),
    "u64": pa.array([1, None, 2**63], pa.uint64()),
    "long": pa.array([1, None, 2**53 + 1], pa.int64()),
    "ulong": pa.array([1, None, 2**64 - 1], pa.uint64()),
    "f16": pa.array(np.array([0.5, np.nan, -65504], "float16")),
    "f32": pa.array([0.5, None, 1e-45], pa.float32()),
    "f64": pa.array([0.1, None, float("-inf")], pa.float64()),
    "flag": pa.array([True, None, False]),
    "text": pa.array(["北京", None, ""]),
    "large": pa.array(["a", None, "b\nc"], pa.large_string()),
    "code": pa.array(["0571", None, "12"]).dictionary_encode(),
    "date": pa.array(days, pa.date32()),
    "ms": pa.array(times, pa.timestamp("ms")),
    "us": pa.array(times, pa.timestamp("us", tz="UTC")),
    "ns": pa.array([1138719845000000001, None, -1], pa.timestamp("ns")),
    "time": pa.array([dt.time(15, 4, 5), None, dt.time(0, 0, 0, 1)], pa.time64("us")),
    "dec": pa.array([D("12.34"), None, D("-0.01")], pa.decimal128(10, 2)),
    "dec38": pa.array([D("1234567890123456789012345678.0123456789"), None, D("-1")], pa.decimal128(38, 10)),
    "dec76": pa.array([D("0.1"), None, D("-123456789012345678901234567890")], pa.decimal256(60, 20)),
    "nothing": pa.nulls(3),
})
pq.write_table(table, at("types.parquet"))
pq.write_table(table, at("types_v2.parquet"), version="2.6", data_page_version="2.0", compression="zstd", use_dictionary=False)
pq.write_table(table.select(["ms"]), at("int96.parquet"), use_deprecated_int96_timestamps=True)
pq.write_table(table.select(["text", "dec"]), at("legacy.parquet"), version="1.0", store_schema=False, store_decimal_as_integer=True)

n = 1000
panel = pa.table({"unit": np.repeat(np.arange(100), 10), "year": np.tile(np.arange(2010, 2020), 100),
                  "y": pa.array([None if i % 7 == 3 else i / 3 for i in range(n)]), "city": [f"city {i // 10}" for i in range(n)]})
for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
    pq.write_table(panel, at(f"panel_{codec}.parquet"), compression=codec, row_group_size=300)
pl.from_arrow(panel).write_parquet(at("panel_polars.parquet"))
panel.to_pandas().to_parquet(at("panel_pandas.parquet"))

pq.write_table(pa.table({"y": [1.0], "x": [[1, 2]]}), at("list.parquet"))
pq.write_table(pa.table({"y": [1.0], "x": [{"a": 1}]}), at("struct.parquet"))
pq.write_table(pa.table({"y": [1.0], "x": pa.array([b"\xff\xfe"])}), at("binary.parquet"))
pq.write_table(pa.table({"y": pa.array([], pa.float64())}), at("no_rows.parquet"))
