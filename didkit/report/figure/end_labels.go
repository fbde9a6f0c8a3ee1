package figure

import (
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// endLabels write the names of lines at their right ends, pushed apart where they would overlap, so that a reader need
// not go back and forth between line and legend.
type endLabels struct {
	layers []Layer
	words  lettering
	most   vg.Length // that a name may be wide
}

const endGap = 6

// endLabelShare is the part of the figure's width that names may take.
const endLabelShare = 0.3

func (f *Figure) endLabelWidth(l lettering) vg.Length {
	var w vg.Length
	total, _ := f.size()
	for _, layer := range f.Layers {
		if v, ok := layer.(Lines); ok && !v.InLegend && v.Name != "" {
			w = max(w, l.chain.Width(l.shorten(v.Name, labelSize, endLabelShare*total), labelSize)+endGap)
		}
	}
	return w
}

func (e endLabels) Plot(c draw.Canvas, p *plot.Plot) {
	_, ty := p.Transforms(&c)
	type label struct {
		line Lines
		y    vg.Length
	}
	var labels []label
	for _, layer := range e.layers {
		v, ok := layer.(Lines)
		if !ok || v.InLegend || v.Name == "" {
			continue
		}
		if _, y := v.last(); finite(y) {
			labels = append(labels, label{v, ty(y)})
		}
	}
	sort.SliceStable(labels, func(i, j int) bool { return labels[i].y < labels[j].y })
	ys := make([]vg.Length, len(labels))
	for i, l := range labels {
		ys[i] = l.y
	}
	spread(ys, labelSize*1.25, c.Min.Y, c.Max.Y)
	for i, l := range labels {
		c.SetColor(lettered(l.line.Color))
		e.words.set(c, e.words.shorten(l.line.Name, labelSize, e.most), labelSize, vg.Point{X: c.Max.X + endGap, Y: ys[i] - 0.35*labelSize})
	}
}

// spread moves ascending places apart to at least gap, each as little as the others allow: neighbours that are too close
// form a block around their mean, as in isotonic regression.
func spread(ys []vg.Length, gap, lo, hi vg.Length) {
	type block struct {
		sum   vg.Length // of the places its first member would like
		count int
	}
	var blocks []block
	for i, y := range ys {
		b := block{y - vg.Length(i)*gap, 1}
		for len(blocks) > 0 && blocks[len(blocks)-1].sum/vg.Length(blocks[len(blocks)-1].count) > b.sum/vg.Length(b.count) {
			last := blocks[len(blocks)-1]
			b.sum, b.count = b.sum+last.sum, b.count+last.count
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	i := 0
	for _, b := range blocks {
		for range b.count {
			ys[i] = b.sum/vg.Length(b.count) + vg.Length(i)*gap
			i++
		}
	}
	if n := len(ys); n > 0 && ys[n-1] > hi {
		for i := n - 1; i >= 0; i-- {
			ys[i] = min(ys[i], hi-vg.Length(n-1-i)*gap)
		}
	}
	for i := range ys {
		ys[i] = max(ys[i], lo+vg.Length(i)*gap)
	}
}
