package play

import (
	"strings"
	"testing"

	"harness/protocols/dialect"
	"harness/transcript"
)

// FuzzMismatch prints a mismatch of any octets: each line shows, and the caret stands below the octet.
func FuzzMismatch(f *testing.F) {
	f.Add([]byte("+OK 2 321\r\n"), int64(8), int64(0))
	f.Add([]byte{0, 0xff, '\n', 7}, int64(3), int64(0))
	f.Add([]byte(strings.Repeat("\x00", 500)), int64(400), int64(0))
	f.Fuzz(func(t *testing.T, data []byte, offset, at int64) {
		m := &Mismatch{Who: transcript.Who{Party: dialect.Server}, Expected: "S: x", Outcome: GotOther, Received: data, Offset: offset, ReceivedAt: at}
		text := m.Error()
		for _, c := range []byte(text) {
			if c != '\n' && (c < ' ' || c >= 0x7f) {
				t.Fatalf("%q", text)
			}
		}
		if _, caret := m.window(); caret > caretWidth+3 {
			t.Fatalf("caret at %d", caret)
		}
	})
}

// FuzzFeed cuts octets in any pieces: the tracker sees the same units.
func FuzzFeed(f *testing.F) {
	f.Add([]byte("+OK\r\nabc\r\n..x\n\r\n.\r\nrest"), uint8(3))
	f.Add([]byte("\r\r\n\n\n"), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, size uint8) {
		whole, parts := &listener{}, &listener{}
		a, b := feeder{t: whole, party: dialect.Server}, feeder{t: parts, party: dialect.Server}
		a.write(data)
		a.flush()
		for rest := data; len(rest) > 0; {
			n := min(len(rest), int(size)%7+1)
			b.write(rest[:n])
			rest = rest[n:]
		}
		b.flush()
		if whole.b.String() != parts.b.String() || strings.ReplaceAll(whole.b.String(), "|", "") != strings.ReplaceAll(string(data), "|", "") {
			t.Fatalf("%q\n%q", whole.b.String(), parts.b.String())
		}
	})
}

// listener is a tracker that writes down its units.
type listener struct{ b strings.Builder }

func (l *listener) Next(dialect.Party) dialect.Shape { return dialect.Shape{Kind: dialect.Line} }

func (l *listener) Marks(dialect.Party, dialect.Unit) []dialect.Mark { return nil }

func (l *listener) Compare(dialect.Party, dialect.Unit, dialect.Unit) dialect.Likeness {
	return dialect.Different
}

func (l *listener) Saw(_ dialect.Party, u dialect.Unit) []dialect.Event {
	l.b.Write(u.AppendRaw(nil))
	l.b.WriteByte('|')
	return nil
}
