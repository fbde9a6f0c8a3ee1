"""Makes the fixture of package xlsx.

    python -m venv venv && venv/bin/pip install openpyxl==3.1.5 && venv/bin/python make.py
"""
import datetime as dt, os
import openpyxl

here = os.path.dirname(os.path.abspath(__file__))
wb = openpyxl.Workbook()
wb.active.title = "说明"
wb.active["A1"] = "notes"
ws = wb.create_sheet("城市面板")
ws.append(["城市", "年份", "日期", "时间", "PGDP", "code", "flag", "公式", "note"])
ws.append(["北京市", 2006, dt.date(2006, 1, 31), dt.datetime(2006, 1, 31, 15, 4, 5), 0.1, "0571", True, "=B2*2", "two\nlines"])
ws.append(["乌鲁木齐", 2007, dt.date(1999, 12, 31), dt.datetime(2006, 2, 28), 1e300, "010", False, "=B3*2", " tab\tand space "])
ws.append([None, 2006, None, None, -5, "021", None, "=B4*2", "_x005F_x000D_ kept"])
ws.append(["R&D <zone> \"x\"", None, dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 23, 59, 59), 1 / 3, None, True, "=B5*2", None])
ws["C2"].number_format = 'yyyy"年"m"月"d"日"'
wb.properties.created = wb.properties.modified = dt.datetime(2024, 1, 2)
wb.save(os.path.join(here, "openpyxl.xlsx"))
