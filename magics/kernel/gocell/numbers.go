package gocell

import (
	"regexp"
	"strconv"

	"github.com/seed2d25c7c2/didnb/magics/kernel/wire"
)

// numbers are the notebook's numbers of the cells that a child has run. GoNB counts its own requests only and names
// places in errors by them, "Cell[4]: Line 2", where the notebook shows another number, since cells of magics count too.
type numbers struct{ cells []int }

// next notes that the child's next request is of the notebook's cell; 0: its number is not known.
func (n *numbers) next(cell int) { n.cells = append(n.cells, cell) }

var place = regexp.MustCompile(`Cell\[(\d+)\]: Line `)

// in is an error message with the notebook's numbers; other messages stay as they are.
func (n *numbers) in(m *wire.Message) *wire.Message {
	if m.Header.Type != "error" && m.Header.Type != "execute_reply" || !place.Match(m.Content) {
		return m
	}
	c := *m
	c.Content = place.ReplaceAllFunc(m.Content, func(found []byte) []byte {
		k, err := strconv.Atoi(string(place.FindSubmatch(found)[1]))
		switch {
		case err != nil || k < 1 || k > len(n.cells):
			return found
		case n.cells[k-1] == 0:
			return []byte("Cell Line ")
		}
		return []byte("Cell[" + strconv.Itoa(n.cells[k-1]) + "]: Line ")
	})
	return &c
}
