package bridge_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed2d25c7c2/didnb/didkit/bridge"
	"github.com/seed2d25c7c2/didnb/didkit/panel"
)

func sample(t *testing.T) *panel.Panel {
	t.Helper()
	p, err := panel.New(
		&panel.Variable{Name: "城市", Kind: panel.Text, Codes: []int32{0, 0, 1, 1}, Levels: []string{"甲", "乙"}, LabelZH: "城市"},
		&panel.Variable{Name: "year", Values: []float64{1, 2, 1, 2}},
		&panel.Variable{Name: "y", Values: []float64{math.NaN(), math.Inf(1), math.Copysign(0, -1), 1e-300}, Label: "outcome", ValueLabels: map[float64]string{1.5: "one and a half"}},
		&panel.Variable{Name: "who", Kind: panel.Text, Codes: []int32{-1, 0, -1, 0}, Levels: []string{"x"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.Indexed("城市", "year"); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPanelRoundTrip(t *testing.T) {
	p := sample(t)
	var b bytes.Buffer
	if err := bridge.WriteColumns(&b, p); err != nil {
		t.Fatal(err)
	}
	meta := bridge.MetaOf(p)
	if n, err := meta.Bytes(); err != nil || int(n) != b.Len() {
		t.Errorf("%d bytes were foretold, %d written, error %v", n, b.Len(), err)
	}
	header, err := json.Marshal(meta)
	if err != nil {
		t.Fatal(err)
	}
	var again bridge.Meta
	if err := json.Unmarshal(header, &again); err != nil {
		t.Fatal(err)
	}
	q, err := bridge.ReadColumns(&b, again)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p.Variables(), q.Variables(), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("the panel differs (-sent +got):\n%s", diff)
	}
	if q.UnitName() != "城市" || q.TimeName() != "year" {
		t.Errorf("indexed by %q, %q", q.UnitName(), q.TimeName())
	}
}

func TestBadColumns(t *testing.T) {
	text := bridge.Variable{Name: "s", Text: true, Levels: []string{"a"}}
	for _, c := range []struct {
		name, data, want string
		meta             bridge.Meta
	}{
		{"cut short", "abc", "breaks off", bridge.Meta{Rows: 1, Variables: []bridge.Variable{{Name: "x"}}}},
		{"more rows than can be", "", "can't be", bridge.Meta{Rows: math.MaxInt}},
		{"negative", "", "can't be", bridge.Meta{Rows: -1}},
		{"code without level", "\x01\x00\x00\x00", "code 1 of 1", bridge.Meta{Rows: 1, Variables: []bridge.Variable{text}}},
		{"negative code", "\xfe\xff\xff\xff", "code -2", bridge.Meta{Rows: 1, Variables: []bridge.Variable{text}}},
		{"huge claim", "x", "breaks off", bridge.Meta{Rows: 1 << 30, Variables: []bridge.Variable{{Name: "x"}}}},
		{"rows without variables", "", "no variables", bridge.Meta{Rows: 3}},
		{"unknown index", strings.Repeat("\x00", 8), "no variable", bridge.Meta{Rows: 1, Unit: "u", Time: "t", Variables: []bridge.Variable{{Name: "x"}}}},
		{"labelled nonsense", "", "no number", bridge.Meta{Variables: []bridge.Variable{{Name: "x", ValueLabels: map[string]string{"a": "b"}}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := bridge.ReadColumns(strings.NewReader(c.data), c.meta); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestNoSession(t *testing.T) {
	t.Setenv(bridge.SocketEnv, "")
	if _, err := bridge.Connect(); err != bridge.ErrNoSession {
		t.Errorf("got %v", err)
	}
}

// FuzzRead gives the reader anything: no panic, no memory that has not come.
func FuzzRead(f *testing.F) {
	f.Add([]byte("\x02\x00\x00\x00{}"))
	f.Add([]byte("\x40\x00\x00\x00{\"meta\":{\"rows\":1,\"variables\":[{\"name\":\"x\"}]}}             12345678"))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := bytes.NewReader(in)
		var q bridge.Request
		if bridge.Read(r, &q) == nil && q.Meta != nil {
			_, _ = bridge.ReadColumns(r, *q.Meta)
		}
	})
}

func BenchmarkPanel(b *testing.B) {
	values := make([]float64, 5364)
	var vars []*panel.Variable
	for i := range 20 {
		vars = append(vars, &panel.Variable{Name: string(rune('a' + i)), Values: values})
	}
	p, err := panel.New(vars...)
	if err != nil {
		b.Fatal(err)
	}
	meta := bridge.MetaOf(p)
	var buf bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		if err := bridge.WriteColumns(&buf, p); err != nil {
			b.Fatal(err)
		}
		if _, err := bridge.ReadColumns(&buf, meta); err != nil {
			b.Fatal(err)
		}
	}
}
