"""Makes the fixtures of package dta, and what two other programs read in them.

    python -m venv venv && venv/bin/pip install pandas==3.1.1 pyreadstat==1.3.7 && venv/bin/python make.py

Writes *.dta (by pandas.DataFrame.to_stata and pyreadstat.write_dta) and expected.json: for each file the columns as
pandas.read_stata and pyreadstat.read_dta both read them (make.py fails where they disagree).
"""
import datetime, json, math, os, struct, sys
import numpy as np, pandas as pd, pyreadstat

here = os.path.dirname(os.path.abspath(__file__))
at = lambda name: os.path.join(here, name)

def frame(latin):
    return pd.DataFrame({
        "unit": np.array([1, 1, 2, 2, 100], dtype="int8"),
        "year": np.array([2006, 2007, 2006, 2007, -32767], dtype="int16"),
        "count": np.array([70000, -2147483647, 3, 4, 2147483620], dtype="int32"),
        "share": np.array([0.1, np.nan, -1.5, 3e38 / 2, 0], dtype="float32"),
        "y": np.array([0.1, 1 / 3, np.nan, -8.9e307, 1e-300]),
        "city": ["São Paulo" if latin else "北京市", "b", "", "Zürich" if latin else "乌鲁木齐", "long " * 8],
    })

labels = {"unit": "Unit number", "y": "Outcome, dé­flated".replace("\u00ad", "")}
values = {"unit": {1: "first", 2: "second", 100: "hundredth"}}
long_text = "x" * 3000

def pandas_file(name, version, **kw):
    df = frame(version < 118)
    if version >= 117:
        df["note"] = ["short", long_text, "", "short", "three\nlines\n"]
        kw["convert_strl"] = ["note"]
    df["day"] = pd.to_datetime(["2006-01-31", None, "1959-12-31", "1960-01-01", "2023-06-30"])
    df["month"] = pd.to_datetime(["2006-01-01", "2006-02-01", None, "1960-01-01", "2023-06-01"])
    df.to_stata(at(name), write_index=False, version=version, variable_labels=labels, value_labels=values,
                data_label="A small panel", time_stamp=datetime.datetime(2024, 1, 2, 3, 4),
                convert_dates={"day": "td", "month": "tm"}, **kw)

def readstat_file(name, version):
    df = frame(False)
    df["city"] = ["Wuhan", "b", "", "Anqing", "long " * 8]
    pyreadstat.write_dta(df, at(name), version=version, file_label="A small panel", column_labels=labels_for(df),
                         variable_value_labels=values)

def labels_for(df):
    return [labels.get(c, "").replace("é", "e") for c in df.columns]

def missing_file(name, byteorder):
    """Each numeric type with all 27 missing values and the greatest number that is none, put into the bytes."""
    big = byteorder == "big"
    n = 28
    df = pd.DataFrame({"b": np.zeros(n, "int8"), "i": np.zeros(n, "int16"), "l": np.zeros(n, "int32"),
                       "f": np.zeros(n, "float32"), "d": np.zeros(n)})
    df.to_stata(at(name), write_index=False, version=118, byteorder=byteorder, time_stamp=datetime.datetime(2024, 1, 2, 3, 4))
    raw = bytearray(open(at(name), "rb").read())
    start = raw.index(b"<data>") + len(b"<data>")
    e = ">" if big else "<"
    for k in range(n):
        f = 0x7effffff if k == 0 else 0x7f000000 + (k - 1) * 0x800
        d = 0x7fdfffffffffffff if k == 0 else 0x7fe0000000000000 + ((k - 1) << 40)
        row = struct.pack(e + "bhiIQ", 100 + k, 32740 + k, 2147483620 + k, f, d)
        raw[start + k * len(row):start + (k + 1) * len(row)] = row
    open(at(name), "wb").write(raw)

def gb18030_file(name):
    """A version 114 file as Chinese Stata 12 wrote it: the text in the encoding of the machine."""
    pd.DataFrame({"city": ["AAAAAA", "BBBBBBBB", ""], "y": [1.0, 2.0, 3.0]}).to_stata(
        at(name), write_index=False, version=114, variable_labels={"y": "LLLLLLLL"}, time_stamp=datetime.datetime(2024, 1, 2, 3, 4))
    raw = open(at(name), "rb").read()
    for ascii_, chinese in ((b"AAAAAA", "北京市"), (b"BBBBBBBB", "乌鲁木齐"), (b"LLLLLLLL", "数字产业")):
        raw = raw.replace(ascii_, chinese.encode("gb18030"))
    open(at(name), "wb").write(raw)

def cells(series):
    out = []
    for x in series:
        if isinstance(x, str):
            out.append(x if x != "" else None)
        else:
            out.append(None if x is None or (isinstance(x, float) and math.isnan(x)) or pd.isna(x) else float(x))
    return out

def read(name, encoding=None):
    with pd.io.stata.StataReader(at(name), convert_categoricals=False, convert_dates=False) as r:
        df = r.read()
        by_pandas = {c: cells(df[c]) for c in df.columns}
        var_labels, value_labels, data_label = r.variable_labels(), r.value_labels(), r.data_label
    df2, meta = pyreadstat.read_dta(at(name), disable_datetime_conversion=True, encoding=encoding)
    by_readstat = {c: cells(df2[c]) for c in df2.columns}
    if encoding is None and by_pandas != by_readstat:
        sys.exit(f"{name}: pandas and readstat disagree\n{by_pandas}\n{by_readstat}")
    chosen = by_readstat if encoding else by_pandas
    return {
        "columns": chosen,
        "labels": {k: v for k, v in (meta.column_names_to_labels if encoding else var_labels).items() if v},
        "value_labels": {k: {str(x): s for x, s in t.items()} for k, t in meta.variable_value_labels.items()},
        "data_label": data_label,
    }

files = {}
for version in (114, 117, 118, 119):
    for order in ("little", "big"):
        name = f"pandas_{version}_{order}.dta"
        pandas_file(name, version, byteorder=order)
        files[name] = f"pandas.DataFrame.to_stata(version={version}, byteorder={order!r})", None
for version in (8, 10, 12, 13, 14, 15):
    name = f"readstat_{version}.dta"
    readstat_file(name, version)
    files[name] = f"pyreadstat.write_dta(version={version})", None
for order in ("little", "big"):
    name = f"missing_{order}.dta"
    missing_file(name, order)
    files[name] = f"pandas.DataFrame.to_stata(version=118, byteorder={order!r}), data replaced by the 27 missing values", None
gb18030_file("gb18030_114.dta")
files["gb18030_114.dta"] = "pandas.DataFrame.to_stata(version=114), text replaced by GB18030", "gb18030"

expected = {"read by": f"pandas {pd.__version__} read_stata(convert_categoricals=False, convert_dates=False) and pyreadstat "
            f"{pyreadstat.__version__} read_dta(disable_datetime_conversion=True), which agree; gb18030 by the latter alone", "files": {}}
for name, (call, encoding) in files.items():
    raw = open(at(name), "rb").read()
    version = raw[0] if raw[:1] != b"<" else int(raw[28:31])
    expected["files"][name] = {"written by": call, "version": version, **read(name, encoding)}
json.dump(expected, open(at("expected.json"), "w"), ensure_ascii=False, indent=1)
