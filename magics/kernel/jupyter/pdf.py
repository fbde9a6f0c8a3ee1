"""The executed notebooks as PDF by nbconvert, and whether anything is cut: python magics/kernel/jupyter/pdf.py OUT NAME…

OUT holds what notebooks.py executed. nbconvert's webpdf prints with Playwright's own Chromium and has no setting for
another; here the system's (the environment's CHROMIUM) stands in its place in a folder of browsers of our own.
Each table's title and its last row must be in the PDF.
"""
import html
import os
import pathlib
import re
import sys
import unicodedata

import nbformat
from playwright.sync_api import sync_playwright


def lend(browsers):
    """Puts the system's Chromium where Playwright looks for its own."""
    os.environ["PLAYWRIGHT_BROWSERS_PATH"] = str(browsers)
    with sync_playwright() as p:
        for _ in range(2):
            try:
                p.chromium.launch(args=["--no-sandbox"]).close()
                return
            except Exception as e:
                place = re.search(r"Executable doesn't exist at (\S+)", str(e))
                if not place:
                    raise
                os.makedirs(os.path.dirname(place[1]), exist_ok=True)
                os.symlink(os.environ["CHROMIUM"], place[1])


def plain(text):
    """The ASCII of a text without blanks and ligatures, which a PDF sets as it likes; Chinese needs a font of the machine's."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", html.unescape(text)).encode("ascii", "ignore").decode()).replace("\0", "")


def main(out, names):
    lend(out / "browsers")
    from nbconvert import WebPDFExporter
    from pypdf import PdfReader

    failed = 0
    for name in names:
        nb = nbformat.read(out / f"{name}.ipynb", as_version=4)
        pdf, _ = WebPDFExporter(disable_sandbox=True).from_notebook_node(nb)
        (out / f"{name}.pdf").write_bytes(pdf)
        pages = PdfReader(out / f"{name}.pdf").pages
        text = plain("".join(p.extract_text() for p in pages))
        shown = [o.data for c in nb.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "display_data"]
        tables = re.findall(r"<table class=\"didnb-t\">(.*?)</table>", "".join(d.get("text/html", "") for d in shown), re.S)
        words = [re.sub(r"<[^>]*>", "", w) for t in tables for w in re.findall(r"<caption>(.*?)</caption>", t) + re.findall(r"<tr[^>]*>(.*?)</tr>", t)[-1:]]
        lost = [w for w in words if plain(w) not in text]
        figures = sum("image/svg+xml" in d for d in shown)
        print(f"printed  {name}.ipynb: {len(pages)} pages, {len(tables)} tables, {figures} figures")
        for w in lost:
            failed += 1
            print(f"FAILED   {name}.pdf lacks {w!r}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]))
