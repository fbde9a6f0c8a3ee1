package word

import (
	"fmt"
	"strings"
)

// part is one file of the package.
type part struct {
	name string
	data []byte
}

const declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const (
	relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageRels   = "http://schemas.openxmlformats.org/package/2006/relationships"
	wordTypes     = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	namespaces    = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="` + relationships + `" ` +
		`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" ` +
		`xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
		`xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
)

// parts are the files of the package in a fixed order.
func (d *Document) parts() []part {
	text := func(name, s string) part { return part{name, []byte(declaration + s)} }
	out := []part{
		text("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`+
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
			`<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="svg" ContentType="image/svg+xml"/>`+
			`<Override PartName="/word/document.xml" ContentType="`+wordTypes+`document.main+xml"/>`+
			`<Override PartName="/word/styles.xml" ContentType="`+wordTypes+`styles+xml"/>`+
			`<Override PartName="/word/settings.xml" ContentType="`+wordTypes+`settings+xml"/>`+
			`<Override PartName="/word/footer1.xml" ContentType="`+wordTypes+`footer+xml"/>`+
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`),
		text("_rels/.rels", `<Relationships xmlns="`+packageRels+`">`+
			`<Relationship Id="rId1" Type="`+relationships+`/officeDocument" Target="word/document.xml"/>`+
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`),
		text("docProps/core.xml", `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">`+
			`<dc:title>`+escape(d.title)+`</dc:title><dc:language>`+d.language.Tag()+`</dc:language></cp:coreProperties>`),
		text("word/document.xml", `<w:document `+namespaces+`><w:body>`+d.body.String()+
			`<w:sectPr><w:footerReference w:type="default" r:id="rId3"/>`+
			fmt.Sprintf(`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="720" w:footer="720" w:gutter="0"/>`,
				pageWidth, pageHeight, margin, margin, margin, margin)+`</w:sectPr></w:body></w:document>`),
		text("word/styles.xml", d.styles()),
		text("word/settings.xml", `<w:settings `+namespaces+`><w:characterSpacingControl w:val="doNotCompress"/><w:compat>`+
			`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`),
		text("word/footer1.xml", `<w:ftr `+namespaces+`><w:p><w:pPr><w:jc w:val="center"/></w:pPr>`+
			`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>`+
			`<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>`),
	}
	rels := `<Relationships xmlns="` + packageRels + `">` +
		`<Relationship Id="rId1" Type="` + relationships + `/styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="` + relationships + `/settings" Target="settings.xml"/>` +
		`<Relationship Id="rId3" Type="` + relationships + `/footer" Target="footer1.xml"/>`
	image := func(id, name string, data []byte) {
		rels += `<Relationship Id="` + id + `" Type="` + relationships + `/image" Target="media/` + name + `"/>`
		out = append(out, part{"word/media/" + name, data})
	}
	for i, p := range d.pictures {
		image(pictureID(i), fmt.Sprintf("image%d.png", i+1), p.png)
		if p.svg != nil {
			image(vectorID(i), fmt.Sprintf("image%d.svg", i+1), p.svg)
		}
	}
	return append(out, text("word/_rels/document.xml.rels", rels+"</Relationships>"))
}

func vectorID(i int) string { return fmt.Sprintf("rIdVector%d", i+1) }

func pictureID(i int) string { return fmt.Sprintf("rIdImage%d", i+1) }

// styles: the body at 10.5 points (五号), tables at 9 (小五), notes at 8.
func (d *Document) styles() string {
	var b strings.Builder // Latin letters are English in any document: as Chinese ones, words and numbers would break anywhere
	b.WriteString(`<w:styles ` + namespaces + `><w:docDefaults><w:rPrDefault><w:rPr>` +
		`<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun" w:cs="Times New Roman"/>` +
		`<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>`)
	style := func(id Style, name, paragraph, run string) {
		fmt.Fprintf(&b, `<w:style w:type="paragraph" w:styleId="%s"%s><w:name w:val="%s"/>`, id, map[bool]string{true: ` w:default="1"`}[id == Normal], name)
		if id != Normal {
			b.WriteString(`<w:basedOn w:val="Normal"/>`)
		}
		b.WriteString(`<w:qFormat/><w:pPr>` + paragraph + `</w:pPr><w:rPr>` + run + `</w:rPr></w:style>`)
	}
	const heavy = `<w:rFonts w:eastAsia="SimHei"/><w:b/>` // Chinese headings stand in SimHei
	style(Normal, "Normal", `<w:spacing w:line="300" w:lineRule="auto"/>`, "")
	style(Title, "Title", `<w:keepNext/><w:spacing w:before="0" w:after="240"/><w:jc w:val="center"/>`, heavy+`<w:sz w:val="32"/><w:szCs w:val="32"/>`)
	style(Heading, "heading 1", `<w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/>`, heavy+`<w:sz w:val="26"/><w:szCs w:val="26"/>`)
	style(TableCaption, "Table Caption", `<w:keepNext/><w:keepLines/><w:spacing w:before="240" w:after="80" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>`, heavy+`<w:sz w:val="19"/><w:szCs w:val="19"/>`)
	style(TableText, "Table Text", `<w:spacing w:before="10" w:after="10" w:line="250" w:lineRule="exact"/>`, `<w:sz w:val="18"/><w:szCs w:val="18"/>`)
	style(TableNote, "Table Note", `<w:keepLines/><w:spacing w:before="60" w:after="240" w:line="240" w:lineRule="auto"/><w:jc w:val="both"/>`, `<w:sz w:val="16"/><w:szCs w:val="16"/>`)
	style(FigureImage, "Figure", `<w:keepNext/><w:spacing w:before="240" w:after="40" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>`, "")
	style(FigureCaption, "Figure Caption", `<w:keepLines/><w:spacing w:after="240" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>`, heavy+`<w:sz w:val="19"/><w:szCs w:val="19"/>`)
	return b.String() + "</w:styles>"
}
