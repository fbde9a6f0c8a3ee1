package command

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/course"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func checkCommand() *Command {
	return &Command{
		Name: "check", Synopsis: "[N | N.M [ANSWER]]", Short: "the workshop's exercises: is the answer right, and what is wrong with it",
		ShortZH: "课程练习：检查答案并指出问题所在",
		Words:   Choice, Choices: course.Checks(),
		Help: "%check 2.3 looks at what task 2.3 of the workshop asks for, a result, a variable or a panel of the session, and says what is wrong with it; where a task asks for a " +
			"number or a word, it stands on the line: %check 2.4 0.042. The solution is computed anew on the same data, so that nothing depends on remembered numbers. " +
			"A wrong or missing answer is no error: the cells below go on.\n" +
			"%check lists all tasks and how each came out in this session, %check 2 those of exercise 2.",
		Example: "%param data=data/castle.csv\n" + loadCastle + "%check 2\n%check 2.2",
		run:     runCheck,
	}
}

// CheckResult is a verdict as eval --json tells it.
type CheckResult struct {
	Check    string         `json:"check"`
	About    string         `json:"about"`
	State    course.State   `json:"state"`
	Findings []CheckFinding `json:"findings"`
}

// CheckFinding is one thing that is wrong.
type CheckFinding struct {
	Code    string `json:"code"`
	Message string `json:"message"` // in the session's language
}

func runCheck(c *call) (*Output, error) {
	words := c.stmt.Words()
	if len(words) == 0 {
		return c.listChecks(0)
	}
	x, check := course.Find(words[0].Value)
	switch {
	case check != nil:
	case len(words) == 1 && c.isExercise(words[0].Value) > 0:
		return c.listChecks(c.isExercise(words[0].Value))
	default:
		d := c.wordError(words[0], "no check %q%s; %%check lists them", words[0].Value, suggest.Phrase(words[0].Value, course.Checks()))
		d.Suggestions = suggest.Nearest(words[0].Value, course.Checks())
		return nil, d
	}
	answer := ""
	switch {
	case len(words) == 2 && check.Asked():
		answer = words[1].Value
	case len(words) > 2 && check.Asked():
		return nil, c.wordError(words[2], "%q stands behind the answer", words[2].Value)
	case len(words) > 1:
		return nil, c.wordError(words[1], "check %s takes no answer on its line: it looks at the session", check.Number)
	}
	solution := session.New(c.session.Dir)
	if !check.Asked() || answer != "" {
		if err := c.solve(solution, x.Solution(check), check.Needs()); err != nil {
			return nil, err
		}
	}
	v, err := check.Judge(c.session, solution, answer, encode)
	if err != nil {
		return nil, fmt.Errorf("the solution of %s has no such number on these data: %w", check.Number, err)
	}
	c.session.SetCheck(check.Number, string(v.State))
	return c.verdictOutput(v), nil
}

// isExercise is the number of an exercise, 0 if the word is none.
func (c *call) isExercise(word string) int {
	all, err := course.Exercises()
	if err != nil {
		return 0
	}
	for _, x := range all {
		if word == fmt.Sprint(x.Number) {
			return x.Number
		}
	}
	return 0
}

// solve runs a solution in a session of its own, as far as the names need it, with the learner's parameters in the place
// of the script's.
func (c *call) solve(s *session.Session, script string, names []string) error {
	s.NoFigures = true
	magics, _, err := lang.Split(script, Ours)
	if err != nil {
		return err
	}
	magics = needed(magics, names)
	for i := range magics {
		if err := Execute(c.ctx, s, magics[i:i+1], func(Output) {}); err != nil {
			if ctx := c.ctx.Err(); ctx != nil {
				return ctx
			}
			return wordError(c.stmt, c.stmt.NameAt, "the solution does not run on these data: %s", err)
		}
		for _, name := range c.session.ParameterNames() {
			if value, err := c.session.Parameter(name); err == nil {
				s.SetParameter(name, value)
			}
		}
	}
	return nil
}

// needed leaves out estimations that none of the names rests on: a check of a mean need not wait for a bootstrap. Lines
// about panels and variables all stay.
func needed(magics []lang.Statement, names []string) []lang.Statement {
	need := map[string]bool{}
	for _, n := range names {
		need[n] = true
	}
	var kept []lang.Statement
	for i := len(magics) - 1; i >= 0; i-- {
		m := magics[i]
		as, named := m.Key("as")
		data := m.Name == "panel" || m.Name == "gen" || m.Name == "param"
		if !data && named && !need[as.Value] {
			continue
		}
		for _, a := range m.Args {
			need[a.Value] = true // more names than need be, never too few
		}
		kept = append(kept, m)
	}
	slices.Reverse(kept)
	return kept
}

// Solve runs the solution that leads to a check from a folder, for those who write the solutions' notebooks.
func Solve(ctx context.Context, dir string, x *course.Exercise, check *course.Check) (*session.Session, error) {
	c := &call{ctx: ctx, session: session.New(dir), stmt: &lang.Statement{Name: "check"}}
	s := session.New(dir)
	return s, c.solve(s, x.Solution(check), check.Needs())
}

// Expected is a check's answer as it stands on the line, "" where the session holds it.
func Expected(check *course.Check, solution *session.Session) (string, error) {
	return check.Expected(solution, encode)
}

// marks of the states, with a sign so that colour is not all that tells them apart.
var marks = map[course.State]struct{ sign, en, zh, colour string }{
	course.Correct: {"✓", "correct", "正确", "#1b7f4b"},
	course.Wrong:   {"✗", "not yet", "尚未正确", "#b3441e"},
	course.Open:    {"○", "open", "待完成", "#5b6470"},
}

func (c *call) verdictOutput(v *course.Verdict) *Output {
	m := marks[v.State]
	about := c.pick(v.Check.About.EN, v.Check.About.ZH)
	r := &CheckResult{Check: v.Check.Number, About: about, State: v.State, Findings: []CheckFinding{}}
	head := fmt.Sprintf("%s %s %s%s%s", m.sign, v.Check.Number, about, c.pick(": ", "："), c.pick(m.en, m.zh))
	var text, page strings.Builder
	text.WriteString(head + "\n")
	fmt.Fprintf(&page, `<div class="didnb-check" style="border-left:4px solid %s;padding:.3em .8em;margin:.3em 0"><p style="margin:0"><strong>%s</strong></p>`, m.colour, html.EscapeString(head))
	if len(v.Findings) > 0 {
		page.WriteString(`<ul style="margin:.3em 0 0 1.2em;padding:0">`)
	}
	for _, f := range v.Findings {
		line := c.pick(f.Say.EN, f.Say.ZH)
		if !strings.HasSuffix(line, "?") && !strings.HasSuffix(line, "？") {
			line = sentence(line, wordingOf(c.session.Language()))
		}
		r.Findings = append(r.Findings, CheckFinding{f.Code, line})
		text.WriteString("  – " + line + "\n")
		page.WriteString("<li>" + html.EscapeString(line) + "</li>")
	}
	if len(v.Findings) > 0 {
		page.WriteString("</ul>")
	}
	page.WriteString("</div>\n")
	return &Output{Text: text.String(), HTML: page.String(), Kind: "check", Result: r}
}

// CheckList is the state of several checks as eval --json tells it.
type CheckList struct {
	Checks  []CheckResult `json:"checks"`
	Correct int           `json:"correct"`
}

// listChecks shows the checks of an exercise, of all if it is 0, and how each came out last in this session.
func (c *call) listChecks(exercise int) (*Output, error) {
	all, err := course.Exercises()
	if err != nil {
		return nil, err
	}
	l := wordingOf(c.session.Language())
	g := newGrid(l.Pick("check", "编号"), l.Pick("asks for", "内容"), l.Pick("state", "状态"))
	list := &CheckList{Checks: []CheckResult{}}
	for _, x := range all {
		if exercise != 0 && x.Number != exercise {
			continue
		}
		for _, k := range x.Checks() {
			state := course.State(c.session.CheckState(k.Number))
			if state == "" {
				state = course.Open
			}
			if state == course.Correct {
				list.Correct++
			}
			m := marks[state]
			about := c.pick(k.About.EN, k.About.ZH)
			list.Checks = append(list.Checks, CheckResult{Check: k.Number, About: about, State: state, Findings: []CheckFinding{}})
			g.add(k.Number, table.Words(about), table.Words(m.sign+" "+c.pick(m.en, m.zh)))
		}
	}
	g.options = table.GridOptions{Title: l.Pick("Checks of the workshop", "课程检查项"), Language: l,
		Notes: []string{fmt.Sprintf(l.Pick("%d of %d correct in this session.", "本次会话中 %d / %d 项正确。"), list.Correct, len(list.Checks))}}
	out := c.tableOutput(g.table())
	out.Kind, out.Result = "checks", list
	return out, nil
}
