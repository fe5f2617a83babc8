package imap

import (
	"bytes"
	"io"
	"strings"
	"time"
)

// AppendArgs are the arguments of APPEND.
type AppendArgs struct {
	Mailbox string
	// Messages are one message, and more of them in the extension MULTIAPPEND (RFC 3502).
	Messages []AppendMessage
}

// AppendMessage is a message of APPEND. Its text is streamed: [Decoder.Append] takes it, and [Encoder.Append] gives it.
type AppendMessage struct {
	// Flags is nil if there is no list of flags.
	Flags []string
	// Date is the internal date; zero if there is none.
	Date time.Time
	// Size is how many octets the message has.
	Size int64
	// Binary is set for a literal8, in which NUL may stand (RFC 3516 section 4.4).
	Binary bool
	// UTF8 is set for the data item UTF8, whose message has internationalised headers (RFC 6855 section 4).
	UTF8 bool
}

func (d *Decoder) appendArgs(c *Command, cite string) (err error) {
	a := &AppendArgs{}
	c.Args = a
	if a.Mailbox, err = d.mailbox(cite); err != nil {
		return err
	}
	for {
		if err := d.sp(cite); err != nil {
			return err
		}
		a.Messages = append(a.Messages, AppendMessage{})
		if err := d.appendMessage(c, a, cite); err != nil {
			return err
		}
		if !d.more() {
			return nil
		}
		cite = "RFC 3502 section 6.3.11"
	}
}

// appendMessage takes one message with what stands before it, into the last of those of a.
func (d *Decoder) appendMessage(c *Command, a *AppendArgs, cite string) (err error) {
	m := &a.Messages[len(a.Messages)-1]
	if d.peek() == '(' {
		if m.Flags, err = d.flags(false, cite); err != nil {
			return err
		}
		if err := d.sp(cite); err != nil {
			return err
		}
	}
	if d.peek() == '"' {
		if m.Date, err = d.dateTime(cite); err != nil {
			return err
		}
		if err := d.sp(cite); err != nil {
			return err
		}
	}
	if rest := d.text[d.at:]; len(rest) > 4 && strings.EqualFold(string(rest[:4]), "UTF8") {
		cite = "RFC 6855 section 4"
		d.at += 4
		m.UTF8 = true
		if err := d.sp(cite); err != nil {
			return err
		}
		if err := d.expect('(', cite); err != nil {
			return err
		}
	}
	m.Binary = d.peek() == '~'
	if !d.literalAhead() || m.UTF8 && !m.Binary {
		want := "a literal"
		if m.UTF8 {
			want = "a literal8"
		}
		return d.wrong(want, cite)
	}
	if m.Size, err = d.literalHead(0); err != nil {
		return err
	}
	r := d.r.Octets(m.Size)
	var from io.Reader = r
	var nul *nulReader
	if !m.Binary {
		nul = &nulReader{r: r, n: -1}
		from = nul
	}
	if d.Append != nil && d.failed == nil {
		d.failed = d.Append(c, m, from)
	}
	if _, err := io.Copy(io.Discard, from); err != nil {
		return err
	}
	at := d.base + len(d.text)
	if err := d.literalEnd(m.Size); err != nil {
		return err
	}
	if err := nul.check(d, at); err != nil {
		return err
	}
	if m.UTF8 {
		return d.expect(')', cite)
	}
	return nil
}

// nulReader looks for the first NUL.
type nulReader struct {
	r    io.Reader
	read int
	n    int // where it stands; -1 for nowhere
}

func (z *nulReader) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	if z.n < 0 {
		if i := bytes.IndexByte(p[:n], 0); i >= 0 {
			z.n = z.read + i
		}
	}
	z.read += n
	return n, err
}

// check forgives a NUL in a literal that began at at; z is nil for one that may have it.
func (z *nulReader) check(d *Decoder, at int) error {
	if z == nil || z.n < 0 {
		return nil
	}
	return d.Rules.forgive(nulError(at + z.n))
}
