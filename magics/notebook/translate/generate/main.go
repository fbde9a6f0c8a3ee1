// Command generate writes notebooks/zh/*.ipynb from notebooks/*.ipynb and the prose in notebooks/zh/*.md, and says which
// cells lack a translation or have one of an older text. go generate at the module's root runs it.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/notebook/translate"
)

func main() {
	const dir, language = "notebooks", "zh"
	files, without, err := translate.Folder(dir, language)
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
	for _, f := range files {
		for _, out := range []struct {
			name string
			data []byte
		}{{f.Name + ".ipynb", f.Notebook}, {f.Name + ".md", []byte(f.Prose)}} {
			if err := os.WriteFile(filepath.Join(dir, language, out.name), out.data, 0o644); err != nil {
				fmt.Fprintln(os.Stderr, "generate:", err)
				os.Exit(1)
			}
		}
		say := func(what string, ids []string) {
			if len(ids) > 0 {
				fmt.Printf("%s: %s: %s\n", f.Name, what, strings.Join(ids, ", "))
			}
		}
		say("not translated, left in English", f.State.Missing)
		say("translated from an older text; mend, then take the digits off the marker", f.State.Outdated)
		say("no such cell", f.State.Unknown)
	}
	if len(without) > 0 {
		fmt.Printf("no prose in %s: %s\n", language, strings.Join(without, ", "))
	}
}
