// Package reference reads what other programs computed (testdata/reference) for the tests of the estimators.
package reference

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// Case is one regression with one covariance as one program computed it; testdata/reference/README.md describes the keys.
// What a program did not give is nil or empty and is not compared.
type Case struct {
	ID         string   `json:"id"`
	Program    string   `json:"program"`
	Version    string   `json:"version"`
	Call       string   `json:"call"`
	Data       string   `json:"data"`
	Index      []string `json:"index"`
	Formula    string   `json:"formula"`
	Vcov       string   `json:"vcov"`
	Weights    string   `json:"weights"`
	If         string   `json:"if"`
	Singletons string   `json:"singletons"`
	File       string   `json:"-"` // below testdata/reference

	N           int            `json:"n"`
	Dropped     *Dropped       `json:"dropped"`
	Collinear   []string       `json:"collinear"`
	Levels      map[string]int `json:"fixed_effects"`
	Coef        []Coef         `json:"coef"`
	Covariance  [][]float64    `json:"covariance"`
	Constant    *Coef          `json:"constant"`
	DFT         *float64       `json:"df_t"`
	SSR         *float64       `json:"ssr"`
	RMSE        *float64       `json:"rmse"`
	R2          *float64       `json:"r2"`
	R2Adj       *float64       `json:"r2_adj"`
	R2Within    *float64       `json:"r2_within"`
	R2WithinAdj *float64       `json:"r2_within_adj"`
	Wald        *Wald          `json:"wald"`
	Tolerance   Tolerance      `json:"tolerance"`
}

// Coef is a coefficient row; what the program did not print is nil.
type Coef struct {
	Term      string   `json:"term"`
	Estimate  float64  `json:"estimate"`
	StdError  *float64 `json:"std_error"`
	Statistic *float64 `json:"statistic"`
	PValue    *float64 `json:"p_value"`
	ConfLow   *float64 `json:"conf_low"`
	ConfHigh  *float64 `json:"conf_high"`
}

// Dropped counts the rows left out, where the program tells.
type Dropped struct {
	Missing   *int `json:"missing"`
	Singleton *int `json:"singleton"`
}

// Wald is a joint test that the terms are zero.
type Wald struct {
	Terms     []string `json:"terms"`
	Statistic float64  `json:"statistic"`
	DF1       float64  `json:"df1"`
	DF2       *float64 `json:"df2"`
	PValue    *float64 `json:"p_value"`
}

// Tolerance is relative.
type Tolerance struct {
	Estimate float64 `json:"estimate"`
	StdError float64 `json:"std_error"`
}

// Held reads the cases of a file of reference numbers, its name from testdata/reference on: {"cases": […]}.
func Held[T any](tb testing.TB, file string) []T {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join(Root(tb), "testdata", "reference", filepath.FromSlash(file)))
	if err != nil {
		tb.Fatal(err)
	}
	var f struct{ Cases []T }
	if err := json.Unmarshal(raw, &f); err != nil {
		tb.Fatalf("%s: %v", file, err)
	}
	if len(f.Cases) == 0 {
		tb.Fatalf("%s holds no cases", file)
	}
	return f.Cases
}

// Cases reads every case of testdata/reference/regressions, in the order of files and of cases in them.
func Cases(tb testing.TB) []Case {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(Root(tb), "testdata", "reference", "regressions", "*.json"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no reference cases: %v", err)
	}
	var all []Case
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		var file struct{ Cases []Case }
		if err := json.Unmarshal(raw, &file); err != nil {
			tb.Fatalf("%s: %v", filepath.Base(name), err)
		}
		for i := range file.Cases {
			file.Cases[i].File = "regressions/" + filepath.Base(name)
		}
		all = append(all, file.Cases...)
	}
	return all
}

// Source names the case for package compared: a command's method, as vcov=cluster of reg or twfe of did.
func (c *Case) Source(command, method string) compared.Source {
	return compared.Source{Command: command, Method: method, Program: c.Program, Version: c.Version, File: c.File, Case: c.ID}
}

// VcovMethod is the case's covariance as the method of %reg that it is a case of: vcov=cluster.
func (c *Case) VcovMethod() string {
	kind, _, _ := strings.Cut(c.Vcov, "(")
	return "vcov=" + kind
}

// VcovSpec is the covariance of the case: iid, hetero, cluster(a, b).
func (c *Case) VcovSpec(tb testing.TB) vcov.Spec {
	tb.Helper()
	kind, rest, found := strings.Cut(strings.TrimSuffix(c.Vcov, ")"), "(")
	s := vcov.Spec{Type: vcov.Type(kind)}
	if found {
		for _, name := range strings.Split(rest, ",") {
			s.By = append(s.By, strings.TrimSpace(name))
		}
	}
	if s.String() != c.Vcov {
		tb.Fatalf("%s: vcov %q is read as %q", c.ID, c.Vcov, s)
	}
	return s
}

// Filter is the case's if=, nil if it has none.
func (c *Case) Filter(tb testing.TB) formula.Expr {
	tb.Helper()
	if c.If == "" {
		return nil
	}
	e, err := formula.ParseExpr(c.If)
	if err != nil {
		tb.Fatalf("%s: if=%s: %v", c.ID, c.If, err)
	}
	return e
}
