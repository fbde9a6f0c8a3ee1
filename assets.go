// Package didnb carries the study's notebooks and the data they read, so that the program replicates the study from any
// folder. The library is in didkit, the program in magics/didnb.
package didnb

import "embed"

//go:generate go run ./magics/notebook/translate/generate

// Assets holds notebooks/ and data/.
//
//go:embed notebooks data/*.csv data/*.json data/yearbook
var Assets embed.FS
