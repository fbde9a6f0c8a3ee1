package word

import "fmt"

// picture is an image, in points and perhaps in curves.
type picture struct{ png, svg []byte }

// Picture adds an image in PNG, and in SVG beside it if svg is not nil, which Word since
// 2016 shows in its place ([MS-ODRAWXML] 2.3.3.1); width × height in inches, narrowed to the text's width if need be;
// alt says in words what it shows.
func (d *Document) Picture(png, svg []byte, width, height float64, name, alt string) {
	const emu = 914400 // English metric units, so many an inch
	if most := TextWidth / 1440.0; width > most {
		width, height = most, height*most/width
	}
	id := pictureID(len(d.pictures))
	d.pictures = append(d.pictures, picture{png, svg})
	vector := ""
	if svg != nil {
		vector = `<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="` + vectorID(len(d.pictures)-1) + `"/></a:ext></a:extLst>`
	}
	cx, cy, n := int(width*emu), int(height*emu), len(d.pictures)
	fmt.Fprintf(&d.body, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">`+
		`<wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="%s" descr="%s"/>`+
		`<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>`+
		`<pic:nvPicPr><pic:cNvPr id="%d" name="%s" descr="%s"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="%s">%s</a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`+
		`</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		FigureImage, cx, cy, n, escape(name), escape(alt), n, escape(name), escape(alt), id, vector, cx, cy)
}
