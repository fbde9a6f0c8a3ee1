package command

// commands are the magics in the order of help: from the data to the report.
var commands []*Command

func init() { // filled here because %didhelp reads the table that it stands in
	commands = []*Command{
		panelCommand(), labelCommand(), genCommand(), describeCommand(), trendCommand(), mapCommand(),
		regCommand(), didCommand(), eventstudyCommand(),
		waldCommand(), leaveoutCommand(), placeboCommand(), psmCommand(), mediateCommand(), heteroCommand(), robustCommand(),
		estimatorsCommand(), baconCommand(), twfeweightsCommand(), honestCommand(), pretrendsCommand(), sensitivityCommand(),
		tableCommand(), plotCommand(), compareCommand(), reportCommand(), auditCommand(), policyCommand(),
		sessionCommand(), checkCommand(), paramCommand(), langCommand(), didhelpCommand(),
	}
	for _, c := range commands {
		switch c.Name {
		case "gen", "plot", "param", "lang", "didhelp", "report": // they show no table that could be long
		default:
			c.Keys = append(c.Keys, fullKey)
		}
		c.addReportKeys()
	}
	for _, c := range notBuilt {
		commands = append(commands, &c)
	}
}

func registry() []*Command { return commands }

// notBuilt are the names of the language whose magics come later.
var notBuilt = []Command{
	{Name: "power", Synopsis: "MODEL", Short: "power of a design", ShortZH: "统计功效"},
}
