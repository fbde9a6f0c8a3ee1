package command

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// inLanguage is a library's phrase in Chinese, if it is wanted and known.
func inLanguage(s string, l wording.Language) string {
	if l == wording.Chinese {
		if zh, ok := inChinese(s); ok {
			return setApart(zh, l)
		}
	}
	return setApart(s, l)
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
	if l == wording.Chinese {
		if zh, ok := inChinese(s); ok {
			return setApart(zh, l) + "。"
		}
	}
	s = wording.Singular(s)
	if first, _, _ := strings.Cut(s, " "); slices.Contains(firstWords, strings.TrimRight(first, ",;")) { // and not a variable's name
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return sentence(setApart(s, l), l)
}

// firstWords begin notices that begin with a word and not with a name.
var firstWords = strings.Fields(`left fixed no the event cohort covariates covariate without every stack controls matched rows units each column sheet merged numbers means violations repeated effects errors all in logit poisson cells residuals too comparing there lines treated only one imputed treatment what with ineligible never-treated none it inverse improved doubly coefficients comparison linear interactions`)

// counts are numbers of four digits and more that count something, unlike years.
var counts = regexp.MustCompile(`\b\d{4,}(?: of \d+)? (?:(?:treated|untreated|matched|singleton|adopting|distinct|different) )*(?:rows?|units?|draws?|permutations|clusters?|cells|controls?|times|asked for)\b|\d{4,} (?:行|次|个)`)

// between are blanks between two Chinese words, as where one was filled in.
var between = regexp.MustCompile(`([\p{Han}）]) (\p{Han})`)

// setApart writes the thousands of a phrase's counts as tables have them, and a Chinese phrase without blanks between
// its words.
func setApart(s string, l wording.Language) string {
	if l == wording.Chinese {
		for range 2 { // a match takes the letter that the next one would begin with
			s = between.ReplaceAllString(s, "$1$2")
		}
	}
	return counts.ReplaceAllStringFunc(s, func(m string) string {
		return long.ReplaceAllStringFunc(m, func(n string) string {
			if x, err := strconv.Atoi(n); err == nil {
				return wording.Count(x, l)
			}
			return n
		})
	})
}

var long = regexp.MustCompile(`\d{4,}`)
