// Package calibration moves the numbers of a simulation's design until the panel it draws gives the published statistics,
// as many statistics as parameters (indirect inference with the published numbers as auxiliary statistics; Gouriéroux,
// Monfort & Renault 1993). Estimators and published numbers are fixed; only the process that makes the data moves.
package calibration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A design file is laid out by hand, one line a variable. So the calibration does not print it anew but puts new numbers
// where the old ones stand.

// place is where a number stands in the file's bytes.
type place struct{ start, end int }

// places finds every number by its path: keys and positions joined by "/", an object in an array also by its "name", as
// in covariates/PGDP/noise/sd and outcome/effects/0/path/3.
func places(text []byte) (map[string]place, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	found := map[string]place{}
	if err := walk(dec, "", found); err != nil {
		return nil, err
	}
	return found, nil
}

// walk reads one value and files its numbers under path. An object's name replaces its position, so the name must be
// the object's first key; the caller passes the path by position and gets the numbers under it.
func walk(dec *json.Decoder, path string, found map[string]place) error {
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	return value(dec, tok, path, found)
}

func value(dec *json.Decoder, tok json.Token, path string, found map[string]place) error {
	switch x := tok.(type) {
	case json.Number:
		end := int(dec.InputOffset())
		found[path] = place{end - len(x), end}
	case json.Delim:
		for i := 0; dec.More(); i++ {
			below := join(path, strconv.Itoa(i))
			if x == '{' {
				key, err := dec.Token()
				if err != nil {
					return err
				}
				below = join(path, key.(string))
				if key == "name" && i == 0 {
					name, err := dec.Token()
					if err != nil {
						return err
					}
					if s, ok := name.(string); ok && isPosition(path) {
						path = path[:strings.LastIndex(path, "/")+1] + s
					}
					if err := value(dec, name, below, found); err != nil {
						return err
					}
					continue
				}
			}
			if err := walk(dec, below, found); err != nil {
				return err
			}
		}
		_, err := dec.Token() // the closing bracket
		return err
	}
	return nil
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "/" + key
}

func isPosition(path string) bool {
	_, err := strconv.Atoi(path[strings.LastIndex(path, "/")+1:])
	return err == nil
}

// read gives the numbers at paths.
func read(text []byte, paths []string) ([]float64, error) {
	at, err := places(text)
	if err != nil {
		return nil, err
	}
	x := make([]float64, len(paths))
	for i, p := range paths {
		where, ok := at[p]
		if !ok {
			return nil, fmt.Errorf("no number at %s", p)
		}
		if x[i], err = strconv.ParseFloat(string(text[where.start:where.end]), 64); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// write puts numbers at paths, with six significant digits.
func write(text []byte, paths []string, x []float64) ([]byte, error) {
	at, err := places(text)
	if err != nil {
		return nil, err
	}
	order := make([]int, len(paths))
	for i := range order {
		order[i] = i
		if _, ok := at[paths[i]]; !ok {
			return nil, fmt.Errorf("no number at %s", paths[i])
		}
	}
	slices.SortFunc(order, func(a, b int) int { return at[paths[a]].start - at[paths[b]].start })
	var out []byte
	last := 0
	for _, i := range order {
		where := at[paths[i]]
		out = append(out, text[last:where.start]...)
		short, _ := strconv.ParseFloat(strconv.FormatFloat(x[i], 'g', 6, 64), 64)
		out = strconv.AppendFloat(out, short, 'f', -1, 64)
		last = where.end
	}
	return append(out, text[last:]...), nil
}
