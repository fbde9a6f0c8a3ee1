package page

import (
	"encoding/base64"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// pictures finds the picture files of a notebook's Markdown.
type pictures struct{ dir string }

var pictureTypes = map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".svg": "image/svg+xml"}

// largest picture that is put into a page.
const largest = 8 << 20

// data is the file as a data URI, or "" and why not. Nothing is fetched from the net, and nothing outside the notebook's
// folder is read by an absolute path, so that a notebook from elsewhere can't carry a private file into a page.
func (p *pictures) data(target string) (uri, problem string) {
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return "", "the picture's address can't be read"
	case u.Scheme == "data" && strings.HasPrefix(u.Opaque, "image/"):
		return target, ""
	case u.Scheme != "" || u.Host != "":
		return "", "a picture from the net is left out: " + target
	case filepath.IsAbs(u.Path):
		return "", "a picture by an absolute path is left out: " + target
	}
	mime := pictureTypes[strings.ToLower(filepath.Ext(u.Path))]
	if mime == "" {
		return "", "no picture of a known kind: " + target
	}
	path := filepath.Join(p.dir, filepath.FromSlash(u.Path))
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", "there is no file " + target
	case info.Size() > largest:
		return "", "the picture is larger than 8 MB: " + target
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", "the file can't be read: " + target
	}
	return "data:" + mime + ";base64," + base64.StdEncoding.EncodeToString(data), ""
}
