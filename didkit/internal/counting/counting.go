// Package counting writes sentences with counts in them, so that one row is one row and not 1 rows.
package counting

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

const adjectives = `(?:(?:singleton|treated|untreated|matched|further|continuous|unconnected|clean|blank|empty) ){0,2}`

const countedNouns = `rows|units|values|cells|draws|variables|cohorts|clusters|experiments|iterations|columns|periods|groups|observations|controls|permutations|estimates|comparisons|effects|specifications|samples|errors|intervals|weights|names|results|digits|assignments`

var (
	oneOf = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(^|[\s(])1 (` + adjectives + `)(` + countedNouns + `)\b( [a-z]+\b)?`)
	})
	oneOfN = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(^|[\s(])(1 of [\d,]+ ` + adjectives + `(?:` + countedNouns + `))( [a-z]+\b)`)
	})
	oneRight = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(^|[\s(])1 (` + adjectives + `)(` + strings.ReplaceAll(countedNouns+"|", "s|", "|") + `-)\b( [a-z]+\b)?`)
	})
	oneVerb = map[string]string{" are": " is", " were": " was", " have": " has", " lack": " lacks", " enter": " enters", " hold": " holds", " fall": " falls", " lie": " lies", " go": " goes", " raise": " raises", " switch": " switches"}
)

// Sprintf is fmt's, with the grammar of counts of one mended.
func Sprintf(format string, args ...any) string { return Singular(fmt.Sprintf(format, args...)) }

// Singular mends the grammar of counts of one in an English sentence: "1 rows were dropped" becomes "1 row was dropped",
// "1 of 8 units are" "1 of 8 units is". Other sentences stay as they are.
func Singular(s string) string {
	if !strings.HasPrefix(s, "1 ") && !strings.Contains(s, " 1 ") && !strings.Contains(s, "(1 ") { // nearly every sentence
		return s
	}
	s = oneOf().ReplaceAllStringFunc(s, func(m string) string {
		p := oneOf().FindStringSubmatch(m)
		if verb, ok := oneVerb[p[4]]; ok {
			p[4] = verb
		}
		return p[1] + "1 " + p[2] + p[3][:len(p[3])-1] + p[4]
	})
	return oneOfN().ReplaceAllStringFunc(s, func(m string) string {
		p := oneOfN().FindStringSubmatch(m)
		if verb, ok := oneVerb[p[3]]; ok {
			p[3] = verb
		}
		return p[1] + p[2] + p[3]
	})
}

// Plural undoes Singular, for what knows a sentence by its format alone: "1 row was dropped" becomes "1 rows were dropped".
func Plural(s string) string {
	s = oneRight().ReplaceAllStringFunc(s, func(m string) string {
		p := oneRight().FindStringSubmatch(m)
		return p[1] + "1 " + p[2] + p[3] + "s" + pluralVerb(p[4])
	})
	return oneOfN().ReplaceAllStringFunc(s, func(m string) string {
		p := oneOfN().FindStringSubmatch(m)
		return p[1] + p[2] + pluralVerb(p[3])
	})
}

func pluralVerb(verb string) string {
	for plural, singular := range oneVerb {
		if verb == singular {
			return plural
		}
	}
	return verb
}
