package kernel

import "context"

// Language is the part of a notebook's language that runs in this process: the magics, on their session. Its methods
// are called from one goroutine.
type Language interface {
	// Run runs the cell's magics in turn, showing what each has to show as it is ready, and returns what the cell
	// leaves for Go, with magics blanked so that line numbers stay; blank if nothing is left. The error is that of the
	// magic that failed.
	Run(ctx context.Context, cell string, show func(Display)) (rest string, err error)

	// Rest is what Run would return, without running anything; it serves completion and inspection of Go code.
	Rest(cell string) string

	// Complete proposes what may stand at the cursor, a rune offset; ours is false if it stands in no magic.
	Complete(cell string, cursor int) (c Completion, ours bool)

	// Inspect tells about the word at the cursor; ours is false if it stands in no magic. An empty display means that
	// nothing is known.
	Inspect(cell string, cursor int) (d Display, ours bool)

	// Evaluate answers a user expression: the name of something that the session holds.
	Evaluate(expression string) (Display, error)

	// Failure is an error of Run or Evaluate as the client shows it.
	Failure(err error) Failure
}

// Display is one thing to show, in several forms by MIME type.
type Display struct {
	Data     map[string]any
	Metadata map[string]any
}

// Failure is an error as Jupyter shows it.
type Failure struct {
	Name      string   `json:"ename"`
	Value     string   `json:"evalue"`
	Traceback []string `json:"traceback"`
}

// Completion is what could stand in place of the runes from Start to before End.
type Completion struct {
	Start, End int
	Matches    []Match
}

// Match is one completion.
type Match struct {
	Text string
	Kind string // magic, key, variable …
	Doc  string // one line, may be ""
}
