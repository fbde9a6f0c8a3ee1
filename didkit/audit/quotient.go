package audit

// quotients: a location quotient compares a unit's share with that of all; weighted by the units' size its mean is 1, so
// that it is never negative and its ends lie on both sides of 1. The largest one bounds how large its unit can be.
func (a *auditor) quotients() {
	for _, t := range a.book.Tables {
		for _, s := range t.Summary {
			if s.Kind != "quotient" || !s.Min.Known() || !s.Max.Known() {
				continue
			}
			low, high := of(s.Min), of(s.Max)
			f := Finding{Check: "quotient", Where: t.Name + " " + s.Variable, Published: sprint("%s to %s", s.Min, s.Max), Computed: "0 ≤ min ≤ 1 ≤ max", Verdict: Consistent,
				Arithmetic: sprint("Σ weight · quotient = 1 ⇒ %s ≤ 1 ≤ %s", s.Min, s.Max), Numbers: numbersOf(t.Name, s, "min", "max")}
			if low.lo > 1 || high.hi < 1 || low.hi < 0 {
				f.Verdict = Inconsistent
				a.find(f, text{"Quotients average 1 when weighted by size.", "区位熵以规模加权的均值为 1。"})
				continue
			}
			a.find(f, text{})
			a.learn(Fact{Name: "quotient_share", Where: t.Name + " " + s.Variable, Value: sprint("at most %.1f %%", 100/high.lo),
				Arithmetic: sprint("weight · %s ≤ 1", s.Max)},
				text{"The unit with the largest quotient holds no more of all units' total than this.", "区位熵最大的单位占总量的份额不超过此值。"})
		}
	}
}
