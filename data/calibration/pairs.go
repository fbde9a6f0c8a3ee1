package calibration

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/data/replica"
)

// Pair ties parameters of the design, named as in edit.go, to one statistic of the panel. They move together: by addition,
// or by a factor where they must stay positive.
type Pair struct {
	Paths     []string
	Factor    bool
	Statistic string // named as statistics does
	Target    float64
	// Unit is what a miss is measured in: a coefficient's published standard error, a hundredth of a standard deviation, a
	// tenth of a standard error. Where not all targets can be met at once, it says which give way.
	Unit float64
}

// Pairs are the system that the calibration solves: as many parameters as published numbers. Published coefficients have
// three decimals; standard errors are coefficient / t.
func Pairs() []Pair {
	var out []Pair
	add := func(unit float64, path, statistic string, target float64) {
		out = append(out, Pair{[]string{path}, false, statistic, target, unit})
	}
	scale := func(unit float64, statistic string, target float64, paths ...string) {
		out = append(out, Pair{paths, true, statistic, target, unit})
	}
	moments := []struct {
		name     string
		mean, sd float64
	}{
		{"covariates/PGDP", 10.516, 0.714}, {"covariates/FINDEV", 2.193, 1.352}, {"covariates/OPEN", 1.443, 1.755},
		{"covariates/GOVSUP", 0.015, 0.015}, {"covariates/MKTZ", 11.402, 3.150}, {"covariates/URB", 0.536, 0.166},
		{"mediators/DTI", 5.014, 2.403}, {"mediators/GTI", 4.403, 1.972}, {"mediators/HC", 0.018, 0.018},
	}
	for _, m := range moments {
		name := m.name[len("covariates/"):]
		if m.name[0] == 'm' {
			name = m.name[len("mediators/"):]
		}
		scale(m.sd/100, "mean "+name, m.mean, m.name+"/shape/a")
		scale(m.sd/100, "sd "+name, m.sd, m.name+"/shape/b")
	}
	baseline := map[string][2]float64{ // Table 2, column (2): coefficient and t
		"PGDP": {0.077, 1.838}, "FINDEV": {0.013, 1.190}, "OPEN": {-0.011, -1.750},
		"GOVSUP": {4.447, 5.233}, "MKTZ": {-0.064, -7.329}, "URB": {-0.381, -3.271},
	}
	for _, c := range replica.Controls {
		b := baseline[c]
		add(b[0]/b[1], "outcome/coef/"+c, "table2 (2) "+c, b[0])
		scale(b[0]/b[1]/10, fmt.Sprintf("table2 (2) %s se", c), b[0]/b[1], "covariates/"+c+"/noise/sd")
	}
	// HC's first step is printed as 0.002; total less direct effect over the mediator's coefficient gives 0.0024.
	for _, m := range []struct {
		name                          string
		first, t, r2, second, tSecond float64
	}{{"DTI", 0.090, 1.990, 0.950, 0.031, 2.717}, {"GTI", 0.092, 2.404, 0.946, 0.084, 6.216}, {"HC", 0.00239, 5.821, 0.926, 8.374, 6.747}} {
		add(m.first/m.t, "mediators/"+m.name+"/effects/DID", "table4 "+m.name+", first step DID", m.first)
		scale(0.005, "table4 "+m.name+", first step r2", m.r2, "mediators/"+m.name+"/noise/sd")
		add(m.second/m.tSecond, "outcome/coef/"+m.name, "table4 "+m.name+", second step "+m.name, m.second)
	}
	add(0.056/2.087, "outcome/coef/SC", "table2 (3) SC", 0.056)
	add(0.158/5.974, "outcome/coef/LCC", "table2 (4) LCC", 0.158)
	add(0.133/5.189, "outcome/coef/BN", "table3 (3) BN BN", 0.133)
	add(0.007/0.194, "outcome/coef/ET", "table3 (4) ET ET", 0.007)
	path := func(from, to int) (paths []string) {
		for e := from; e <= to; e++ {
			paths = append(paths, fmt.Sprintf("outcome/effects/0/path/%d", e))
		}
		return paths
	}
	short, middle, long, all := 0.043/1.137, 0.189/4.693, 0.671/14.041, 0.297/7.931 // standard errors
	out = append(out, Pair{path(0, 2), false, "table5 short 0-2 DID", 0.043, short})
	out = append(out, Pair{path(3, 5), false, "table5 middle 3-5 DID", 0.189, middle})
	scale(long, "table5 long >5 DID", 0.671, path(6, 11)...)
	scale(0.00645, "mean DIA", 0.697, "outcome/level/scale")
	scale(0.00645, "sd DIA", 0.645, "outcome/level/sigma")
	scale(0.0645, "max DIA", 6.899, "outcome/effects/0/cap")
	scale(short/10, "table5 short 0-2 DID se", short, "outcome/noise/sd")
	scale(all/10, "table2 (2) DID se", all, "outcome/effects/0/spread")
	add(0.01, "outcome/path/2/1", "trend control", 0.059)
	// PM2.5 is in no published table; these are a Chinese city's usual values.
	scale(0.17, "mean PM25", 42, "covariates/PM25/shape/a")
	scale(0.17, "sd PM25", 17, "covariates/PM25/shape/b")
	return out
}
