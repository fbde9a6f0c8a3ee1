package didkit_test

import (
	"fmt"

	"github.com/seed2d25c7c2/didnb/didkit"
)

// Outside of a notebook's Go cell there is no session, and every function says so.
func ExampleFetchPanel() {
	_, err := didkit.FetchPanel("panel")
	fmt.Println(err)
	fmt.Println(didkit.Put("x", (*didkit.Panel)(nil)) == err, didkit.Show("x") == err)
	// Output:
	// there is no notebook session here; this works in a Go cell of the didnb kernel
	// true true
}
