package didnb

import _ "embed"

// Published is data/published.json: the tables that Gao, Han and Han (2026) printed. It must not be changed.
//
//go:embed data/published.json
var Published []byte
