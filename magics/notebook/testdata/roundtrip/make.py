# Writes the inputs *.in.ipynb (as other programs leave them) and, beside each, *.out.ipynb: what Jupyter makes of the
# input, nbformat.write(nbformat.reads(...)). Made with nbformat 5.11.1 on Python 3; run: python make.py
import json, pathlib, warnings
import nbformat
warnings.simplefilter("ignore")

here = pathlib.Path(__file__).parent
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==\n"

def cell(kind, source, **more):
    return {"source": source, "cell_type": kind, "metadata": {}, **more}

cases = {
    # every output type, text as one string and as lists, both mixed; unsorted keys; indent of four
    "outputs": dict(indent=4, nb={
        "nbformat_minor": 5, "nbformat": 4,
        "metadata": {"zeta": 1, "kernelspec": {"name": "didnb", "display_name": "didnb", "language": "go"}, "alpha": {"b": [], "a": {}}},
        "cells": [
            cell("code", "%panel load a.csv\n%did y ~ x", id="c1", execution_count=3, outputs=[
                {"output_type": "stream", "name": "stdout", "text": "one\ntwo\n"},
                {"output_type": "stream", "name": "stderr", "text": ["warn", "ing\n"]},
                {"output_type": "display_data", "metadata": {"image/png": {"width": 10}}, "data": {
                    "text/plain": "a\r\nb\rc\n", "text/html": ["<p>", "\n", "</p>"],
                    "image/png": PNG, "image/svg+xml": "<svg>\n</svg>\n",
                    "application/vnd.didnb+json": {"kind": "fit", "z": [1.0, 2, 1e-07], "a": None},
                    "application/json": ["kept", "a list"], "application/javascript": "a\nb", "application/x-other": ["1\n", "2"]}},
                {"output_type": "execute_result", "execution_count": 3, "metadata": {}, "data": {"text/plain": "42"}},
                {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\u001b[31mE\u001b[0m", "line\nline"]},
            ]),
            cell("code", "", id="c2", execution_count=None, outputs=[]),
        ]}),
    # text that JSON writers treat differently: quotes, control characters, line separators, Chinese, astral planes, DEL, slashes, HTML
    "text": dict(indent=None, nb={
        "cells": [
            cell("markdown", "数字产业集聚 \"q\" \\ / <b>&</b> \u2028 \u2029 \x85 \x0b \x0c \x1c \x7f \x00 \t 😀\nlast", id="a-b_C9"),
            cell("markdown", ["one\n", "two\n"], id="x"),
            cell("markdown", "ends\n", id="y"),
            cell("raw", "\n\n\r\n", id="z", metadata={"raw_mimetype": "text/latex", "tags": ["a", "b"]}),
        ],
        "metadata": {"数": "据", "\U0001f600": 1, "\uffff": 2, "Z": True, "a": False, "_": None}, "nbformat": 4, "nbformat_minor": 5}),
    # unknown keys everywhere, attachments, transient keys that Jupyter drops
    "unknown": dict(indent=2, nb={
        "cells": [
            cell("markdown", "![x](attachment:x.png)", id="m", attachments={"x.png": {"image/png": PNG, "text/plain": ["a\n", "b"]}}, surprise={"k": 1}),
            {**cell("code", "1", id="n", execution_count=1, outputs=[
                {"output_type": "display_data", "data": {"text/plain": "1"}, "metadata": {}, "transient": {"display_id": "d"}}]), "metadata": {"trusted": True, "collapsed": False, "jupyter": {"outputs_hidden": True}}},
        ],
        "metadata": {"signature": "sha256:x", "orig_nbformat": 3, "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}}},
        "nbformat": 4, "nbformat_minor": 5, "future": [1, {"a": 2}]}),
    # before 4.5: no cell ids
    "minor4": dict(indent=1, nb={
        "cells": [cell("code", "x", execution_count=None, outputs=[]), cell("markdown", "# t")],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 4}),
    "empty": dict(indent=1, nb={"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
}
for name, case in cases.items():
    text = json.dumps(case["nb"], indent=case["indent"], ensure_ascii=name != "outputs")
    (here / f"{name}.in.ipynb").write_text(text, encoding="utf-8")
    nb = nbformat.v4.reads(text)  # no validation: it would repair what the file says
    (here / f"{name}.out.ipynb").write_text(nbformat.v4.writes(nb) + "\n", encoding="utf-8", newline="")
