package course

import (
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/session"
)

// State is how far an answer is.
type State string

// The states of a check.
const (
	Open    State = "open"    // nothing to judge yet
	Wrong   State = "wrong"   // something is not right, or not there
	Correct State = "correct" // as the solution has it
)

// Finding is one thing to say about an answer. Code names the kind of mistake: sample, vcov, effects, outcome …
type Finding struct {
	Code string
	Say  Text
}

// Verdict is what a check finds.
type Verdict struct {
	Check    *Check
	State    State
	Findings []Finding
}

func (v *Verdict) add(code, en, zh string, args ...any) {
	v.Findings = append(v.Findings, Finding{code, say(en, zh, args...)})
}

// say fills the same values into both languages; the Chinese may take them in another order by %[2]s.
func say(en, zh string, args ...any) Text {
	if len(args) == 0 {
		return Text{en, zh}
	}
	return Text{fmt.Sprintf(en, args...), fmt.Sprintf(zh, args...)}
}

// Encode writes a result as the JSON of eval, where what is not finite is null.
type Encode func(any) ([]byte, error)

// Judge compares a learner's session, and the answer given on the line, with the session that the solution has left.
// The error is one of the exercise itself: on these data the solution has no such number.
func (c *Check) Judge(learner, solution *session.Session, answer string, encode Encode) (*Verdict, error) {
	v := &Verdict{Check: c}
	var err error
	switch c.Kind {
	case Value:
		err = c.judgeValue(v, solution, answer, encode)
	case YesNo:
		err = c.judgeYesNo(v, solution, answer, encode)
	case Largest:
		err = c.judgeLargest(v, solution, answer, encode)
	case Result:
		err = c.judgeResult(v, learner, solution, encode)
	case Variable:
		err = c.judgeVariable(v, learner, solution)
	case Whole:
		err = c.judgePanel(v, learner, solution)
	}
	if err != nil {
		return nil, err
	}
	if v.State == "" {
		v.State = Correct
		if len(v.Findings) > 0 {
			v.State = Wrong
		}
	}
	return v, nil
}

// open is the verdict where there is nothing to judge.
func (v *Verdict) open(en, zh string, args ...any) {
	v.State = Open
	v.add("missing", en, zh, args...)
}

// list joins names, the first six of many.
func list(names []string) string {
	if len(names) > 6 {
		names = append(append([]string{}, names[:6]...), "…")
	}
	return strings.Join(names, ", ")
}
