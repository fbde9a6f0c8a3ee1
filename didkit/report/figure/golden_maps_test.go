package figure_test

import (
	"fmt"
	"math"

	"github.com/seed2d25c7c2/didnb/didkit/atlas"
	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/report/figure"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// maps adds maps of points and of boundaries, and charts of treatment, of few units and of as many as cities.
func maps(add func(name string, f *figure.Figure, err error)) {
	few := &describe.Timing{Treat: "D", Periods: []string{"2010", "2011", "2012", "2013"}, Units: []string{"Anhe", "Beishan", "Chaoyang", "Dongpo"},
		Status: [][]describe.Status{{0, 1, 1, 1}, {0, 0, 1, 1}, {3, 0, 2, 0}, {0, 0, 0, 0}}, Cohorts: []describe.Cohort{{First: "2011", Units: 1}, {First: "2012", Units: 1}, {Units: 2}}}
	add("timing", figure.Timing(few, wording.English), nil)
	many := &describe.Timing{Treat: "DID", Simulated: true}
	for t := range 18 {
		many.Periods = append(many.Periods, fmt.Sprint(2006+t))
	}
	for _, c := range []struct{ first, units int }{{6, 9}, {7, 9}, {8, 8}, {11, 14}, {18, 258}} {
		cohort := describe.Cohort{Units: c.units}
		if c.first < 18 {
			cohort.First = fmt.Sprint(2006 + c.first)
		}
		many.Cohorts = append(many.Cohorts, cohort)
		for range c.units {
			row := make([]describe.Status, 18)
			for t := c.first; t < 18; t++ {
				row[t] = describe.Treated
			}
			many.Units, many.Status = append(many.Units, fmt.Sprint(len(many.Units)+1)), append(many.Status, row)
		}
	}
	add("timing-cities-zh", figure.Timing(many, wording.Chinese), nil)
	points := &atlas.Map{Variable: "x", LabelZH: "数字产业集聚度", Periods: []string{"2006", "2014", "2023"}, Simulated: true, Unplaced: []string{"Nowhere"}}
	for i := range 60 {
		v := float64(i%11) / 5
		u := atlas.Unit{Name: fmt.Sprint("city ", i+1), Lon: 100 + float64(i%10)*2.2, Lat: 22 + float64(i/10)*4, Values: []float64{v, v + 0.4, v * 1.5}}
		if i == 7 {
			u.Values[1] = math.NaN()
		}
		points.Units = append(points.Units, u)
	}
	err := points.Classify()
	add("map", figure.Map(points, wording.English), err)
	add("map-zh", figure.Map(points, wording.Chinese), nil)
	square := func(name string, x, y float64) atlas.Shape {
		return atlas.Shape{Name: name, Rings: [][][2]float64{{{x, y}, {x + 2, y}, {x + 2, y + 2}, {x, y + 2}, {x, y}}, {{x + 0.5, y + 0.5}, {x + 1, y + 1}, {x + 1, y + 0.5}, {x + 0.5, y + 0.5}}}}
	}
	bounded := &atlas.Map{Variable: "D", Periods: []string{"2014", "2023"}, Bounded: true, Shapes: []atlas.Shape{square("A", 100, 30), square("B", 102, 30), square("C", 100, 32)},
		Units: []atlas.Unit{{Name: "A", Shape: 0, Values: []float64{0, 1}}, {Name: "B", Shape: 1, Values: []float64{0, 0}}}}
	err = bounded.Classify()
	add("map-boundaries", figure.Map(bounded, wording.English), err)
}
