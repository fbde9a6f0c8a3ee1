package lang

import "slices"

// gonbNames are the special commands of GoNB v0.11 (its %help page and specialcmd.go): none of ours may hide one.
var gonbNames = []string{
	"args", "autoget", "bash", "capture", "cd", "env", "exec", "goflags", "goworkfix", "help", "list", "ls", "main",
	"noautoget", "remove", "reset", "rm", "script", "sh", "test", "track", "untrack", "version", "wasm", "widgets",
	"widgets_hb", "with_inputs", "with_password", "writefile",
}

// IsGoNB tells whether %name is a command of GoNB.
func IsGoNB(name string) bool { return slices.Contains(gonbNames, name) }

// GoNBNames lists the commands of GoNB in alphabetical order.
func GoNBNames() []string { return slices.Clone(gonbNames) }

// isForeignCell tells a cell whose content is no Go: GoNB hands it to a program or writes it to a file.
func isForeignCell(firstLine string) bool {
	word := firstLine
	for i, c := range firstLine {
		if isBlank(c) {
			word = firstLine[:i]
			break
		}
	}
	return slices.Contains([]string{"%%writefile", "%%script", "%%bash", "%%sh"}, word)
}
