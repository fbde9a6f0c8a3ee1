package kernel

import (
	"runtime"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

type languageInfo struct {
	Name           string `json:"name"`
	Version        string `json:"version"`
	MIMEType       string `json:"mimetype"`
	FileExtension  string `json:"file_extension"`
	PygmentsLexer  string `json:"pygments_lexer"`
	CodeMirrorMode string `json:"codemirror_mode"`
}

type helpLink struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// kernelInfo is the content of kernel_info_reply.
type kernelInfo struct {
	Status          string       `json:"status"`
	ProtocolVersion string       `json:"protocol_version"`
	Implementation  string       `json:"implementation"`
	Version         string       `json:"implementation_version"`
	Language        languageInfo `json:"language_info"`
	Banner          string       `json:"banner"`
	Debugger        bool         `json:"debugger"`
	HelpLinks       []helpLink   `json:"help_links"`
}

func (k *Kernel) info() kernelInfo {
	return kernelInfo{
		Status: "ok", ProtocolVersion: wire.Version, Implementation: "didnb", Version: k.o.Version,
		Language: languageInfo{
			Name: "go", Version: strings.TrimPrefix(runtime.Version(), "go"), MIMEType: "text/x-go", FileExtension: ".go",
			PygmentsLexer: "go", CodeMirrorMode: "go",
		},
		Banner: "didnb " + k.o.Version + ": difference-in-differences by magics and in Go. %didhelp lists the magics.",
		HelpLinks: []helpLink{
			{"didnb", "https://pkg.go.dev/github.com/seed2d25c7c2/didnb"},
			{"GoNB", "https://github.com/janpfeifer/gonb"},
			{"Go", "https://go.dev/doc/"},
		},
	}
}
