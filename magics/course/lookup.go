package course

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// numbers evaluates a check's bindings in the solution's session: "m1 coef[term=post].estimate" is a number of a result,
// "pl p_values share<0.1" the share of a list below a bound, "audit findings count:verdict=consistent" a count, "panel gdp rows" (units, periods) and "panel gdp missing x"
// (mean, sd) facts of a panel.
func (c *Check) numbers(s *session.Session, encode Encode) (*panel.Panel, error) {
	var vars []*panel.Variable
	for _, b := range c.Bound {
		x, err := bound(s, strings.Fields(b.source), encode)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.source, err)
		}
		vars = append(vars, &panel.Variable{Name: b.name, Values: []float64{x}})
	}
	return panel.New(append(vars, &panel.Variable{Name: "_", Values: []float64{0}})...)
}

func bound(s *session.Session, words []string, encode Encode) (float64, error) {
	switch {
	case len(words) < 2:
		return strconv.ParseFloat(strings.Join(words, ""), 64)
	case words[0] == "panel" && len(words) > 2:
		return fact(s, words[1], words[2], words[3:])
	}
	r, err := s.Result(words[0])
	if err != nil {
		return 0, err
	}
	data, err := encode(r.Value)
	if err != nil {
		return 0, err
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return 0, err
	}
	if v, err = follow(v, words[1]); err != nil {
		return 0, err
	}
	if len(words) > 2 {
		if what, ok := strings.CutPrefix(words[2], "count:"); ok {
			return count(v, what)
		}
		return share(v, words[2])
	}
	switch x := v.(type) {
	case float64:
		return x, nil
	case nil:
		return math.NaN(), nil
	case []any:
		return float64(len(x)), nil
	}
	return 0, fmt.Errorf("%s is no number", words[1])
}

// fact is a number about a panel.
func fact(s *session.Session, name, what string, words []string) (float64, error) {
	d, err := s.Panel(name)
	if err != nil {
		return 0, err
	}
	switch what {
	case "rows":
		return float64(d.Panel.Rows()), nil
	case "units":
		return float64(d.Panel.Units().Levels()), nil
	case "periods":
		return float64(d.Panel.Periods().Levels()), nil
	}
	if len(words) != 1 {
		return 0, fmt.Errorf("no fact %q of a panel", what)
	}
	v, err := d.Panel.Variable(words[0])
	if err != nil {
		return 0, err
	}
	if what == "missing" {
		return float64(v.Missing()), nil
	}
	e, err := formula.ParseExpr(what + "(" + formula.Quote(words[0]) + ")")
	if err != nil {
		return 0, err
	}
	r, err := evaluate.Expr(d.Panel, e, "")
	if err != nil {
		return 0, err
	}
	return r.Values[0], nil
}

// follow walks a path like coef[term=DID].estimate or rows[0].share.
func follow(v any, path string) (any, error) {
	for step := range strings.SplitSeq(path, ".") {
		name, where, _ := strings.Cut(step, "[")
		m, ok := v.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s: nothing is inside", step)
		}
		if v, ok = m[name]; !ok {
			return nil, fmt.Errorf("no %s", name)
		}
		if where == "" {
			continue
		}
		list, ok := v.([]any)
		if !ok {
			return nil, fmt.Errorf("%s is no list", name)
		}
		var err error
		if v, err = among(list, strings.TrimSuffix(where, "]")); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// among is an element by place or by a key's value.
func among(list []any, where string) (any, error) {
	key, value, named := strings.Cut(where, "=")
	if !named {
		i, err := strconv.Atoi(where)
		if err != nil || i < 0 || i >= len(list) {
			return nil, fmt.Errorf("no element %s", where)
		}
		return list[i], nil
	}
	for _, e := range list {
		if m, ok := e.(map[string]any); ok && fmt.Sprint(m[key]) == value {
			return e, nil
		}
	}
	return nil, fmt.Errorf("no element with %s", where)
}

// share is the share of a list's numbers below a bound, written share<0.1.
func share(v any, how string) (float64, error) {
	list, ok := v.([]any)
	text, below := strings.CutPrefix(how, "share<")
	x, err := strconv.ParseFloat(text, 64)
	if !ok || !below || err != nil {
		return 0, fmt.Errorf("no share %s", how)
	}
	n := 0
	for _, e := range list {
		if f, ok := e.(float64); ok && f < x {
			n++
		}
	}
	return float64(n) / float64(len(list)), nil
}

// count is the number of a list's elements with a key's value, written count:verdict=undetermined.
func count(v any, what string) (float64, error) {
	list, ok := v.([]any)
	key, value, named := strings.Cut(what, "=")
	if !ok || !named {
		return 0, fmt.Errorf("no count %s", what)
	}
	n := 0.0
	for _, e := range list {
		if m, ok := e.(map[string]any); ok && fmt.Sprint(m[key]) == value {
			n++
		}
	}
	return n, nil
}

// compute evaluates an expression over the bound numbers.
func compute(numbers *panel.Panel, expr string) (float64, error) {
	e, err := formula.ParseExpr(expr)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", expr, err)
	}
	r, err := evaluate.Expr(numbers, e, "")
	if err != nil {
		return 0, fmt.Errorf("%s: %w", expr, err)
	}
	return r.Values[0], nil
}
