package command

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// vcovOption is key=value inside the parentheses of vcov=.
type vcovOption struct {
	name, value string
	key, at     lang.Text
}

// vcovKeys are the options of each covariance.
var vcovKeys = map[string][]string{
	"wildboot": {"reps", "weights", "null", "seed"},
}

// vcovOptions takes the options out of what stands inside the parentheses.
func (c *call) vcovOptions(name lang.Text, inside []lang.Text) (words []lang.Text, options []vcovOption, err error) {
	for _, t := range inside {
		at := -1
		for i, r := range []rune(t.String()) {
			if r == '`' { // a quoted name may hold anything
				break
			}
			if r == '=' {
				at = i
				break
			}
		}
		if at < 0 {
			words = append(words, t)
			continue
		}
		o := vcovOption{key: t.Slice(0, at).TrimSpace(), at: t.Slice(at+1, t.Len()).TrimSpace()}
		o.name, o.value = o.key.String(), o.at.String()
		known := vcovKeys[name.String()]
		switch {
		case !slices.Contains(known, o.name):
			hint := suggest.Phrase(o.name, known)
			if hint == "" && len(known) > 0 {
				hint = "; it has " + strings.Join(known, ", ")
			}
			d := c.textError(t, "%s has no option %q%s", name, o.name, hint)
			d.Suggestions = suggest.Nearest(o.name, known)
			return nil, nil, d
		case o.value == "":
			return nil, nil, c.textError(t, "%s= has no value", o.name)
		case slices.ContainsFunc(options, func(p vcovOption) bool { return p.name == o.name }):
			return nil, nil, c.textError(t, "%s= stands twice", o.name)
		}
		options = append(options, o)
	}
	return words, options, nil
}

// among reads an option that is one of some words.
func (c *call) among(o vcovOption, choices ...string) (string, error) {
	if slices.Contains(choices, o.value) {
		return o.value, nil
	}
	hint := suggest.Phrase(o.value, choices)
	if hint == "" {
		hint = "; it is " + orList(choices)
	}
	d := c.textError(o.at, "%s= can't be %q%s", o.name, o.value, hint)
	d.Suggestions = suggest.Nearest(o.value, choices)
	return "", d
}

// whole reads an option that is a whole number from low to high.
func (c *call) whole(o vcovOption, low, high int) (int, error) {
	n, err := strconv.Atoi(o.value)
	if err != nil {
		return 0, c.textError(o.at, "%s= takes a whole number, not %q", o.name, o.value)
	}
	if n < low || n > high {
		return 0, c.textError(o.at, "%s= is %d; it lies from %d to %d", o.name, n, low, high)
	}
	return n, nil
}

func (c *call) wildOptions(options []vcovOption) (w vcov.Wild, err error) {
	for _, o := range options {
		switch o.name {
		case "reps":
			w.Reps, err = c.whole(o, 1, vcov.MaxReps)
		case "seed":
			var seed int
			seed, err = c.whole(o, 1, 1<<53)
			w.Seed = uint64(seed)
		case "weights":
			var name string
			name, err = c.among(o, string(vcov.Rademacher), string(vcov.Webb), string(vcov.Mammen))
			w.Weights = vcov.WildWeights(name)
		case "null":
			var name string
			name, err = c.among(o, "imposed", "free")
			w.Unrestricted = name == "free"
		}
		if err != nil {
			return w, err
		}
	}
	return w, nil
}
