package command

func sessionCommand() *Command {
	return &Command{
		Name: "session", Short: "what is held: panels, results, language", ShortZH: "当前会话：面板、结果与语言",
		Help:      "Lists the panels and the results of the session, oldest first, with the line that made each.",
		Example:   "%session",
		Available: true,
		run:       runSession,
	}
}

func runSession(c *call) (*Output, error) { return &Output{Text: "the session is empty\n"}, nil }
