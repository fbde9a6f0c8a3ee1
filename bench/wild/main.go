// Command wild times the wild cluster bootstrap on the paper's panel: all coefficients of the two-way regression with
// intervals by inversion, 9,999 draws.
//
//	go run ./bench/wild [-runs 5] data/dual-pilot.csv
package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"time"

	"github.com/seed2d25c7c2/didnb/didkit"
	"github.com/seed2d25c7c2/didnb/didkit/panel/load"
)

const formula = "DIA ~ PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB | city + year"

func main() {
	runs := flag.Int("runs", 5, "timed runs after a warm-up")
	model := flag.String("formula", formula, "outcome ~ controls | effects")
	flag.Parse()
	p, err := load.File(flag.Arg(0), load.Options{Unit: "city", Time: "year"})
	if err != nil {
		log.Fatal(err)
	}
	out := struct {
		Program string    `json:"program"`
		Seconds []float64 `json:"seconds"`
		P       float64   `json:"p"`
		Low     float64   `json:"low"`
		High    float64   `json:"high"`
		Coefs   int       `json:"coefficients"`
	}{Program: "didnb"}
	for i := range *runs + 1 {
		start := time.Now()
		f, err := didkit.DID(p, *model, "DID", didkit.Options{Vcov: didkit.WildBootstrap("city", didkit.Wild{Reps: 9999})})
		if err != nil {
			log.Fatal(err)
		}
		if i > 0 {
			out.Seconds = append(out.Seconds, time.Since(start).Seconds())
		}
		out.P, out.Low, out.High, out.Coefs = f.Coef[0].PValue, f.Coef[0].ConfLow, f.Coef[0].ConfHigh, len(f.Coef)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		log.Fatal(err)
	}
}
