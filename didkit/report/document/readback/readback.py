"""Reads a report back with programs of others: python-docx and openpyxl find the numbers that didnb eval --json gave.

    readback.py REPORT.json REPORT.docx REPORT.xlsx

REPORT.json is the output of didnb eval --json on a script that ends in %report to the two files, with %did results
m1 … m4 set in Table 2. Exits with status 1 and says what differs.
"""

import json
import re
import sys

import docx
import openpyxl
from docx.oxml.ns import qn

faults = []


def check(what, got, want):
    if got != want:
        faults.append(f"{what}: {got!r}, want {want!r}")


def stars(p):
    return "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.10 else ""


def printed(x, digits=3):
    return f"{x:.{digits}f}".replace("-", "\u2212")


results = {}
for line in open(sys.argv[1], encoding="utf-8"):
    o = json.loads(line)
    if o.get("as"):
        results[o["as"]] = o["result"]
fits = [results[name] for name in ("m1", "m2", "m3", "m4")]

# Word: the table under the caption of Table 2, rules, fonts, alternative texts.
document = docx.Document(sys.argv[2])
body = list(document.element.body)
at = next(i for i, e in enumerate(body) if e.tag == qn("w:p") and re.match(r"(Table|表) 2[.\u3000]", docx.text.paragraph.Paragraph(e, document).text))
check("what follows the caption of Table 2", body[at + 1].tag, qn("w:tbl"))
table = docx.table.Table(body[at + 1], document)
rows = [[c.text for c in r.cells] for r in table.rows]
for k, fit in enumerate(fits, start=1):
    for c in fit["coef"]:
        i = next((i for i, r in enumerate(rows) if r[0] == c["term"]), None)
        if i is None:
            faults.append(f"Table 2 has no row {c['term']}")
            continue
        check(f"docx {c['term']} ({k})", rows[i][k], printed(c["estimate"]) + stars(c["p_value"]))
        check(f"docx t of {c['term']} ({k})", rows[i + 1][k], f"({printed(c['statistic'])})")
    last = [r[k] for r in rows if r[0] == "R²"]
    check(f"docx R² ({k})", last, [printed(fit["r2"])])
borders = table._tbl.tblPr.find(qn("w:tblBorders"))
thick = {side: int(borders.find(qn("w:" + side)).get(qn("w:sz"))) for side in ("top", "bottom")}
heads = [r for r in table._tbl.tr_lst if r.trPr is not None and r.trPr.find(qn("w:tblHeader")) is not None]
thin = {int(b.get(qn("w:sz"))) for c in heads[-1].tc_lst for b in c.tcPr.find(qn("w:tcBorders")) if b.tag == qn("w:bottom")}
check("rules are thicker at top and bottom than under the head", min(thick.values()) > max(thin), True)
fonts = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr")).find(qn("w:rFonts"))
check("fonts", (fonts.get(qn("w:ascii")), fonts.get(qn("w:eastAsia"))), ("Times New Roman", "SimSun"))
pictures = document.element.body.findall(".//" + qn("wp:docPr"))
check("figures are there", len(pictures) > 0, True)
check("every figure has an alternative text", [p.get("name") for p in pictures if len(p.get("descr") or "") < 20], [])
check("pictures of 300 dpi", {document.part.related_parts[b.get(qn("r:embed"))].image.horz_dpi for b in document.element.body.findall(".//" + qn("a:blip"))}, {300})

# Excel: numbers with all digits.
book = openpyxl.load_workbook(sys.argv[3])
sheet = next(s for s in book if re.fullmatch("Table 2|表2", s.title))
cells = {r[0].value: r for r in sheet.iter_rows() if r[0].value}
for k, fit in enumerate(fits, start=1):
    for c in fit["coef"]:
        row = cells[c["term"]]
        check(f"xlsx {c['term']} ({k})", row[k].value, c["estimate"])
        check(f"xlsx t of {c['term']} ({k})", sheet.cell(row[k].row + 1, row[k].column).value, c["statistic"])
        check(f"xlsx stars of {c['term']} ({k})", row[k].number_format.count("\\*"), len(stars(c["p_value"])))

for f in faults:
    print(f)
print(f"{sum(len(f['coef']) for f in fits)} coefficients read back from both files, {len(pictures)} figures, {len(faults)} faults")
sys.exit(1 if faults else 0)
