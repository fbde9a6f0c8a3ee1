// Package data holds the data sets that the notebooks read; README.md is their codebook. dual-pilot.csv is simulated from
// dual-pilot.json, and go generate ./data remakes it bit for bit, then
// the numbers in README.md; yearbook/ is simulated too.
package data

//go:generate go run ./make
//go:generate go run ./messy
//go:generate go run ./tables
//go:generate go run ./codebook
