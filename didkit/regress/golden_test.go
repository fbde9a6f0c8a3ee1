package regress_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/conformance/compared"
	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/internal/reference"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// TestGolden is for developers who have the collection of R fixest results (fixest_*.json, the data one folder up): it
// holds every feols regression in it, with every covariance that is read here (spacetime_test.go has the others).
// testdata/reference holds what everybody has.
func TestGolden(t *testing.T) {
	dir := reference.Beside(t, "validation", "golden")
	files, err := filepath.Glob(filepath.Join(dir, "fixest_*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixest_*.json in %s: %v", dir, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var golden struct {
			Program map[string]string
			Cases   []goldenCase
		}
		if err := json.Unmarshal(raw, &golden); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range golden.Cases {
			c.version = golden.Program["fixest"]
			t.Run(strings.TrimSuffix(filepath.Base(file), ".json")+"/"+c.ID, func(t *testing.T) { c.run(t, filepath.Dir(dir)) })
		}
	}
}

// goldenCase is one regression of R's fixest with several covariances.
type goldenCase struct {
	ID        string
	Prep      string
	Call      string
	Nobs      int
	Fixef     levels
	SSR       float64
	R2        number
	AdjR2     number  `json:"adj_r2"`
	WithinR2  number  `json:"within_r2"`
	WithinAdj number  `json:"within_adj_r2"`
	Collinear strs    `json:"collinear_dropped"`
	Extra     wald    `json:"extra"`
	Results   results `json:"results"`
	version   string
}

type (
	results []struct {
		Call  string
		DFT   number `json:"df_t"`
		DFK   number `json:"df_K"`
		Names strs
		Coef  []float64
		SE    []*float64
		T     []*float64
		P     []*float64
		CILow []*float64 `json:"ci_low"`
		CIUp  []*float64 `json:"ci_high"`
		Vcov  [][]float64
	}
	// levels is an object of counts, or [] where there is none.
	levels map[string]int
	// number may be null, absent or "NA".
	number struct{ value *float64 }
	// strs may be a single string.
	strs []string
	// wald holds the tests named wald_pre_….
	wald map[string]struct{ Stat, P, DF1, DF2 float64 }
)

func (n *number) UnmarshalJSON(b []byte) error {
	if x, err := strconv.ParseFloat(string(b), 64); err == nil {
		n.value = &x
	}
	return nil
}

func (l *levels) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '{' {
		return nil
	}
	return json.Unmarshal(b, (*map[string]int)(l))
}

func (s *strs) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*s = []string{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(s))
}

func (w *wald) UnmarshalJSON(b []byte) error {
	var all map[string]json.RawMessage
	if json.Unmarshal(b, &all) != nil {
		return nil
	}
	*w = wald{}
	for name, raw := range all {
		if strings.HasPrefix(name, "wald_pre_") {
			var test struct{ Stat, P, DF1, DF2 float64 }
			if err := json.Unmarshal(raw, &test); err != nil {
				return err
			}
			(*w)[name] = test
		}
	}
	return nil
}

func (c *goldenCase) run(t *testing.T, data string) {
	if !strings.HasPrefix(c.Call, "feols(") {
		t.Skip("not a least-squares regression: " + c.Call)
	}
	switch {
	case strings.Contains(c.Call, "sunab("):
		t.Skip("held by didkit/did: " + c.Call)
	case strings.HasPrefix(c.ID, "conley"):
		t.Skip("held by TestErrorsOverTimeAndSpace: " + c.Call)
	case strings.Count(c.Call, "|") > 1:
		t.Skip("instruments are not estimated: " + c.Call)
	}
	p := prepare(t, data, c.Prep)
	spec, index := translate(t, c.Call)
	if index != nil {
		var err error
		if p, err = p.Indexed(index[0], index[1]); err != nil {
			t.Fatal(err)
		}
	}
	if strings.HasPrefix(c.ID, "collinear_nofe_w") {
		t.Skip("fixest keeps a collinear column here, with an error of 4e7")
	}
	var worst [2]float64
	var skipped []string
	ran := 0
	for _, r := range c.Results {
		v, ok := covariance(r.Call)
		if !ok {
			skipped = append(skipped, strings.TrimPrefix(r.Call, "summary(est, "))
			continue
		}
		ran++
		rc := reference.Case{ID: c.ID, Program: "fixest (R)", Version: c.version, Vcov: v, N: c.Nobs, Levels: c.Fixef, Collinear: c.Collinear, DFT: r.DFT.value, SSR: &c.SSR, R2: c.R2.value,
			R2Adj: c.AdjR2.value, R2Within: c.WithinR2.value, R2WithinAdj: c.WithinAdj.value, Covariance: r.Vcov,
			Tolerance: reference.Tolerance{Estimate: 1e-9, StdError: 1e-7}}
		if strings.Contains(v, ",") || anyNil(r.SE) {
			rc.Covariance = nil // a matrix mended to be positive, or a singular one, is held by its diagonal
		}
		for i, name := range r.Names {
			rc.Coef = append(rc.Coef, reference.Coef{Term: term(name), Estimate: r.Coef[i], StdError: r.SE[i], Statistic: r.T[i], PValue: r.P[i], ConfLow: r.CILow[i], ConfHigh: r.CIUp[i]})
		}
		s := spec
		if serial := overTime(r.Call); serial.Type != "" {
			s.Vcov = serial
		} else {
			s.Vcov = rc.VcovSpec(t)
		}
		fits, err := regress.Estimate(p, s)
		if err != nil {
			t.Errorf("%s: %v", v, err)
			continue
		}
		t.Run(v, func(t *testing.T) {
			compared.With(t, rc.Source("reg", rc.VcovMethod()))
			e, se := reference.Compare(t, &rc, fits[0])
			worst[0], worst[1] = max(worst[0], e), max(worst[1], se)
			for name, w := range c.Extra {
				by := strings.TrimPrefix(name, "wald_pre_")
				if v == "iid" && by == "iid" || v == "cluster(countyreal)" && by == "cluster" || v == "cluster("+by+")" {
					var names []string
					for _, k := range fits[0].Coef {
						if strings.HasPrefix(k.Term, "rel::-") {
							names = append(names, k.Term)
						}
					}
					got, err := did.WaldTest(fits[0], names)
					if err != nil {
						t.Error(err)
					} else if math.Abs(got.Statistic/w.Stat-1) > 3e-7 || got.DF1 != w.DF1 || got.DF2 != w.DF2 || math.Abs(got.PValue/w.P-1) > 1e-6 {
						t.Errorf("Wald test: got %+v, want %+v", *got, w)
					}
				}
			}
		})
	}
	t.Logf("%d covariances: estimates within %.1e, standard errors within %.1e", ran, worst[0], worst[1])
	if len(skipped) > 0 {
		t.Logf("skipped covariances: %s", strings.Join(skipped, "; "))
	}
}

func anyNil(x []*float64) bool { return slices.Contains(x, nil) }

// prepare runs the R lines that make the data frame.
func prepare(t *testing.T, dir, prep string) *panel.Panel {
	t.Helper()
	var p *panel.Panel
	read := regexp.MustCompile(`read\.csv\('([^']+)'\)`)
	for _, line := range strings.Split(prep, "; ") {
		if m := read.FindStringSubmatch(line); m != nil {
			var err error
			if p, err = reference.ReadCSV(filepath.Join(dir, m[1])); errors.Is(err, fs.ErrNotExist) {
				t.Skip("no data: " + m[1])
			} else if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(line, "sex == 2") {
				p = subset(t, p, "sex == 2")
			}
			continue
		}
		steps, ok := preparations[line]
		if !ok {
			t.Fatalf("unknown preparation: %s", line)
		}
		for _, s := range steps {
			name, expr, found := strings.Cut(s, " = ")
			if !found {
				p = subset(t, p, s)
				continue
			}
			p = with(t, p, name, expr)
		}
	}
	return p
}

// preparations are lines of R in the notebook's language: name = expression adds a variable, anything else keeps rows.
var preparations = map[string][]string{
	"d$D <- as.integer(d$first.treat > 0 & d$year >= d$first.treat)":                     {"D = first.treat > 0 & year >= first.treat"},
	"d$trend <- d$year - 2003":                                                           {"trend = year - 2003"},
	"d$rownum <- seq_len(nrow(d))":                                                       {"rownum = ROW"},
	"d$rel <- ifelse(d$first.treat == 0, -1000L, d$year - d$first.treat)":                {"rel = ifelse(first.treat == 0, -1000, year - first.treat)"},
	"u <- d[d$rownum %% 14 != 3, ]":                                                      {"rownum - 14*floor(rownum/14) != 3"},
	"u <- u[!(u$countyreal %% 25 == 1 & u$year != 2005), ]":                              {"!(countyreal - 25*floor(countyreal/25) == 1 & year != 2005)"},
	"d$lpop2 <- 2*d$lpop + 1":                                                            {"lpop2 = 2*lpop + 1"},
	"d$Dnoise <- d$D * 3":                                                                {"Dnoise = D*3"},
	"d$region <- ifelse(d$northeast==1,1,ifelse(d$midwest==1,2,ifelse(d$south==1,3,4)))": {"region = ifelse(northeast == 1, 1, ifelse(midwest == 1, 2, ifelse(south == 1, 3, 4)))"},
	"d$trend <- d$year - 2000":                                                           {"trend = year - 2000"},
	"d$trend2 <- d$trend^2":                                                              {"trend2 = trend^2"},
	"d$first <- ifelse(is.na(d$effyear), 0, d$effyear)":                                  {"first = ifelse(missing(effyear), 0, effyear)"},
	"d$rel <- ifelse(d$first==0, -99L, pmax(-6L, pmin(4L, d$year - d$first)))":           {"rel = ifelse(first == 0, -99, max(min(year - first, 4), -6))"},
	"d$post <- as.integer(d$changed == 1 & d$year >= d$divyear)":                         {"post = ifelse(changed == 1, year >= divyear, 0)"},
}

func with(t *testing.T, p *panel.Panel, name, expr string) *panel.Panel {
	t.Helper()
	v := &panel.Variable{Name: name}
	if expr == "ROW" {
		for i := range p.Rows() {
			v.Values = append(v.Values, float64(i+1))
		}
	} else {
		e, err := formula.ParseExpr(expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		r, err := evaluate.Expr(p, e, "")
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		v.Values = r.Values
	}
	q, err := p.With(v)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func subset(t *testing.T, p *panel.Panel, condition string) *panel.Panel {
	t.Helper()
	e, err := formula.ParseExpr(condition)
	if err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
	keep, err := evaluate.Filter(p, e)
	if err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
	var rows []int32
	for i, k := range keep {
		if k {
			rows = append(rows, int32(i))
		}
	}
	return p.Subset(rows)
}

var (
	callFormula = regexp.MustCompile(`^feols\((.*?), [dum](?:, (.*))?\)$`)
	callOption  = regexp.MustCompile(`^(weights|panel\.id|subset|fixef\.rm) ?= ?(.*)$`)
)

// translate reads a call of feols.
func translate(t *testing.T, call string) (s regress.Spec, index []string) {
	t.Helper()
	m := callFormula.FindStringSubmatch(call)
	if m == nil {
		t.Fatalf("can't read the call %s", call)
	}
	s.Formula = m[1]
	for _, o := range strings.Split(m[2], ", ") {
		if o == "" {
			continue
		}
		k := callOption.FindStringSubmatch(o)
		if k == nil {
			t.Fatalf("unknown option %q in %s", o, call)
		}
		value := strings.TrimSpace(strings.TrimPrefix(k[2], "~"))
		switch k[1] {
		case "weights":
			s.Design.Weights = value
		case "panel.id":
			index = strings.Split(value, " + ")
		case "subset":
			e, err := formula.ParseExpr(value)
			if err != nil {
				t.Fatal(err)
			}
			s.Design.If = e
		case "fixef.rm":
			if value != "'none'" {
				t.Fatalf("fixef.rm = %s", value)
			}
			s.Design = design.Options{Weights: s.Design.Weights, KeepSingletons: true}
		}
	}
	return s, index
}

// covariance reads summary(est, vcov = …); false where it is other small-sample factors than didnb's or held elsewhere (NW, DK).
func covariance(call string) (string, bool) {
	v := strings.TrimSuffix(strings.TrimPrefix(call, "summary(est, vcov = "), ")")
	v = strings.Trim(v, `'"`)
	switch {
	case v == "iid" || v == "hetero" || v == "HC2" || v == "HC3":
		return v, true
	case strings.HasPrefix(v, "~") && !strings.Contains(v, "ssc"):
		return fmt.Sprintf("cluster(%s)", strings.Join(strings.Split(strings.TrimPrefix(v, "~"), " + "), ", ")), true
	case overTime(call).Type != "":
		return fmt.Sprintf("%s(%d)", overTime(call).Type, overTime(call).Serial.Lag), true
	}
	return "", false
}

var overTimeCall = regexp.MustCompile(`vcov = (NW|DK)\((\d+)\) ~ (?:(\w+) \+ )?(\w+)\)$`)

// overTime is Newey and West's or Driscoll and Kraay's covariance where R's call names the variables, else the zero Spec.
func overTime(call string) vcov.Spec {
	m := overTimeCall.FindStringSubmatch(call)
	if m == nil {
		return vcov.Spec{}
	}
	lag, _ := strconv.Atoi(m[2])
	return vcov.Spec{Type: vcov.Type(strings.ToLower(m[1])), Serial: vcov.Serial{Unit: m[3], Time: m[4], Lag: lag, Given: true}}
}

// term is R's name of a coefficient in didnb's words.
func term(name string) string {
	if inner, ok := strings.CutPrefix(name, "I(I("); ok {
		return "I(" + strings.TrimSuffix(inner, ")")
	}
	return name
}
