package command

import (
	"slices"

	"github.com/seed2d25c7c2/didnb/magics/session"
)

func langCommand() *Command {
	return &Command{
		Name: "lang", Synopsis: "zh | en", Short: "language of labels and help", ShortZH: "标签与帮助的语言",
		Words: Choice, Choices: []string{"zh", "en"},
		Help:    "Tables, figures and help use Chinese or English labels from the next line on; without a word it says which.",
		Example: "%lang zh\n%lang en",
		run:     runLang,
	}
}

func runLang(c *call) (*Output, error) {
	words := c.stmt.Words()
	switch {
	case len(words) > 1:
		return nil, c.wordError(words[1], "%%lang takes one word, zh or en")
	case len(words) == 1 && !slices.Contains(c.cmd.Choices, words[0].Value):
		return nil, c.wordError(words[0], "no language %q; it is zh or en", words[0].Value)
	case len(words) == 1:
		c.session.SetLanguage(session.Language(words[0].Value))
	}
	line := "labels and help are in English"
	if c.session.Language() == session.Chinese {
		line = "标签与帮助使用中文"
	}
	return lineOutput(line), nil
}
