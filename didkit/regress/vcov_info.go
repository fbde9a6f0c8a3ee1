package regress

import "github.com/seed2d25c7c2/didnb/didkit/vcov"

// VcovInfo says which covariance was used.
type VcovInfo struct {
	Type     string       `json:"type"`             // iid, hetero, cluster …
	By       []string     `json:"by"`               // cluster variables
	Clusters []int        `json:"clusters"`         // their numbers of clusters
	Wild     *vcov.Wild   `json:"wild,omitempty"`   // the wild cluster bootstrap's options
	Serial   *SerialInfo  `json:"serial,omitempty"` // of Newey-West and Driscoll-Kraay errors
	Space    *SpatialInfo `json:"space,omitempty"`  // of Conley errors
}

// SerialInfo tells of errors correlated over time.
type SerialInfo struct {
	Unit string `json:"unit,omitempty"`
	Time string `json:"time"`
	Lag  int    `json:"lag"`
}

// SpatialInfo tells of errors correlated over space.
type SpatialInfo struct {
	Lat      string        `json:"lat"`
	Lon      string        `json:"lon"`
	Cutoff   float64       `json:"cutoff_km"`
	Distance vcov.Distance `json:"distance"`
}

// Info is spec as results carry it, with what the estimate cov tells of it.
func Info(spec vcov.Spec, cov *vcov.Result) VcovInfo {
	v := VcovInfo{Type: string(spec.Type), By: append([]string{}, spec.By...), Clusters: append([]int{}, cov.Clusters...)}
	switch spec.Type {
	case "":
		v.Type = string(vcov.IID)
	case vcov.WildBoot:
		w := spec.Wild.Filled()
		v.Wild = &w
	case vcov.NeweyWest, vcov.DriscollKraay:
		v.Serial = &SerialInfo{spec.Serial.Unit, spec.Serial.Time, *cov.Lag}
		if spec.Type == vcov.DriscollKraay {
			v.Serial.Unit = ""
		}
	case vcov.Conley:
		v.Space = &SpatialInfo{spec.Space.Lat, spec.Space.Lon, spec.Space.Cutoff, spec.Space.Distance}
		if v.Space.Distance == "" {
			v.Space.Distance = vcov.Triangular
		}
	}
	return v
}

// Spec asks for the covariance anew.
func (v VcovInfo) Spec() vcov.Spec {
	s := vcov.Spec{Type: vcov.Type(v.Type), By: v.By}
	if v.Wild != nil {
		s.Wild = *v.Wild
	}
	if v.Serial != nil {
		s.Serial = vcov.Serial{Unit: v.Serial.Unit, Time: v.Serial.Time, Lag: v.Serial.Lag, Given: true}
	}
	if v.Space != nil {
		s.Space = vcov.Space{Lat: v.Space.Lat, Lon: v.Space.Lon, Cutoff: v.Space.Cutoff, Distance: v.Space.Distance}
	}
	return s
}
