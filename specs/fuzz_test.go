package specs

import (
	"context"
	"strings"
	"testing"
	"time"

	"harness/protocols/dialect"
)

func FuzzParseBaseline(f *testing.F) {
	for _, s := range []string{
		"", "# a comment\n\n", "pop3/server/a: reason\n", "pop3/server/a @ *Dovecot 2.3*: reason: more\n", "pop3/server/a @ pop3://h:110: x",
		"pop3/server/a @ [: x", "a: b", "pop3/server/a:", "pop3/server/a: x\r\npop3/server/a: y",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ParseBaseline("k", strings.NewReader(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "k:") {
				t.Fatalf("the error has no place: %v", err)
			}
			return
		}
		// Written out in the plain form it is the same again.
		var out strings.Builder
		for _, k := range b.Entries {
			out.WriteString(k.Case)
			if k.Subject != "" {
				out.WriteString(" @ " + k.Subject)
			}
			out.WriteString(": " + k.Reason + "\n")
		}
		again, err := ParseBaseline("k", strings.NewReader(out.String()))
		if err != nil || len(again.Entries) != len(b.Entries) {
			t.Fatalf("%q is read, and then %q is not: %v", text, out.String(), err)
		}
		for i, k := range again.Entries {
			want := b.Entries[i]
			if want.Line = k.Line; k != want {
				t.Fatalf("%+v became %+v", want, k)
			}
		}
	})
}

// FuzzExchange feeds the log of an exchange with anything, cut in any way: it holds its bounds, prints on one line, and hides the secret.
func FuzzExchange(f *testing.F) {
	f.Add([]byte("+OK\r\nRETR 1\r\n"), uint8(3))
	f.Add([]byte("PASS top-secret\r\nPASS top-secret"), uint8(1))
	f.Add([]byte("\x00\xff\n\n.\r\n\\"), uint8(200))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		x := NewT(newEnv(true), Case{ID: "pop3/server/x", Run: func(context.Context, *T) Judgement { return OK() }})
		defer x.End()
		tap := x.Tap("")
		n := int(step)%31 + 1
		for i := 0; i < len(data); i += n {
			p := dialect.Server
			if i%3 == 0 {
				p = dialect.Client
			}
			tap.Octets(time.Now(), "", p, data[i:min(i+n, len(data))])
		}
		tap.Octets(time.Now(), "", dialect.Client, []byte("\r\nPASS top-secret-word\r\n"))
		lines := x.Exchange()
		if len(lines) > exchangeLines+5 {
			t.Fatalf("%d lines were kept", len(lines))
		}
		for _, l := range lines {
			if s := l.String(); strings.ContainsAny(s, "\n\r\x00\x1b") || len(s) > 5*lineShown {
				t.Fatalf("a line prints as %q", s)
			}
			if strings.Contains(l.Text, "top-secret-word") {
				t.Fatalf("the secret shows: %q", l.Text)
			}
		}
	})
}
