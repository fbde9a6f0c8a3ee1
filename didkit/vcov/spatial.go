package vcov

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed2d25c7c2/didnb/didkit/internal/parallel"
)

// Distance is how Conley errors measure the way between two places.
type Distance string

const (
	Triangular Distance = "triangular" // √(Δlat² + (cos(mean lat) Δlon)²) · 111 km
	Spherical  Distance = "spherical"  // haversine on a sphere of 12,752 km across
)

// Space names the coordinates and the cutoff of errors that allow for correlation over space.
type Space struct {
	Lat, Lon string
	Cutoff   float64  // km
	Distance Distance // "": Triangular
}

// BadCoordinate is the error for a place that is not on the globe.
type BadCoordinate struct {
	Variable string
	Value    float64
	Latitude bool
	Swapped  bool   // the two variables would do in the other order
	Lat, Lon string // as given
}

func (e *BadCoordinate) Error() string {
	if !e.Latitude {
		return fmt.Sprintf("%s has the value %.6g, and a longitude lies from -180 to 180 degrees", e.Variable, e.Value)
	}
	hint := ""
	if e.Swapped {
		hint = fmt.Sprintf("; the latitude comes first: conley(%s, %s, …)", e.Lon, e.Lat)
	}
	return fmt.Sprintf("%s has the value %.6g, and a latitude lies from -90 to 90 degrees%s", e.Variable, e.Value, hint)
}

// conley is the covariance of Conley (1999) with a uniform kernel: the scores' products of all pairs of rows within the
// cutoff, whatever their periods, times n/(n−K) with every fixed effect counted in K; n − K degrees of freedom. Distances
// and factors are fixest 0.14's. With this kernel the matrix may have negative eigenvalues.
func (p *Problem) conley(s Space) (*Result, error) {
	if s.Lat == "" || s.Lon == "" {
		return nil, fmt.Errorf("conley needs latitude, longitude and a cutoff in km, as in vcov=conley(lat, lon, 200)")
	}
	if !(s.Cutoff > 0) || math.IsInf(s.Cutoff, 1) {
		return nil, fmt.Errorf("the cutoff of conley is %g; it is a distance in km, as in vcov=conley(lat, lon, 200)", s.Cutoff)
	}
	if s.Distance == "" {
		s.Distance = Triangular
	}
	if s.Distance != Triangular && s.Distance != Spherical {
		return nil, fmt.Errorf("no distance %q; it is %s or %s", s.Distance, Triangular, Spherical)
	}
	places, codes, err := p.places(s)
	if err != nil {
		return nil, err
	}
	meat, pairs := p.meatNear(places, codes, s)
	k := p.Full()
	n := float64(p.N)
	r := &Result{K: k, DF: n - float64(k), Indefinite: true, V: scaled(sandwich(p.Bread, meat), n/(n-float64(k)))}
	if pairs == 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("no two places lie within %g km of each other, so errors are correlated within places alone", s.Cutoff))
	}
	return r, nil
}

// place is a pair of coordinates in degrees.
type place struct{ lat, lon float64 }

// places are the distinct coordinates, ascending by latitude, and each row's.
func (p *Problem) places(s Space) (places []place, codes []int32, err error) {
	lat, err := p.Values(s.Lat)
	if err != nil {
		return nil, nil, err
	}
	lon, err := p.Values(s.Lon)
	if err != nil {
		return nil, nil, err
	}
	north, east := 0.0, 0.0
	for i := range lat {
		north, east = math.Max(north, math.Abs(lat[i])), math.Max(east, math.Abs(lon[i]))
	}
	swapped := north > 90 && north <= 180 && east <= 90
	for i := range lat {
		if !(math.Abs(lat[i]) <= 90) {
			return nil, nil, &BadCoordinate{s.Lat, lat[i], true, swapped, s.Lat, s.Lon}
		}
		if !(math.Abs(lon[i]) <= 180) {
			return nil, nil, &BadCoordinate{s.Lon, lon[i], false, false, s.Lat, s.Lon}
		}
	}
	order := make([]int32, p.N)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(lat[a], lat[b]), cmp.Compare(lon[a], lon[b])) })
	codes = make([]int32, p.N)
	for _, i := range order {
		at := place{lat[i], lon[i]}
		if len(places) == 0 || places[len(places)-1] != at {
			places = append(places, at)
		}
		codes[i] = int32(len(places) - 1)
	}
	return places, codes, nil
}

// near tells whether two places lie within the cutoff. fixest screens haversine distances by degrees first, so that a
// pair just inside the sphere's cutoff may be out.
func (s *Space) near(a, b place) bool {
	dLat, dLon := math.Abs(a.lat-b.lat), math.Abs(a.lon-b.lon)
	if dLon > 180 {
		dLon = 360 - dLon
	}
	const degree = math.Pi / 180
	mean := math.Cos((a.lat + b.lat) / 2 * degree)
	if s.Distance == Triangular {
		return math.Hypot(dLat, mean*dLon)*111 <= s.Cutoff
	}
	if dLat > s.Cutoff/111 || dLon > s.Cutoff/(111*mean) {
		return false
	}
	h := math.Pow(math.Sin(dLat*degree/2), 2) + math.Cos(a.lat*degree)*math.Cos(b.lat*degree)*math.Pow(math.Sin(dLon*degree/2), 2)
	return 12752*math.Asin(math.Min(1, math.Sqrt(h))) <= s.Cutoff
}

// meatNear is Σ_a Σ_b near S_a S_b' over places, and how many pairs of different places are near.
func (p *Problem) meatNear(places []place, codes []int32, s Space) (*mat.SymDense, int) {
	k := p.Bread.SymmetricDim()
	sums := p.sums(codes, len(places))
	const chunk = 256
	count := (len(places) + chunk - 1) / chunk
	partial, pairs := make([]*mat.SymDense, count), make([]int, count)
	band := s.Cutoff / 111 * (1 + 1e-9) // degrees of latitude that either distance can reach
	parallel.Unless(p.Stop, 0, count, func(c int) {
		m := mat.NewSymDense(k, nil)
		around := make([]float64, k)
		for a := c * chunk; a < min(len(places), (c+1)*chunk); a++ {
			own := sums[a*k : (a+1)*k]
			for j := range around {
				around[j] = own[j] / 2
			}
			for b := a - 1; b >= 0 && places[a].lat-places[b].lat <= band; b-- {
				if s.near(places[a], places[b]) {
					pairs[c]++
					for j, v := range sums[b*k : (b+1)*k] {
						around[j] += v
					}
				}
			}
			for i := range k {
				for j := i; j < k; j++ {
					m.SetSym(i, j, m.At(i, j)+own[i]*around[j]+own[j]*around[i])
				}
			}
		}
		partial[c] = m
	})
	total := 0
	for _, n := range pairs {
		total += n
	}
	return addAll(slices.DeleteFunc(partial, func(m *mat.SymDense) bool { return m == nil }), k), total // nil where it was stopped
}
