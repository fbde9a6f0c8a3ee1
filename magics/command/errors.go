package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/design"
	"github.com/seed2d25c7c2/didnb/didkit/did"
	"github.com/seed2d25c7c2/didnb/didkit/evaluate"
	"github.com/seed2d25c7c2/didnb/didkit/formula"
	"github.com/seed2d25c7c2/didnb/didkit/hetero"
	"github.com/seed2d25c7c2/didnb/didkit/mediate"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/regress"
	"github.com/seed2d25c7c2/didnb/didkit/vcov"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// wordError is the diagnostic of a word of a statement.
func wordError(m *lang.Statement, where lang.Range, format string, args ...any) *lang.Diagnostic {
	return &lang.Diagnostic{Summary: fmt.Sprintf(format, args...), Where: where, Source: m.LineText(where.Line)}
}

// inText is an error whose spans count in a part of the line: the formula, an expression, a value.
type inText struct {
	text lang.Text
	err  error
}

func (e *inText) Error() string { return e.err.Error() }
func (e *inText) Unwrap() error { return e.err }

// within says that err arose from text; nil stays nil.
func within(text lang.Text, err error) error {
	if err == nil {
		return nil
	}
	return &inText{text, err}
}

// diagnostic gives an error of a statement its place in the line. data is the panel's name, "" if none was in play.
func diagnostic(m *lang.Statement, data string, err error) *lang.Diagnostic {
	var d *lang.Diagnostic
	if errors.As(err, &d) {
		return d
	}
	d = &lang.Diagnostic{Summary: err.Error(), Where: m.NameAt, Cause: err}
	if errors.Is(err, context.Canceled) {
		d.Summary, d.Source = "interrupted in %"+m.Name, m.LineText(d.Where.Line)
		return d
	}
	var part *inText
	if errors.As(err, &part) && part.text.Len() > 0 {
		d.Where = part.text.All()
	}
	if span, ok := spanOf(err); ok && part != nil {
		d.Where = placeOf(part.text, span)
	} else if word := subject(err); word != "" {
		d.Where = locate(m, word, d.Where)
	} else if key := keyAtFault(m, err); key.Key != "" {
		d.Where = key.Text.All()
	}
	var unknown *panel.UnknownVariable
	var name *session.UnknownName
	switch {
	case errors.As(err, &unknown):
		d.Suggestions = unknown.Nearest
		d.Summary = inPanel(unknown, data)
	case errors.As(err, &name):
		d.Suggestions = name.Nearest
	}
	d.Source = m.LineText(d.Where.Line)
	return d
}

// spanOf is the stretch of the formula or expression that an error points at.
func spanOf(err error) (formula.Span, bool) {
	var syntax *formula.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Span, true
	}
	var eval *evaluate.Error
	if errors.As(err, &eval) {
		return eval.Span, true
	}
	return formula.Span{}, false
}

// subject is the name that an error without a span is about: the word to point at. "" if it is about none.
func subject(err error) string {
	var (
		unknown   *panel.UnknownVariable
		text      *panel.NotNumeric
		name      *session.UnknownName
		variation *regress.NoVariation
		binary    *did.NotBinary
		treated   *did.NoTreated
		dose      *did.NeverZeroDose
		reversal  *did.Reversal
		weight    *design.BadWeight
		level     *design.NoLevel
		cluster   *design.MissingCluster
		clusters  *vcov.TooFewClusters
		index     *panel.MissingIndex
		separated *regress.Separation
		term      *regress.UnknownTerm
		mediator  *mediate.BadMediator
		bin       *hetero.EmptyBin
	)
	switch {
	case errors.As(err, &unknown):
		return unknown.Name
	case errors.As(err, &text):
		return text.Variable.Name
	case errors.As(err, &name):
		return name.Name
	case errors.As(err, &variation):
		return variation.Variable
	case errors.As(err, &binary):
		return binary.Variable
	case errors.As(err, &treated):
		return treated.Variable
	case errors.As(err, &dose):
		return dose.Dose
	case errors.As(err, &reversal):
		return reversal.Variable
	case errors.As(err, &weight):
		return weight.Variable
	case errors.As(err, &level):
		return level.Variable
	case errors.As(err, &cluster):
		return cluster.Variable
	case errors.As(err, &clusters):
		return clusters.Variable
	case errors.As(err, &index):
		return index.Variable
	case errors.As(err, &separated):
		return bareName(separated.Term)
	case errors.As(err, &term):
		return bareName(term.Term)
	case errors.As(err, &mediator):
		return mediator.Mediator
	case errors.As(err, &bin):
		return bin.Bin.Label()
	}
	return ""
}

// aboutErrors tells whether it is the covariance asked for that can't be had.
func aboutErrors(err error) bool {
	var (
		lag      *vcov.BadLag
		place    *vcov.BadCoordinate
		twice    *vcov.TwicePeriod
		crossing *vcov.TooManyCrossing
		none     *vcov.NeedsRegression
		weighted *vcov.WeightedModel
		wild     *did.NoWildBootstrap
		not      *did.NoErrors
	)
	return errors.As(err, &lag) || errors.As(err, &place) || errors.As(err, &twice) || errors.As(err, &crossing) || errors.As(err, &none) ||
		errors.As(err, &weighted) || errors.As(err, &wild) || errors.As(err, &not)
}

// keyAtFault is the argument that an error about a window, a reference, errors or permutations points at.
func keyAtFault(m *lang.Statement, err error) lang.Arg {
	var groups *hetero.NotTwoGroups
	if errors.As(err, &groups) {
		a, _ := m.Key("permute")
		return a
	}
	if aboutErrors(err) {
		a, _ := m.Key("vcov")
		return a
	}
	var window *did.WindowError
	if !errors.As(err, &window) {
		return lang.Arg{}
	}
	if a, ok := m.Key("ref"); ok && strings.Contains(window.Message, "reference") {
		return a
	}
	a, _ := m.Key("window")
	return a
}

// placeOf is where a span of the text stands; an empty span at the end points behind the last rune.
func placeOf(t lang.Text, span formula.Span) lang.Range {
	return t.Range(span.Start, max(span.End, span.Start))
}

// inPanel is the sentence of an unknown variable with the panel's name in it.
func inPanel(e *panel.UnknownVariable, data string) string {
	if data == "" {
		return e.Error()
	}
	plain := &panel.UnknownVariable{Name: e.Name}
	return plain.Error() + " in " + data + e.Error()[len(plain.Error()):]
}

// locate finds a name as a whole word in the statement; otherwise, if it does not stand there, the place given.
func locate(m *lang.Statement, name string, otherwise lang.Range) lang.Range {
	body, word := []rune(m.Body.String()), []rune(name)
	if len(word) == 0 {
		return otherwise
	}
	for i := 0; i+len(word) <= len(body); i++ {
		end := i + len(word)
		if string(body[i:end]) != name || i > 0 && isNameRune(body[i-1]) || end < len(body) && isNameRune(body[end]) {
			continue
		}
		if end < len(body) && body[end] == '=' && (end+1 == len(body) || body[end+1] != '=') {
			continue // a key of that name
		}
		return m.Body.Range(i, end)
	}
	return otherwise
}
