"""jupyter_kernel_test's suite on the installed kernel: python magics/kernel/jupyter/kernel_suite.py

Needs jupyter_kernel_test and the kernel (didnb install). Where GoNB is, Go cells are tried too (DIDNB_GO=1).
"""
import os
import unittest

import jupyter_kernel_test

GO = os.environ.get("DIDNB_GO") == "1"
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "data", "dual-pilot.csv")


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
    # Long enough for a progress bar, which is cleared away in the end.
    code_clear_output = (
        f'%panel load "{DATA}" unit=city time=year\n%did DIA ~ PGDP | city + year treat=DID as=m\n%placebo m reps=100000'
    )
    if GO:
        code_hello_world = '%%\nfmt.Println("hello, world")'
        code_stderr = '%%\nfmt.Fprintln(os.Stderr, "oh")'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if GO:  # the first Go cell may compile for half a minute, longer than the suite waits
            cls.kc.execute_interactive("%%\nfmt.Fprintln(os.Stderr)", timeout=300, output_hook=lambda m: None)

    def test_history(self):
        # The suite takes its cells from code_execute_result; this kernel answers with displays instead.
        self.code_execute_result = [{"code": "%session"}, {"code": "%lang"}]
        super().test_history()

    def test_error_of_go(self):
        if not GO:
            raise unittest.SkipTest("no Go cells")
        self.flush_channels()
        reply, output = self.execute_helper("%%\nfmt.Printl(1)")
        self.assertEqual(reply["content"]["status"], "error")
        self.assertEqual([m["msg_type"] for m in output], ["error"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
