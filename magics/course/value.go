package course

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/session"
)

// number is an answer as written.
type number struct {
	value    float64
	decimals int
}

var numeral = regexp.MustCompile(`^[+-]?(\d+(?:\.(\d*))?|\.(\d+))(%?)$`)

// A comma stands before decimals unless it can stand before thousands.
var (
	decimalComma = regexp.MustCompile(`^[+-]?\d+,\d+%?$`)
	thousands    = regexp.MustCompile(`^[+-]?[1-9]\d{0,2},\d{3}%?$`)
)

// parseNumber reads 0.042, 0,042, -1,234.5, −3 or 4.2%, full-width signs and digits included; ok is false for what is none of them.
func parseNumber(s string) (n number, ok bool) {
	s = strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, strings.NewReplacer("，", ",", "−", "-", "－", "-", "＋", "+", "％", "%", "．", ".").Replace(strings.TrimSpace(s)))
	if decimalComma.MatchString(s) && !thousands.MatchString(s) {
		s = strings.Replace(s, ",", ".", 1)
	}
	s = strings.ReplaceAll(s, ",", "")
	m := numeral.FindStringSubmatch(s)
	if m == nil {
		return n, false
	}
	n.decimals = len(m[2]) + len(m[3])
	x, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil {
		return n, false
	}
	if m[4] == "%" {
		x, n.decimals = x/100, n.decimals+2
	}
	n.value = x
	return n, true
}

// rounds tells whether the number is x, rounded to the decimals it is written with.
func (n number) rounds(x float64) bool {
	return math.Abs(n.value-x) <= 0.5*math.Pow10(-n.decimals)*(1+1e-9)+1e-12*math.Abs(x)
}

// agrees tells whether the number and x round to the same decimals: more digits than were asked for may differ.
func (n number) agrees(x float64, digits int) bool {
	p := math.Pow10(digits)
	return math.Abs(math.Round(n.value*p)-math.Round(x*p)) < 0.5
}

// close tells whether the number lies within a few units of the last decimal asked for.
func (n number) close(x float64, digits int) bool {
	return math.Abs(n.value-x) <= 2.5*math.Pow10(-digits)
}

// Expected is the number that the solution gives, for the solutions' notebooks.
func (c *Check) Expected(solution *session.Session, encode Encode) (string, error) {
	nums, err := c.numbers(solution, encode)
	if err != nil {
		return "", err
	}
	switch c.Kind {
	case Value:
		x, err := compute(nums, c.Want)
		return strconv.FormatFloat(x, 'f', c.Digits, 64), err
	case YesNo:
		x, err := compute(nums, c.Want)
		if x != 0 {
			return "yes", err
		}
		return "no", err
	case Largest:
		best, at := math.Inf(-1), ""
		for _, p := range c.Picks {
			x, err := compute(nums, p.want)
			if err != nil {
				return "", err
			}
			if x > best {
				best, at = x, p.word
			}
		}
		return at, nil
	}
	return "", nil
}

func (c *Check) judgeValue(v *Verdict, solution *session.Session, answer string, encode Encode) error {
	if answer == "" {
		if c.Digits == 0 {
			v.open("no answer yet: write the whole number behind %%check %s", "尚未作答：请把整数写在 %%check %s 之后", c.Number)
			return nil
		}
		v.open("no answer yet: write the number behind %%check %[1]s, with at least %[2]d decimals", "尚未作答：请把数值写在 %%check %[1]s 之后，至少保留 %[2]d 位小数", c.Number, c.Digits)
		return nil
	}
	given, ok := parseNumber(answer)
	if !ok {
		v.add("number", "%q is no number", "“%s”不是数值", answer)
		return nil
	}
	nums, err := c.numbers(solution, encode)
	if err != nil {
		return err
	}
	x, err := compute(nums, c.Want)
	if err != nil {
		return err
	}
	switch {
	case given.decimals >= c.Digits && (given.rounds(x) || c.Digits > 0 && given.agrees(x, c.Digits)):
		return nil
	case given.rounds(x) && x != 0 && given.decimals > 0 || given.rounds(x) && math.Abs(x) >= 10:
		v.add("rounding", "right as far as it goes: the task asks for %d decimals", "已写出的数位正确，但题目要求保留 %d 位小数", c.Digits)
		return nil
	}
	for _, t := range c.Traps {
		y, err := compute(nums, t.want)
		if err != nil {
			return err
		}
		exact := given.decimals >= min(c.Digits, 2) || y == math.Trunc(y) // a count needs no decimals
		if exact && given.rounds(y) && !given.rounds(x) {
			v.Findings = append(v.Findings, Finding{"other", t.say})
			return nil
		}
	}
	minus := number{-given.value, given.decimals}
	large, small := number{given.value / 100, given.decimals + 2}, number{given.value * 100, max(given.decimals-2, 0)}
	switch {
	case x != 0 && given.decimals > 0 && minus.rounds(x):
		v.add("sign", "the size is right, the sign is not", "数值大小正确，符号不对")
	case c.Digits > 0 && given.close(x, c.Digits) && given.decimals >= c.Digits:
		v.add("rounding", "close, but not what the solution rounds to: was an intermediate number rounded, or the last digit cut off?", "很接近，但与答案的舍入结果不一致：是否对中间结果做了舍入，或直接截去了末位？")
	case given.value != 0 && large.rounds(x), given.value != 0 && given.decimals > 2 && small.rounds(x):
		v.add("unit", "off by a factor of 100: percent or share?", "相差 100 倍：应写百分数还是比例？")
	default:
		v.Findings = append(v.Findings, Finding{"value", c.Hint})
		if x != 0 && given.value != 0 && (given.value/x > 5 || given.value/x < 0.2) && given.value/x > 0 {
			v.add("size", "not even the size is right", "数量级也不对")
		}
	}
	return nil
}

func (c *Check) judgeYesNo(v *Verdict, solution *session.Session, answer string, encode Encode) error {
	said := map[string]string{"yes": "yes", "y": "yes", "no": "no", "n": "no", "是": "yes", "能": "yes", "否": "no", "不": "no", "不能": "no", "不是": "no"}[strings.ToLower(answer)]
	switch {
	case answer == "":
		v.open("no answer yet: write yes or no behind %%check %s", "尚未作答：请在 %%check %s 之后写“是”或“否”", c.Number)
		return nil
	case said == "":
		v.add("word", "%q is neither yes nor no", "“%s”既不是“是”也不是“否”", answer)
		return nil
	}
	want, err := c.Expected(solution, encode)
	if err == nil && want != said {
		v.Findings = append(v.Findings, Finding{"value", c.Hint})
	}
	return err
}

func (c *Check) judgeLargest(v *Verdict, solution *session.Session, answer string, encode Encode) error {
	var words []string
	known := false
	for _, p := range c.Picks {
		words = append(words, p.word)
		known = known || strings.EqualFold(p.word, answer)
	}
	switch {
	case answer == "":
		v.open("no answer yet: write one of %[2]s behind %%check %[1]s", "尚未作答：请在 %%check %[1]s 之后写出 %[2]s 中的一个", c.Number, list(words))
		return nil
	case !known:
		v.add("word", "%q is none of %s", "“%s”不在 %s 之中", answer, list(words))
		return nil
	}
	want, err := c.Expected(solution, encode)
	if err == nil && !strings.EqualFold(want, answer) {
		v.Findings = append(v.Findings, Finding{"value", c.Hint})
	}
	return err
}
