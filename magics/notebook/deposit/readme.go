package deposit

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/seed2d25c7c2/didnb/magics/notebook"
	"github.com/seed2d25c7c2/didnb/magics/notebook/replicate"
)

// readme is the README of a deposit, in the order of the Social Science Data Editors' template (version 1.1), which the
// AEA's Data Editor asks for. What only the authors know stands in square brackets.
type readme struct {
	options Options
	summary *replicate.Summary
	params  []notebook.Parameter
	seeds   []seed
	data    []dataFile
	results int
	took    time.Duration
	files   map[string][]byte
}

func (r readme) text() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("# README\n")
	p("[Title of the article, authors, journal. What stands in square brackets is for the authors to fill in.]\n")
	p("## Overview\n")
	p("The notebooks in notebooks/ make every table and figure from the data in data/; results/ holds what they made. One command runs them all (see Instructions). They are %s with %d code cells in all.\n",
		counted(len(r.summary.Notebooks), "notebook"), r.cells())
	p("## Data Availability and Provenance Statements\n")
	if r.simulated() {
		p("**Some of the data are simulated**: they come from a random number generator, and every table and figure made from them says so. The list below marks them.\n")
	}
	p("### Statement about Rights\n")
	p("- [ ] I certify that the author(s) of the manuscript have legitimate access to and permission to use the data used in this manuscript.")
	p("- [ ] I certify that the author(s) of the manuscript have documented permission to redistribute/publish the data contained within this replication package.\n")
	p("### Summary of Availability\n")
	if r.options.Fingerprint {
		p("- [ ] All data are publicly available.\n- [ ] Some data cannot be made publicly available.\n- [x] No data are in this package; the list below has their fingerprints.\n")
	} else {
		p("- [x] All data are in this package.\n- [ ] Some data cannot be made publicly available.\n- [ ] No data can be made publicly available.\n")
	}
	p("### Details on each Data Source\n")
	p("[Source, licence, how to get access, date of access, for each file of the list.]\n")
	p("## Dataset list\n")
	p("| file | rows | bytes | provided | SHA-256 | note |\n|---|---:|---:|---|---|---|")
	for _, f := range r.data {
		rows, note := "–", ""
		if f.Rows > 0 {
			rows = fmt.Sprint(f.Rows)
		}
		if f.Simul {
			note = "simulated"
		}
		p("| %s | %s | %d | %s | %s | %s |", f.Name, rows, f.Bytes, map[bool]string{true: "no", false: "yes"}[r.options.Fingerprint], f.SHA256, note)
	}
	p("\n## Computational requirements\n")
	p("### Software Requirements\n")
	p("%s. Nothing else is needed; versions.txt lists the libraries that the program is built from.\n", r.options.Program)
	p("### Controlled Randomness\n")
	if len(r.seeds) == 0 {
		p("- [x] No pseudo-random generator is used in the analysis described here.\n")
	} else {
		p("- [x] Random seed is set at each of these places; a procedure gives the same numbers on any number of processors.\n")
		p("| notebook | command | result | seed |\n|---|---|---|---:|")
		for _, s := range r.seeds {
			p("| %s | %%%s | %s | %s |", s.Notebook, s.Magic, s.Result, s.Value)
		}
		p("")
	}
	p("### Memory, Runtime, Storage Requirements\n")
	p("- Time on a computer of today: %s.", duration(r.took))
	p("- Storage: %s.", storage(r.files))
	p("- Last run on %s/%s, %s.\n", runtime.GOOS, runtime.GOARCH, runtime.Version())
	p("All was run twice before it was packed: %d files of results came out the same, byte for byte.\n", r.results)
	p("## Description of programs/code\n")
	p("| notebook | what |\n|---|---|")
	for _, n := range r.summary.Notebooks {
		p("| notebooks/%s.ipynb | %s |", n.Name, strings.ReplaceAll(r.title(n.Name), "|", `\|`))
		if n.Skipped > 0 {
			p("| | %s with Go code left out; `didnb replicate --go` runs them |", counted(n.Skipped, "cell"))
		}
	}
	p("\n### (Optional, but recommended) License for Code\n")
	p("[Licence of the notebooks.]\n")
	p("## Instructions to Replicators\n")
	step := 1
	if r.options.Fingerprint {
		p("%d. Put the files of the dataset list into data/; `sha256sum` of each must be as listed.", step)
		step++
	}
	var set string
	for _, q := range r.params {
		set += fmt.Sprintf(" -p %s=%q", q.Name, q.Value)
	}
	p("%d. In the unpacked folder: `didnb replicate%s -o again`.", step, set)
	p("%d. Compare: `(cd again && sha256sum -c ../results/SHA256SUMS)`, and `sha256sum -c SHA256SUMS` for the package itself.\n", step+1)
	p("## List of tables and programs\n")
	p("| table or figure | file in results/ | notebook |\n|---|---|---|")
	for _, x := range r.exhibits() {
		p("| %s | %s | notebooks/%s.ipynb |", x.number, x.file, x.notebook)
	}
	p("\n[The article's number of each: Table 1, Figure 1 …]\n")
	p("## References\n")
	p("[Data citations and the article's references to data.]\n")
	p("## Acknowledgements\n")
	p("The README follows the template of Vilhuber, Connolly, Koren, Llull and Morrow (2022), *A template README for social science replication packages*, v1.1.")
	return b.String()
}

func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func (r readme) cells() int {
	n := 0
	for _, k := range r.summary.Notebooks {
		n += k.Cells
	}
	return n
}

func (r readme) simulated() bool {
	return slices.ContainsFunc(r.data, func(f dataFile) bool { return f.Simul })
}

// title is a notebook's first heading.
func (r readme) title(name string) string {
	n, err := notebook.Parse(r.files["notebooks/"+name+".ipynb"])
	if err != nil {
		return ""
	}
	return n.Title()
}

// duration is a bound, so that the README is the same from run to run.
func duration(d time.Duration) string {
	switch {
	case d < 5*time.Minute:
		return "less than 10 minutes"
	case d < 30*time.Minute:
		return "10 to 60 minutes"
	case d < time.Hour:
		return "1 to 2 hours"
	}
	return "2 to 8 hours"
}

func storage(files map[string][]byte) string {
	total := 0
	for _, f := range files {
		total += len(f)
	}
	switch {
	case total < 25<<20:
		return "less than 25 MB"
	case total < 250<<20:
		return "25 MB to 250 MB"
	case total < 2<<30:
		return "250 MB to 2 GB"
	}
	return "more than 2 GB"
}

type exhibit struct{ number, file, notebook string }

// exhibits are the tables and figures, each by the first of its files.
func (r readme) exhibits() []exhibit {
	var out []exhibit
	add := func(kind string, files []string) {
		seen := map[string]bool{}
		for _, f := range files {
			base := strings.TrimSuffix(f, path.Ext(f))
			if seen[base] {
				continue
			}
			seen[base] = true
			out = append(out, exhibit{kind, f, r.from(path.Base(base))})
		}
	}
	add("table", r.summary.Tables)
	add("figure", r.summary.Figures)
	return out
}

// from is the notebook whose name an exhibit's begins with, the longest if there are several.
func (r readme) from(base string) string {
	best := ""
	for _, n := range r.summary.Notebooks {
		if strings.HasPrefix(base, n.Name+"-") && len(n.Name) > len(best) {
			best = n.Name
		}
	}
	return best
}
