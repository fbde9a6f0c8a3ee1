package command_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/power"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
	"github.com/seed2d25c7c2/didnb/magics/command"
)

// The Go cells that go=true prints compile, run, and give the magic's numbers to the last digit.
func TestGoCellsRun(t *testing.T) {
	runGoCells(t, towns+"%gen lx = log(x) if=\"x > 1.5\"\n%gen `mean part` = mean(part) by=region if=\"year > 2010\"\n%gen text = region\n"+
		"%reg y ~ lx + `mean part` vcov=hetero level=0.9 weights=w go=true\n"+
		"%reg c(y, part) ~ sw(x, D) vcov=cluster(town, year) if='region == \"East\"' singletons=keep go=true\n"+
		"%did y ~ x | town + year treat=D vcov=iid absorbing=false go=true\n"+
		"%eventstudy y ~ x treat=D window=-2:3 ref=-2 ends=clip go=true")
}

// The same of the magics that estimate a model anew; a matched panel's cell matches anew.
func TestGoCellsOfMethodsRun(t *testing.T) {
	runGoCells(t, towns+"%gen ever = max(D) by=town\n%gen z = part * y\n"+
		"%did y ~ x + part | town + year treat=D vcov=hetero if=\"year > 2010\" level=0.9 as=m1\n"+
		"%reg y ~ D + x + x:part | town + year weights=w as=m2\n%reg c(y, part) ~ D + x as=m3\n"+
		"%placebo m1 reps=50 seed=7 kind=mixed stat=t go=true\n"+
		"%leaveout m1 go=true\n"+
		"%power m1 reps=100 seed=3 effects=0.1,0.5 treated=12 go=true\n"+
		"%power m1 vcov=cluster(town) method=cs control=notyet est=reg reps=100 path=estimated power=0.7 go=true\n"+
		"%power y ~ x treat=D noise=ar path=1,2 alpha=0.1 reps=100 weights=w if=\"year > 2010\" go=true\n"+
		"%twfeweights m1 go=true\n"+
		"%eventstudy y ~ x treat=D window=-3:3 as=es1\n%honest es1 mbar=0.5 go=true\n%honest es1 type=sd average=true mbar=0,0.1 level=0.9 go=true\n"+
		"%eventstudy y ~ 1 treat=D method=sunab window=-3:3 as=es2\n%honest es2 event=1 method=conditional mbar=1 go=true\n"+
		"%did y ~ 1 treat=D method=lpdid as=lp\n%honest lp mbar=0.5 go=true\n"+
		"%pretrends es2 go=true\n%pretrends es1 slope=0.1 level=0.9 go=true\n"+
		"%estimators m1 methods=cs,imputation,lpdid control=notyet est=reg window=-2:3 go=true\n"+
		"%equivalence es1 threshold=0.5 go=true\n%equivalence es1 method=wild reps=50 seed=4 alpha=0.1 go=true\n%equivalence es2 type=mean go=true\n%equivalence es1 type=max method=boot threshold=1 rows=before go=true\n"+
		"%sensitivity m1 benchmark=x,part+x kd=0.1,0.2 ky=1 alpha=0.1 go=true\n%sensitivity m2 treat=D benchmark=town kd=0.01 q=0.5 go=true\n"+
		"%did y ~ 1 treat=D if='town != \"Eshan\"' as=m4\n%bacon m4 go=true\n"+
		"%mediate m1 via=z boot=60 seed=3 vcov=cluster(town) level=0.8 go=true\n"+
		"%mediate m2 via=part,z treat=D boot=0 go=true\n"+
		"%hetero m1 by=region permute=20 seed=2 go=true\n"+
		"%hetero m1 by=part split=median baseline=true go=true\n"+
		"%hetero m1 by=exposure bins=0-1,2+ go=true\n"+
		"%robust m1 checks=psm,psm(rows),lag,policy(z),winsor(0.05),dropcities(Anhe) curve=true go=true\n"+
		"%wald m2 that=\"D = 2*x:part - 0.5\" go=true\n"+
		"%wald m1 zero=x,part go=true\n"+
		"%wald m3.2 that=\"D - x\" go=true\n"+
		"%psm ever ~ x + part ratio=2 caliper=0.5 distance=linear scheme=pooled if=\"year < 2014\" as=matched go=true\n"+
		"%did y ~ x | town + year treat=D data=matched weights=_weight go=true\n"+
		"%psm ever ~ x data=matched method=kernel kernel=gaussian bandwidth=0.1 as=again go=true\n"+
		"%reg y ~ x data=again go=true\n"+
		"%psm D ~ x + part scheme=premeans replace=false order=smallest go=true as=third")
}

// runGoCells runs a script, puts the cells of its outputs with go=true into one program, which builds faster than many,
// and holds what that prints against the results.
func runGoCells(t *testing.T, script string) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a program")
	}
	out, _ := mustRun(t, script)
	var bodies, want strings.Builder
	imports, calls := map[string]bool{}, ""
	for i, o := range out {
		_, cell, ok := strings.Cut(o.Text, "\nimport (")
		if !ok {
			continue
		}
		packages, body, _ := strings.Cut(cell, ")\n\nfunc main() {")
		for _, p := range strings.Fields(packages) {
			imports[p] = true
		}
		fmt.Fprintf(&bodies, "\nfunc cell%d() {%s", i, body)
		calls += fmt.Sprintf("\tcell%d()\n", i)
		writeNumbers(&want, o.Result)
	}
	if asked := strings.Count(script, "go=true"); asked != strings.Count(calls, "\n") {
		t.Fatalf("%d lines have go=true, cells are\n%s", asked, calls)
	}
	program := "package main\n\nimport (\n" + strings.Join(slices.Sorted(maps.Keys(imports)), "\n") + "\n)\n" + bodies.String() + "\nfunc main() {\n" + calls + "}\n"
	dir := t.TempDir()
	source, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "cells.exe")
	if err := os.WriteFile(source, []byte(program), 0o666); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command("go", "build", "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, msg, program)
	}
	run := exec.Command(binary)
	run.Dir = "testdata"
	got, err := run.CombinedOutput()
	if err != nil || string(got) != want.String() {
		t.Errorf("%v\ngot\n%s\nwant\n%s", err, got, want.String())
	}
}

// writeNumbers prints a result as the cells do.
func writeNumbers(b *strings.Builder, result any) {
	fit := func(f *regress.Fit) {
		for _, c := range f.Coef {
			fmt.Fprintln(b, c.Term, c.Estimate, c.StdError, c.PValue)
		}
	}
	inference := func(i *regress.Inference) {
		if i != nil {
			fmt.Fprintln(b, i.PValue, i.PCoef, i.PT, i.ConfLow, i.ConfHigh)
		}
	}
	switch r := result.(type) {
	case *regress.Fit:
		fit(r)
		inference(r.Inference)
	case *did.EventStudyResult:
		for _, c := range r.Coef {
			fmt.Fprintln(b, c.EventTime, c.Estimate, c.StdError)
		}
	case *did.ATTResult:
		if r.Inference != nil {
			inference(r.Inference)
			break
		}
		fmt.Fprintln(b, r.Overall.Estimate, r.Overall.StdError)
		for _, c := range r.ByEvent {
			fmt.Fprintln(b, c.Key, c.Estimate, c.StdError)
		}
		if r.Dose != nil {
			fmt.Fprintln(b, r.Dose.ATT.Estimate, r.Dose.ATT.StdError, r.Dose.ACRT.Estimate, r.Dose.ACRT.StdError)
			for i, d := range r.Dose.Levels {
				fmt.Fprintln(b, d.Dose, d.Estimate, d.StdError, r.Dose.Slopes[i].Estimate, r.Dose.Slopes[i].StdError)
			}
		}
	case *placebo.Result:
		fmt.Fprintln(b, r.Actual, r.ActualT, r.Mean, r.SD)
		fmt.Fprintln(b, r.P.TwoSided, r.P.Left, r.P.Right)
	case *power.Result:
		fmt.Fprintln(b, r.Size.Share, r.SD, r.MDE.Effect, r.MDE.Low, r.MDE.High)
		for _, c := range r.Curve {
			fmt.Fprintln(b, c.Effect, c.Share.Share)
		}
		for _, s := range r.Sizes {
			fmt.Fprintln(b, s.Treated, s.MDE.Effect)
		}
	case *placebo.LeaveOut:
		for _, u := range r.Units {
			fmt.Fprintln(b, u.Unit, u.Treated, u.Estimate)
		}
	case *diagnose.Bacon:
		for _, k := range r.Comparisons {
			fmt.Fprintln(b, k.Treated, k.Control, k.Type, k.Estimate, k.Weight)
		}
	case *estimators.Result:
		for _, k := range r.Columns {
			e, _ := k.ATT()
			fmt.Fprintln(b, k.Label, e.Estimate, e.StdError)
		}
		for _, w := range r.Paths {
			for _, s := range w.Steps {
				fmt.Fprintln(b, w.To, s.Kind, s.Change, s.Estimate)
			}
		}
	case *diagnose.Honest:
		fmt.Fprintln(b, r.Estimate, r.Original.ConfLow, r.Original.ConfHigh, r.Breakdown)
		for _, k := range r.Intervals {
			fmt.Fprintln(b, k.M, k.ConfLow, k.ConfHigh)
		}
	case *diagnose.Pretrends:
		for _, s := range r.Slopes {
			fmt.Fprintln(b, s.Power, s.Slope)
		}
		for _, k := range r.Rows {
			fmt.Fprintln(b, k.EventTime, k.Trend, k.Conditional)
		}
	case *diagnose.Equivalence:
		fmt.Fprintln(b, r.Statistic, r.StdError, r.Smallest, r.Critical, r.PValue)
		for _, k := range r.Leads {
			fmt.Fprintln(b, k.EventTime, k.Estimate, k.StdError, k.Smallest, k.Critical, k.PValue)
		}
	case *diagnose.Sensitivity:
		fmt.Fprintln(b, r.Estimate, r.StdError, r.PartialR2, r.RV, r.RVAlpha)
		for _, k := range r.Bounds {
			fmt.Fprintln(b, k.Benchmark, k.KD, k.KY, k.R2DZ, k.R2YZ, k.Estimate, k.StdError, k.ConfLow, k.ConfHigh)
		}
	case *diagnose.Weights:
		fmt.Fprintln(b, r.TWFE, r.ShareNegative, r.SumNegative, r.Sigma, r.SigmaOpposite)
	case *mediate.Result:
		for _, m := range r.Rows {
			fmt.Fprintln(b, m.Mediator, m.A.Estimate, m.A.StdError, m.B.Estimate, m.B.StdError)
			fmt.Fprintln(b, m.Total, m.Direct, m.Indirect, m.SobelZ, m.BootLow, m.BootHigh, m.RhoZero)
		}
	case *hetero.Result:
		for _, g := range r.Groups {
			for _, c := range g.Fit.Coef {
				fmt.Fprintln(b, g.Label, c.Term, c.Estimate, c.StdError, c.PValue)
			}
		}
		for _, d := range r.Tests {
			fmt.Fprintln(b, d.Method, d.Statistic, d.PValue)
		}
	case *robust.Result:
		for _, k := range r.Columns {
			for _, c := range k.Result.Coef {
				fmt.Fprintln(b, k.Label, c.Term, c.Estimate, c.StdError, c.PValue)
			}
		}
		for _, s := range r.Curve.Points {
			fmt.Fprintln(b, s.Sample, s.Controls, s.Errors, s.Estimate, s.StdError)
		}
	case *match.Result:
		for _, k := range r.Balance {
			fmt.Fprintln(b, k.Variable, k.MeanTreated, k.MeanControl, k.SMDBefore, k.SMDAfter)
		}
		fmt.Fprintln(b, r.TreatedMatched, r.ControlsMatched, len(r.MatchedRows))
	case *command.WaldResult:
		if k := r.Combination; k != nil {
			fmt.Fprintln(b, k.Estimate, k.StdError, k.PValue, k.ConfLow, k.ConfHigh)
		} else {
			fmt.Fprintln(b, r.Joint.Statistic, r.Joint.DF1, r.Joint.DF2, r.Joint.PValue)
		}
	case interface{ Fits() []*regress.Fit }:
		for _, f := range r.Fits() {
			fmt.Fprintln(b, f.Formula)
			fit(f)
		}
	}
}
