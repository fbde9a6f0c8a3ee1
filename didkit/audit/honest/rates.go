package honest

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/audit"
	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// Rate is how a check fares on honest papers.
type Rate struct {
	Check    string
	Findings int
	Verdicts map[audit.Verdict]int
	Papers   int // with an inconsistent finding of it
	First    string
}

// Alarms audits so many papers, by seeds from first on. The last rate is that of all checks together.
func Alarms(first uint64, papers int) (rates []Rate, tables int, err error) {
	by := map[string]*Rate{}
	var order []string
	get := func(check string) *Rate {
		if by[check] == nil {
			by[check] = &Rate{Check: check, Verdicts: map[audit.Verdict]int{}}
			order = append(order, check)
		}
		return by[check]
	}
	total := Rate{Check: "all", Verdicts: map[audit.Verdict]int{}}
	for seed := first; seed < first+uint64(papers); seed++ {
		b, c, err := Paper(seed)
		if err != nil {
			return nil, 0, err
		}
		tables += len(b.Tables)
		accused := map[string]bool{}
		for _, f := range audit.Run(b).Findings {
			r := get(f.Check)
			r.Findings++
			r.Verdicts[f.Verdict]++
			total.Findings++
			total.Verdicts[f.Verdict]++
			if f.Verdict == audit.Inconsistent {
				accused[f.Check] = true
				if r.First == "" {
					r.First = b.Source + " (" + c.String() + "), " + f.Where + ": " + f.Published + " beside " + f.Computed + "; " + f.Arithmetic
				}
			}
		}
		for check := range accused {
			get(check).Papers++
		}
		if len(accused) > 0 {
			total.Papers++
		}
	}
	slices.Sort(order)
	for _, check := range order {
		rates = append(rates, *by[check])
	}
	return append(rates, total), tables, nil
}

// Found is what became of spoilt numbers of one kind.
type Found struct {
	Spoilt int
	Found  int // an inconsistent finding that names the number
	Asked  int // no such finding, but one that can't tell and could before
	Others int // inconsistent findings that don't name it
}

// Detection spoils each printed number of so many papers in turn.
func Detection(first uint64, papers int) (map[string]Found, error) {
	out := map[string]Found{}
	for seed := first; seed < first+uint64(papers); seed++ {
		b, _, err := Paper(seed)
		if err != nil {
			return nil, err
		}
		before := audit.Run(b)
		for _, s := range Numbers(b) {
			c, err := Copy(b)
			if err != nil {
				return nil, err
			}
			s.Spoil(c)
			r := audit.Run(c)
			d := out[s.Kind()]
			d.Spoilt++
			found, asked := false, false
			for _, f := range r.Findings {
				named := slices.Contains(f.Numbers, s.Name)
				switch {
				case f.Verdict == audit.Inconsistent && named:
					found = true
				case f.Verdict == audit.Inconsistent:
					d.Others++
				case f.Verdict == audit.Undetermined && named && verdictOf(before, f) == audit.Consistent:
					asked = true
				}
			}
			if found {
				d.Found++
			} else if asked {
				d.Asked++
			}
			out[s.Kind()] = d
		}
	}
	return out, nil
}

// verdictOf is what the same check of the same place said.
func verdictOf(r *audit.Result, f audit.Finding) audit.Verdict {
	i := slices.IndexFunc(r.Findings, func(g audit.Finding) bool { return g.Check == f.Check && g.Where == f.Where })
	if i < 0 {
		return audit.Consistent
	}
	return r.Findings[i].Verdict
}

// Spoilt is one printed number with a way to change it.
type Spoilt struct {
	Name  string // as findings name it
	Spoil func(b *paper.Book)
}

// Kind is the last word of the name: estimate, statistic, n …
func (s Spoilt) Kind() string { return s.Name[strings.LastIndexByte(s.Name, ' ')+1:] }

// away moves a printed number by a tenth, by ten units of its last digit at least.
func away(p *paper.Printed) {
	unit := math.Pow(10, -float64(p.Decimals))
	step := max(math.Round(math.Abs(p.Value)/10/unit), 10) * unit
	p.Value = math.Round((p.Value+math.Copysign(step, p.Value))/unit) * unit
}

// Numbers lists every number that a book prints in its tables.
func Numbers(b *paper.Book) []Spoilt {
	var out []Spoilt
	add := func(name string, f func(b *paper.Book)) { out = append(out, Spoilt{name, f}) }
	for i, t := range b.Tables {
		for j, s := range t.Summary {
			at := t.Name + " " + s.Variable + " "
			row := func(b *paper.Book) *paper.Summary { return &b.Tables[i].Summary[j] }
			add(at+"n", func(b *paper.Book) { row(b).N += 11 })
			add(at+"mean", func(b *paper.Book) { away(&row(b).Mean) })
			add(at+"sd", func(b *paper.Book) { away(&row(b).SD) })
			add(at+"min", func(b *paper.Book) { away(&row(b).Min) })
			add(at+"max", func(b *paper.Book) { away(&row(b).Max) })
		}
		for j, c := range t.Columns {
			at := t.Name + " " + c.Name + " "
			col := func(b *paper.Book) *paper.Column { return &b.Tables[i].Columns[j] }
			if c.N > 0 {
				add(at+"n", func(b *paper.Book) { col(b).N += 11 })
			}
			if c.R2 != nil {
				add(at+"r2", func(b *paper.Book) { away(col(b).R2) })
			}
			for k, x := range c.Terms {
				term := func(b *paper.Book) *paper.Term { return &col(b).Terms[k] }
				add(at+x.Term+" estimate", func(b *paper.Book) { away(&term(b).Estimate) })
				for _, extra := range extras {
					if extra.get(&x) != nil {
						add(at+x.Term+" "+extra.name, func(b *paper.Book) { away(extra.get(term(b))) })
					}
				}
				add(at+x.Term+" stars", func(b *paper.Book) {
					term(b).Stars = map[string]string{"***": "", "**": "***", "*": "***", "": "**"}[x.Stars]
				})
			}
		}
	}
	return out
}

var extras = []struct {
	name string
	get  func(*paper.Term) *paper.Printed
}{
	{"statistic", func(x *paper.Term) *paper.Printed { return x.Statistic }},
	{"std_error", func(x *paper.Term) *paper.Printed { return x.StdError }},
	{"t", func(x *paper.Term) *paper.Printed { return x.T }},
	{"p", func(x *paper.Term) *paper.Printed { return x.P }},
	{"low", func(x *paper.Term) *paper.Printed { return x.Low }},
	{"high", func(x *paper.Term) *paper.Printed { return x.High }},
}

// Copy is the book as its own JSON gives it back.
func Copy(b *paper.Book) (*paper.Book, error) {
	data, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	return paper.Parse(data, "copy")
}
