package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
	"github.com/seed2d25c7c2/didnb/magics/zh"
)

// inChinese tells whether the command line answers in Chinese: by its own --lang, else as the surroundings say, the first
// of LC_ALL, LC_MESSAGES and LANG that is set (POSIX). What a script or notebook prints goes by its %lang instead.
func inChinese(args []string, env func(string) string) bool {
	for i, a := range args {
		language, ok := strings.CutPrefix(a, "--lang=")
		if a == "--lang" && i+1 < len(args) {
			language, ok = args[i+1], true
		}
		if ok && (language == "zh" || language == "en") {
			return language == "zh"
		}
	}
	names := []string{"LC_ALL", "LC_MESSAGES", "LANG"}
	if i := slices.IndexFunc(names, func(n string) bool { return env(n) != "" }); i >= 0 {
		return strings.HasPrefix(strings.ToLower(env(names[i])), "zh")
	}
	return false
}

// language is that of the answers.
func (s streams) language() wording.Language {
	if s.chinese {
		return wording.Chinese
	}
	return wording.English
}

// pick is the text in the language of the answers.
func (s streams) pick(en, chinese string) string {
	if s.chinese {
		return chinese
	}
	return en
}

// say prints an error's sentence behind the program's name.
func (s streams) say(err error) {
	text := err.Error()
	if s.chinese {
		text = zh.Sentence(text)
	}
	fmt.Fprintln(s.err, "didnb:", text)
}

// locale is inChinese for the program as it was started.
func locale(args []string) bool { return inChinese(args, os.Getenv) }
