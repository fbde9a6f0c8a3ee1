package command

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed2d25c7c2/didnb/magics/lang"
)

func TestBundles(t *testing.T) {
	picture := &Picture{SVG: []byte("<svg/>"), PNG: []byte{1, 2, 3}, Title: "Figure 1", Alt: `Figure 1. A <b> & "c"`}
	const image = `<div class="didnb-figure"><img src="data:image/svg+xml;base64,PHN2Zy8+" alt="Figure 1. A &lt;b&gt; &amp; &#34;c&#34;"></div>`
	result := struct {
		X float64 `json:"x"`
	}{math.NaN()}
	tests := []struct {
		name string
		out  Output
		want []Bundle
	}{
		{"text", Output{Text: "a\n\n", Line: 3, Seconds: 1}, []Bundle{
			{Data: map[string]any{"text/plain": "a"}, Metadata: map[string]any{}}}},
		{"table", Output{Magic: "did", As: "m1", Kind: "fit", Result: result, Text: "a", HTML: "<table>", Line: 3, Seconds: 1}, []Bundle{
			{Data: map[string]any{"text/plain": "a", "text/html": "<table>",
				ResultMIME: json.RawMessage(`{"magic":"did","as":"m1","kind":"fit","result":{"x":null}}`)}, Metadata: map[string]any{}}}},
		{"figure drawn again", Output{Magic: "plot", Kind: "plot", Result: result, Text: "a", Figure: picture}, []Bundle{
			{Data: map[string]any{"text/plain": "a", "text/html": image, "image/svg+xml": "<svg/>", "image/png": "AQID",
				ResultMIME: json.RawMessage(`{"magic":"plot","as":"","kind":"plot","result":{"x":null}}`)}, Metadata: map[string]any{}}}},
		{"figure without a result", Output{Text: "a", Figure: picture}, []Bundle{
			{Data: map[string]any{"text/plain": "a", "text/html": image, "image/svg+xml": "<svg/>", "image/png": "AQID"}, Metadata: map[string]any{}}}},
		{"figure in the page itself", Output{Text: "a", Figure: &Picture{SVG: picture.SVG, PNG: picture.PNG, Inline: true}}, []Bundle{
			{Data: map[string]any{"text/plain": "a", "text/html": liveStyle + `<div class="didnb-figure didnb-still"><img src="data:image/svg+xml;base64,PHN2Zy8+" alt=""></div><div class="didnb-figure didnb-live" hidden="hidden"><svg/></div>`, "image/svg+xml": "<svg/>", "image/png": "AQID"}, Metadata: map[string]any{}}}},
		{"table and figure", Output{Text: "a", HTML: "<table>", Figure: picture}, []Bundle{
			{Data: map[string]any{"text/plain": "a", "text/html": "<table>"}, Metadata: map[string]any{}},
			{Data: map[string]any{"text/plain": "Figure 1", "text/html": image, "image/svg+xml": "<svg/>", "image/png": "AQID"}, Metadata: map[string]any{}}}},
	}
	for _, tt := range tests {
		got, err := tt.out.Bundles()
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestFail(t *testing.T) {
	f := Fail(&lang.Diagnostic{Summary: `no variable "y"`, Where: lang.Range{Line: 2, Col: 6, EndCol: 7}, Source: "%did y"})
	if f.Name != "MagicError" || f.Value != `no variable "y"` || len(f.Traceback) != 3 {
		t.Fatalf("%+v", f)
	}
	if plain := stripANSI(strings.Join(f.Traceback, "\n")); plain != "no variable \"y\"\n  2 | %did y\n    |      ^" {
		t.Errorf("%s", plain)
	}
}

func stripANSI(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == 0x1b {
			for s[i] != 'm' {
				i++
			}
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
