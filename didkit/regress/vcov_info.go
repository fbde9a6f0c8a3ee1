package regress

import "github.com/seed2d25c7c2/didnb/didkit/vcov"

// VcovInfo says which covariance was used.
type VcovInfo struct {
	Type     string     `json:"type"`           // iid, hetero, cluster …
	By       []string   `json:"by"`             // cluster variables
	Clusters []int      `json:"clusters"`       // their numbers of clusters
	Wild     *vcov.Wild `json:"wild,omitempty"` // the wild cluster bootstrap's options
}

// Info is spec as results carry it.
func Info(spec vcov.Spec, clusters []int) VcovInfo {
	v := VcovInfo{Type: string(spec.Type), By: append([]string{}, spec.By...), Clusters: append([]int{}, clusters...)}
	switch spec.Type {
	case "":
		v.Type = string(vcov.IID)
	case vcov.WildBoot:
		w := spec.Wild.Filled()
		v.Wild = &w
	}
	return v
}

// Spec asks for the covariance anew.
func (v VcovInfo) Spec() vcov.Spec {
	s := vcov.Spec{Type: vcov.Type(v.Type), By: v.By}
	if v.Wild != nil {
		s.Wild = *v.Wild
	}
	return s
}
