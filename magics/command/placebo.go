package command

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/progress"
)

func placeboCommand() *Command {
	return &Command{
		Name: "placebo", Synopsis: "MODEL [reps=500] [seed=1] [kind=unit|time|mixed|row] [stat=coef|t] [as=]",
		Short: "placebo tests by reassigned treatment", ShortZH: "安慰剂检验",
		Words: ResultName,
		Keys: modelKeys("pl",
			Key{Name: "reps", Kind: Integer, Default: "500", Doc: "number of random assignments"},
			Key{Name: "seed", Kind: Integer, Default: "1", Doc: "of the random numbers: the same seed gives the same draws"},
			Key{Name: "kind", Kind: Choice, Choices: []string{"unit", "time", "mixed", "row"}, Default: "unit",
				Doc: "unit: random units get the true dates (cohort sizes kept); time: the treated units get random dates; mixed: both random; row: random rows"},
			Key{Name: "stat", Kind: Choice, Choices: []string{"coef", "t"}, Default: "coef", Doc: "compare coefficients or t statistics"}),
		Help: "Assigns the treatment at random, estimates the model again, and says how often chance gives an estimate as extreme as the true one: " +
			"two-sided |placebo| ≥ |actual|, left placebo ≤ actual, right placebo ≥ actual, each a frequency with its Monte-Carlo error. " +
			"Draws are made on the model's own sample, with its controls, fixed effects, weights and errors.",
		Example: loadCastle + "%did l_homicide ~ 1 | sid + year treat=post as=m1\n%placebo m1 reps=200 seed=1",
		run:     runPlacebo,
	}
}

func runPlacebo(c *call) (*Output, error) {
	m, err := c.model()
	if err != nil {
		return nil, err
	}
	reps, err := c.draws("reps", 500, 1)
	if err != nil {
		return nil, err
	}
	seed, err := c.seed()
	if err != nil {
		return nil, err
	}
	o := placebo.Options{Reps: reps, Seed: seed, Kind: placebo.Kind(c.text("kind")), Stat: placebo.Stat(c.text("stat")),
		Progress: progress.From(c.ctx)}
	r, err := placebo.Test(c.ctx, m.data.Panel, m.spec(), o)
	if err != nil {
		return nil, m.at(err)
	}
	r.Data, r.Simulated = m.data.Name, m.data.Simulated
	name := c.keep("pl", "placebo", r, m.data)
	out := c.tableOutput(c.placeboTable(r))
	out.As, out.Kind, out.Result = name, "placebo", r
	return c.withGo(out, goPlacebo(m, o)), nil
}

// placeboTable sums the draws up; the figure shows them.
func (c *call) placeboTable(r *placebo.Result) *table.Table {
	l := wordingOf(c.session.Language())
	g := newGrid("", l.Pick("estimate", "估计值"), l.Pick("Monte-Carlo error", "蒙特卡洛误差"))
	d := digitsOfError(r.Actual, r.SD)
	g.add(l.Pick("coefficient", "系数"), table.Digits(r.Actual, d), "")
	g.add(l.Pick("t statistic", "t 值"), table.Digits(r.ActualT, 3), "")
	g.add(l.Pick("mean of placebo coefficients", "安慰剂系数均值"), table.Digits(r.Mean, d), "")
	g.add(l.Pick("their standard deviation", "其标准差"), table.Digits(r.SD, d), "")
	g.add(l.Pick("p, two-sided", "p（双侧）"), table.Digits(r.P.TwoSided, 3), table.Digits(r.P.TwoSidedSE, 3))
	g.add(l.Pick("p, left", "p（左侧）"), table.Digits(r.P.Left, 3), table.Digits(r.P.LeftSE, 3))
	g.add(l.Pick("p, right", "p（右侧）"), table.Digits(r.P.Right, 3), table.Digits(r.P.RightSE, 3))
	what := map[placebo.Kind]string{
		placebo.Unit:  l.Pick("random units get the true adoption dates, cohort sizes kept", "随机抽取单位并赋予真实的处理时点，各批次规模不变"),
		placebo.Time:  l.Pick("the treated units get random adoption dates", "处理单位不变，处理时点随机"),
		placebo.Mixed: l.Pick("random units get random adoption dates", "处理单位与处理时点均随机"),
		placebo.Row:   l.Pick("random rows are treated", "随机抽取观测"),
	}[r.Kind]
	stat := l.Pick("coefficients", "系数")
	if r.Stat == placebo.T {
		stat = l.Pick("t statistics", "t 值")
	}
	notes := []string{
		fmt.Sprintf(l.Pick("%s draws, seed %d: %s; p compares %s.", "抽取 %s 次，种子 %d：%s；p 值比较%s。"), wording.Count(r.Reps, l), r.Seed, what, stat),
		fmt.Sprintf(l.Pick("%s; errors %s; %s rows.", "%s；标准误%s；%s 行。"), r.Formula, l.ErrorsOf(r.Vcov, c.labels(r.Data)), wording.Count(r.N, l)),
	}
	if r.P.TwoSided == 0 {
		notes = append(notes, fmt.Sprintf(l.Pick("No draw is as extreme as the estimate: with %s draws p lies below %.1g at 95 %% confidence, not at 0.", "没有一次抽样达到实际估计值：%s 次抽样只说明 p 以 95%% 的置信度低于 %.1g，而非等于 0。"),
			wording.Count(r.Reps, l), 3/float64(r.Reps)))
	}
	for _, n := range r.Notes {
		notes = append(notes, notice(n, l))
	}
	g.options = table.GridOptions{Title: l.Pick("Placebo test", "安慰剂检验"), Language: l, Simulated: r.Simulated, Notes: notes}
	return g.table()
}
