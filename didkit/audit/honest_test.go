package audit_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/seed2d25c7c2/didnb/didkit/audit"
	"github.com/seed2d25c7c2/didnb/didkit/audit/honest"
)

// No table that didnb estimated and rounded is accused: the short form of what go run ./didkit/audit/alarms measures,
// under other seeds.
func TestHonestPapersAreNotAccused(t *testing.T) {
	for seed := uint64(100001); seed <= 100040; seed++ {
		b, c, err := honest.Paper(seed)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range audit.Run(b).Findings {
			if f.Verdict == audit.Inconsistent {
				t.Errorf("seed %d (%s): %s in %s: %s beside %s; %s", seed, c, f.Check, f.Where, f.Published, f.Computed, f.Arithmetic)
			}
		}
	}
}

// Where a paper prints estimate, standard error, t, p, interval and stars, each of these is found when it is changed, and
// nothing else is accused.
func TestSpoiltNumbersAreFound(t *testing.T) {
	papers := 0
	for seed := uint64(1); papers < 2; seed++ {
		b, c, err := honest.Paper(seed)
		if err != nil {
			t.Fatal(err)
		}
		if !c.Rich || !c.Told || c.Decimals < 3 || c.Small {
			continue
		}
		papers++
		all, found := map[string]int{}, map[string]int{}
		for _, s := range honest.Numbers(b) {
			k := copyOf(t, b)
			s.Spoil(k)
			all[s.Kind()]++
			hit := false
			for _, f := range audit.Run(k).Findings {
				if f.Verdict != audit.Inconsistent {
					continue
				}
				if !slices.Contains(f.Numbers, s.Name) {
					t.Errorf("seed %d: %s was changed, and %s in %s accuses %v", seed, s.Name, f.Check, f.Where, f.Numbers)
				}
				hit = true
			}
			if hit {
				found[s.Kind()]++
			} else if slices.Contains([]string{"estimate", "statistic", "std_error", "t", "low", "high", "stars"}, s.Kind()) {
				t.Errorf("seed %d (%s): %s was changed and not found", seed, c, s.Name)
			}
		}
		t.Logf("seed %d: found %v of %v", seed, found, all)
	}
}

func ExampleRun() {
	b, _, err := honest.Paper(3)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(audit.Run(b).Count(audit.Inconsistent))
	b.Tables[1].Columns[0].N += 100
	for _, f := range audit.Run(b).Findings {
		if f.Verdict == audit.Inconsistent && f.Check == "rows" {
			fmt.Println(f.Where, f.Note)
		}
	}
	// Output:
	// 0
	// table2 (1) There are more rows than the sample has.
}
