package command

import (
	"fmt"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/fewtreated"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

// infNames are the words of inf=, with the form in which a line has them.
var infNames = []struct{ name, form, doc string }{
	{"ri", "ri(reps=9999)", "randomisation inference: the treatment assigned anew; stat=coef|t, assign=, seed="},
	{"fermanpinto", "fermanpinto(size=people)", "few treated clusters beside many others (Ferman & Pinto 2019); cluster=, reps=, seed="},
	{"romanowolf", "romanowolf(x)", "%reg with several outcomes: p values that hold for all together"},
	{"placebo", "placebo", "method=sdid, sc: errors from never-treated units"},
	{"bootstrap", "bootstrap", "method=sdid, sc, ifect, mc: errors from units drawn with replacement"},
	{"jackknife", "jackknife", "method=sdid, sc, ifect, mc: errors from leaving out each unit"},
}

// inference is what inf= asks for beyond vcov=.
type inference struct {
	at       lang.Text // of the value
	name     lang.Text
	method   string    // regress.InferenceRI … , "" if nothing
	variable lang.Text // of %reg
	ri       placebo.Randomisation
	few      fewtreated.Options
}

// inference reads inf=ri(…) and inf=fermanpinto(…), the zero value for another word of inf= or none. words is how many
// variables stand in the parentheses: one with %reg, none with %did.
func (c *call) inference(words int) (inf inference, err error) {
	a, ok := c.stmt.Key("inf")
	if !ok {
		return inf, nil
	}
	name, inside, err := c.callForm(a)
	if err != nil {
		return inf, err
	}
	switch name.String() {
	case regress.InferenceRI, regress.InferenceFermanPinto:
	default:
		return inf, nil
	}
	inf = inference{at: a.Text, name: name, method: name.String()}
	inside, options, err := c.vcovOptions(name, inside)
	if err != nil {
		return inf, err
	}
	switch {
	case words == 0 && len(inside) > 0:
		return inf, c.textError(inside[0], "inf=%s tests treat= and takes no variable, and %q stands in it", name, inside[0])
	case words == 1 && len(inside) != 1:
		return inf, c.textError(name, "%s takes the 0/1 regressor to test, as in %s(x), not %d", name, name, len(inside))
	case words == 1:
		inf.variable = inside[0]
	}
	for _, o := range options {
		if err := c.inferenceOption(&inf, o); err != nil {
			return inf, err
		}
	}
	inf.ri.Progress, inf.few.Progress = progress.From(c.ctx), progress.From(c.ctx)
	return inf, nil
}

func (c *call) inferenceOption(inf *inference, o vcovOption) error {
	switch o.name {
	case "reps":
		n, err := c.whole(o, 1, 1_000_000)
		inf.ri.Reps, inf.few.Reps = n, n
		return err
	case "seed":
		n, err := c.whole(o, 1, 1<<53)
		inf.ri.Seed, inf.few.Seed = uint64(n), uint64(n)
		return err
	case "stat":
		s, err := c.among(o, string(placebo.Coef), string(placebo.T))
		inf.ri.Stat = placebo.Stat(s)
		return err
	case "assign":
		inf.ri.Assign = bareName(o.value)
	case "cluster":
		inf.few.Cluster = bareName(o.value)
	case "size":
		inf.few.Size = bareName(o.value)
	}
	return c.variablesExist([]lang.Text{o.at})
}

// infer does what inf= asks for on a regression's treatment, and puts it into the fit.
func (c *call) infer(inf inference, f *regress.Fit, treat string, e estimation) error {
	var i *regress.Inference
	var err error
	switch inf.method {
	case "":
		return nil
	case regress.InferenceRI:
		i, err = placebo.Randomise(c.ctx, e.data.Panel, f, treat, e.design, inf.ri)
	default:
		i, err = fewtreated.FermanPinto(c.ctx, e.data.Panel, f, treat, e.design, inf.few)
	}
	if err != nil {
		return within(inf.at, err)
	}
	f.Rest(i)
	return nil
}

// inferRegressor is infer for the regressor that %reg's word names.
func (c *call) inferRegressor(inf inference, fits []*regress.Fit, e estimation) (treat string, err error) {
	if inf.method == "" {
		return "", nil
	}
	if len(fits) > 1 {
		return "", c.textError(inf.name, "inf=%s tests one regression, and the formula stands for %d", inf.name, len(fits))
	}
	treat = bareName(inf.variable.String())
	if _, ok := fits[0].Coefficient(formula.Quote(treat)); !ok {
		var terms []string
		for _, k := range fits[0].Coef {
			terms = append(terms, k.Term)
		}
		d := c.textError(inf.variable, "the model has no coefficient %q%s", treat, suggest.Phrase(treat, terms))
		d.Suggestions = suggest.Nearest(treat, terms)
		return "", d
	}
	if err := c.variablesExist([]lang.Text{inf.variable}); err != nil {
		return "", err
	}
	return treat, c.infer(inf, fits[0], treat, e)
}

// inferStaggered is infer for the overall effect of a method of staggered adoption.
func (c *call) inferStaggered(inf inference, s did.StaggeredSpec, r *did.ATTResult, e estimation) error {
	if inf.method == "" {
		return nil
	}
	i, err := placebo.RandomiseStaggered(c.ctx, e.data.Panel, s, r, inf.ri)
	if err != nil {
		return within(inf.at, err)
	}
	r.Rest(i)
	return nil
}

// infWord checks inf= against the magic and the method: which words they take, and why not the others.
func (c *call) infWord(m did.Method) error {
	a, ok := c.stmt.Key("inf")
	if !ok {
		return nil
	}
	name, _, err := c.callForm(a)
	if err != nil {
		return err
	}
	synthetic := m == did.SyntheticDID || m == did.SyntheticControl
	lowRank := m == did.InteractiveEffects || m == did.MatrixCompletion
	switch word := name.String(); word {
	case "placebo", "bootstrap", "jackknife":
		switch {
		case lowRank && word == "placebo":
			return c.valueError(a, "inf=placebo goes with method=sdid or method=sc; method=%s has inf=bootstrap, inf=jackknife and inf=ri", m)
		case m == did.TripleDifference || m == did.ContinuousTreatment:
			if word == "placebo" {
				return c.valueError(a, "inf=placebo goes with method=sdid or method=sc; method=%s has vcov= and the multiplier draws of boot=", m)
			}
			return c.valueError(a, "inf=%s goes with method=sdid, sc, ifect or mc; method=%s has vcov= and the multiplier draws of boot=", word, m)
		case !synthetic && !lowRank && word != "placebo":
			return c.valueError(a, "inf=%s goes with method=sdid, sc, ifect or mc; the others have inf=ri", word)
		case !synthetic && !lowRank:
			return c.valueError(a, "inf=%s goes with method=sdid or method=sc; the others have inf=ri", word)
		}
	case regress.InferenceRI, regress.InferenceFermanPinto:
		if c.cmd.Name == "eventstudy" {
			return c.valueError(a, "inf=%s tests one effect, and an event study has many; %%did takes it", word)
		}
		if word == regress.InferenceFermanPinto && m != "" && m != "twfe" {
			return c.valueError(a, "inf=fermanpinto weighs residuals of one regression as its coefficient does, and method=%s averages many estimates; write inf=ri, or method=twfe", m)
		}
	case "romanowolf":
		return c.valueError(a, "inf=romanowolf(x) is for several outcomes in one line of %%reg")
	default:
		var names []string
		for _, n := range infNames {
			if n.name != "romanowolf" && (synthetic || lowRank && n.name != "placebo" || !slices.Contains([]string{"placebo", "bootstrap", "jackknife"}, n.name)) {
				names = append(names, n.name)
			}
		}
		hint := suggest.Phrase(word, names)
		if hint == "" {
			hint = "; it is " + orList(names)
		}
		d := c.textError(name, "inf= can't be %q%s", name, hint)
		d.Suggestions = suggest.Nearest(word, names)
		return d
	}
	return nil
}

// goInference is the statement that tests fit anew, and what prints it.
func goInference(inf inference, treat string, e estimation) (estimate, print string) {
	if inf.method == regress.InferenceFermanPinto {
		return fmt.Sprintf("i, err := didkit.FermanPinto(p, fit, %s, %s, %s)", goString(treat), goOptions(e), goLiteral("didkit.FewTreated", goInt("Reps", inf.few.Reps), goInt("Seed", int(inf.few.Seed)), goWord("Cluster", inf.few.Cluster), goWord("Size", inf.few.Size))),
			goPrintInference
	}
	return fmt.Sprintf("i, err := didkit.Randomise(p, fit, %s, %s, %s)", goString(treat), goOptions(e), goRandomisation(inf)), goPrintInference
}

const goPrintInference = "fmt.Println(i.PValue, i.PCoef, i.PT, i.ConfLow, i.ConfHigh)"

func goRandomisation(inf inference) string {
	return goLiteral("didkit.Randomisation", goInt("Reps", inf.ri.Reps), goInt("Seed", int(inf.ri.Seed)), goWord("Stat", string(inf.ri.Stat)), goWord("Assign", inf.ri.Assign))
}

// goThenInference adds inf= to a cell that estimates fit.
func goThenInference(e estimation, estimate string, inf inference, treat string) string {
	if inf.method == "" {
		return goCell(e.data, estimate, goPrintFit)
	}
	test, print := goInference(inf, treat, e)
	return goCell(e.data, estimate+"\n"+goCheck+"\t"+test, "fit.Rest(i)\n\t"+goPrintFit+"\n\t"+print)
}
