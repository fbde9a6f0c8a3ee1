package command

import (
	"slices"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// Command is one magic: what it says, takes and does. Parser checks, help, completion and inspection all read it.
type Command struct {
	Name     string // without %
	Synopsis string // what follows the name
	Short    string // what it does, one line
	ShortZH  string
	Help     string   // more, in paragraphs of plain text
	Words    Kind     // what the arguments without a key are
	Choices  []string // of words of Kind Choice
	Keys     []Key
	FreeKeys bool   // any other name=value is taken too: %param
	Example  string // a script that runs as it stands, from the folder above data/

	run func(c *call) (*Output, error)
}

// Key is one key=value of a magic.
type Key struct {
	Name    string
	Kind    Kind
	Choices []string          // of Kind Choice and ChoicesOf
	Refused map[string]string // choices of a like key that it does not take, each with what to write
	Default string            // in words, "" if there is none
	Doc     string
}

// Kind is what a value is: it decides how the value is checked and completed.
type Kind string

const (
	Nothing     Kind = ""           // no words are taken
	Plain       Kind = "text"       // anything
	Formula     Kind = "formula"    // y ~ x | unit + time
	Expression  Kind = "expression" // of %gen and if=
	Variable    Kind = "variable"
	Variables   Kind = "variables" // several, joined by commas in a value, by blanks in words
	NewName     Kind = "new name"  // of a variable, panel or result to be made
	PanelName   Kind = "panel"
	ResultName  Kind = "result"
	InFile      Kind = "file to read"
	OutFile     Kind = "file to write"
	Integer     Kind = "whole number"
	Number      Kind = "number"
	Flag        Kind = "true or false"
	Choice      Kind = "choice"
	ChoicesOf   Kind = "choices"   // several, joined by commas
	WindowOf    Kind = "window"    // -6:8
	VcovOf      Kind = "vcov"      // iid, hetero, cluster(city)
	InferenceOf Kind = "inference" // ri, fermanpinto(size=people)
	MagicName   Kind = "magic"
)

// key finds a key of the command.
func (c *Command) key(name string) (Key, bool) {
	i := slices.IndexFunc(c.Keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return c.Keys[i], true
}

func (c *Command) hasKey(name string) bool { _, ok := c.key(name); return ok }

// KeyNames lists the keys in the order of help.
func (c *Command) KeyNames() []string {
	names := make([]string, len(c.Keys))
	for i, k := range c.Keys {
		names[i] = k.Name
	}
	return names
}

// Lookup finds a magic by its name without %.
func Lookup(name string) (*Command, bool) {
	i := slices.IndexFunc(registry(), func(c *Command) bool { return c.Name == name })
	if i < 0 {
		return nil, false
	}
	return registry()[i], true
}

// Names lists the magics in the order of help, those not built yet included.
func Names() []string {
	var names []string
	for _, c := range registry() {
		names = append(names, c.Name)
	}
	return names
}

// Ours tells whether %name in a notebook cell is for us: a magic of ours, or a misspelt one that GoNB does not know
// either. Anything else is left to GoNB.
func Ours(name string) bool {
	if _, ok := Lookup(name); ok {
		return true
	}
	return !lang.IsGoNB(name) && len(nearestMagic(name)) > 0
}
