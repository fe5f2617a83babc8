package smtp

import (
	"bytes"
	"encoding/binary"
	"strings"

	"harness/protocols/wire"
)

// Content takes note of what a message's content holds, as it passes: the content itself, dots unstuffed. The zero value is ready.
type Content struct {
	// Octets is how many octets there are.
	Octets int64
	// EightBit says that there are octets above 127: they need 8BITMIME or BINARYMIME. Header8Bit says that there are in the header section:
	// they need SMTPUTF8 (RFC 6531 section 3.2). Body8Bit says that there are behind it: they need MIME (RFC 5321 section 2.4).
	EightBit, Header8Bit, Body8Bit bool
	// MIME says that the header section has the field MIME-Version (RFC 2045 section 4).
	MIME bool
	// NUL says that there are NULs, which need BINARYMIME (RFC 6152 section 3, RFC 2045 section 2.8).
	NUL bool
	// BareCR and BareLF count CRs and LFs that are not part of CRLF (RFC 5321 section 2.3.8).
	BareCR, BareLF int64
	// Longest is the length of the longest line, with its CRLF, in octets (RFC 5321 section 4.5.3.1.6).
	Longest int64

	line    int64 // octets of the line that goes on
	cr      bool  // the last octet was a CR
	bareEnd bool  // the whole content ends in one
	body    bool  // the header section is over
	name    [len(mimeField)]byte
	named   int // octets of the line that are in name
}

// mimeField begins the field that says that a message is MIME.
const mimeField = "mime-version:"

// Write implements io.Writer; it never fails.
func (c *Content) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c.Octets += int64(len(p))
	if !c.NUL {
		c.NUL = bytes.IndexByte(p, 0) >= 0
	}
	if c.cr && p[0] != '\n' {
		c.BareCR++
	}
	wide := (!c.EightBit || !c.body && !c.Header8Bit || !c.Body8Bit) && eightBit(p)
	c.EightBit = c.EightBit || wide
	for at := 0; at < len(p); {
		i := bytes.IndexByte(p[at:], '\n')
		if i < 0 {
			c.part(p[at:])
			c.header(p[at:], wide)
			break
		}
		text := p[at : at+i]
		if i > 0 {
			c.cr = text[i-1] == '\r'
		}
		ends := int64(1)
		if c.cr {
			ends = 2
			if i > 0 {
				text = text[:i-1]
			}
		} else {
			c.BareLF++
		}
		c.bareCR(text)
		c.line += int64(i) + 1
		c.Longest = max(c.Longest, c.line)
		c.header(text, wide)
		c.body = c.body || c.line == ends
		c.line, c.cr, c.named = 0, false, 0
		at += i + 1
	}
	return len(p), nil
}

// part notes the beginning of a line whose end is not here.
func (c *Content) part(text []byte) {
	c.line += int64(len(text))
	c.Longest = max(c.Longest, c.line)
	c.cr = text[len(text)-1] == '\r'
	if c.cr {
		text = text[:len(text)-1]
	}
	c.bareCR(text)
}

func (c *Content) bareCR(text []byte) {
	if bytes.IndexByte(text, '\r') >= 0 {
		c.BareCR += int64(bytes.Count(text, []byte{'\r'}))
	}
}

// header notes a line of the header section, or a piece of it; the line's end was counted if it is there.
func (c *Content) header(text []byte, wide bool) {
	switch {
	case c.body:
		if wide && !c.Body8Bit {
			c.Body8Bit = eightBit(text)
		}
		return
	case wide && !c.Header8Bit:
		c.Header8Bit = eightBit(text)
	}
	if !c.MIME && c.named < len(mimeField) {
		c.named += copy(c.name[c.named:], text)
		c.MIME = c.named == len(mimeField) && strings.EqualFold(string(c.name[:]), mimeField)
	}
}

// End says that the content is whole: a CR at its end is a bare one.
func (c *Content) End() {
	if c.cr {
		c.cr, c.bareEnd = false, true
		c.BareCR++
	}
}

// Size returns the size of the content once its lines all end in CRLF as ends has it, in octets: that of RFC 1870 section 5. Ok is false if ends refuses the
// content. End was called.
func (c *Content) Size(ends wire.LineEnds) (octets int64, ok bool) {
	n := c.Octets + c.BareLF + c.BareCR
	if c.line > 0 && !c.bareEnd {
		n += 2
	}
	return n, !(ends == wire.OnlyCRLF && c.BareLF > 0 || ends != wire.AnyToCRLF && c.BareCR > 0)
}

// Body returns the least BODY that the content needs, "" for none: BODY=8BITMIME with 8-bit octets, BODY=BINARYMIME with NULs.
func (c *Content) Body() Body {
	switch {
	case c.NUL:
		return BodyBinaryMIME
	case c.EightBit:
		return Body8BitMIME
	}
	return ""
}

func eightBit(p []byte) bool {
	const mask = 0x8080808080808080
	for len(p) >= 32 {
		if (binary.LittleEndian.Uint64(p)|binary.LittleEndian.Uint64(p[8:])|binary.LittleEndian.Uint64(p[16:])|binary.LittleEndian.Uint64(p[24:]))&mask != 0 {
			return true
		}
		p = p[32:]
	}
	for _, b := range p {
		if b >= 0x80 {
			return true
		}
	}
	return false
}
