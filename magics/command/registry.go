package command

// commands are the magics in the order of help: from the data to the report.
var commands []*Command

func init() { // filled here because %didhelp reads the table that it stands in
	commands = []*Command{
		panelCommand(), labelCommand(), genCommand(), describeCommand(), trendCommand(), mapCommand(),
		regCommand(), didCommand(), eventstudyCommand(),
		waldCommand(), leaveoutCommand(), placeboCommand(), psmCommand(), mediateCommand(), heteroCommand(), robustCommand(),
		estimatorsCommand(), baconCommand(), twfeweightsCommand(), honestCommand(), pretrendsCommand(), equivalenceCommand(), sensitivityCommand(), powerCommand(),
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
}

func registry() []*Command { return commands }
