package audit

import (
	"math"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/audit/paper"
)

// treatment is what the sample sizes say of the treatment; zero where they say nothing.
type treatment struct {
	name  string
	rows  int   // treated rows
	units int   // treated units
	sum   int   // sum over units of (anchor − adoption), the rows of the open bin
	after int   // anchor: last period − low end of the open bin + 1
	years []int // periods in which units can have been treated first, given every closed bin is full
	where string
	from  []string // printed numbers that this follows from
}

// exposures: columns that keep all untreated rows and one bin of treated ones each. With N rows, T of them treated, and
// k bins of b₁ … b_k rows, column j has N − T + b_j rows; the bins add up to T, so T = (kN − Σn)/(k − 1).
func (a *auditor) exposures() {
	n := a.rows()
	if n == 0 {
		return
	}
	for i := range a.book.Tables {
		t := &a.book.Tables[i]
		var bins []place
		for j := range t.Columns {
			if c := &t.Columns[j]; c.Role == paper.ExposureOf && c.Exposure != nil && c.N > 0 {
				bins = append(bins, place{t, c})
			}
		}
		if len(bins) >= 2 && len(bins) == len(t.Columns) {
			a.bins(t, bins, n)
		}
	}
}

func (a *auditor) bins(t *paper.Table, bins []place, n int) {
	k, sum := len(bins), 0
	var parts []string
	numbers := []string{"sample n"}
	for _, b := range bins {
		sum += b.N
		parts = append(parts, sprint("%d", b.N))
		numbers = append(numbers, b.number("n"))
	}
	if bins[0].Guessed && sum <= n { // 0-5, 6-10 … are groups by something else, as age
		return
	}
	x := treatmentTerm(bins[0].Column)
	if x == nil {
		return
	}
	name := x.Term
	all := n
	pooled, hasPooled := a.total(bins[0], name)
	share := interval{0, 1}
	if s, table := a.summary(name); s != nil && s.Mean.Known() {
		share = of(s.Mean)
		numbers = append(numbers, table+" "+name+" mean")
	}
	if hasPooled && pooled.N > 0 && pooled.N < n && !addUp(bins, n, all, share) { // the regressions may lose rows to missing values
		numbers = append(numbers, pooled.number("n"))
		if addUp(bins, pooled.N, all, share) {
			n = pooled.N
		}
	}
	// dropped singletons make columns shorter: (k − 1) T = kN − Σn − dropped
	least, most := math.Ceil(max(share.lo, 0)*float64(all))-float64(all-n), math.Floor(min(share.hi, 1)*float64(all))
	total := k*n - sum
	f := Finding{Check: "exposure", Where: t.Name, Published: "n = " + strings.Join(parts, ", "), Verdict: Consistent, Numbers: numbers,
		Arithmetic: sprint("T = (%d · %d − %d) / %d = %s", k, n, sum, k-1, short(float64(total)/float64(k-1)))}
	rows := total / (k - 1)
	fits := addUp(bins, n, all, share)
	f.Computed = sprint("T = %s, T/N = %.4f", short(float64(total)/float64(k-1)), float64(total)/float64(k-1)/float64(n))
	if share != (interval{0, 1}) {
		f.Arithmetic += sprint("; T / %d = %.4f ≟ mean(%s) ∈ %s", all, float64(total)/float64(k-1)/float64(all), name, share)
	}
	if !fits {
		f.Verdict = Inconsistent
		note := text{"No number of treated rows gives these sample sizes and the treatment's mean.", "没有任何处理行数能同时给出这些样本量和处理变量的均值。"}
		guess := float64(total) / float64(k-1) / float64(n)
		if bins[0].Guessed && (guess < share.lo/2 || guess > 2*share.hi) {
			f.Verdict = Undetermined
			note = text{"The columns' names read as periods since adoption, and the sample sizes do not.", "列名似为处理时长，但样本量不符合此读法。"}
		}
		if float64(total) >= float64(k-1)*least && float64(total)-float64(k-1)*most <= float64(max(a.unitCount(), 1)) {
			f.Verdict = Undetermined
			note = text{"These sample sizes need singletons to have been dropped.", "仅当剔除了单例观测时样本量才相符。"}
		}
		if !hasPooled && total > (k-1)*int(least) {
			f.Verdict = Undetermined
			note = text{"These sample sizes need rows to be missing, and no column on all rows says how many are.", "仅当另有缺失观测时样本量才相符；没有全样本的列可供核对。"}
		}
		a.find(f, note)
		return
	}
	a.find(f, text{"Each column keeps the untreated rows and one bin of the treated.", "各列保留未处理观测及一个时长段的处理观测。"})
	a.treated.from = numbers
	a.learnBins(t, bins, name, n, rows)
}

// addUp tells whether some number of treated rows gives bins of n rows the sizes printed, and the treatment the mean that
// it has in all rows, of which n may be missing some.
func addUp(bins []place, n, all int, share interval) bool {
	k, sum := len(bins), 0
	for _, b := range bins {
		sum += b.N
	}
	total := k*n - sum
	rows := total / (k - 1)
	least, most := math.Ceil(max(share.lo, 0)*float64(all))-float64(all-n), math.Floor(min(share.hi, 1)*float64(all))
	if total%(k-1) != 0 || float64(rows) < least || float64(rows) > most || rows <= 0 {
		return false
	}
	return !slices.ContainsFunc(bins, func(b place) bool { return b.N < n-rows || b.N > n })
}

func (a *auditor) unitCount() int { u, _ := a.panel(); return u }

func (a *auditor) learnBins(t *paper.Table, bins []place, name string, n, rows int) {
	var sizes []int
	var parts []string
	for _, b := range bins {
		sizes = append(sizes, b.N-(n-rows))
		parts = append(parts, sprint("%d − %d = %d", b.N, n-rows, b.N-(n-rows)))
	}
	a.treated.name, a.treated.rows, a.treated.where = name, rows, t.Name
	a.learn(Fact{Name: "treated_rows", Where: t.Name, Value: sprint("%d: %s", rows, joinInts(sizes, " + ")),
		Arithmetic: sprint("%d − %d = %d; %s; %d / %d = %.4f", n, rows, n-rows, strings.Join(parts, ", "), rows, n, float64(rows)/float64(n))},
		text{"Rows under treatment, by the bins' order.", "处理观测数（按时长段）。"})
	// every treated unit fills a closed bin if the bins of equal width are equally full
	first := bins[0].Exposure
	width := first.High - first.Low + 1
	if first.High < 0 || sizes[0]%width != 0 {
		return
	}
	units := sizes[0] / width
	for j, b := range bins[1:] {
		if b.Exposure.High < 0 {
			continue
		}
		if sizes[j+1] != units*(b.Exposure.High-b.Exposure.Low+1) {
			return // some units are not seen that long
		}
	}
	a.treated.units = units
	a.learn(Fact{Name: "treated_units", Where: t.Name, Value: sprint("%d", units), Arithmetic: sprint("%d / %d = %d", sizes[0], width, units)},
		text{sprint("Every treated unit has %d rows in the first bin; the other closed bins agree.", width), sprint("每个处理单位在首段有 %d 行，其他封闭段与此相符。", width)})
	open := bins[len(bins)-1].Exposure
	s := a.book.Sample
	if open.High >= 0 || s == nil || s.Periods() == 0 {
		return
	}
	a.treated.sum, a.treated.after = sizes[len(sizes)-1], s.Last-open.Low+1
	a.learnAdoption(t)
}

func joinInts(x []int, sep string) string {
	var out []string
	for _, v := range x {
		out = append(out, sprint("%d", v))
	}
	return strings.Join(out, sep)
}

// learnAdoption says what the open bin's rows tell of the periods of adoption: unit i with adoption g has last − g −
// low + 1 rows in it.
func (a *auditor) learnAdoption(t *paper.Table) {
	tr, s := &a.treated, a.book.Sample
	tr.years = s.Adoption
	if tr.years == nil {
		for g := s.First + 1; g <= tr.after; g++ {
			tr.years = append(tr.years, g)
		}
	}
	tr.years = slices.DeleteFunc(slices.Clone(tr.years), func(g int) bool { return g <= s.First || g > tr.after })
	slices.Sort(tr.years)
	example, count := cohortsOf(*tr)
	if count == 0 {
		a.find(Finding{Check: "adoption", Where: t.Name, Published: sprint("%d rows in the open bin", tr.sum), Computed: "no adoption periods", Verdict: Undetermined,
			Arithmetic: sprint("Σ (%d − g) = %d, U = %d, g ∈ {%s}", tr.after, tr.sum, tr.units, joinInts(tr.years, ", ")), Numbers: a.treated.from},
			text{"No adoption periods among those named give this count.", "给定的处理时期无法得出该行数。"})
		return
	}
	var parts []string
	for i, g := range tr.years {
		if example[i] > 0 {
			parts = append(parts, sprint("%d (%d)", example[i], g))
		}
	}
	a.learn(Fact{Name: "adoption", Where: t.Name, Value: "for instance " + strings.Join(parts, ", "),
		Arithmetic: sprint("Σ (%d − g) = %d, U = %d, mean(g) = %.3f; %s solutions", tr.after, tr.sum, tr.units, float64(tr.after)-float64(tr.sum)/float64(tr.units), short(count))},
		text{"The rows of the open bin fix the sum of the periods of adoption, not the periods; the instance is the most even one.", "开放段的行数只确定处理时期之和，不确定各时期；所列为最均匀的一例。"})
}
