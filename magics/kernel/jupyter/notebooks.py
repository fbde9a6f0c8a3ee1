"""Runs the repository's notebooks in the installed kernel: python magics/kernel/jupyter/notebooks.py REPOSITORY OUT

Every notebook of notebooks/, and the six solved exercises of the workshop, by nbclient; one by papermill with parameters; the executed ones to HTML by nbconvert. The
outputs must be those of `didnb run` (the environment's DIDNB), but for ids and times. Where GoNB is missing
(DIDNB_GO is not 1), notebooks with Go cells are left out, and said so.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import nbconvert
import nbformat
import papermill
from nbclient import NotebookClient

import didnb_papermill  # noqa: F401: teaches papermill %param

GO = os.environ.get("DIDNB_GO") == "1"


def optional(nb):
    """Whether the notebook holds cells that need Go."""
    return any("go-optional" in c.metadata.get("tags", []) for c in nb.cells)


def outputs(nb):
    """What cells show, as front ends see it: streams joined, transient things out."""
    cells = []
    for c in nb.cells:
        if c.cell_type != "code":
            continue
        shown, text = [], {}
        for o in c.outputs:
            if o.output_type == "stream":
                if o.name not in text:
                    text[o.name] = {"stream": o.name, "text": ""}
                    shown.append(text[o.name])
                text[o.name]["text"] += o.text
            elif o.output_type == "error":
                shown.append({"error": o.ename, "value": o.evalue, "traceback": list(o.traceback)})
            else:
                shown.append({"type": o.output_type, "data": o.data, "metadata": o.metadata})
        cells.append(json.loads(json.dumps(shown)))
    return cells


def main(repository, out):
    out.mkdir(parents=True, exist_ok=True)
    folder = repository / "notebooks"
    failed = []
    # The workshop's in the kernel too: each exercise once, solved, the languages in turn; Go tests run all of them.
    solved = sorted((folder / "workshop" / "solutions").glob("*.ipynb"))
    assert len(solved) == 12, solved
    for path in sorted(folder.glob("*.ipynb")) + [p for i, p in enumerate(solved) if i % 4 in (0, 3)]:
        nb = nbformat.read(path, as_version=4)
        if optional(nb) and not GO:
            print(f"skipped  {path.name}: its Go cells need GoNB")
            continue
        NotebookClient(nb, timeout=600, kernel_name="didnb", resources={"metadata": {"path": str(path.parent)}}).execute()
        nbformat.validate(nb)
        nbformat.write(nb, out / path.name)
        cells = sum(c.cell_type == "code" for c in nb.cells)
        html, _ = nbconvert.HTMLExporter().from_notebook_node(nb)
        (out / path.with_suffix(".html").name).write_text(html, encoding="utf-8")
        if path.parent != folder and "✓" not in html:
            failed.append(f"{path.name}: no check is shown as correct")
        figures = json.dumps(nb).count('"image/svg+xml":')
        words = [i for i in re.findall(r"<img\b[^>]*>", html) if "data:image/svg+xml;base64," in i and re.search(r'alt="[^"]{9,}"', i)]
        if "<table" not in html or len(words) != figures:
            failed.append(f"{path.name}: its HTML shows {len(words)} figures with words for screen readers, {figures} were drawn")
        headless = out / "headless"
        subprocess.run([os.environ["DIDNB"], "run", str(path), "-o", str(headless)], check=True, stdout=subprocess.DEVNULL)
        other = nbformat.read(headless / path.name, as_version=4)
        for i, (a, b) in enumerate(zip(outputs(nb), outputs(other), strict=True), 1):
            if a != b:
                failed.append(f"{path.name}, code cell {i}: the kernel's outputs are not those of `didnb run`:\n  {str(a)[:400]}\n  {str(b)[:400]}")
        print(f"ran      {path.name}: {cells} code cells, by nbclient, nbconvert and didnb run")

    # What the browser opens as somebody else's: a wide table, a figure as an image and one that tells its points.
    forms = nbformat.v4.new_notebook(metadata={"kernelspec": {"display_name": "didnb", "language": "go", "name": "didnb"}})
    forms.cells = [nbformat.v4.new_code_cell(source) for source in (
        "%panel load ../data/castle.csv unit=sid time=year\n%panel head",
        "%eventstudy l_homicide ~ 1 | sid + year treat=post window=-6:4 as=es",
        "%plot es interactive=true",
    )]
    NotebookClient(forms, timeout=60, kernel_name="didnb", resources={"metadata": {"path": str(folder)}}).execute()
    nbformat.write(forms, out / "forms.ipynb")

    # papermill: another panel by the same notebook.
    data = out / "fewer-cities.csv"
    lines = (repository / "data" / "dual-pilot.csv").read_text(encoding="utf-8").splitlines()
    data.write_text("\n".join(lines[: 1 + 18 * 200]) + "\n", encoding="utf-8")
    source = folder / "03-baseline.ipynb"
    done = papermill.execute_notebook(
        str(source), str(out / "papermill.ipynb"), parameters={"data": str(data), "controls": "PGDP + FINDEV"},
        cwd=str(folder), kernel_name="didnb", progress_bar=False,
    )
    injected = [c for c in done.cells if "injected-parameters" in c.metadata.get("tags", [])]
    if len(injected) != 1:
        failed.append("papermill injected no parameters")
    text = json.dumps([c.get("outputs", []) for c in done.cells])
    if "3,600" not in text and "3600" not in text:
        failed.append("papermill: the parameter's panel of 3,600 rows was not read")
    print("ran      03-baseline.ipynb by papermill with data= and controls=")
    for f in failed:
        print("FAILED  ", f)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()))
