package page

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// mathNode is an equation in Markdown: inline between single dollars, displayed between double ones or as
// \begin{…} … \end{…}, as in Jupyter.
type mathNode struct {
	ast.BaseBlock
	inline  bool
	tex     string
	display bool
}

var kindMath = ast.NewNodeKind("Math")

func (n *mathNode) Kind() ast.NodeKind { return kindMath }

func (n *mathNode) Type() ast.NodeType {
	if n.inline {
		return ast.TypeInline
	}
	return ast.TypeBlock
}

func (n *mathNode) IsRaw() bool { return true }

func (n *mathNode) Dump(src []byte, level int) {
	ast.DumpHelper(n, src, level, map[string]string{"TeX": n.tex}, nil)
}

// mathBlockParser reads equations that begin a line, before Markdown sees a list or a heading in their lines.
type mathBlockParser struct{}

func (mathBlockParser) Trigger() []byte { return []byte{'$', '\\'} }

var environmentStart = []byte(`\begin{`)

func (mathBlockParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	start := bytes.TrimLeft(line, " ")
	n := &mathNode{display: true}
	var end string
	switch {
	case bytes.HasPrefix(start, []byte("$$")):
		end = "$$"
		start = start[2:]
	case bytes.HasPrefix(start, environmentStart):
		name, _, ok := bytes.Cut(start[len(environmentStart):], []byte("}"))
		if !ok {
			return nil, parser.NoChildren
		}
		end = `\end{` + string(name) + "}"
	default:
		return nil, parser.NoChildren
	}
	rest := reader.Source()[lineStart(reader)+len(line)-len(start):]
	at := bytes.Index(rest, []byte(end))
	if at < 0 || blankLine(rest[:at]) {
		return nil, parser.NoChildren
	}
	if end == "$$" {
		n.tex = string(rest[:at])
	} else {
		n.tex = string(rest[:at+len(end)])
	}
	// What follows on the closing line would be lost to the block: leave such an equation to the inline parser.
	tail := rest[at+len(end):]
	if nl := bytes.IndexByte(tail, '\n'); nl >= 0 {
		tail = tail[:nl]
	}
	if len(bytes.TrimSpace(tail)) > 0 {
		return nil, parser.NoChildren
	}
	for range strings.Count(string(rest[:at]), "\n") {
		reader.AdvanceLine()
	}
	reader.AdvanceToEOL()
	return n, parser.Close | parser.NoChildren
}

// lineStart is the offset of the current line's remaining part in the source.
func lineStart(reader text.Reader) int {
	_, segment := reader.PeekLine()
	return segment.Start
}

// blankLine tells whether a stretch holds an empty line, which ends every equation.
func blankLine(b []byte) bool {
	lines := bytes.Split(b, []byte("\n"))
	for i, l := range lines {
		if i > 0 && i < len(lines)-1 && len(bytes.TrimSpace(l)) == 0 {
			return true
		}
	}
	return false
}

func (mathBlockParser) Continue(ast.Node, text.Reader, parser.Context) parser.State {
	return parser.Close
}
func (mathBlockParser) Close(ast.Node, text.Reader, parser.Context) {}
func (mathBlockParser) CanInterruptParagraph() bool                 { return true }
func (mathBlockParser) CanAcceptIndentedLine() bool                 { return false }

// mathInlineParser reads $…$ and $$…$$ inside a paragraph. As in pandoc, a single dollar opens an equation only before
// something that is no blank and closes it only behind such and not before a digit: "$5 and $6" is money.
type mathInlineParser struct{}

func (mathInlineParser) Trigger() []byte { return []byte{'$'} }

func (mathInlineParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	double := bytes.HasPrefix(line, []byte("$$"))
	open := 1
	if double {
		open = 2
	}
	if len(line) <= open || !double && unicode.IsSpace(rune(line[open])) {
		return nil
	}
	startLine, startPos := block.Position()
	block.Advance(open)
	var tex bytes.Buffer
	for {
		line, _ := block.PeekLine()
		if line == nil {
			block.SetPosition(startLine, startPos)
			return nil
		}
		if end := closingDollar(line, double, tex.Bytes()); end >= 0 {
			tex.Write(line[:end])
			block.Advance(end + open)
			break
		}
		tex.Write(line)
		block.AdvanceLine()
	}
	if len(bytes.TrimSpace(tex.Bytes())) == 0 {
		block.SetPosition(startLine, startPos)
		return nil
	}
	return &mathNode{inline: true, tex: tex.String(), display: double}
}

// closingDollar is where the line closes the equation, -1 if it does not.
func closingDollar(line []byte, double bool, before []byte) int {
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\':
			i++
		case line[i] != '$':
		case double:
			if i+1 < len(line) && line[i+1] == '$' {
				return i
			}
		default:
			last := byte(' ')
			if i > 0 {
				last = line[i-1]
			} else if len(before) > 0 {
				last = before[len(before)-1]
			}
			blankBefore := unicode.IsSpace(rune(last))
			digitAfter := i+1 < len(line) && '0' <= line[i+1] && line[i+1] <= '9'
			if !blankBefore && !digitAfter {
				return i
			}
		}
	}
	return -1
}

func isWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
