package command_test

import (
	"context"
	"testing"

	"github.com/seed2d25c7c2/didnb/magics/command"
	"github.com/seed2d25c7c2/didnb/magics/lang"
	"github.com/seed2d25c7c2/didnb/magics/session"
)

// BenchmarkLine is a line from text to result on 64 rows: what the language costs, since the regression is tiny.
func BenchmarkLine(b *testing.B) {
	s := session.New("testdata")
	s.NoFigures = true
	ctx, drop := context.Background(), func(command.Output) {}
	if err := command.Run(ctx, s, towns, drop); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := command.Run(ctx, s, "%did y ~ x | town + year treat=D vcov=cluster(town) as=m1", drop); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkComplete is a press of the tab key.
func BenchmarkComplete(b *testing.B) {
	s := session.New("testdata")
	if err := command.Run(context.Background(), s, towns, func(command.Output) {}); err != nil {
		b.Fatal(err)
	}
	const src = "x := 1\n%did y ~ x | to"
	b.ReportAllocs()
	for b.Loop() {
		if c := command.Complete(s, src, len(src)); len(c.Matches) == 0 {
			b.Fatal("no match")
		}
	}
}

// BenchmarkSplit cuts a cell of Go code with two magics.
func BenchmarkSplit(b *testing.B) {
	const cell = "%panel load a.csv unit=city time=year\n%did y ~ x | city + year treat=D vcov=cluster(city)\n%%\nfmt.Println(`a\n%did`, \"b\") // c\n"
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := lang.Split(cell, command.Ours); err != nil {
			b.Fatal(err)
		}
	}
}
