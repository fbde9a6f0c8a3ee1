package command

import (
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// labelsOf are the labels of a panel's variables in a language; without a Chinese one the English stands in.
func labelsOf(d *session.Dataset, l session.Language) wording.Labels {
	labels := wording.Labels{}
	for _, v := range d.Panel.Variables() {
		switch {
		case l == session.Chinese && v.LabelZH != "":
			labels[v.Name] = v.LabelZH
		case v.Label != "":
			labels[v.Name] = v.Label
		}
	}
	return labels
}
