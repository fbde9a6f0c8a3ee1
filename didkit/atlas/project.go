package atlas

import "math"

// Projection is Albers' equal-area conic on a sphere (Snyder 1987, Map projections: a working manual, § 14), with standard
// parallels a sixth of the way in from the northern and southern end, so that areas on the map compare as those on the
// ground do. Near the equator, where the cone becomes a cylinder, it is that cylinder.
type Projection struct {
	lon0, n, c, rho0 float64
	cylinder         bool
	cosine           float64
}

// ProjectionOf is the one for a stretch of the earth, in degrees.
func ProjectionOf(west, east, south, north float64) Projection {
	rad := math.Pi / 180
	p1, p2 := (south+(north-south)/6)*rad, (north-(north-south)/6)*rad
	p := Projection{lon0: (west + east) / 2, n: (math.Sin(p1) + math.Sin(p2)) / 2}
	if math.Abs(p.n) < 0.02 {
		p.cylinder, p.cosine = true, math.Cos((south+north)/2*rad)
		return p
	}
	p.c = math.Cos(p1)*math.Cos(p1) + 2*p.n*math.Sin(p1)
	p.rho0 = p.rho((south + north) / 2 * rad)
	return p
}

func (p Projection) rho(lat float64) float64 {
	return math.Sqrt(max(p.c-2*p.n*math.Sin(lat), 0)) / p.n
}

// At is where a place in degrees stands, in radii of the earth.
func (p Projection) At(lon, lat float64) (x, y float64) {
	rad := math.Pi / 180
	if p.cylinder {
		return (lon - p.lon0) * rad * p.cosine, math.Sin(lat*rad) / p.cosine
	}
	theta := p.n * (lon - p.lon0) * rad
	r := p.rho(lat * rad)
	return r * math.Sin(theta), p.rho0 - r*math.Cos(theta)
}
