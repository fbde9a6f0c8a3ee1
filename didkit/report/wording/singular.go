package wording

import "github.com/seed2d25c7c2/didnb/didkit/internal/counting"

// Singular mends the grammar of counts of one in an English sentence: "1 rows were dropped" becomes "1 row was dropped",
// "1 of 8 units are" "1 of 8 units is". Other sentences stay as they are.
func Singular(s string) string { return counting.Singular(s) }

// Plural undoes Singular, for what knows a sentence by its format alone.
func Plural(s string) string { return counting.Plural(s) }
