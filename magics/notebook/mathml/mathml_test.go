package mathml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

func inner(t *testing.T, tex string, display bool) string {
	t.Helper()
	e, err := Translate(tex, display)
	if err != nil {
		t.Fatalf("%s: %v", tex, err)
	}
	_, rest, _ := strings.Cut(e.MathML, ">")
	return strings.TrimSuffix(rest, "</math>")
}

func TestTranslate(t *testing.T) {
	tests := []struct{ tex, want string }{
		{`x`, `<mi>x</mi>`},
		{`3.14`, `<mn>3.14</mn>`},
		{`5,364`, `<mn>5,364</mn>`},
		{`f(1,2)`, `<mrow><mi>f</mi><mo stretchy="false">(</mo><mn>1</mn><mo>,</mo><mn>2</mn><mo stretchy="false">)</mo></mrow>`},
		{`x_{it}`, `<msub><mi>x</mi><mrow><mi>i</mi><mi>t</mi></mrow></msub>`},
		{`x^12`, `<mrow><msup><mi>x</mi><mn>1</mn></msup><mn>2</mn></mrow>`},
		{`\hat\beta_1'`, `<msubsup><mover accent="true"><mi>β</mi><mo stretchy="false">^</mo></mover><mn>1</mn><mo>′</mo></msubsup>`},
		{`x'^2`, `<msup><mi>x</mi><mrow><mo>′</mo><mn>2</mn></mrow></msup>`},
		{`a-b`, `<mrow><mi>a</mi><mo>−</mo><mi>b</mi></mrow>`},
		{`a < b & c`, ``}, // below, as an error
		{`\frac{a}{b}`, `<mfrac><mi>a</mi><mi>b</mi></mfrac>`},
		{`\frac12`, `<mfrac><mn>1</mn><mn>2</mn></mfrac>`},
		{`\sqrt[3]{x}`, `<mroot><mi>x</mi><mn>3</mn></mroot>`},
		{`\mathrm{DIA}_{it}`, `<msub><mi>DIA</mi><mrow><mi>i</mi><mi>t</mi></mrow></msub>`},
		{`\mathrm{d}x`, `<mrow><mi mathvariant="normal">d</mi><mi>x</mi></mrow>`},
		{`\operatorname{Var}(x)`, `<mrow><mi>Var</mi><mo>` + "\u2061" + `</mo><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo></mrow>`},
		{`\log x`, `<mrow><mi>log</mi><mo>` + "\u2061" + `</mo><mspace width="0.1667em"></mspace><mi>x</mi></mrow>`},
		{`k=-1`, `<mrow><mi>k</mi><mo>=</mo><mo form="prefix">−</mo><mn>1</mn></mrow>`},
		{`(-a)-b`, `<mrow><mo stretchy="false">(</mo><mo form="prefix">−</mo><mi>a</mi><mo stretchy="false">)</mo><mo>−</mo><mi>b</mi></mrow>`},
		{`\overline{ab}`, `<mrow style="border-top:0.06em solid;padding-top:0.12em"><mrow><mi>a</mi><mi>b</mi></mrow></mrow>`},
		{`\Bigr)^2`, `<msup><mpadded><mo stretchy="true" symmetric="true" minsize="1.8em" maxsize="1.8em" form="postfix">)</mo></mpadded><mn>2</mn></msup>`},
		{`\bigl(`, `<mo stretchy="false" mathsize="1.2em" form="prefix">(</mo>`},
		{`\log = 1`, `<mrow><mi>log</mi><mo>=</mo><mn>1</mn></mrow>`},
		{`\sum_{i=1}^N`, `<munderover><mo movablelimits="true">∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>N</mi></munderover>`},
		{`\sum\nolimits_i`, `<msub><mo>∑</mo><mi>i</mi></msub>`},
		{`\int_0^1`, `<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>`},
		{`\mathbb{E}[Y \mid X]`, `<mrow><mi>𝔼</mi><mo stretchy="false">[</mo><mi>Y</mi><mo>∣</mo><mi>X</mi><mo stretchy="false">]</mo></mrow>`},
		{`\mathbb{R}`, `<mi>ℝ</mi>`},
		{`\mathbf{X}\mathbf{1}\boldsymbol{\beta}\mathcal{N}`, `<mrow><mi>𝐗</mi><mn>𝟏</mn><mi>𝜷</mi><mi>𝒩</mi></mrow>`},
		{`\{t\}`, `<mrow><mo stretchy="false">{</mo><mi>t</mi><mo stretchy="false">}</mo></mrow>`},
		{`\left( x \right.`, `<mrow><mo fence="true" stretchy="true" form="prefix">(</mo><mi>x</mi><mo fence="true" stretchy="true" form="postfix"></mo></mrow>`},
		{`\Bigl(`, `<mo stretchy="true" symmetric="true" minsize="1.8em" maxsize="1.8em" form="prefix">(</mo>`},
		{`\text{ if } x`, "<mrow><mtext>\u00a0if\u00a0</mtext><mi>x</mi></mrow>"},
		{`\text{<b>\{x\}}`, `<mtext>&lt;b&gt;{x}</mtext>`},
		{`城市_i`, `<msub><mtext>城市</mtext><mi>i</mi></msub>`},
		{`a\,b\!c\quad d`, `<mrow><mi>a</mi><mspace width="0.1667em"></mspace><mi>b</mi><mspace width="-0.1667em"></mspace><mi>c</mi><mspace width="1em"></mspace><mi>d</mi></mrow>`},
		{`\overset{d}{\to}`, `<mover><mo>→</mo><mi>d</mi></mover>`},
		{`\not=`, "<mo>=\u0338</mo>"},
		{`5\%`, `<mrow><mn>5</mn><mo>%</mo></mrow>`},
		{`x % a comment` + "\n+ y", `<mrow><mi>x</mi><mo>+</mo><mi>y</mi></mrow>`},
		{`\begin{cases} 1 & a \\ 0 \end{cases}`, `<mrow><mo fence="true" stretchy="true" form="prefix">{</mo><mtable><mtr><mtd style="text-align:left"><mn>1</mn></mtd><mtd style="text-align:left"><mi>a</mi></mtd></mtr><mtr><mtd style="text-align:left"><mn>0</mn></mtd></mtr></mtable><mo fence="true" stretchy="true" form="postfix"></mo></mrow>`},
		{`\begin{aligned} a &= b \\ c &= d \\ \end{aligned}`, `<mtable displaystyle="true"><mtr><mtd style="text-align:right;padding-left:0;padding-right:0"><mi>a</mi></mtd><mtd style="text-align:left;padding-left:0;padding-right:0"><mo>=</mo><mi>b</mi></mtd></mtr><mtr><mtd style="text-align:right;padding-left:0;padding-right:0"><mi>c</mi></mtd><mtd style="text-align:left;padding-left:0;padding-right:0"><mo>=</mo><mi>d</mi></mtd></mtr></mtable>`},
		{`\displaystyle x + y`, `<mstyle displaystyle="true"><mi>x</mi><mo>+</mo><mi>y</mi></mstyle>`},
		{`{}^2`, `<msup><mrow></mrow><mn>2</mn></msup>`},
		{``, `<mrow></mrow>`},
	}
	for _, tt := range tests {
		if tt.want == "" {
			continue
		}
		if got := inner(t, tt.tex, false); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.tex, got, tt.want)
		}
	}
}

func TestDisplay(t *testing.T) {
	e, err := Translate("y_{it} = \\max_{x} \\beta \n \\tag{1}", true)
	if err != nil {
		t.Fatal(err)
	}
	if e.Tag != "1" {
		t.Errorf("tag %q, want 1", e.Tag)
	}
	for _, want := range []string{`<math display="block" alttext="y_{it} = \max_{x} \beta \tag{1}">`, `<munder><mi>max</mi><mi>x</mi></munder>`} {
		if !strings.Contains(e.MathML, want) {
			t.Errorf("no %s in %s", want, e.MathML)
		}
	}
	if got := inner(t, `\max_x`, false); got != `<msub><mi>max</mi><mi>x</mi></msub>` {
		t.Errorf("in running text: %s", got)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		tex, want string
		at        int
	}{
		{`a + \aplha`, `\aplha is not known; did you mean \alpha?`, 4},
		{`\frac{a`, `a brace, \left or \begin is not closed`, 7},
		{`a}`, `a brace is closed that was not opened`, 1},
		{`x^`, `a script lacks what it is to hold`, 2},
		{`x_1_2`, `a second subscript follows; use braces`, 3},
		{`a & b`, `& stands outside a table; write \& for the sign`, 2},
		{`a \\ b`, `\\ breaks a line outside a table; use \begin{aligned}`, 2},
		{`\left x`, `\left is followed by no bracket`, 6},
		{`\right)`, `\right stands without its beginning`, 0},
		{`\begin{tikz}\end{tikz}`, `\begin{tikz} is not known`, 0},
		{`\begin{cases}\end{matrix}`, `\begin{cases} is ended by \end{matrix}`, 25},
		{`\text x`, `\text needs a group in braces`, 6},
		{`\`, `a backslash ends the equation`, 0},
		{strings.Repeat("{", 200) + strings.Repeat("}", 200), `groups are nested too deeply`, 100},
		{"\xff", "the equation holds a character that is no text", 0},
	}
	for _, tt := range tests {
		_, err := Translate(tt.tex, false)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: no *Error but %v", tt.tex, err)
			continue
		}
		if e.Error() != tt.want || e.At != tt.at {
			t.Errorf("%s\ngot  %s at %d\nwant %s at %d", tt.tex, e, e.At, tt.want, tt.at)
		}
	}
}

// coreElements are those of MathML Core that the package writes.
var coreElements = []string{"math", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "mspace", "msqrt", "mstyle",
	"msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover"}

// arity is the number of children that an element must have.
var arity = map[string]int{"mfrac": 2, "mover": 2, "munder": 2, "munderover": 3, "msub": 2, "msup": 2, "msubsup": 3, "mroot": 2}

// checkMathML tells what is wrong with MathML: not well-formed, an element unknown to Core, a wrong number of children.
func checkMathML(s string) error {
	dec := xml.NewDecoder(strings.NewReader(s))
	type open struct {
		name string
		kids int
	}
	var stack []open
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			if !slices.Contains(coreElements, name) {
				return fmt.Errorf("<%s>", name)
			}
			if len(stack) > 0 {
				stack[len(stack)-1].kids++
			}
			stack = append(stack, open{name, 0})
		case xml.EndElement:
			top := stack[len(stack)-1]
			if n, fixed := arity[top.name]; fixed && top.kids != n {
				return fmt.Errorf("<%s> has %d children, not %d", top.name, top.kids, n)
			}
			stack = stack[:len(stack)-1]
		}
	}
}

func TestEveryCommandTranslates(t *testing.T) {
	for _, name := range commandNames() {
		tex := `\` + name + `{a}{b}`
		switch {
		case name == "left" || name == "right" || name == "middle":
			tex = `\left(a\middle|b\right)`
		case name == "begin" || name == "end":
			tex = `\begin{matrix}a\end{matrix}`
		case name == "limits" || name == "nolimits":
			tex = `\sum\` + name + `_i`
		case slices.Contains([]string{"big", "Big", "bigg", "Bigg"}, strings.TrimRight(name, "lrm")):
			tex = `\` + name + `(`
		}
		e, err := Translate(tex, true)
		if err != nil {
			t.Errorf("%s: %v", tex, err)
			continue
		}
		if err := checkMathML(e.MathML); err != nil {
			t.Errorf("%s: %v in %s", tex, err, e.MathML)
		}
	}
	for name := range environments {
		if _, err := Translate(`\begin{`+name+`}{c}a\end{`+name+`}`, true); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzTranslate(f *testing.F) {
	for _, s := range []string{`x_{it}^2'`, `\frac{\hat\beta}{\sqrt[3]{x}}`, `\begin{cases}1&a\\0\end{cases}`, `\left(\middle|\right.`,
		`\operatorname*{arg\,max}_x`, `\text{a<b}`, `\sum\limits_{i}^{N}`, `\Bigl\{`, `城市`, `\substack{a\\b}`, `\not\in`, `\tag{1}`, `5,364.0`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, tex string) {
		e, err := Translate(tex, true)
		if err != nil {
			var own *Error
			if !errors.As(err, &own) {
				t.Fatalf("%q: an error of another type: %v", tex, err)
			}
			return
		}
		if err := checkMathML(e.MathML); err != nil {
			t.Fatalf("%q: %v in %s", tex, err, e.MathML)
		}
	})
}

func ExampleTranslate() {
	e, _ := Translate(`\hat\beta`, false)
	fmt.Println(e.MathML)
	// Output: <math alttext="\hat\beta"><mover accent="true"><mi>β</mi><mo stretchy="false">^</mo></mover></math>
}
