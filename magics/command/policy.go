package command

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel"
	"github.com/seed2d25c7c2/didnb/didkit/policy"
	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/didkit/suggest"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

func policyCommand() *Command {
	return &Command{
		Name: "policy", Synopsis: "list [NAME] | join NAME [rule=province|listed] [city=VAR] [as=VAR]",
		Short: "tables of Chinese pilot policies, joined to a panel of cities", ShortZH: "中国试点政策名单及其与城市面板的连接",
		Words: Plain,
		Keys: []Key{
			{Name: "rule", Kind: Choice, Choices: []string{"province", "listed"}, Doc: "province: all cities of a pilot province are pilots from the earliest year; listed: only cities that a notice names. Needed where notices name provinces"},
			{Name: "city", Kind: Variable, Default: "the panel's unit", Doc: "variable with the cities' names or codes"},
			{Name: "parts", Kind: Flag, Default: "false", Doc: "true: a county or district that is a pilot makes a pilot of its city"},
			{Name: "redate", Kind: Plain, Doc: "years to count as others, joined by commas: 2012:2013 for a notice of November 2012"},
			{Name: "file", Kind: InFile, Doc: "a list of one's own in place of ours: CSV with the columns unit, year and perhaps level, source"},
			{Name: "as", Kind: NewName, Default: "the policy's name", Doc: "variable to make: 1 from the first year on, else 0; with _year behind it the first year"},
			{Name: "out", Kind: OutFile, Doc: "of list: .csv file to write the table or, for a policy without one, the template to"},
			dataKey,
		},
		Help: "list shows the policies here and, with a name, every unit with the notice it stands in and how far the row was verified. " +
			"join adds two variables to the panel: the first year and a 0/1 treatment.\n" +
			"Cities are found by name, with or without 市, by former names (襄樊 for 襄阳) and by codes of six or four digits. A city that is not found is listed with the nearest names, and both variables are missing in its rows. " +
			"Counties and districts that are pilots count for themselves, and for their city with parts=true only.\n" +
			"smart_city has no list that could be verified: list smart_city out=FILE writes a template to fill in, and join smart_city file=FILE joins it.",
		Example: "%policy list\n%panel load data/yearbook/employment.csv unit=地区 time=年份\n%policy join low_carbon rule=province as=lcc",
		run:     runPolicy,
	}
}

// PolicyList is the JSON of %policy list.
type PolicyList struct {
	Policies []policy.Policy `json:"policies"`
}

// PolicyJoin is the JSON of %policy join.
type PolicyJoin struct {
	Panel     string   `json:"panel"`
	Variables []string `json:"variables"`
	*policy.Joined
}

func runPolicy(c *call) (*Output, error) {
	words := c.stmt.Words()
	if len(words) == 0 {
		return nil, c.missing("%%policy needs list or join; %s", c.usage())
	}
	switch words[0].Value {
	case "list":
		return c.policyList(words[1:])
	case "join":
		return c.policyJoin(words[1:])
	}
	d := c.wordError(words[0], "%%policy takes list or join, not %q%s", words[0].Value, suggest.Phrase(words[0].Value, []string{"list", "join"}))
	d.Suggestions = suggest.Nearest(words[0].Value, []string{"list", "join"})
	return nil, d
}

// policyNamed is the policy that a word names.
func (c *call) policyNamed(w lang.Arg) (*policy.Policy, error) {
	p, err := policy.Find(w.Value)
	if err != nil {
		d := c.wordError(w, "%s", err.Error())
		d.Suggestions = suggest.Nearest(w.Value, policy.Names())
		return nil, d
	}
	return p, nil
}

func (c *call) policyList(words []lang.Arg) (*Output, error) {
	l := wordingOf(c.session.Language())
	for _, key := range []string{"rule", "city", "parts", "redate", "file", "as", "data"} {
		if a, ok := c.stmt.Key(key); ok {
			return nil, c.valueError(a, "%s= is for %%policy join", key)
		}
	}
	var t *table.Table
	result := &PolicyList{}
	content := ""
	switch len(words) {
	case 0:
		result.Policies = policy.All()
		t = policiesTable(result.Policies, l)
	case 1:
		p, err := c.policyNamed(words[0])
		if err != nil {
			return nil, err
		}
		result.Policies = []policy.Policy{*p}
		t = policyTable(p, l)
		if !p.ForJoin() {
			content = p.Template()
		}
	default:
		return nil, c.wordError(words[1], "%%policy list takes one policy, %q is a second", words[1].Value)
	}
	out := c.tableOutput(t)
	out.Kind, out.Result = "policies", result
	if a, ok := c.stmt.Key("out"); ok {
		if !strings.EqualFold(filepath.Ext(a.Value), ".csv") {
			return nil, c.valueError(a, "a list is written as .csv, not %q", filepath.Ext(a.Value))
		}
		if content == "" {
			content = table.Render(table.CSV{}, t)
		}
		if err := c.write(a, []byte(content)); err != nil {
			return nil, err
		}
		out.Text += "written to " + a.Value + "\n"
	}
	return out, nil
}

func policiesTable(all []policy.Policy, l wording.Language) *table.Table {
	g := newGrid(l.Pick("policy", "政策"), l.Pick("what", "名称"), l.Pick("years", "年份"), l.Pick("provinces", "省"), l.Pick("cities", "市"), l.Pick("counties, districts", "县、区"),
		l.Pick("verified by two sources", "两个来源核对"), l.Pick("by one", "一个来源"), l.Pick("recalled", "凭记忆"))
	for _, p := range all {
		levels, checked := map[policy.Level]int{}, map[string]int{}
		var years []string
		for _, u := range p.Units {
			levels[u.Level]++
			checked[u.Checked]++
			if y := strconv.Itoa(u.Year); !slices.Contains(years, y) {
				years = append(years, y)
			}
		}
		for _, d := range p.Dates {
			years = append(years, d.When)
		}
		if !p.ForJoin() {
			g.add(p.Name, l.Pick(p.Title, p.TitleZH), strings.Join(years, ", "), l.Pick("no list", "无名单"))
			continue
		}
		g.add(p.Name, l.Pick(p.Title, p.TitleZH), strings.Join(years, ", "), levels[policy.Province], levels[policy.City], levels[policy.County]+levels[policy.District],
			checked["two_sources"], checked["one_source"], checked["recalled"])
	}
	g.options = table.GridOptions{Title: l.Pick("Pilot policies", "试点政策"), Language: l, Stub: 2,
		Notes: []string{l.Pick("%policy list NAME shows a policy's units with their notices.", "%policy list NAME 列出各单位及其文件。")}}
	return g.table()
}

func policyTable(p *policy.Policy, l wording.Language) *table.Table {
	g := newGrid(l.Pick("unit", "单位"), l.Pick("level", "层级"), l.Pick("batch", "批次"), l.Pick("year", "年份"), l.Pick("code", "代码"), l.Pick("source", "来源"), l.Pick("verified", "核对"))
	levels := map[policy.Level]string{policy.Province: "省", policy.City: "市", policy.County: "县", policy.District: "区"}
	checked := map[string][2]string{"two_sources": {"two sources", "两个来源"}, "one_source": {"one source", "一个来源"}, "recalled": {"recalled", "凭记忆"}}
	for _, u := range p.Units {
		g.add(u.Name, l.Pick(string(u.Level), levels[u.Level]), u.Batch, table.Words(strconv.Itoa(u.Year)), u.Code, sourceIn(u.Source, l), l.Pick(checked[u.Checked][0], checked[u.Checked][1]))
	}
	for _, d := range p.Dates {
		g.add(l.Pick("(no list)", "（无名单）"), "", d.Batch, table.Words(d.When), "", "", "")
	}
	g.options = table.GridOptions{Title: l.Pick(p.Title, p.TitleZH), Language: l, Notes: []string{l.Pick(p.Note, p.NoteZH)}}
	return g.table()
}

// sourceIn is a source in the language.
func sourceIn(s string, l wording.Language) string {
	if l != wording.Chinese {
		return s
	}
	return strings.NewReplacer("NDRC, ", "国家发展改革委，", "MIIT and NDRC, list of ", "工业和信息化部、国家发展改革委名单，", "trading began ", "交易启动于 ", "; IETA, China: an emissions trading case study (2016)", "；IETA 案例研究（2016）").Replace(s)
}

func (c *call) policyJoin(words []lang.Arg) (*Output, error) {
	if a, ok := c.stmt.Key("out"); ok {
		return nil, c.valueError(a, "out= is for %%policy list; the panel is saved by %%panel save")
	}
	if len(words) != 1 {
		return nil, c.missing("%%policy join needs one policy: %s", orList(policy.Names()))
	}
	p, err := c.policyNamed(words[0])
	if err != nil {
		return nil, err
	}
	if a, ok := c.stmt.Key("file"); ok {
		if p, err = c.ownPolicy(a, p); err != nil {
			return nil, err
		}
	}
	if !p.ForJoin() {
		return nil, c.wordError(words[0], "no list of %s could be verified, so there is none to join; write your own by %%policy list %s out=FILE and join it with file=FILE", p.Name, p.Name)
	}
	d, err := c.dataset()
	if err != nil {
		return nil, err
	}
	if !d.Panel.IsPanel() {
		return nil, c.missing("%s has no periods; load it with unit= and time=", d.Name)
	}
	o := policy.Options{Rule: policy.Rule(c.text("rule")), Parts: c.flag("parts")}
	if o.Redated, err = c.redated(); err != nil {
		return nil, err
	}
	names, of, err := c.cities(d)
	if err != nil {
		return nil, err
	}
	j, err := p.Join(names, o)
	if err != nil {
		return nil, c.wordError(words[0], "%s", err.Error())
	}
	if j.Matched == 0 {
		return nil, c.missing("none of the %d cities is known (%s …); city= names the variable with their names or codes", len(names), strings.Join(names[:min(3, len(names))], ", "))
	}
	return c.keepPolicy(p, d, j, of)
}

// ownPolicy reads the user's list under the policy's name.
func (c *call) ownPolicy(a lang.Arg, of *policy.Policy) (*policy.Policy, error) {
	path := c.session.Path(a.Value)
	f, err := os.Open(path)
	if err != nil {
		if os.IsNotExist(err) {
			return nil, c.valueError(a, "no file %q", a.Value)
		}
		return nil, c.fileError(a, path, err)
	}
	defer f.Close()
	p, err := policy.Read(f, a.Value)
	if err != nil {
		return nil, c.valueError(a, "%s", err.Error())
	}
	p.Name, p.Title, p.TitleZH = of.Name, of.Title, of.TitleZH
	return p, nil
}

// redated reads redate=2012:2013,2016:2017.
func (c *call) redated() (map[int]int, error) {
	a, ok := c.stmt.Key("redate")
	if !ok {
		return nil, nil
	}
	out := map[int]int{}
	for _, part := range strings.Split(a.Value, ",") {
		from, to, ok := strings.Cut(strings.TrimSpace(part), ":")
		f, err1 := strconv.Atoi(from)
		t, err2 := strconv.Atoi(to)
		if !ok || err1 != nil || err2 != nil {
			return nil, c.valueError(a, "redate= takes pairs of years as 2012:2013, not %q", strings.TrimSpace(part))
		}
		out[f] = t
	}
	return out, nil
}

// cities are the distinct names or codes of city=, or of the panel's unit, and the place of each row's among them, -1
// where it has none.
func (c *call) cities(d *session.Dataset) (names []string, of []int, err error) {
	name, err := c.variable("city")
	if err != nil {
		return nil, nil, err
	}
	if name == "" {
		name = d.Panel.UnitName()
	}
	v, err := d.Panel.Variable(name)
	if err != nil {
		return nil, nil, err
	}
	of = make([]int, d.Panel.Rows())
	at := map[string]int{}
	for r := range of {
		text := ""
		switch {
		case v.Kind == panel.Text && v.Codes[r] >= 0:
			text = v.Levels[v.Codes[r]]
		case v.Kind == panel.Number && !math.IsNaN(v.Values[r]):
			text = strconv.FormatFloat(v.Values[r], 'f', -1, 64)
			if label := v.ValueLabels[v.Values[r]]; label != "" {
				text = label
			}
		}
		if text == "" {
			of[r] = -1
			continue
		}
		k, ok := at[text]
		if !ok {
			k = len(names)
			at[text], names = k, append(names, text)
		}
		of[r] = k
	}
	return names, of, nil
}

// keepPolicy adds the variables to the panel and says what was joined.
func (c *call) keepPolicy(p *policy.Policy, d *session.Dataset, j *policy.Joined, of []int) (*Output, error) {
	name := c.text("as")
	if name == "" {
		name = p.Name
	}
	years, err := d.Panel.Numbers(d.Panel.TimeName())
	if err != nil {
		return nil, err
	}
	first, treat := make([]float64, len(of)), make([]float64, len(of))
	for r, k := range of {
		first[r], treat[r] = math.NaN(), math.NaN()
		if k < 0 || j.Years[k] < 0 {
			continue
		}
		treat[r] = 0
		if y := j.Years[k]; y > 0 {
			first[r] = float64(y)
			if years[r] >= first[r] {
				treat[r] = 1
			}
		}
	}
	next := *d
	next.File, next.Steps = "", nil // a Go cell can't make these variables from the file: it takes the session's panel
	next.Panel, err = d.Panel.With(
		&panel.Variable{Name: name, Values: treat, Label: p.Title, LabelZH: p.TitleZH},
		&panel.Variable{Name: name + "_year", Values: first, Label: p.Title + ": first year", LabelZH: p.TitleZH + "：首年"})
	if err != nil {
		return nil, err
	}
	c.session.PutPanel(&next)
	l := wordingOf(c.session.Language())
	out := c.tableOutput(joinTables(name, j, years, l)...)
	out.Kind, out.Result = "policy", &PolicyJoin{d.Name, []string{name, name + "_year"}, j}
	return out, nil
}

func joinTables(name string, j *policy.Joined, years []float64, l wording.Language) []*table.Table {
	g := newGrid(l.Pick("first year", "首年"), l.Pick("cities", "城市数"))
	for _, k := range j.Cohorts {
		g.add(strconv.Itoa(k.Year), k.Cities)
	}
	g.add(l.Pick("never", "从未"), j.Matched-j.Treated)
	var notes []string
	rule := map[policy.Rule][2]string{policy.ByProvince: {"all cities of a pilot province are pilots", "省级试点扩展至所辖全部城市"}, policy.Listed: {"only cities named themselves are pilots", "仅计入本身列名的城市"}}[j.Rule]
	notes = append(notes, fmt.Sprintf(l.Pick("%s and %s_year are in the panel; %s.", "面板新增 %s 与 %s_year；%s。"), name, name, l.Pick(rule[0], rule[1])))
	if n := len(j.Unmatched); n > 0 {
		notes = append(notes, fmt.Sprintf(l.Pick("%s not found, listed below; both variables are missing in their rows.", "%s未匹配，见下表；其观测中两变量均为缺失。"), l.Pick(citiesWere(n), strconv.Itoa(n)+" 个城市")))
	}
	if n := len(j.Absent); n > 0 {
		var names []string
		for _, u := range j.Absent {
			names = append(names, u.Name)
		}
		notes = append(notes, fmt.Sprintf(l.Pick("%s of the policy in no city of the panel: %s.", "政策名单中有 %s未对应面板中的城市：%s。"), l.Pick(counted(n, "unit"), strconv.Itoa(n)+" 个单位"), strings.Join(names, l.Pick(", ", "、"))))
	}
	if len(j.Twice) > 0 {
		notes = append(notes, l.Pick("The same city under two names: ", "同一城市有两个名称：")+strings.Join(j.Twice, ", ")+l.Pick(".", "。"))
	}
	if late := slices.Max(years); len(j.Cohorts) > 0 && float64(j.Cohorts[len(j.Cohorts)-1].Year) > late {
		notes = append(notes, l.Pick("Some begin after the panel's last period and are 0 throughout.", "部分城市的首年晚于面板末期，全程取 0。"))
	}
	g.options = table.GridOptions{Title: l.Pick("Cities by first year", "按首年统计的城市数"), Language: l, Notes: notes}
	tables := []*table.Table{g.table()}
	if len(j.Unmatched) == 0 {
		return tables
	}
	u := newGrid(l.Pick("not found", "未匹配"), l.Pick("nearest", "最接近的名称"))
	for _, m := range j.Unmatched {
		u.add(m.Name, strings.Join(m.Nearest, l.Pick(", ", "、")))
	}
	u.options = table.GridOptions{Title: l.Pick("Cities of the panel that were not found", "未匹配的面板城市"), Language: l}
	return append(tables, u.table())
}

func citiesWere(n int) string {
	if n == 1 {
		return "1 city was"
	}
	return grouped(n) + " cities were"
}
