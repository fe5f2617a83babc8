package trial

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"harness/internal/conn"
	"harness/mockservers"
	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/transcript"
)

// Script is a connection of the scripted server. Its steps do nothing once it is over. The functions are what a protocol knows better; each
// may be nil.
type Script struct {
	// C is the connection, and Conn counts it, from 1.
	C    *mockservers.Conn
	Conn int
	// Over says that the connection is at its end.
	Over bool
	// Pre says that what the client does is not judged.
	Pre bool

	// Aside answers a command that the script does not expect and that a client may send at any time, and says whether it was one.
	Aside func(l Said) bool
	// Prompts says whether what the server says asks for a line that is no command.
	Prompts func(said string) bool
	// Continues says whether a line of the client goes with another that is no command either: in a data block.
	Continues func(l Said) bool
	// Leaves answers a command with which a client may end a session whose script is over, and says whether it was one.
	Leaves func(l Said) bool
	// Before is shown each item of a script, and says whether it has dealt with it.
	Before func(it transcript.Item) bool
	// Canonical gives a command the form that scripts have, where several mean the same.
	Canonical func(text []byte) []byte

	d        *Trial
	prompted bool
	err      error
}

// NewScript returns the script's side of a connection.
func (d *Trial) NewScript(c *mockservers.Conn) Script {
	return Script{d: d, C: c, Conn: c.Session.ID()}
}

// Tap shows what passes over further connections of the session, as channels of their own.
func (s *Script) Tap() conn.Tap {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	return s.d.taps[s.Conn]
}

// Err is why the connection ended: the result of the server's function.
func (s *Script) Err() error { return s.err }

// Stop ends the connection.
func (s *Script) Stop(err error) {
	if !s.Over {
		s.Over, s.err = true, err
	}
}

// Wrong settles, because the client did something else than expected.
func (s *Script) Wrong(expected, format string, args ...any) {
	if s.Over {
		return
	}
	if s.Pre {
		s.d.Unclear("the case needs "+expected+" of the client, and got: "+format, args...)
	} else {
		s.d.Fail(expected, format, args...)
	}
	s.Stop(errors.New("not as the script says"))
}

// Octets writes octets as they are; they leave before the next wait, or by Flush.
func (s *Script) Octets(text string) {
	if s.Over {
		return
	}
	err := s.C.Write(func() error {
		_, err := s.C.W.WriteString(text)
		return err
	})
	if err != nil {
		s.Stop(err)
	}
}

// Say writes lines, each with CRLF.
func (s *Script) Say(lines ...string) {
	for _, l := range lines {
		s.Octets(l + "\r\n")
		s.prompted = s.Prompts != nil && s.Prompts(l)
	}
}

// Flush sends what was said, in a segment of its own where the network does as it is told.
func (s *Script) Flush() {
	if s.Over {
		return
	}
	if err := s.C.Flush(); err != nil {
		s.Stop(err)
	}
}

// Pieces sends text one octet at a time.
func (s *Script) Pieces(text string) {
	for i := range len(text) {
		s.Octets(text[i : i+1])
		s.Flush()
	}
}

// Read reads a line of the client. The error is io.EOF when the script is over.
func (s *Script) Read() (l Said, err error) {
	if s.Over {
		return l, io.EOF
	}
	line, err := s.C.ReadLine()
	if err != nil {
		return l, err
	}
	_, protected := s.C.TLS()
	l = Said{Line: wire.Line{Text: bytes.Clone(line.Text), End: line.End}, Conn: s.Conn, TLS: protected, Prompted: s.prompted}
	s.prompted = s.Continues != nil && s.Continues(l)
	s.d.mu.Lock()
	s.d.said = append(s.d.said, l)
	s.d.mu.Unlock()
	return l, nil
}

func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// Trouble describes an error of reading as what the client did.
func (s *Script) Trouble(err error) string { return s.d.describe(err) }

// Next reads the line that the script expects. Commands that are answered aside are passed over, unless wanted says that one of them
// is what is expected.
func (s *Script) Next(expected string, wanted ...string) (Said, bool) {
	for {
		l, err := s.Read()
		if err != nil {
			s.Wrong(expected, "%s", s.Trouble(err))
			return l, false
		}
		if l.Prompted || s.Aside == nil || slices.Contains(wanted, l.Verb()) || !s.Aside(l) {
			return l, true
		}
	}
}

// Block reads what the client sends up to the line with the dot alone, which is left out.
func (s *Script) Block(expected string) []Said {
	var out []Said
	for !s.Over {
		l, ok := s.Next(expected)
		if !ok || string(l.Text) == "." && l.End == wire.CRLF {
			break
		}
		out = append(out, l)
	}
	return out
}

// Hear reads a line and compares it: the verb in any case, the rest octet for octet.
func (s *Script) Hear(say *transcript.Say) {
	if s.Over {
		return
	}
	shown := strings.TrimPrefix(say.String(), "C: ")
	verb, _ := dialect.Verb(say.Sample())
	l, ok := s.Next(shown, verb)
	if !ok {
		return
	}
	text := l.Text
	if !l.Prompted {
		if v, _ := dialect.Verb(text); v == verb {
			text = append([]byte(verb), text[len(verb):]...)
		}
		if s.Canonical != nil {
			text = s.Canonical(text)
		}
	}
	if _, ok := say.Match(text, nil); !ok || l.End != say.End {
		s.Wrong(shown, "%s", l.Shown())
	}
}

// Quiet expects that the client says nothing for a while and stays. After says what came before.
func (s *Script) Quiet(after string) {
	if s.Over {
		return
	}
	s.Flush()
	err := s.C.Quiet(s.d.Ctx, s.d.T.Quiet())
	switch {
	case err == nil:
	case errors.Is(err, conn.ErrNotQuiet):
		s.Wrong("nothing of the client "+after, "%s", wire.Quote(s.C.R.Peek()))
	default:
		s.Stop(err)
	}
}

// StartTLS makes the handshake. One that fails ends the connection; whether it has to is judged on the client's side.
func (s *Script) StartTLS() {
	if s.Over {
		return
	}
	if err := s.C.StartTLS(); err != nil {
		var buffered *conn.BufferedError
		if errors.As(err, &buffered) {
			s.Wrong("the TLS negotiation", "%s in the clear", wire.Quote(buffered.Data))
		}
		s.Stop(err)
	}
}

// Compress compresses both directions from here on.
func (s *Script) Compress() {
	s.Flush()
	if s.Over {
		return
	}
	if err := s.C.StartDeflate(); err != nil {
		s.Stop(err)
	}
}

// Linger says nothing more, and waits for the client to end the connection, as long as the case has time.
func (s *Script) Linger() {
	s.Flush()
	for !s.Over {
		if err := s.C.Do(s.d.Ctx, 0, s.C.R.Wait); err != nil {
			s.Stop(err)
			return
		}
		s.C.R.Discard(s.C.R.Buffered())
	}
}

// AwaitEnd reads until the client closes the connection, which [Trial.Leaves] waits for.
func (s *Script) AwaitEnd() {
	s.Flush()
	for !s.Over {
		if err := s.C.Do(s.d.Ctx, s.d.Wait(), s.C.R.Wait); err != nil {
			if !isTimeout(err) {
				select {
				case s.d.left <- struct{}{}:
				default:
				}
			}
			s.Stop(nil)
			return
		}
		s.C.R.Discard(s.C.R.Buffered())
	}
}

// WindowOctets is what TCP without window scaling holds at most: the least that two ends can be sure of is far below.
const WindowOctets = 64 << 10

// Ahead is a server that blocks in writing and answers nothing more: it returns how many octets of commands the client sends all the same.
func (s *Script) Ahead() int {
	ahead := 0
	for !s.Over {
		l, err := s.Read()
		if err != nil {
			s.Stop(err)
			break
		}
		if s.Aside != nil && s.Aside(l) {
			continue
		}
		ahead += len(l.Text) + 2
		if s.C.R.Buffered() == 0 && s.C.Quiet(s.d.Ctx, s.d.T.Quiet()) == nil {
			break
		}
	}
	return ahead
}

// Rest is what may follow a script: commands that are answered aside, one that ends the session, the end of the connection. Anything else
// the client should not have said.
func (s *Script) Rest() {
	for !s.Over {
		l, err := s.Read()
		switch {
		case err != nil:
			s.Stop(nil)
		case s.Aside != nil && s.Aside(l):
		case s.Leaves != nil && s.Leaves(l):
			s.Flush()
			s.Stop(nil)
		default:
			s.Wrong("nothing more, or the end", "%s", l.Shown())
		}
	}
}

// Play plays text: a session, in the form of fixtures/sessions/FORMAT.md, without its header.
func (s *Script) Play(text string) {
	session, err := Parse(s.d.protocol, text)
	if err != nil {
		s.d.Unclear("the case's script cannot be read: %v", err)
		s.Stop(err)
		return
	}
	for it := range session.All() {
		s.Item(it)
	}
}

// Item plays one item of a session: it says a line, hears one, or does what the event tells.
func (s *Script) Item(it transcript.Item) {
	if !s.Over && (s.Before == nil || !s.Before(it)) {
		s.item(it)
	}
}

func (s *Script) item(it transcript.Item) {
	switch it := it.(type) {
	case *transcript.Say:
		if it.Who.Party == dialect.Client {
			s.Hear(it)
			return
		}
		said := string(it.Sample())
		s.Octets(said + it.End.Octets())
		s.prompted = s.Prompts != nil && s.Prompts(said)
	case *transcript.Event:
		s.event(it)
	}
}

func (s *Script) event(e *transcript.Event) {
	s.Flush()
	if s.Over {
		return
	}
	switch e.Kind {
	case transcript.TLS:
		s.StartTLS()
	case transcript.Clear:
		if err := s.C.EndTLS(s.d.Ctx, s.d.Wait()); err != nil {
			s.Stop(err)
		}
	case transcript.Compress:
		s.Compress()
	case transcript.Quiet:
		s.Quiet("here")
	case transcript.Close, transcript.HalfClose:
		if e.Who.Party == dialect.Server {
			s.Stop(nil)
			return
		}
		if l, err := s.Read(); err == nil {
			s.Wrong("the end of the connection", "%s", l.Shown())
		}
		s.Stop(nil)
	case transcript.Reset:
		s.C.Reset()
		s.Stop(errors.New("reset"))
	default:
		s.d.Unclear("the case's script has an event that is not for it: %s", e.Kind)
		s.Stop(nil)
	}
}

// Parse reads a script.
func Parse(protocol, text string) (*transcript.Session, error) {
	return transcript.Parse("script", []byte("session: 1\nprotocol: "+protocol+"\n\n"+strings.TrimPrefix(text, "\n")))
}
