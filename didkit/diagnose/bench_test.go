package diagnose_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
)

// longStudy is an event study of many periods: errors that grow with distance and are correlated between neighbours.
func longStudy(pre, post int) *diagnose.EventVector {
	v := &diagnose.EventVector{Ref: -1, Pre: pre}
	for k := -pre - 1; k < post; k++ {
		if k != -1 {
			v.Times = append(v.Times, k)
			effect := 0.0
			if k >= 0 {
				effect = 0.4 + 0.05*float64(k)
			}
			v.Beta = append(v.Beta, effect+0.02*math.Sin(5*float64(k)))
		}
	}
	for _, a := range v.Times {
		row := make([]float64, len(v.Times))
		for j, b := range v.Times {
			sa, sb := 0.05+0.005*math.Abs(float64(a+1)), 0.05+0.005*math.Abs(float64(b+1))
			row[j] = sa * sb * (0.4 + 0.6*math.Exp(-math.Abs(float64(a-b))/3))
		}
		v.V = append(v.V, row)
	}
	return v
}

func BenchmarkRobust(b *testing.B) {
	for _, size := range [][2]int{{4, 4}, {10, 10}, {16, 12}} {
		v := longStudy(size[0], size[1])
		for _, o := range []diagnose.HonestOptions{{}, {Method: diagnose.Conditional}, {Type: diagnose.Smoothness}, {Type: diagnose.Smoothness, Method: diagnose.CLF}, {Type: diagnose.Smoothness, Method: diagnose.CF}} {
			b.Run(fmt.Sprintf("pre=%d/post=%d/%s-%s", size[0], size[1], o.Type, o.Method), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := diagnose.Robust(context.Background(), v, o); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
