package command

func paramCommand() *Command {
	return &Command{
		Name: "param", Synopsis: "NAME=VALUE …", Short: "set parameters, which later lines read as ${NAME}", ShortZH: "设定参数，后文以 ${NAME} 引用",
		FreeKeys: true,
		Help: "Sets session parameters. ${NAME} in a later line stands for the value: bare, a value of several words becomes several words; inside quotes it stays one. " +
			"Without arguments it lists the parameters.\n" +
			"In a cell tagged \"parameters\", they are the notebook's: didnb run -p NAME=VALUE adds a cell behind it that sets NAME anew.",
		Example: "%param data=data/castle.csv outcome=l_homicide\n%panel load \"${data}\" unit=sid time=year\n%describe ${outcome}",
		run:     runParam,
	}
}

func runParam(c *call) (*Output, error) {
	if len(c.stmt.Args) == 0 {
		return listParameters(c), nil
	}
	var set []string
	seen := map[string]bool{}
	for i, a := range c.stmt.Args {
		switch {
		case a.IsWord() && a.Value == "=":
			return nil, c.looseEquals(i)
		case a.IsWord():
			return nil, c.wordError(a, "%q sets nothing; write %%param NAME=VALUE", a.Value)
		case !isName(a.Key):
			return nil, wordError(c.stmt, a.KeyAt, "%q is no name; a name is made of letters, digits, _ and .", a.Key)
		case seen[a.Key]:
			return nil, wordError(c.stmt, a.KeyAt, "%s= stands twice", a.Key)
		}
		seen[a.Key] = true
		c.session.SetParameter(a.Key, a.Value)
		set = append(set, a.Key+" = "+a.Value)
	}
	return lineOutput(set...), nil
}

func listParameters(c *call) *Output {
	names := c.session.ParameterNames()
	if len(names) == 0 {
		return lineOutput(c.pick("no parameter is set", "尚未设定参数"))
	}
	g := newGrid(c.pick("parameter", "参数"), c.pick("value", "值"))
	g.options.Language = wordingOf(c.session.Language())
	for _, name := range names {
		value, _ := c.session.Parameter(name)
		g.add(name, value)
	}
	return &Output{Text: g.text(), HTML: g.html()}
}
