package command

import "github.com/seed2d25c7c2/didnb/didkit/suggest"

// keyHints say how to write what other programs have a key or option for.
var keyHints = map[string]string{
	"cluster":   "vcov=cluster(…)",
	"cl":        "vcov=cluster(…)",
	"vce":       "vcov=",
	"se":        "vcov=",
	"robust":    "vcov=hetero",
	"r":         "vcov=hetero",
	"fe":        "| unit + time behind the formula",
	"absorb":    "| unit + time behind the formula",
	"controls":  "the controls into the formula",
	"unit":      "unit= in %panel load",
	"time":      "time= in %panel load",
	"subset":    "if=",
	"where":     "if=",
	"w":         "weights=",
	"ci":        "level=",
	"alpha":     "level=",
	"reference": "ref=",
}

// keyHint is what the message of an unknown key ends with: the nearest key, or how to say what another program's key says.
func keyHint(cmd *Command, key string) string {
	if near := suggest.Phrase(key, cmd.KeyNames()); near != "" && len(key) > 2 {
		return near
	}
	if hint, ok := keyHints[key]; ok && cmd.Words == Formula {
		return "; write " + hint
	}
	return suggest.Phrase(key, cmd.KeyNames())
}
