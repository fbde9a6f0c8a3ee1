package main

// target is an average of true effects, what an estimator says it estimates.
type target struct {
	says string
	of   func(d scenario) float64
}

// cohorts are the adopters and their share of the units.
var cohorts = []struct {
	start float64
	size  float64
}{{early, units / 4}, {late, units / 4}}

// treatedCells is the average over all treated cells, each unit and period once: the overall effect of Callaway &
// Sant'Anna (2021, section 3, "simple"), Sun & Abraham, imputation and synthetic difference-in-differences, and that of
// de Chaisemartin & D'Haultfœuille (2024) where the treatment is 0/1 and stays.
var treatedCells = target{"treated cells", func(d scenario) float64 {
	sum, n := 0.0, 0.0
	for _, c := range cohorts {
		for t := c.start; t <= periods; t++ {
			sum, n = sum+c.size*d.effect(c.start, t-c.start), n+c.size
		}
	}
	return sum / n
}}

// byCohort is the average over cohorts, by their units, of each one's average over its treated periods (Callaway & Sant'Anna
// 2021, section 3, "group"), which continuous treatments have.
var byCohort = target{"cohorts", func(d scenario) float64 {
	sum, n := 0.0, 0.0
	for _, c := range cohorts {
		own := periods - c.start + 1
		for t := c.start; t <= periods; t++ {
			sum += c.size * d.effect(c.start, t-c.start) / own
		}
		n += c.size
	}
	return sum / n
}}

// eventTimes is the average over event times of the window, in each over the cohorts' units.
var eventTimes = target{"event times 0 to 3", func(d scenario) float64 {
	return overEventTimes(d, func(c int, since float64) float64 { return cohorts[c].size })
}}

// byVariance is that with the cohorts weighted as a regression of changes on adoption with period effects weights them
// (Dube, Girardi, Jordà & Taylor 2023, eq. 9): n₁n₀/(n₁ + n₀) with n₀ the units not yet treated at the horizon.
var byVariance = target{"event times 0 to 3, by variance", func(d scenario) float64 {
	return overEventTimes(d, func(c int, since float64) float64 {
		clean := float64(units)
		for _, other := range cohorts {
			if other.start <= cohorts[c].start+since {
				clean -= other.size
			}
		}
		return cohorts[c].size * clean / (cohorts[c].size + clean)
	})
}}

func overEventTimes(d scenario, weight func(cohort int, since float64) float64) float64 {
	mean := 0.0
	for since := 0.0; since <= lastCommon; since++ {
		sum, n := 0.0, 0.0
		for c := range cohorts {
			w := weight(c, since)
			sum, n = sum+w*d.effect(cohorts[c].start, since), n+w
		}
		mean += sum / n / (lastCommon + 1)
	}
	return mean
}
