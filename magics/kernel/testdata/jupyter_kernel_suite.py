"""jupyter_kernel_test's suite on the installed kernel: python -m unittest magics/kernel/testdata/jupyter_kernel_suite.py

Needs jupyter_kernel_test and the kernel (didnb install). Magic cells only, so no Go is needed.
"""
import unittest

import jupyter_kernel_test


class Didnb(jupyter_kernel_test.KernelTests):
    kernel_name = "didnb"
    language_name = "go"
    file_extension = ".go"
    code_display_data = [{"code": "%session", "mime": "text/plain"}, {"code": "%didhelp did", "mime": "text/html"}]
    code_generate_error = "%did"
    completion_samples = [{"text": "%descr", "matches": {"describe"}}]
    complete_code_samples = ["%session", "x := 1", "func f() {\n}"]
    incomplete_code_samples = ["func f() {", "%did y ~ x \\"]
    invalid_code_samples = ["f(1]"]
    code_inspect_sample = "%describe"
    code_history_pattern = "%ses*"
    supported_history_operations = ("tail", "range", "search")


if __name__ == "__main__":
    unittest.main()
