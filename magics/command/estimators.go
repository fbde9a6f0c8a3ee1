package command

import (
	"errors"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

// comparedMethods are those that estimate a model with one treatment; triple differences need a second distinction, a
// continuous treatment the doses.
func comparedMethods() []string {
	return slices.DeleteFunc(slices.Clone(didMethods), func(m string) bool {
		return m == string(did.TripleDifference) || m == string(did.ContinuousTreatment)
	})
}

// every names all methods in methods=.
const every = "all"

func estimatorsCommand() *Command {
	keys := []Key{
		{Name: "methods", Kind: ChoicesOf, Choices: append([]string{every}, comparedMethods()...), Default: every, Doc: "estimators beside the two-way regression, joined by commas", Refused: map[string]string{
			string(did.TripleDifference):    "methods= compares estimates of one 0/1 treatment, and method=ddd has cohort= and eligible= in its place; %did estimates it alone",
			string(did.ContinuousTreatment): "methods= compares estimates of one 0/1 treatment, and method=cdid has dose= in its place; %did estimates it alone"}},
		{Name: "window", Kind: WindowOf, Default: "all event times", Doc: "first and last event time of the figure, as in -6:8"},
		{Name: "vcov", Kind: VcovOf, Default: "the model's if it is clustered by one variable, else cluster(unit)", Doc: "covariance of all: cluster(a)"},
	}
	for _, k := range estimatorsKeys() {
		keys = append(keys, k.Key)
	}
	return &Command{
		Name: "estimators", Synopsis: "MODEL [methods=all] [window=-6:8] [as=]",
		Short: "every estimator on one model", ShortZH: "多种估计量对照",
		Words: ResultName,
		Keys:  modelKeys("e", append(keys, aggKey)...),
		Help: "Estimates the model by the two-way regression and by every method of staggered adoption that %did knows, or by those of methods=, and sets them side by side: " +
			"one table, one figure with all event studies, and for each method whom it compares the treated with, its base period, its sample and what it averages. " +
			"A method that can't estimate the model says why, and the others stand.\n" +
			"Two paths lead from the two-way estimate to others, one change after another, and add up exactly. To imputation: rows that can't be imputed go, then effects with a negative weight " +
			"(de Chaisemartin & D'Haultfœuille 2020), then the other weights are evened out. To cs: controls and units with gaps go, then comparisons with units that are treated already " +
			"(Goodman-Bacon 2021), then the last period before adoption becomes the base, each effect is measured against the method's comparison group, and effects are weighted by their treated rows.\n" +
			"All errors are clustered by one variable, which every method knows.",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%estimators m1 methods=cs,sunab,imputation window=-6:4",
		run:     runEstimators,
	}
}

// estimatorsKeys are those of single methods, but for the bootstrap, whose uniform bands would not go with the others'
// intervals, and for those that make of the panel what the others don't know.
func estimatorsKeys() []staggeredKey {
	keys := slices.DeleteFunc(staggeredKeys(), func(k staggeredKey) bool {
		return slices.Contains([]string{"boot", "seed", "cohort", "eligible", "panel", "time", "dose", "degree", "knots", "grid", "target"}, k.Name)
	})
	for i := range keys {
		if keys[i].Name == "base" {
			keys[i].Default = "universal, so that all curves start from the same period"
		}
	}
	return keys
}

func runEstimators(c *call) (*Output, error) {
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	s := estimators.Spec{StaggeredSpec: c.staggeredOptions(m.spec()), Methods: c.methods()}
	s.Progress = nil // the bar counts methods
	if s.Window, err = c.window(); err != nil {
		return nil, err
	}
	if err := c.staggeredValues(s.StaggeredSpec); err != nil {
		return nil, err
	}
	if err := c.keysOf(s.Methods); err != nil {
		return nil, err
	}
	r, err := estimators.Run(c.ctx, m.data.Panel, s, progress.From(c.ctx))
	var window *did.WindowError
	switch a, ok := c.stmt.Key("window"); {
	case errors.As(err, &window) && ok:
		return nil, within(a.Text, err)
	case err != nil:
		return nil, m.at(err)
	}
	r.Data = m.data.Name
	for _, k := range r.Columns {
		switch v := k.Result.(type) {
		case *regress.Fit:
			mark(v, m.data)
		case *did.ATTResult:
			v.Data = m.data.Name
		}
	}
	if m.data.Simulated {
		r.MarkSimulated()
	}
	out := c.tableOutput(c.estimatorsTables(r)...)
	out.As, out.Kind, out.Result = c.keep("e", "estimators", r, m.data), "estimators", r
	return c.withGo(out, goEstimators(m, s)), nil
}

// methods are those of methods=, each once, in the order of the language.
func (c *call) methods() []did.Method {
	var named []string
	if a, ok := c.stmt.Key("methods"); ok {
		for _, p := range listParts(a.Text) {
			named = append(named, p.String())
		}
	}
	var out []did.Method
	for _, m := range comparedMethods() {
		if named == nil || slices.Contains(named, every) || slices.Contains(named, m) {
			out = append(out, did.Method(m))
		}
	}
	return out
}

// keysOf refuses a key that none of the methods knows.
func (c *call) keysOf(methods []did.Method) error {
	for _, k := range estimatorsKeys() {
		a, given := c.stmt.Key(k.Name)
		if given && !slices.ContainsFunc(k.methods, func(m did.Method) bool { return slices.Contains(methods, m) }) {
			var known []string
			for _, m := range k.methods {
				known = append(known, string(m))
			}
			return c.keyError(a, "%s= goes with %s, which is not among the methods", k.Name, orList(known))
		}
	}
	return nil
}
