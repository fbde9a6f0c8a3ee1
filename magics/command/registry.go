package command

var commands []*Command

func init() { // filled here because %didhelp reads the table that it stands in
	commands = []*Command{
		sessionCommand(),
	}
}

func registry() []*Command { return commands }
