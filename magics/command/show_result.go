package command

import (
	"context"
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit/atlas"
	"github.com/seed2d25c7c2/didnb/didkit/audit"
	"github.com/seed2d25c7c2/didnb/didkit/describe"
	"github.com/seed2d25c7c2/didnb/didkit/diagnose"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/estimators"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/match"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/placebo"
	"github.com/seed2d25c7c2/didnb/didkit/power"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/robust"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// ShowResult is what the magic of its kind shows of a result that a Go cell made: tables and the figure. The session is
// asked for its language only.
func ShowResult(s *session.Session, kind string, result any) (Output, error) {
	c := &call{ctx: context.Background(), session: s, cmd: &Command{Name: "Go"}, stmt: &lang.Statement{}}
	tables, err := c.resultTables(result)
	if err != nil {
		return Output{}, err
	}
	out := c.tableOutput(tables...)
	out.Magic, out.Kind, out.Result = "Go", kind, result
	out.Figure, err = pictureOf(result, s.Language(), nil)
	return *out, err
}

func (c *call) resultTables(result any) ([]*table.Table, error) {
	l := wordingOf(c.session.Language())
	one := func(t *table.Table) []*table.Table { return []*table.Table{t} }
	switch r := result.(type) {
	case *regress.Fit:
		return one(c.fitTable("", r)), nil
	case *did.EventStudyResult:
		if r.Fit == nil {
			return nil, fmt.Errorf("the event study has no regression behind it (Fit), from which its table is made")
		}
		return one(c.eventTable(r)), nil
	case *did.ATTResult:
		return c.attTables(r), nil
	case *placebo.Result:
		return one(c.placeboTable(r)), nil
	case *power.Result:
		return c.powerTables(r), nil
	case *placebo.LeaveOut:
		return one(c.leaveOutTable(r)), nil
	case *match.Result:
		return one(c.balanceTable(r)), nil
	case *mediate.Result:
		return []*table.Table{c.firstStepTable(r), c.splitTable(r)}, nil
	case *hetero.Result:
		return c.heteroTables(r)
	case *robust.Result:
		return c.robustTables(r)
	case *estimators.Result:
		return c.estimatorsTables(r), nil
	case *diagnose.Honest:
		return one(honestTable(r, l)), nil
	case *diagnose.Equivalence:
		return equivalenceTables(r, l), nil
	case *diagnose.Sensitivity:
		return c.sensitivityTables(r), nil
	case *diagnose.Pretrends:
		return []*table.Table{pretrendsTable(r, l), trendTable(r, l)}, nil
	case *audit.Result:
		return c.auditTables(r), nil
	case *atlas.Map:
		return mapTables(r, l), nil
	case *diagnose.Bacon:
		return []*table.Table{baconTypes(r, l), baconPairs(r, l)}, nil
	case *diagnose.Weights:
		return one(weightsTable(r, l)), nil
	case *describe.Table:
		t, err := c.summaryTable(r, c.labels(r.Data))
		return one(t), err
	case *describe.Trend:
		return one(c.trendTable(r)), nil
	}
	return nil, fmt.Errorf("a %T has no table", result)
}
