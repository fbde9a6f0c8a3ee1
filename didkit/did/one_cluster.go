package did

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
)

// oneTreatedCluster is the note on a sample in which one cluster alone has treated rows, "" otherwise: with its residuals
// fitted by its own coefficient, clustered errors have nothing to measure its shocks by (Conley & Taber 2011; Ferman & Pinto
// 2019). treated tells of each row.
func oneTreatedCluster(d *design.Design, v vcov.Spec, treated func(row int) bool) string {
	switch v.Type {
	case vcov.Cluster, vcov.CR2, vcov.CR3, vcov.WildBoot:
	default:
		return ""
	}
	for _, by := range v.By {
		codes, _, err := d.Codes(by)
		if err != nil {
			return ""
		}
		only, row := int32(-1), 0
		alone := false
		for i, c := range codes {
			switch {
			case !treated(i):
			case only < 0:
				only, row, alone = c, i, true
			case c != only:
				alone = false
			}
		}
		if !alone {
			continue
		}
		label, err := d.Label(by, row)
		if err != nil {
			return ""
		}
		return fmt.Sprintf("only one cluster of %s (%s) is treated: clustered errors can't tell its effect from its own shocks and are far too small; "+
			"randomisation inference (inf=ri) and, with method=twfe, the test of Ferman & Pinto (inf=fermanpinto) are made for that", by, label)
	}
	return ""
}
