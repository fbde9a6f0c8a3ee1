package typeface

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/image/font/sfnt"
)

// Variable is the environment variable that names a font file for figures.
const Variable = "DIDNB_FONT"

// Unreadable is a file named by DIDNB_FONT that is no font.
type Unreadable struct {
	Path string
	Err  error
}

func (e *Unreadable) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return fmt.Sprintf("%s names %s, and there is no such file", Variable, e.Path)
	}
	return fmt.Sprintf("%s names %s, which cannot be read as a .ttf, .otf or .ttc font: %v", Variable, e.Path, e.Err)
}

func (e *Unreadable) Unwrap() error { return e.Err }

func fromEnvironment() (*Face, error) {
	path := os.Getenv(Variable)
	if path == "" {
		return nil, nil
	}
	f, err := open(path)
	if err != nil {
		return nil, &Unreadable{path, err}
	}
	return f, nil
}

// systemFaces reads the first Chinese font that the computer has, from where Debian, Windows and macOS keep theirs.
func systemFaces() []*Face {
	for _, path := range systemFonts() {
		if f, err := open(path); err == nil {
			return []*Face{f}
		}
	}
	return nil
}

func systemFonts() []string {
	paths := []string{
		"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", // Debian, Ubuntu: fonts-noto-cjk
		"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
		"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", // fonts-wqy-zenhei
		"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
		"/usr/share/fonts/truetype/arphic/uming.ttc",
		"/System/Library/Fonts/PingFang.ttc",
		"/System/Library/Fonts/Hiragino Sans GB.ttc",
		"/System/Library/Fonts/STHeiti Light.ttc",
		"/System/Library/Fonts/Supplemental/Songti.ttc",
		"/Library/Fonts/Arial Unicode.ttf",
	}
	if windows := os.Getenv("WINDIR"); windows != "" {
		for _, name := range []string{"msyh.ttc", "msyh.ttf", "simsun.ttc", "simhei.ttf", "Deng.ttf"} {
			paths = append(paths, filepath.Join(windows, "Fonts", name))
		}
	}
	if home, err := os.UserHomeDir(); err == nil {
		for _, dir := range []string{".local/share/fonts", ".fonts", "Library/Fonts"} {
			for _, name := range []string{"NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "NotoSansSC-Regular.ttf", "SourceHanSansSC-Regular.otf"} {
				paths = append(paths, filepath.Join(home, dir, name))
			}
		}
	}
	return paths
}

// open reads a font file. Of a collection it takes the simplified Chinese font, else the first.
func open(path string) (*Face, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return fromFile(data)
}

func fromFile(data []byte) (*Face, error) {
	var first *Face
	err := errNoFont
	for _, offset := range members(data) {
		one, packErr := repack(data, offset)
		if packErr != nil {
			err = packErr
			continue
		}
		font, parseErr := sfnt.Parse(one)
		if parseErr != nil {
			err = parseErr
			continue
		}
		f := newFace(font)
		if first == nil {
			first = f
		}
		if simplified(f.Family) {
			return f, nil
		}
	}
	if first == nil {
		return nil, err
	}
	return first, nil
}

// simplified tells by a font's name whether it has the mainland's forms of characters.
func simplified(family string) bool {
	for _, mark := range []string{" SC", " GB", " CN", "WenQuanYi", "SimSun", "YaHei"} {
		if strings.Contains(family, mark) && !strings.Contains(family, "Mono") {
			return true
		}
	}
	return false
}
