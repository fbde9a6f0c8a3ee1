package table

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// LaTeX writes a table environment of plain booktabs: no siunitx, no package but booktabs (and ctex or another way to
// Chinese characters where there are any). A column of numbers is set as two that meet at the point, r@{}l.
type LaTeX struct{}

func latexNotation(l wording.Language) notation {
	return notation{minus: "$-$", thousands: l.Pick(",", `\,`), missing: "---", infinity: `$\infty$`,
		power: func(d, e string) string { return d + `$\times10^{` + e + `}$` }}
}

// Write writes the table as LaTeX.
func (LaTeX) Write(w io.Writer, t *Table) error {
	l := t.lay(latexNotation(t.Language), true)
	var b strings.Builder
	b.WriteString("\\begin{table}[htbp]\n\\centering\n")
	if _, title := t.captionParts(); title != "" { // LaTeX counts its tables itself
		fmt.Fprintf(&b, "\\caption{%s}\n\\smallskip\n", latexText(title))
	}
	first := make([]int, len(l.columns)+1) // the tabular's column that each of ours starts in
	spec := ""
	for i, m := range l.columns {
		s, n := latexColumn(m)
		spec += s
		first[i+1] = first[i] + n
	}
	fmt.Fprintf(&b, "\\begin{tabular}{@{}%s@{}}\n\\toprule\n", spec)
	for i, ln := range l.head {
		latexLine(&b, l, ln, first)
		if i < len(l.head)-1 && spans(ln) {
			latexSpanRules(&b, ln, first)
		}
	}
	if len(l.head) > 0 {
		b.WriteString("\\midrule\n")
	}
	for i, ln := range l.body {
		if ln.rule && i > 0 {
			b.WriteString("\\midrule\n")
		}
		latexLine(&b, l, ln, first)
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n")
	if n := t.Note(); n != "" {
		fmt.Fprintf(&b, "\\par\\smallskip\n\\begin{minipage}{\\linewidth}\n\\footnotesize %s\n\\end{minipage}\n", latexText(minuses(n)))
	}
	b.WriteString("\\end{table}\n")
	packages := "booktabs"
	if t.Language == wording.Chinese || HasHan(b.String()) {
		packages = "booktabs and ctex"
	}
	_, err := fmt.Fprintf(w, "%% needs %s\n%s", packages, b.String())
	return err
}

// latexColumn is a column's letters in the tabular and their number: l, c, r, or r@{}l for each part of a number.
func latexColumn(m metrics) (string, int) {
	switch {
	case m.align == Left:
		return "l", 1
	case m.align == Right:
		return "r", 1
	case m.align == Decimal && len(m.parts) == 1:
		return "r@{}l", 2
	case m.align == Decimal && len(m.parts) == 2:
		return "r@{}l@{ }r@{}l", 4
	}
	return "c", 1
}

func latexLine(b *strings.Builder, l *layout, ln line, first []int) {
	var cells []string
	for _, x := range ln.boxes {
		cells = append(cells, latexBox(l, x, first))
	}
	row := strings.Join(cells, " & ")
	if strings.HasPrefix(row, "[") || strings.HasPrefix(row, "*") { // the \\ before would take it as its argument
		row = "{}" + row
	}
	b.WriteString(row + ` \\` + "\n")
}

func latexBox(l *layout, x box, first []int) string {
	columns := first[x.column+x.span] - first[x.column]
	if x.byPoint() {
		var fields []string
		for _, p := range x.parts {
			fields = append(fields, p.lead, strings.ReplaceAll(p.tail, " ", "~")+latexStars(p.stars))
		}
		for len(fields) < columns {
			fields = append(fields, "")
		}
		return strings.Join(fields, " & ")
	}
	s := latexText(x.text)
	if x.group && s != "" {
		s = `\textit{` + s + "}"
	}
	if x.parts != nil {
		s = x.inline(latexStars)
	}
	if x.italic && s != "" {
		s = `\textit{` + s + "}"
	}
	if x.group { // a heading over rows, flush with the rules
		return fmt.Sprintf(`\multicolumn{%d}{@{}l@{}}{%s}`, columns, s)
	}
	letter := map[Align]string{Left: "l", Right: "r"}[x.align]
	if letter == "" {
		letter = "c"
	}
	if own, n := latexColumn(l.columns[x.column]); n == columns && own == letter {
		return s
	}
	if s == "" {
		return strings.Repeat(" & ", columns-1)
	}
	return fmt.Sprintf(`\multicolumn{%d}{%s}{%s}`, columns, letter, s)
}

func latexStars(n int) string {
	if n == 0 {
		return ""
	}
	return "$^{" + stars(n) + "}$"
}

func latexSpanRules(b *strings.Builder, ln line, first []int) {
	for _, x := range ln.boxes {
		if x.span > 1 && !x.blank() {
			fmt.Fprintf(b, "\\cmidrule(lr){%d-%d}", first[x.column]+1, first[x.column+x.span])
		}
	}
	b.WriteString("\n")
}

// latexSigns are the characters that LaTeX reads as commands, and those that its default fonts lack.
var latexSigns = map[rune]string{
	'\\': `\textbackslash{}`, '{': `\{`, '}': `\}`, '$': `\$`, '&': `\&`, '%': `\%`, '#': `\#`, '_': `\_`,
	'~': `\textasciitilde{}`, '^': `\textasciicircum{}`, '<': `\textless{}`, '>': `\textgreater{}`, '|': `\textbar{}`,
	'"': `''`, '×': `$\times$`, '−': `$-$`, '≤': `$\leq$`, '≥': `$\geq$`, '²': `$^2$`, '³': `$^3$`, '±': `$\pm$`, '≠': `$\neq$`,
	'≈': `$\approx$`, '→': `$\to$`, '∞': `$\infty$`, '\u202f': `\,`, '\u00a0': "~", '\u2007': `\phantom{0}`,
	'…': `\ldots{}`, 'ε': `$\varepsilon$`, 'θ': `$\theta$`, 'κ': `$\kappa$`, 'λ': `$\lambda$`, 'π': `$\pi$`, 'ρ': `$\rho$`, 'τ': `$\tau$`, 'φ': `$\varphi$`, 'ω': `$\omega$`,
	'α': `$\alpha$`, 'β': `$\beta$`, 'γ': `$\gamma$`, 'δ': `$\delta$`, 'Δ': `$\Delta$`, 'μ': `$\mu$`, 'σ': `$\sigma$`, 'χ': `$\chi$`,
	'—': "---", '–': "--",
}

func latexText(s string) string {
	var b strings.Builder
	for _, r := range s {
		if sign, ok := latexSigns[r]; ok {
			b.WriteString(sign)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// HasHan tells whether there are Chinese characters in a text, which LaTeX prints with ctex only.
func HasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// EscapeLaTeX writes text so that LaTeX prints it.
func EscapeLaTeX(s string) string { return latexText(oneLine(s)) }
