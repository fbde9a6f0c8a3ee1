package document

import (
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/report/table"
	"github.com/seed2d25c7c2/didnb/didkit/report/wording"
)

// HTML writes one page that needs no other file.
func HTML(w io.Writer, d *Document, _ string) ([]File, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%s</title>\n"+
		"<style>body{font-family:\"Times New Roman\",SimSun,serif;max-width:50em;margin:2em auto;padding:0 1em;line-height:1.5}"+
		"figure{margin:2em 0;text-align:center}figcaption{font-weight:600}h1,h2{text-align:center;font-size:1.4em}h2{font-size:1.2em;margin-top:3em}"+
		".exhibit{text-align:center;margin:2em 0}@media print{figure,.exhibit{break-inside:avoid}}</style></head>\n<body>\n",
		d.Language.Tag(), html.EscapeString(d.Title))
	if d.Title != "" {
		b.WriteString("<h1>" + html.EscapeString(d.Title) + "</h1>\n")
	}
	for i, part := range [][]Exhibit{d.Main, d.Appendix} {
		if i > 0 && len(part) > 0 {
			b.WriteString("<h2>" + d.appendixHeading() + "</h2>\n")
		}
		for _, e := range part {
			if e.Table != nil {
				b.WriteString("<div class=\"exhibit\">\n" + e.Table.HTML() + "</div>\n")
				continue
			}
			svg, err := e.drawn().SVG()
			if err != nil {
				return nil, err
			}
			b.WriteString("<figure>\n")
			b.Write(svg)
			b.WriteString("<figcaption>" + html.EscapeString(e.Caption(d.Language)) + "</figcaption>\n</figure>\n")
		}
	}
	b.WriteString("</body>\n</html>\n")
	_, err := io.WriteString(w, b.String())
	return nil, err
}

// Markdown writes GitHub's pipe tables, figures in SVG files beside.
func Markdown(w io.Writer, d *Document, stem string) ([]File, error) {
	var b strings.Builder
	var files []File
	if d.Title != "" {
		b.WriteString("# " + table.EscapeMarkdown(d.Title) + "\n\n")
	}
	for i, part := range [][]Exhibit{d.Main, d.Appendix} {
		if i > 0 && len(part) > 0 {
			b.WriteString("# " + d.appendixHeading() + "\n\n")
		}
		for _, e := range part {
			if e.Table != nil {
				b.WriteString(table.Render(table.Markdown{}, e.Table) + "\n")
				continue
			}
			svg, err := e.drawn().SVG()
			if err != nil {
				return nil, err
			}
			name := figureName(stem, e.Number) + ".svg"
			files = append(files, File{name, svg})
			fmt.Fprintf(&b, "![%s](<%s>)\n\n**%s**\n\n", table.EscapeMarkdown(e.alt()), name, table.EscapeMarkdown(e.Caption(d.Language)))
		}
	}
	_, err := io.WriteString(w, b.String())
	return files, err
}

// narrowed sets a table that is wider than the text as wide as the text.
var narrowed = strings.NewReplacer("\\begin{tabular}", "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%\n\\begin{tabular}", "\\end{tabular}", "\\end{tabular}}")

// LaTeX writes a document of its own, figures in PNG files beside. Tables and figures are set where they stand; LaTeX
// gets their numbers, since some may have been given.
func LaTeX(w io.Writer, d *Document, stem string) ([]File, error) {
	var b strings.Builder
	var files []File
	if d.Title != "" {
		fmt.Fprintf(&b, "\\begin{center}\\Large\\bfseries %s\\end{center}\n", table.EscapeLaTeX(d.Title))
	}
	for i, part := range [][]Exhibit{d.Main, d.Appendix} {
		if i > 0 && len(part) > 0 {
			b.WriteString("\\section*{" + d.appendixHeading() + "}\n")
		}
		for _, e := range part {
			if e.Table != nil {
				text := table.Render(table.LaTeX{}, e.Table)
				fmt.Fprintf(&b, "\\renewcommand{\\thetable}{%s}\n%s\n", table.EscapeLaTeX(e.Table.Number), narrowed.Replace(strings.Replace(text, "[htbp]", "", 1)))
				continue
			}
			f := e.drawn()
			png, err := f.Raster(print)
			if err != nil {
				return nil, err
			}
			name := figureName(stem, e.Number)
			files = append(files, File{name + ".png", png})
			caption := e.title()
			if f.Simulated {
				caption += d.Language.Pick(" ("+d.Language.Simulated()+")", "（"+d.Language.Simulated()+"）")
			}
			fmt.Fprintf(&b, "\\renewcommand{\\thefigure}{%s}\n\\begin{figure}\n\\centering\n\\includegraphics[width=\\linewidth]{{%s}.png}\n\\caption{%s}\n\\end{figure}\n\n",
				table.EscapeLaTeX(e.Number), name, table.EscapeLaTeX(caption))
		}
	}
	b.WriteString("\\end{document}\n")
	_, err := io.WriteString(w, latexPreamble(d.Language, b.String())+b.String())
	return files, err
}

// latexPreamble is what stands before a document's text: ctex where there is Chinese in it, whatever its language, and
// captions as the other formats have them.
func latexPreamble(l wording.Language, body string) string {
	class := "\\documentclass[a4paper]{article}\n\\usepackage[T1]{fontenc}\n\\usepackage[utf8]{inputenc}\n\\usepackage{textcomp}\n"
	switch {
	case l == wording.Chinese:
		class = "\\documentclass[a4paper]{ctexart} % xelatex\n"
	case table.HasHan(body):
		class = "\\documentclass[a4paper]{article} % xelatex\n\\usepackage[scheme=plain]{ctex}\n"
	}
	return class + "\\usepackage{booktabs,graphicx,float,caption}\n\\captionsetup{font={small,bf},labelsep=" + l.Pick("period", "quad") + "}\n" +
		"\\usepackage[margin=2.5cm]{geometry}\n\\floatplacement{table}{H}\n\\floatplacement{figure}{H}\n\\begin{document}\n"
}

// figureName is paper-figure-2 for figure 2 of paper.md.
func figureName(stem, number string) string {
	return stem + "-figure-" + strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|{}#%~ `, r) || r < ' ' {
			return '-'
		}
		return r
	}, number)
}

// Workbook writes the tables, a sheet each; a workbook takes no figures.
func Workbook(w io.Writer, d *Document, _ string) ([]File, error) {
	var tables []*table.Table
	for _, e := range append(append([]Exhibit(nil), d.Main...), d.Appendix...) {
		if e.Table != nil {
			tables = append(tables, e.Table)
		}
	}
	return nil, table.Workbooks(w, tables)
}
