package wording

import "slices"

// MergeTerms lists the terms of several regressions, each once, so that every regression's own order is kept where that
// can be: terms that are new in one go before the next of its terms that is listed already, else to the end. DID + x,
// SC + x and LCC + x give DID, SC, LCC, x.
func MergeTerms(lists ...[]string) []string {
	var merged []string
	for _, list := range lists {
		var fresh []string
		for _, term := range list {
			if slices.Contains(fresh, term) {
				continue
			}
			at := slices.Index(merged, term)
			if at < 0 {
				fresh = append(fresh, term)
				continue
			}
			merged = slices.Insert(merged, at, fresh...)
			fresh = nil
		}
		merged = append(merged, fresh...)
	}
	return merged
}
