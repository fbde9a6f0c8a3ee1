// Command wild times the wild cluster bootstrap on the paper's panel: all coefficients of the two-way regression with
// intervals by inversion, 9,999 draws. run.sh runs pyfixest beside it.
//
//	go run ./bench/wild [-runs 5] data/dual-pilot.csv    JSON to standard output; no runs: reads the data only
//	go run ./bench/wild -table DIR                       a Markdown table of what run.sh left in DIR
package main

import (
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	"github.com/seed2d25c7c2/didnb/bench/process"
	"github.com/seed2d25c7c2/didnb/didkit"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load"
)

const formula = "DIA ~ PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB | city + year"

// timing is what one program took.
type timing struct {
	Program  string    `json:"program"`
	Seconds  []float64 `json:"seconds"`
	CPU      []float64 `json:"cpu"` // processor seconds, all cores together
	P        float64   `json:"p"`
	Interval []float64 `json:"interval,omitempty"`
	Coefs    int       `json:"coefficients"`
	Peak     int64     `json:"peak_kb"` // of the process
}

func main() {
	log.SetFlags(0)
	runs := flag.Int("runs", 5, "timed runs after a warm-up")
	model := flag.String("formula", formula, "outcome ~ controls | effects")
	table := flag.String("table", "", "print the table of this folder")
	flag.Parse()
	var err error
	if *table != "" {
		err = writeTable(os.Stdout, *table)
	} else {
		err = measure(os.Stdout, flag.Arg(0), *model, *runs)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// measure times the regression with its bootstrap, from a panel in memory to p and interval of every coefficient.
func measure(out io.Writer, file, model string, runs int) error {
	r, err := load.File(file, load.Options{Unit: "city", Time: "year"})
	if err != nil {
		return err
	}
	t := timing{Program: "didnb"}
	warm := 0 // runs
	if runs > 1 {
		warm = 1
	}
	for i := range runs + warm {
		runtime.GC()
		start, cpu := time.Now(), process.CPUSeconds()
		f, err := didkit.DID(r, model, "DID", didkit.Options{Vcov: didkit.WildBootstrap("city", didkit.Wild{Reps: 9999})})
		if err != nil {
			return err
		}
		if i >= warm {
			t.Seconds, t.CPU = append(t.Seconds, time.Since(start).Seconds()), append(t.CPU, process.CPUSeconds()-cpu)
		}
		t.P, t.Interval, t.Coefs = f.Coef[0].PValue, []float64{f.Coef[0].ConfLow, f.Coef[0].ConfHigh}, len(f.Coef)
	}
	runtime.KeepAlive(r)
	t.Peak = process.PeakKB()
	return json.NewEncoder(out).Encode(t)
}
