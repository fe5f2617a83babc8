// Package servertest has a client for the tests of servers: it says lines, hears lines, and follows a script.
package servertest

import (
	"crypto/tls"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Wait bounds each wait of a peer.
const Wait = 10 * time.Second

// Peer is a client. What it cannot do fails the test.
type Peer struct {
	// C is its connection.
	C *conn.Conn
	t testing.TB
}

// Dial connects to a server, and closes the connection when the test ends.
func Dial(t testing.TB, network, address string) *Peer {
	t.Helper()
	c, err := conn.Dial(t.Context(), network, address, Wait, conn.Options{Local: dialect.Client})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &Peer{C: c, t: t}
}

// StartTLS makes the handshake.
func (p *Peer) StartTLS(cfg *tls.Config) {
	p.t.Helper()
	if err := p.C.StartTLS(p.t.Context(), Wait, cfg); err != nil {
		p.t.Fatal(err)
	}
}

// Say sends text.
func (p *Peer) Say(text string) {
	p.t.Helper()
	err := p.C.Do(p.t.Context(), Wait, func() error {
		if _, err := io.WriteString(p.C.W, text); err != nil {
			return err
		}
		return p.C.W.Flush()
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// Hear returns the next line without CRLF; with another end, it is named behind the line. If there is none, it returns the error's text.
func (p *Peer) Hear() string {
	p.t.Helper()
	var l wire.Line
	err := p.C.Do(p.t.Context(), Wait, func() (err error) {
		l, err = p.C.R.ReadLine()
		return err
	})
	if err != nil {
		return err.Error()
	}
	if l.End != wire.CRLF {
		return fmt.Sprintf("%s (%s)", l.Text, l.End)
	}
	return string(l.Text)
}

// Reply returns the next reply of three digits, whose lines but the last have a hyphen behind the code, its lines joined by "|".
func (p *Peer) Reply() string {
	p.t.Helper()
	var lines []string
	for {
		l := p.Hear()
		lines = append(lines, l)
		if len(l) < 4 || l[3] != '-' {
			return strings.Join(lines, "|")
		}
	}
}

// Block returns the content of a dot-terminated block.
func (p *Peer) Block() string {
	p.t.Helper()
	var b []byte
	err := p.C.Do(p.t.Context(), Wait, func() (err error) {
		b, err = io.ReadAll(p.C.R.Block())
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return string(b)
}

// Talk follows a script: "C: x" is said, and "c: x" without CRLF, as a Go string has it; "S: x" is what a line begins with, "S= x" the whole line; "R: x" is
// a regular expression for a reply of three digits, and "B: x" for the content of a block, their lines joined by "|".
func (p *Peer) Talk(script string) {
	p.t.Helper()
	for l := range strings.Lines(script) {
		l = strings.Trim(l, "\t\n")
		if l == "" {
			continue
		}
		kind, text, _ := strings.Cut(l, " ")
		got, ok := "", true
		switch kind {
		case "C:":
			p.Say(text + "\r\n")
		case "c:":
			raw, err := strconv.Unquote(`"` + text + `"`)
			if err != nil {
				p.t.Fatalf("script: %q: %v", l, err)
			}
			p.Say(raw)
		case "S:":
			got = p.Hear()
			ok = strings.HasPrefix(got, text)
		case "S=":
			got = p.Hear()
			ok = got == text
		case "R:":
			got = p.Reply()
			ok = regexp.MustCompile("^(?:" + text + ")$").MatchString(got)
		case "B:":
			got = strings.ReplaceAll(p.Block(), "\r\n", "|")
			ok = regexp.MustCompile("^(?:" + text + ")$").MatchString(got)
		default:
			p.t.Fatalf("script: %q", l)
		}
		if !ok {
			p.t.Fatalf("got %q, want %s", got, l)
		}
	}
}
