// Command tables writes data/published.csv: the coefficients that Gao, Han and Han (2026) printed in their Tables 2 to 6, a
// row each, from data/published.json. It runs in data/, as go generate does.
package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	if err := run("published.json", "published.csv"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	text, err := table(data)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return os.WriteFile(to, text, 0o644)
}

// table is the file: numbers with the digits that were printed.
func table(data []byte) ([]byte, error) {
	var file struct {
		Tables []struct {
			Name    string `json:"name"`
			Columns []struct {
				Name  string      `json:"name"`
				N     int         `json:"n"`
				R2    json.Number `json:"r2"`
				Terms []struct {
					Term      string      `json:"term"`
					Estimate  json.Number `json:"estimate"`
					Statistic json.Number `json:"statistic"`
					Stars     string      `json:"stars"`
				} `json:"terms"`
			} `json:"columns"`
		} `json:"tables"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	lines := [][]string{{"row", "table", "column", "term", "coefficient", "t", "stars", "n", "r2"}}
	for _, t := range file.Tables {
		number, ok := strings.CutPrefix(t.Name, "table")
		if !ok {
			continue
		}
		for _, c := range t.Columns {
			for _, k := range c.Terms {
				lines = append(lines, []string{strconv.Itoa(len(lines)), number, c.Name, k.Term, k.Estimate.String(), k.Statistic.String(),
					strconv.Itoa(len(k.Stars)), strconv.Itoa(c.N), c.R2.String()})
			}
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := w.WriteAll(lines)
	return b.Bytes(), err
}
