package mathml

import (
	"maps"
	"slices"
	"strings"
)

// identifiers are commands for letters and letter-like signs.
var identifiers = map[string]string{
	"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
	"theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
	"varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ",
	"varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
	"ell": "ℓ", "infty": "∞", "emptyset": "∅", "varnothing": "∅", "partial": "∂", "nabla": "∇", "hbar": "ℏ",
	"Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "prime": "′",
}

// uprights are letters that TeX sets upright: the Greek capitals, and the dots.
var uprights = map[string]string{
	"Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ",
	"Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
	"ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "dotsc": "…", "dotsb": "⋯",
}

// operators are relations, binary signs, arrows and punctuation.
var operators = map[string]string{
	"pm": "±", "mp": "∓", "times": "×", "cdot": "⋅", "div": "÷", "ast": "∗", "star": "⋆", "circ": "∘", "bullet": "∙",
	"le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "ll": "≪", "gg": "≫", "lt": "<", "gt": ">",
	"approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅", "equiv": "≡", "propto": "∝", "asymp": "≍", "doteq": "≐",
	"in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "cup": "∪", "cap": "∩",
	"setminus": "∖", "forall": "∀", "exists": "∃", "neg": "¬", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨",
	"perp": "⊥", "parallel": "∥", "mid": "∣", "nmid": "∤", "otimes": "⊗", "oplus": "⊕", "odot": "⊙", "bot": "⊥", "top": "⊤",
	"to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐",
	"Leftrightarrow": "⇔", "iff": "⟺", "implies": "⟹", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "longrightarrow": "⟶",
	"xrightarrow": "→", "colon": ":", "coloneqq": "≔", "triangleq": "≜", "prec": "≺", "succ": "≻", "dagger": "†",
}

// fences are the signs that \left and \right take, and that stand alone without stretching.
var fences = map[string]string{
	"{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋",
	"lceil": "⌈", "rceil": "⌉", "|": "‖", "Vert": "‖", "lVert": "‖", "rVert": "‖", "vert": "|", "lvert": "|", "rvert": "|",
	"lbrack": "[", "rbrack": "]", "backslash": `\`,
}

// largeOperators take limits above and below in display style; integrals take them beside.
var largeOperators = map[string]string{
	"sum": "∑", "prod": "∏", "coprod": "∐", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂", "bigvee": "⋁",
	"bigwedge": "⋀", "int": "∫", "iint": "∬", "oint": "∮",
}

// functions are names set upright; those in limitFunctions take limits below.
var functions = []string{
	"log", "ln", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan",
	"deg", "dim", "ker", "arg", "hom",
}

var limitFunctions = map[string]string{
	"max": "max", "min": "min", "sup": "sup", "inf": "inf", "lim": "lim", "limsup": "lim sup", "liminf": "lim inf",
	"Pr": "Pr", "det": "det", "gcd": "gcd", "plim": "plim", "argmax": "arg max", "argmin": "arg min",
}

// spaces are widths in em.
var spaces = map[string]string{
	",": "0.1667em", ":": "0.2222em", ">": "0.2222em", ";": "0.2778em", "!": "-0.1667em", " ": "0.25em", "quad": "1em", "qquad": "2em",
	"enspace": "0.5em", "thinspace": "0.1667em",
}

// accents stand over what follows; wide ones stretch.
var accents = map[string]struct {
	sign string
	wide bool
}{
	"hat": {"^", false}, "widehat": {"^", true}, "tilde": {"~", false}, "widetilde": {"~", true}, "bar": {"¯", false},
	"overline": {"¯", true}, "vec": {"→", false}, "overrightarrow": {"→", true}, "dot": {"˙", false}, "ddot": {"¨", false},
	"check": {"ˇ", false}, "breve": {"˘", false}, "acute": {"´", false}, "grave": {"`", false}, "overbrace": {"⏞", true},
}

// sizes of \big and its kin, as factors of the font's size.
var sizes = map[string]string{
	"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em",
}

// literal are escaped characters that stand for themselves.
var literal = map[string]string{"%": "%", "&": "&", "#": "#", "$": "$", "_": "_"}

// others are the commands that the parser handles by name.
var others = []string{
	"frac", "dfrac", "tfrac", "binom", "sqrt", "text", "textrm", "textit", "textbf", "mbox", "mathrm", "mathit", "mathbf",
	"boldsymbol", "bm", "mathcal", "mathscr", "mathbb", "mathsf", "operatorname", "left", "right", "middle", "begin", "end",
	"underline", "underbrace", "overset", "underset", "stackrel", "substack", "displaystyle", "textstyle", "limits",
	"nolimits", "phantom", "tag", "label", "nonumber", "notag", "not",
}

// commandNames lists every known command that is spelt in letters, for suggestions, in alphabetical order.
func commandNames() []string {
	names := slices.Clone(others)
	names = append(names, functions...)
	for _, m := range []map[string]string{identifiers, uprights, operators, fences, largeOperators, limitFunctions, spaces} {
		names = slices.AppendSeq(names, maps.Keys(m))
	}
	names = slices.AppendSeq(names, maps.Keys(accents))
	for s := range sizes {
		names = append(names, s, s+"l", s+"r", s+"m")
	}
	names = slices.DeleteFunc(names, func(s string) bool { return !isASCIILetter(s[0]) })
	slices.Sort(names)
	return slices.Compact(names)
}

// alphabets of Unicode's mathematical alphanumeric symbols: the code of A, a and 0 (0: none), and the letters that
// stood in Unicode before and have no code in the run.
type alphabet struct {
	upper, lower, digit rune
	greekUpper, greek   rune
	holes               map[rune]rune
}

var (
	boldAlphabet   = alphabet{upper: 0x1D400, lower: 0x1D41A, digit: 0x1D7CE, greekUpper: 0x1D6A8, greek: 0x1D6C2}
	boldItalic     = alphabet{upper: 0x1D468, lower: 0x1D482, digit: 0x1D7CE, greekUpper: 0x1D71C, greek: 0x1D736}
	scriptAlphabet = alphabet{upper: 0x1D49C, lower: 0x1D4B6, holes: map[rune]rune{'B': 'ℬ', 'E': 'ℰ', 'F': 'ℱ', 'H': 'ℋ',
		'I': 'ℐ', 'L': 'ℒ', 'M': 'ℳ', 'R': 'ℛ', 'e': 'ℯ', 'g': 'ℊ', 'o': 'ℴ'}}
	doubleStruck = alphabet{upper: 0x1D538, lower: 0x1D552, digit: 0x1D7D8, holes: map[rune]rune{'C': 'ℂ', 'H': 'ℍ', 'N': 'ℕ',
		'P': 'ℙ', 'Q': 'ℚ', 'R': 'ℝ', 'Z': 'ℤ'}}
	sansSerif = alphabet{upper: 0x1D5A0, lower: 0x1D5BA, digit: 0x1D7E2}
)

// apply writes a text in an alphabet; what the alphabet lacks stays.
func (a alphabet) apply(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case a.holes[r] != 0:
			return a.holes[r]
		case 'A' <= r && r <= 'Z':
			return a.upper + r - 'A'
		case 'a' <= r && r <= 'z':
			return a.lower + r - 'a'
		case '0' <= r && r <= '9' && a.digit != 0:
			return a.digit + r - '0'
		case 'Α' <= r && r <= 'Ω' && a.greekUpper != 0:
			return a.greekUpper + r - 'Α'
		case 'α' <= r && r <= 'ω' && a.greek != 0:
			return a.greek + r - 'α'
		}
		return r
	}, s)
}
