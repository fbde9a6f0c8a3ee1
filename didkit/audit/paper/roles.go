package paper

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Roles fills in what columns are for where the file does not say, from names and terms alone: a term L1.x is a lag, a
// name with PSM or 匹配 a matched sample, names that run through 0-2, 3-5, >5 bins of exposure, "PGDP low" beside "PGDP
// high" groups by PGDP.
func (b *Book) Roles() {
	for i := range b.Tables {
		t := &b.Tables[i]
		t.exposures()
		t.groups()
		for j := range t.Columns {
			c := &t.Columns[j]
			if c.Role == "" {
				c.Role, c.Guessed = c.role(), true
			}
			if c.Model == "" {
				c.Model = strings.ToLower(otherModel.FindString(c.Name))
			}
		}
	}
	for i := range b.Tables {
		for j := range b.Tables[i].Summary {
			if s := &b.Tables[i].Summary[j]; s.Kind == "" && s.looksBinary() {
				s.Kind, s.Guessed = "binary", true
			}
		}
	}
}

var (
	lagTerm     = regexp.MustCompile(`(?i)^(l\d*\.|l\(|lag)`)
	matchedName = regexp.MustCompile(`(?i)\bpsm|match|匹配`)
	otherModel  = regexp.MustCompile(`(?i)\b(?:logit|logistic|probit|tobit|poisson|ppml|negative binomial|iv|2sls|gmm|quantile|random effects|wls|weighted|winsori[sz]ed|winsori[sz]ation|winsor|trimmed|trimming|truncated)\b|泊松|工具变量|分位数|随机效应|加权|缩尾|截尾`)
)

func (c *Column) role() Role {
	switch {
	case slices.ContainsFunc(c.Terms, func(t Term) bool { return lagTerm.MatchString(t.Term) }):
		return Lagged
	case matchedName.MatchString(c.Name):
		return Matched
	case c.Exposure != nil:
		return ExposureOf
	case c.Group != "":
		return GroupOf
	}
	return PlainColumn
}

// looksBinary: whole numbers 0 and 1 in print are as a rule the ends of a 0/1 variable, 0.000 and 1.000 those of a share;
// programs that print no needless decimals write a share's ends so too.
func (s *Summary) looksBinary() bool {
	return s.Min.Known() && s.Max.Known() && s.Min == (Printed{}) && s.Max == (Printed{Value: 1}) && s.Mean.Decimals > 0
}

var (
	binRange = regexp.MustCompile(`(\d+)\s*(?:-|–|~|～|to|至)\s*(\d+)`)
	binOpen  = regexp.MustCompile(`(?:>|>=|≥|＞)\s*(\d+)|(\d+)\s*(?:\+|年以上)`)
)

// exposures reads bins off the names of all columns of a table, if these run on from 0 without a gap.
func (t *Table) exposures() {
	if len(t.Columns) < 2 || slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Exposure != nil || c.Role != "" }) {
		return
	}
	bins := make([]Bin, len(t.Columns))
	next := 0
	for i, c := range t.Columns {
		switch m, open := binRange.FindStringSubmatch(c.Name), binOpen.FindStringSubmatch(c.Name); {
		case m != nil:
			low, _ := strconv.Atoi(m[1])
			high, _ := strconv.Atoi(m[2])
			if low != next || high < low {
				return
			}
			bins[i], next = Bin{low, high}, high+1
		case open != nil && i == len(t.Columns)-1:
			bins[i] = Bin{next, -1}
		default:
			return
		}
	}
	for i := range bins {
		t.Columns[i].Exposure = &bins[i]
	}
}

var sides = []string{"low", "high", "small", "large", "poor", "rich", "below", "above", "east", "central", "west", "eastern", "western", "north", "south",
	"state", "private", "低", "高", "较低", "较高", "东部", "中部", "西部"}

// groups finds columns that share all of their name but a last word that names a side.
func (t *Table) groups() {
	stems := map[string][]int{}
	for i, c := range t.Columns {
		words := strings.Fields(c.Name)
		if c.Role != "" || c.Group != "" || len(words) < 2 || !slices.Contains(sides, strings.ToLower(words[len(words)-1])) {
			continue
		}
		stem := strings.Join(words[:len(words)-1], " ")
		stems[stem] = append(stems[stem], i)
	}
	for stem, at := range stems {
		if len(at) < 2 {
			continue
		}
		for _, i := range at {
			t.Columns[i].Group = stem
		}
	}
}

// SetStatistic says what stands in brackets: as told, or else t or se, whichever the printed stars agree with more
// often; t where they say nothing.
func (b *Book) SetStatistic(told string) {
	if told == "" {
		told = "t"
		if asT, asSE := b.agreement(false), b.agreement(true); asSE > asT {
			told = "se"
		}
	}
	for i := range b.Tables {
		for j := range b.Tables[i].Columns {
			if c := &b.Tables[i].Columns[j]; c.Statistic == "" {
				c.Statistic = told
			}
		}
	}
}

// agreement counts terms whose stars are those of a normal t at 1, 5 and 10 %.
func (b *Book) agreement(se bool) int {
	n := 0
	for _, t := range b.Tables {
		for _, c := range t.Columns {
			for _, x := range c.Terms {
				if x.Statistic == nil {
					continue
				}
				z := math.Abs(x.Statistic.Value)
				if se {
					z = math.Abs(x.Estimate.Value) / z
				}
				stars := 0
				for _, q := range []float64{1.645, 1.960, 2.576} {
					if z > q {
						stars++
					}
				}
				if stars == strings.Count(x.Stars, "*") {
					n++
				}
			}
		}
	}
	return n
}
