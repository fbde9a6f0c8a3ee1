package command

import (
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// inLanguage is a library's phrase in Chinese, if it is wanted and known.
func inLanguage(s string, l wording.Language) string {
	if l == wording.Chinese {
		s, _ = inChinese(s)
	}
	return s
}

// notices are the library's notices in the language, each as a sentence.
func notices(all []string, l wording.Language) []string {
	var out []string
	for _, s := range all {
		out = append(out, notice(s, l))
	}
	return out
}

// phrases are the library's notices in the language, each a line without a full stop.
func phrases(all []string, l wording.Language) []string {
	var out []string
	for _, s := range all {
		out = append(out, wording.Singular(inLanguage(s, l)))
	}
	return out
}

// notice is a library's notice in the language, as a sentence.
func notice(s string, l wording.Language) string {
	if zh := inLanguage(s, l); zh != s {
		return zh + "。"
	}
	s = wording.Singular(s)
	if first, _, _ := strings.Cut(s, " "); slices.Contains([]string{"left", "fixed", "no", "the", "event", "cohort", "covariates", "without", "every", "stack", "controls", "matched", "rows", "units", "each", "column", "sheet", "merged", "numbers", "means", "violations", "repeated", "all", "in", "logit", "poisson", "cells"}, first) { // and not a variable's name
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return sentence(s, l)
}
