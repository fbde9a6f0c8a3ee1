package deposit

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/seed2d25c7c2/didnb/magics/command"
)

// seed is where a random procedure began.
type seed struct {
	Notebook, Magic, Result string
	Value                   string
}

// seedsOf finds every seed in the results of the executed notebooks, in their order.
func seedsOf(files map[string][]byte) ([]seed, error) {
	var out []seed
	for _, name := range sorted(files) {
		if path.Dir(name) != "results" || !strings.HasSuffix(name, ".ipynb") {
			continue
		}
		var n struct {
			Cells []struct {
				Outputs []struct {
					Data map[string]json.RawMessage `json:"data"`
				} `json:"outputs"`
			} `json:"cells"`
		}
		if err := json.Unmarshal(files[name], &n); err != nil {
			return nil, fmt.Errorf("%s can't be read again: %w", name, err)
		}
		for _, c := range n.Cells {
			for _, o := range c.Outputs {
				raw, ok := o.Data[command.ResultMIME]
				if !ok {
					continue
				}
				var r struct {
					Magic  string          `json:"magic"`
					As     string          `json:"as"`
					Result json.RawMessage `json:"result"`
				}
				var result struct {
					Seed *json.Number `json:"seed"`
				}
				if json.Unmarshal(raw, &r) != nil || json.Unmarshal(r.Result, &result) != nil || result.Seed == nil {
					continue
				}
				out = append(out, seed{path.Base(name), r.Magic, r.As, result.Seed.String()})
			}
		}
	}
	return out, nil
}
