package command

import (
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/seed2d25c7c2/didnb/didkit/panel/load/file"
	"github.com/seed2d25c7c2/didnb/magics/lang"
)

// write puts content into the file that a key names, seen from the session's folder; on failure the file is as it was.
func (c *call) write(a lang.Arg, content []byte) error {
	if c.again {
		return nil
	}
	return c.writeFile(a, c.session.Path(a.Value), content)
}

// writeFile puts content into a file whose name the argument begins.
func (c *call) writeFile(a lang.Arg, path string, content []byte) error {
	err := c.ctx.Err() // the user was told that the line is interrupted
	if err != nil {
		return err
	}
	err = file.Replace(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	return c.fileError(a, path, err)
}

// fileError points at the file's name and shows it as the user wrote it, not as the session's folder completes it.
func (c *call) fileError(a lang.Arg, path string, err error) error {
	if err == nil {
		return nil
	}
	sentence := strings.ReplaceAll(err.Error(), path, a.Value)
	if c.session.Dir != "" {
		sentence = strings.ReplaceAll(sentence, filepath.Clean(c.session.Dir)+string(filepath.Separator), "")
	}
	d := c.valueError(a, "%s", sentence)
	d.Cause = err
	var missing *file.Missing
	if errors.As(err, &missing) {
		d.Suggestions = missing.Nearest
	}
	return d
}

// written says under a table or figure which file was written.
func (c *call) written(out *Output, a lang.Arg) {
	line := c.pick("written to ", "已写入 ") + a.Value
	out.Text += line + "\n"
	switch {
	case out.HTML != "":
		out.HTML += htmlLines(line)
	case out.Figure != nil:
		out.Figure.Below = append(out.Figure.Below, line)
	}
}
