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
}

// Pairs are the system that the calibration solves: as many parameters as published numbers. Published coefficients have
// three decimals; standard errors are coefficient / t.
func Pairs() []Pair {
	var out []Pair
	add := func(path, statistic string, target float64) {
		out = append(out, Pair{[]string{path}, false, statistic, target})
	}
	scale := func(statistic string, target float64, paths ...string) {
		out = append(out, Pair{paths, true, statistic, target})
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
		scale("mean "+name, m.mean, m.name+"/shape/a")
		scale("sd "+name, m.sd, m.name+"/shape/b")
	}
	baseline := map[string][2]float64{ // Table 2, column (2): coefficient and t
		"PGDP": {0.077, 1.838}, "FINDEV": {0.013, 1.190}, "OPEN": {-0.011, -1.750},
		"GOVSUP": {4.447, 5.233}, "MKTZ": {-0.064, -7.329}, "URB": {-0.381, -3.271},
	}
	for _, c := range replica.Controls {
		b := baseline[c]
		add("outcome/coef/"+c, "table2 (2) "+c, b[0])
		scale(fmt.Sprintf("table2 (2) %s se", c), b[0]/b[1], "covariates/"+c+"/noise/sd")
	}
	// HC's first step is printed as 0.002; total less direct effect over the mediator's coefficient gives 0.0024.
	for _, m := range []struct {
		name             string
		first, r2, third float64
	}{{"DTI", 0.090, 0.950, 0.031}, {"GTI", 0.092, 0.946, 0.084}, {"HC", 0.00239, 0.926, 8.374}} {
		add("mediators/"+m.name+"/effects/DID", "table4 "+m.name+", first step DID", m.first)
		scale("table4 "+m.name+", first step r2", m.r2, "mediators/"+m.name+"/noise/sd")
		add("outcome/coef/"+m.name, "table4 "+m.name+", second step "+m.name, m.third)
	}
	add("outcome/coef/SC", "table2 (3) SC", 0.056)
	add("outcome/coef/LCC", "table2 (4) LCC", 0.158)
	add("outcome/coef/BN", "table3 (3) BN BN", 0.133)
	add("outcome/coef/ET", "table3 (4) ET ET", 0.007)
	path := func(from, to int) (paths []string) {
		for e := from; e <= to; e++ {
			paths = append(paths, fmt.Sprintf("outcome/effects/0/path/%d", e))
		}
		return paths
	}
	out = append(out, Pair{path(0, 2), false, "table5 short 0-2 DID", 0.043})
	out = append(out, Pair{path(3, 5), false, "table5 middle 3-5 DID", 0.189})
	scale("table5 long >5 DID", 0.671, path(6, 11)...)
	scale("mean DIA", 0.697, "outcome/level/scale")
	scale("sd DIA", 0.645, "outcome/level/sigma")
	scale("table5 short 0-2 DID se", 0.043/1.137, "outcome/noise/sd")
	scale("table2 (2) DID se", 0.297/7.931, "outcome/effects/0/spread")
	add("outcome/path/2/1", "trend control", 0.059)
	scale("max DIA", 6.899, "outcome/effects/0/cap")
	// PM2.5 is in no published table; these are a Chinese city's usual values.
	scale("mean PM25", 42, "covariates/PM25/shape/a")
	scale("sd PM25", 17, "covariates/PM25/shape/b")
	return out
}
