"""Lets papermill set the parameters of notebooks of the didnb kernel: import this module before papermill runs one.

papermill writes a cell of assignments behind the one tagged "parameters", in a language that it must know; here they are
%param lines, as `didnb run -p` writes them, which needs neither papermill nor this.
"""
import re

from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators


class Didnb(Translator):
    @classmethod
    def translate_str(cls, val):
        return '"' + val.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ") + '"'

    @classmethod
    def comment(cls, cmt_str):
        return f"# {cmt_str}"

    @classmethod
    def assign(cls, name, str_val):
        return f"%param {name}={str_val}"

    @classmethod
    def inspect(cls, parameters_cell):
        parameters = []
        for line in parameters_cell["source"].splitlines():
            if line.startswith("%param "):
                for name, quoted, plain in re.findall(r'([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))', line):
                    parameters.append(Parameter(name=name, inferred_type_name="None", default=quoted or plain, help=""))
        return parameters


papermill_translators.register("didnb", Didnb)
