package session

import (
	"maps"
	"slices"
)

// SetCheck keeps how a check of the workshop came out: open, wrong or correct.
func (s *Session) SetCheck(number, state string) {
	if s.checks == nil {
		s.checks = map[string]string{}
	}
	s.checks[number] = state
}

// CheckState is how a check came out last, "" if it has not been tried.
func (s *Session) CheckState(number string) string { return s.checks[number] }

// CheckNumbers lists the checks that have been tried.
func (s *Session) CheckNumbers() []string { return slices.Sorted(maps.Keys(s.checks)) }
