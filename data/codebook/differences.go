package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/data/replica"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

// figures writes Figure 1's sentence and the trends of section III.
func figures(b *bytes.Buffer, p *panel.Panel) error {
	es, err := replica.EventStudy(p)
	if err != nil {
		return err
	}
	b.WriteString("**Figure 1: event study** (reference: the year before adoption; 90 % intervals, iid errors, controls; ends gather what lies beyond). Published: every interval\n" +
		"before adoption contains 0, effects are significantly positive from period 3 on; no numbers are printed.\n\n| period | effect | interval | |\n|---|---|---|---|\n")
	for _, c := range es.Coef {
		if c.EventTime == es.Ref {
			fmt.Fprintf(b, "| %s | 0 | reference | |\n", fixed(float64(c.EventTime), 0))
			continue
		}
		sign := "contains 0"
		if c.ConfLow > 0 {
			sign = "positive"
		} else if c.ConfHigh < 0 {
			sign = "negative"
		}
		fmt.Fprintf(b, "| %s | %s | %s to %s | %s |\n", fixed(float64(c.EventTime), 0), fixed(c.Estimate, 3), fixed(c.ConfLow, 3), fixed(c.ConfHigh, 3), sign)
	}
	treated, control, err := replica.Trend(p, 2014, 2023)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n**Trends 2014–2023**, change of the mean of DIA: dual pilots 0.082 → %s, other cities 0.059 → %s (*).\n\n", fixed(treated, 3), fixed(control, 3))
	return nil
}

// reason says why a published number is not met; where is the start of "table column what".
type reason struct{ where, why string }

// reasons cover everything that differences finds; the order is theirs, the first that fits counts.
var reasons = []reason{
	{"table3 (1) PSM-DID n", "how many controls are matched more than once depends on the draw and on details of the matching that the paper does not print"},
	{"table5 short 0-2 R²", "standard error, standard deviation and maximum of DIA were targets; with them met, the long-run rows hold more of DIA's variance than the paper's do, and the sample without them less"},
	{"table5 middle 3-5 R²", "as for the short run"},
	{"table6 PGDP high DID", "of the six cities that carry the effect five are above the median in all their treated years, so that this half has nearly all of the effect"},
	{"table6 PM25 high DID", "dual pilots other than those few lose a little in the design; the paper's standard errors ask for that, its coefficient here does not"},
	{"table6 PM25 high R²", "as for Table 5: less of the variance lies between these cities"},
	{"trend of dual pilots", "parallel trends and an effect near 0 in the first years that averages 0.671 in later ones make the raw means part by far more than 0.023; the paper's own numbers can't be had from one simple path"},
}

// differences lists the numbers that the simulation does not reproduce, each with a reason. A number without a reason is
// an error, and so is a reason without a number, so that the list follows the data.
func differences(b *bytes.Buffer, p *panel.Panel, lines []replica.Line) error {
	var rows []string
	used := make([]bool, len(reasons)+1)
	list := func(key, numbers string) error {
		i := slices.IndexFunc(reasons, func(r reason) bool { return strings.HasPrefix(key, r.where) })
		if i < 0 {
			return fmt.Errorf("no reason is given for %s: %s", key, numbers)
		}
		used[i] = true
		rows = append(rows, fmt.Sprintf("| %s | %s | %s |", key, numbers, reasons[i].why))
		return nil
	}
	for _, l := range lines {
		if !differs(l) {
			continue
		}
		d := 3
		if l.Kind == replica.Rows {
			d = 0
		}
		if err := list(l.Table+" "+l.Column+" "+l.What, fixed(l.Published.Value, d)+" → "+fixed(l.Ours, d)); err != nil {
			return err
		}
	}
	treated, _, err := replica.Trend(p, 2014, 2023)
	if err != nil {
		return err
	}
	if math.Abs(treated-0.082) > 0.02 {
		if err := list("trend of dual pilots", "0.082 → "+fixed(treated, 3)); err != nil {
			return err
		}
	}
	for i, r := range reasons {
		if !used[i] {
			return fmt.Errorf("the reason for %s is not needed", r.where)
		}
	}
	b.WriteString("**Not reproduced**: coefficients more than 1.96 standard errors away, R² more than 0.03, moments beyond the last printed digit, other sample sizes.\n\n")
	b.WriteString("| where | published → simulated | why |\n|---|---|---|\n" + strings.Join(rows, "\n") + "\n")
	return nil
}

// differs tells whether a number is not reproduced within the bounds that differences prints.
func differs(l replica.Line) bool {
	switch l.Kind {
	case replica.Coefficient:
		return math.Abs(l.Gap()) > 1.96
	case replica.RSquared:
		return math.Abs(l.Ours-l.Published.Value) > 0.03
	case replica.Moment:
		return math.Abs(l.Ours-l.Published.Value) > 0.6*math.Pow10(-l.Published.Decimals)
	case replica.Rows:
		return l.Ours != l.Published.Value
	}
	return false // a t value follows from coefficient and standard error
}
