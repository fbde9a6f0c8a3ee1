package dta

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// cursor walks over a file. Its first error stays, and what is read after it is empty.
type cursor struct {
	r     io.ReaderAt
	at    int64
	size  int64
	order binary.ByteOrder
	err   error
}

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = &Damaged{At: c.at, What: fmt.Sprintf(format, args...)}
	}
}

// left is the number of bytes to the end of the file.
func (c *cursor) left() int64 { return c.size - c.at }

// take reads the next n bytes, or nil where they are not there. What a damaged file announces is compared with its size
// before memory is taken for it.
func (c *cursor) take(n int64) []byte {
	if c.err != nil {
		return nil
	}
	if n < 0 || n > c.left() {
		c.fail("%d bytes are missing", n-c.left())
		return nil
	}
	b := make([]byte, n)
	c.fill(b)
	return b
}

// fill reads the next len(b) bytes into b.
func (c *cursor) fill(b []byte) {
	if c.err != nil {
		return
	}
	if n, err := c.r.ReadAt(b, c.at); n < len(b) {
		if errors.Is(err, io.EOF) {
			c.fail("%d bytes are missing", len(b)-n)
		} else {
			c.err = err
		}
		return
	}
	c.at += int64(len(b))
}

// number reads an unsigned integer of n bytes.
func (c *cursor) number(n int64) uint64 {
	b := c.take(n)
	if b == nil {
		return 0
	}
	switch n {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(c.order.Uint16(b))
	case 4:
		return uint64(c.order.Uint32(b))
	}
	return c.order.Uint64(b)
}

// text reads a field of n bytes, which a zero byte may end early.
func (c *cursor) text(n int64) string { return string(untilZero(c.take(n))) }

func untilZero(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
}

// tag steps over a tag that has to stand here.
func (c *cursor) tag(tag string) {
	if !c.trytag(tag) {
		c.fail("%s expected", tag)
	}
}

// trytag steps over a tag if it stands here.
func (c *cursor) trytag(tag string) bool {
	if c.err != nil || int64(len(tag)) > c.left() {
		return false
	}
	b := make([]byte, len(tag))
	if _, err := c.r.ReadAt(b, c.at); err != nil && !errors.Is(err, io.EOF) || string(b) != tag {
		return false
	}
	c.at += int64(len(tag))
	return true
}
