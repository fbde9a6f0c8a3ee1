package session

import (
	"maps"
	"slices"

	"github.com/seed2d25c7c2/didnb/didkit/suggest"
)

// SetParameter keeps a parameter's value, which later lines read as ${name}.
func (s *Session) SetParameter(name, value string) {
	if s.parameters == nil {
		s.parameters = map[string]string{}
	}
	s.parameters[name] = value
}

// Parameter is a parameter's value; the error is an *UnknownName.
func (s *Session) Parameter(name string) (string, error) {
	if v, ok := s.parameters[name]; ok {
		return v, nil
	}
	all := s.ParameterNames()
	return "", &UnknownName{What: "parameter", Name: name, Nearest: suggest.Nearest(name, all), All: all}
}

// ParameterNames lists the parameters in alphabetical order.
func (s *Session) ParameterNames() []string { return slices.Sorted(maps.Keys(s.parameters)) }
