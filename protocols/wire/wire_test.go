package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// cuts are the ways in which a stream may arrive.
var cuts = map[string]func(io.Reader) io.Reader{
	"whole":        func(r io.Reader) io.Reader { return r },
	"octets":       iotest.OneByteReader,
	"halves":       iotest.HalfReader,
	"data and err": iotest.DataErrReader,
	"random": func(r io.Reader) io.Reader {
		return &randomReader{r: r, rng: rand.New(rand.NewPCG(1, 2))}
	},
}

type randomReader struct {
	r   io.Reader
	rng *rand.Rand
}

func (r *randomReader) Read(p []byte) (int, error) {
	if len(p) > 1 {
		p = p[:1+r.rng.IntN(min(len(p), 5))]
	}
	return r.r.Read(p)
}

func TestReadLine(t *testing.T) {
	const text = "one\r\ntwo\n\r\n\nfi\rve\r\r\n" + "\x00\xff\r\nlast"
	want := []string{"one CRLF", "two LF", " CRLF", " LF", "fi\rve\r CRLF", "\x00\xff CRLF", "last none"}
	for name, cut := range cuts {
		r := NewReader(cut(strings.NewReader(text)))
		var got []string
		var raw []byte
		for {
			l, err := r.ReadLine()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(name, err)
			}
			got = append(got, l.String()+" "+l.End.String())
			raw = l.AppendRaw(raw)
			if r.Offset() != int64(len(raw)) {
				t.Errorf("%s: offset %d behind %q", name, r.Offset(), raw)
			}
		}
		if !slices.Equal(got, want) || string(raw) != text {
			t.Errorf("%s: %q, %q", name, got, raw)
		}
		if _, err := r.ReadLine(); err != io.EOF {
			t.Errorf("%s: behind the end: %v", name, err)
		}
	}
}

func TestLineLimit(t *testing.T) {
	for name, cut := range cuts {
		for _, end := range []string{"\r\n", "\n"} {
			r := NewReader(cut(strings.NewReader(strings.Repeat("x", 5000) + end + "y")))
			r.LineLimit = 5000
			if l, err := r.ReadLine(); err != nil || len(l.Text) != 5000 {
				t.Errorf("%s %q: %d, %v", name, end, len(l.Text), err)
			}
			r = NewReader(cut(strings.NewReader(strings.Repeat("x", 5001) + end)))
			r.LineLimit = 5000
			_, err := r.ReadLine()
			var limit *LimitError
			if !errors.As(err, &limit) || limit.What != "line" || limit.Limit != 5000 {
				t.Errorf("%s %q: %v", name, end, err)
			}
			if !bytes.HasPrefix(r.Peek(), []byte("xxxx")) {
				t.Errorf("%s: what was read is gone", name)
			}
		}
	}
	// A stream without an end takes no more memory than the limit asks for.
	r := NewReader(forever{})
	r.LineLimit = 10000
	if _, err := r.ReadLine(); err == nil || r.Buffered() > 32<<10 {
		t.Error(err, r.Buffered())
	}
	r = NewReader(forever{})
	var limit *LimitError
	if _, err := r.ReadLine(); !errors.As(err, &limit) || limit.Limit != DefaultLineLimit {
		t.Error(err)
	}
}

type forever struct{}

func (forever) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type script struct{ steps []any }

func (s *script) Read(p []byte) (int, error) {
	if len(s.steps) == 0 {
		return 0, io.EOF
	}
	step := s.steps[0]
	s.steps = s.steps[1:]
	if err, ok := step.(error); ok {
		return 0, err
	}
	return copy(p, step.(string)), nil
}

func TestPassingErrors(t *testing.T) {
	r := NewReader(&script{[]any{"a", os.ErrDeadlineExceeded, "b\r\n", errors.New("broken")}})
	if _, err := r.ReadLine(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatal(err)
	}
	if l, err := r.ReadLine(); err != nil || l.String() != "ab" {
		t.Fatal(l, err)
	}
	for range 2 {
		if _, err := r.ReadLine(); err == nil || err.Error() != "broken" {
			t.Fatal(err)
		}
	}
	b := NewReader(&script{[]any{"a\r\n", os.ErrDeadlineExceeded, ".", os.ErrDeadlineExceeded, "\r\n"}}).Block()
	var got []byte
	timeouts := 0
	for {
		p := make([]byte, 10)
		n, err := b.Read(p)
		got = append(got, p[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			if timeouts++; !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatal(err)
			}
		}
	}
	if string(got) != "a\r\n" || timeouts != 2 {
		t.Errorf("%q, %d timeouts", got, timeouts)
	}
	if err := NewReader(zero{}).Wait(); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}

type zero struct{}

func (zero) Read([]byte) (int, error) { return 0, nil }

func TestReader(t *testing.T) {
	r := NewReader(strings.NewReader("a\r\nrest"))
	if r.Buffered() != 0 || len(r.Peek()) != 0 {
		t.Error("read without being asked to")
	}
	if err := r.Wait(); err != nil {
		t.Fatal(err)
	}
	if string(r.Peek()) != "a\r\nrest" {
		t.Errorf("%q", r.Peek())
	}
	r.Discard(3)
	r.Discard(-0)
	p := make([]byte, 2)
	if n, err := r.Read(p); n != 2 || err != nil || string(p) != "re" {
		t.Error(n, err, p)
	}
	r.Reset(strings.NewReader("new\n"))
	if l, err := r.ReadLine(); err != nil || l.String() != "new" {
		t.Error(l, err)
	}
	if n, err := r.Read(nil); n != 0 || err != nil {
		t.Error(n, err)
	}
	big := strings.Repeat("z", 100000)
	r = NewReader(strings.NewReader("l\n" + big))
	if _, err := r.ReadLine(); err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(r); err != nil || string(all) != big {
		t.Error(len(all), err)
	}
}

func TestOctets(t *testing.T) {
	for name, cut := range cuts {
		r := NewReader(cut(strings.NewReader("{5}\r\nab\r\nc)\r\n")))
		if _, err := r.ReadLine(); err != nil {
			t.Fatal(name, err)
		}
		o := r.Octets(5)
		data, err := io.ReadAll(o)
		if err != nil || string(data) != "ab\r\nc" || o.Left() != 0 {
			t.Errorf("%s: %q, %v", name, data, err)
		}
		if l, err := r.ReadLine(); err != nil || l.String() != ")" {
			t.Errorf("%s: %q, %v", name, l, err)
		}
		if _, err := io.ReadAll(r.Octets(1)); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, err)
		}
		if data, err := io.ReadAll(r.Octets(0)); err != nil || len(data) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// reference reads a block as the RFCs say it, octet by octet. It returns the content, what stands behind the block, and whether it ended.
func reference(wire string, mode Leniency) (content, rest string, ended bool) {
	var out []byte
	for i, start := 0, true; i < len(wire); {
		if start && wire[i] == '.' {
			switch {
			case strings.HasPrefix(wire[i:], ".\r\n"):
				return string(out), wire[i+3:], true
			case mode == Lenient && strings.HasPrefix(wire[i:], ".\n"):
				return string(out), wire[i+2:], true
			case i+1 == len(wire) || wire[i+1] == '\r' && i+2 == len(wire):
				return string(out), "", false // can't be told yet
			}
			if i++; i == len(wire) {
				break
			}
		}
		c := wire[i]
		out = append(out, c)
		start = c == '\n' && (mode == Lenient || len(out) > 1 && out[len(out)-2] == '\r' && i > 0 && wire[i-1] == '\r')
		i++
	}
	return string(out), "", false
}

func checkBlock(t *testing.T, name, text string, mode Leniency, wrap func(io.Reader) io.Reader, size int) {
	t.Helper()
	content, rest, ended := reference(text, mode)
	r := NewReader(wrap(strings.NewReader(text)))
	b := r.Block()
	b.Mode = mode
	var got []byte
	var err error
	if size == 0 {
		var w bytes.Buffer
		_, err = b.WriteTo(&w)
		got = w.Bytes()
	} else {
		p := make([]byte, size)
		for err == nil {
			var n int
			n, err = b.Read(p)
			got = append(got, p[:n]...)
		}
		if err == io.EOF {
			err = nil
		}
	}
	if string(got) != content {
		t.Fatalf("%s, mode %d, size %d: %q: content %q, want %q", name, mode, size, text, got, content)
	}
	if !ended {
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("%s: %q: %v", name, text, err)
		}
		if _, err := b.Read(make([]byte, 1)); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("%s: %q: afterwards %v", name, text, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("%s: %q: %v", name, text, err)
	}
	if _, err := b.Read(make([]byte, 1)); err != io.EOF {
		t.Fatalf("%s: %q: afterwards %v", name, text, err)
	}
	behind, err := io.ReadAll(r)
	if err != nil || string(behind) != rest {
		t.Fatalf("%s: %q: behind it %q, %v, want %q", name, text, behind, err, rest)
	}
}

func TestBlock(t *testing.T) {
	for _, text := range []string{
		".\r\n", ".\r\nrest", "a\r\n.\r\n", "\r\n.\r\nx", "..\r\n.\r\n", "...\r\n.\r\n", ".a\r\n.\r\n", "a\n.\r\n.\r\n", "a\n.\n.\r\n", "a\n.\n", ".\n", ".\n.\r\n", ".\r.\r\n",
		".\r\r\n.\r\n", "a\r.\r\n.\r\n", "a.\r\n.b\r\n.\r\n", "", "a", "a\r\n", "a\r\n.", "a\r\n.\r", "\n.\r\n\r\n.\r\n", "\x00\xff\r\n..\r\n.\r\nb", "a\n..\n.\r\n\r\n.\r\n",
	} {
		for name, cut := range cuts {
			for _, size := range []int{0, 1, 2, 3, 4096} {
				checkBlock(t, name, text, Strict, cut, size)
				checkBlock(t, name, text, Lenient, cut, size)
			}
		}
	}
}

func TestBlockForgiven(t *testing.T) {
	b := NewReader(strings.NewReader("a\n.\r\n")).Block()
	b.Mode = Lenient
	io.Copy(io.Discard, b)
	if f, n := b.Forgiven(); n != 1 || f[0].Offset != 2 || f[0].What == "" {
		t.Error(f, n)
	}
	b = NewReader(strings.NewReader("a\r\n.\n")).Block()
	b.Mode = Lenient
	io.Copy(io.Discard, b)
	if f, n := b.Forgiven(); n != 1 || f[0].Offset != 3 {
		t.Error(f, n)
	}
	b = NewReader(strings.NewReader("a\r\n.\r\n")).Block()
	b.Mode = Lenient
	io.Copy(io.Discard, b)
	if f, n := b.Forgiven(); n != 0 {
		t.Error(f, n)
	}
}

func TestBlockLimit(t *testing.T) {
	for _, size := range []int{0, 1, 4096} {
		for limit, fails := range map[int64]bool{0: false, 6: false, 5: true, 1: true} {
			b := NewReader(strings.NewReader("abcd\r\n.\r\n")).Block()
			b.Limit = limit
			var err error
			if size == 0 {
				_, err = b.WriteTo(io.Discard)
			} else {
				_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{b}, make([]byte, size))
			}
			var l *LimitError
			if errors.As(err, &l) != fails || !fails && err != nil {
				t.Errorf("size %d, limit %d: %v", size, limit, err)
			}
		}
	}
}

type failing struct{ after int }

var errFailing = errors.New("failing")

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.after {
		n := f.after
		f.after = 0
		return n, errFailing
	}
	f.after -= len(p)
	return len(p), nil
}

func TestBlockWriteToError(t *testing.T) {
	r := NewReader(strings.NewReader("abcd\r\n..x\r\n.\r\nrest"))
	b := r.Block()
	n, err := b.WriteTo(&failing{after: 3})
	if n != 3 || err != errFailing {
		t.Error(n, err)
	}
	if left, err := io.ReadAll(b); err != nil || string(left) != "d\r\n.x\r\n" {
		t.Errorf("%q, %v", left, err)
	}
	if rest, _ := io.ReadAll(r); string(rest) != "rest" {
		t.Errorf("%q", rest)
	}
}

func TestBlockBuffers(t *testing.T) {
	// After a block the reader holds its small buffer again, unless more is read ahead than fits.
	text := strings.Repeat("0123456789\r\n", 20000)
	r := NewReader(strings.NewReader("+OK\r\n" + text + ".\r\n+OK\r\n"))
	if _, err := r.ReadLine(); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, r.Block()); err != nil || n != int64(len(text)) {
		t.Fatal(n, err)
	}
	if r.lent != nil || len(r.buf) != smallBuffer {
		t.Error("the large buffer is kept", len(r.buf))
	}
	if l, err := r.ReadLine(); err != nil || l.String() != "+OK" {
		t.Error(l, err)
	}
}

func TestBlockWriter(t *testing.T) {
	for _, c := range []struct{ content, wire string }{
		{"", ".\r\n"},
		{"a", "a\r\n.\r\n"},
		{"a\r\n", "a\r\n.\r\n"},
		{".\r\n", "..\r\n.\r\n"},
		{"a\r\n.b\r\n..\r\n", "a\r\n..b\r\n...\r\n.\r\n"},
		{"a\n.\n", "a\n..\n\r\n.\r\n"},
		{"a\r", "a\r\r\n.\r\n"},
		{"\r\n", "\r\n.\r\n"},
		{"a.b", "a.b\r\n.\r\n"},
	} {
		for size := 1; size <= len(c.content)+1; size++ {
			var w bytes.Buffer
			b := NewBlockWriter(&w)
			for rest := []byte(c.content); len(rest) > 0; {
				n := min(size, len(rest))
				if m, err := b.Write(rest[:n]); m != n || err != nil {
					t.Fatal(m, err)
				}
				rest = rest[n:]
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			if w.String() != c.wire {
				t.Errorf("%q in %d: %q, want %q", c.content, size, w.String(), c.wire)
			}
			if _, err := b.Write([]byte("x")); !errors.Is(err, ErrBlockClosed) {
				t.Error(err)
			}
		}
	}
	b := NewBlockWriter(&failing{after: 4})
	if n, err := b.Write([]byte("ab\r\n.c")); n != 4 || err != errFailing {
		t.Error(n, err)
	}
}

func TestReplyReader(t *testing.T) {
	for _, c := range []struct {
		style ReplyStyle
		text  string
		code  int
		lines []string // nil for an error
	}{
		{EveryLine, "250 ok\r\n", 250, []string{"ok"}},
		{EveryLine, "250\r\n", 250, []string{""}},
		{EveryLine, "250-a\r\n250-\r\n250 b\r\n", 250, []string{"a", "", "b"}},
		{EveryLine, "250-a\r\n251 b\r\n", 0, nil},
		{EveryLine, "250-a\r\nb\r\n", 0, nil},
		{EveryLine, "250 ok\n", 0, nil},
		{EveryLine, "250 o", 0, nil},
		{EveryLine, "2500 ok\r\n", 0, nil},
		{EveryLine, "099 ok\r\n", 0, nil},
		{EveryLine, "600 ok\r\n", 0, nil},
		{EveryLine, "25 ok\r\n", 0, nil},
		{FirstAndLast, "211-a\r\n b\r\n250 x\r\n211-c\r\n211 d\r\n", 211, []string{"a", " b", "250 x", "211-c", "d"}},
		{Single, "211 x\r\n", 211, []string{"x"}},
		{Single, "211-x\r\n", 0, nil},
	} {
		for name, cut := range cuts {
			got, err := ReplyReader{Style: c.style, Cite: "RFC 0"}.Read(NewReader(cut(strings.NewReader(c.text))))
			if c.lines == nil {
				var e *SyntaxError
				if !strings.HasSuffix(c.text, "\n") {
					if err != io.ErrUnexpectedEOF {
						t.Errorf("%s %q: %v, %v", name, c.text, got, err)
					}
				} else if !errors.As(err, &e) || e.Cite != "RFC 0" {
					t.Errorf("%s %q: %v, %v", name, c.text, got, err)
				}
				continue
			}
			if err != nil || got.Code != c.code || !slices.Equal(got.Lines, c.lines) || string(got.Raw) != c.text || got.Text() != strings.Join(c.lines, "\n") {
				t.Errorf("%s %q: %+v, %v", name, c.text, got, err)
			}
		}
	}
	var limit *LimitError
	_, err := ReplyReader{MaxLines: 3}.Read(NewReader(strings.NewReader(strings.Repeat("250-x\r\n", 4))))
	if !errors.As(err, &limit) || limit.What != "reply" || !strings.Contains(err.Error(), "3 lines") {
		t.Error(err)
	}
	if _, err := (ReplyReader{}).Read(NewReader(strings.NewReader(""))); err != io.EOF {
		t.Error(err)
	}
}

// TestReplyLeniency wants what the rules for FTP add: departures that are forgiven one by one, limits that are recovered from.
func TestReplyLeniency(t *testing.T) {
	for _, c := range []struct {
		text    string
		lines   []string
		notes   int
		refused bool // by rules without Forgive
	}{
		{"200 a\r\n", []string{"a"}, 0, false},
		{"200 a\n", []string{"a"}, 1, true},
		{"200-a\nb\n200 c\n", []string{"a", "b", "c"}, 3, true},
		{"200\r\n", []string{""}, 1, true},
		{"200\n", []string{""}, 2, true},
		{"200a\r\n", []string{"a"}, 1, true},
		{"200-a\r\n200b\r\n200\r\n", []string{"a", "200b", ""}, 1, true},
		{"631 a\r\n", []string{"a"}, 0, false},
	} {
		notes := 0
		rr := ReplyReader{Style: FirstAndLast, Space: true, Protected: true, Cite: "RFC 0"}
		_, err := rr.Read(NewReader(strings.NewReader(c.text)))
		if (err != nil) != c.refused {
			t.Errorf("%q: strict: %v", c.text, err)
		}
		rr.Forgive = func(e *SyntaxError) error {
			if e.Cite != "RFC 0" {
				t.Errorf("%q: %v", c.text, e)
			}
			notes++
			return nil
		}
		got, err := rr.Read(NewReader(strings.NewReader(c.text)))
		if err != nil || !slices.Equal(got.Lines, c.lines) || notes != c.notes || string(got.Raw) != c.text {
			t.Errorf("%q: %+v, %v, %d notes", c.text, got, err, notes)
		}
		refuse := errors.New("refused")
		rr.Forgive = func(*SyntaxError) error { return refuse }
		if _, err := rr.Read(NewReader(strings.NewReader(c.text))); (err == refuse) != c.refused {
			t.Errorf("%q: %v", c.text, err)
		}
	}
	for _, text := range []string{"2000\r\n", "2000 a\r\n", "099 a\r\n", "700 a\r\n", "20 a\r\n", "200 a"} {
		rr := ReplyReader{Style: FirstAndLast, Protected: true, Forgive: func(*SyntaxError) error { return nil }}
		if got, err := rr.Read(NewReader(strings.NewReader(text))); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if _, err := (ReplyReader{}).Read(NewReader(strings.NewReader("600 a\r\n"))); err == nil || !strings.Contains(err.Error(), "599") {
		t.Error(err)
	}
}

func TestReplyExcess(t *testing.T) {
	text := "200-a\r\nb\r\nc\r\nd\r\n200 e\r\n"
	for _, c := range []struct {
		rr      ReplyReader
		lines   []string
		dropped int
	}{
		{ReplyReader{MaxLines: 5}, []string{"a", "b", "c", "d", "e"}, 0},
		{ReplyReader{MaxLines: 4}, nil, 0},
		{ReplyReader{MaxLines: 4, Excess: 1}, []string{"a", "b", "c", "d", "e"}, 1},
		{ReplyReader{MaxLines: 2, Excess: 3}, []string{"a", "b", "e"}, 3},
		{ReplyReader{MaxLines: 2, Excess: 2}, nil, 0},
		{ReplyReader{MaxOctets: len(text)}, []string{"a", "b", "c", "d", "e"}, 0},
		{ReplyReader{MaxOctets: 10, Excess: 3}, []string{"a", "b", "e"}, 3},
		{ReplyReader{MaxOctets: 10, Excess: 2}, nil, 0},
		{ReplyReader{MaxOctets: 10}, nil, 0},
	} {
		c.rr.Style = FirstAndLast
		r := NewReader(strings.NewReader(text + "next"))
		got, err := c.rr.Read(r)
		var limit *LimitError
		if c.lines == nil {
			if !errors.As(err, &limit) {
				t.Errorf("%+v: %+v, %v", c.rr, got, err)
			}
			continue
		}
		if err != nil || !slices.Equal(got.Lines, c.lines) || got.Dropped != c.dropped {
			t.Errorf("%+v: %+v, %v", c.rr, got, err)
		}
		if l, _ := r.ReadLine(); l.String() != "next" {
			t.Errorf("%+v: behind it %q", c.rr, l)
		}
	}
}

func TestWriter(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	w.WriteLine([]byte("a"), CRLF)
	w.WriteLine([]byte("b"), LF)
	w.WriteLine([]byte("c"), None)
	w.Linef("%d", 1)
	block := w.Block()
	block.Write([]byte(".x"))
	block.Close()
	if err := w.Flush(); err != nil || b.String() != "a\r\nb\nc1\r\n..x\r\n.\r\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
	w = NewWriter(&failing{})
	if w.WriteLine(make([]byte, 5000), CRLF) == nil || w.Linef("x") == nil {
		t.Error("no error")
	}
}

func TestCheckArgument(t *testing.T) {
	for s, ok := range map[string]bool{"": true, "a b\t\xff": true, "a\r": false, "a\nb": false, "\x00": false} {
		if err := CheckArgument("name", s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestErrors(t *testing.T) {
	e := &SyntaxError{Offset: 3, Got: "\x1b[2J", Want: "a digit", Cite: "RFC 1 section 2"}
	if s := e.Error(); strings.Contains(s, "\x1b") || !strings.Contains(s, "octet 3") || !strings.Contains(s, "RFC 1 section 2") {
		t.Error(s)
	}
	if s := (&SyntaxError{Want: "x"}).Error(); !strings.Contains(s, "the end of the text") {
		t.Error(s)
	}
	if s := Quote([]byte(strings.Repeat("a", 500))); len(s) > 200 || !strings.Contains(s, "500 octets") {
		t.Error(s)
	}
	for what, unit := range map[string]string{"line": "octets", "nesting": "levels", "reply": "lines"} {
		if s := (&LimitError{What: what, Limit: 7, Cite: "RFC 1"}).Error(); !strings.Contains(s, "7 "+unit) || !strings.Contains(s, "RFC 1") {
			t.Error(s)
		}
	}
	if s := Terminator(9).String(); s != "terminator(9)" || Terminator(9).Octets() != "" {
		t.Error(s)
	}
}

func TestDecodeBase64(t *testing.T) {
	for s, want := range map[string]string{"": "", "AA==": "\x00", "AAA=": "\x00\x00", "+/+/": "\xfb\xff\xbf"} {
		if got, err := DecodeBase64([]byte(s), "c"); err != nil || got == nil || string(got) != want {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for s, at := range map[string]int{"A": 1, "AA": 2, "AA=": 3, "=": 1, "=AAA": 0, "AA=A": 2, "A=A=": 1, "AA==AA==": 2, "AA\n=": 2, "AA-_": 2, "AAAA=": 5, "====": 0} {
		_, err := DecodeBase64([]byte(s), "c")
		var e *SyntaxError
		if !errors.As(err, &e) || e.Offset != at || e.Cite != "c" {
			t.Errorf("%q: %v, want offset %d", s, err, at)
		}
	}
}

func FuzzReadLine(f *testing.F) {
	f.Add([]byte("a\r\nb\nc"), 10)
	f.Add([]byte("\r\r\n\n\x00"), 1)
	f.Fuzz(func(t *testing.T, text []byte, limit int) {
		r := NewReader(iotest.HalfReader(bytes.NewReader(text)))
		r.LineLimit = limit
		var raw []byte
		for {
			l, err := r.ReadLine()
			if err != nil {
				var e *LimitError
				if errors.As(err, &e) {
					raw = append(raw, r.Peek()...)
					if !bytes.HasPrefix(text, raw) {
						t.Fatalf("%q, buffered %q", text, raw)
					}
				} else if err != io.EOF || !bytes.Equal(raw, text) {
					t.Fatalf("%q, %v", raw, err)
				}
				return
			}
			if bytes.IndexByte(l.Text, '\n') >= 0 || l.End == LF && bytes.HasSuffix(l.Text, []byte("\r")) || limit > 0 && len(l.Text) > limit && l.End != None {
				t.Fatalf("line %q %v", l.Text, l.End)
			}
			raw = l.AppendRaw(raw)
		}
	})
}

func FuzzBlock(f *testing.F) {
	f.Add([]byte("a\r\n..b\r\n.\r\nrest"), 3)
	f.Add([]byte("a\n.\n.\r\n"), 0)
	f.Add([]byte(".\r.\r\n"), 1)
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		size = min(max(size, 0), 1<<16)
		for _, mode := range []Leniency{Strict, Lenient} {
			checkBlock(t, "octets", string(text), mode, iotest.OneByteReader, size)
			checkBlock(t, "halves", string(text), mode, iotest.HalfReader, size)
		}
		// What is written is read again; a strict reader finds it so as long as no line begins behind a bare LF.
		var w bytes.Buffer
		b := NewBlockWriter(&w)
		b.Write(text[:len(text)/2])
		b.Write(text[len(text)/2:])
		b.Close()
		want := string(text)
		if want != "" && !strings.HasSuffix(want, "\r\n") {
			want += "\r\n"
		}
		mode := Strict
		if strings.Contains(strings.ReplaceAll("\r\n"+want, "\r\n", ""), "\n") {
			mode = Lenient
		}
		got, err := io.ReadAll(func() io.Reader { b := NewReader(&w).Block(); b.Mode = mode; return b }())
		if err != nil || string(got) != want {
			t.Fatalf("mode %d: wrote %q, read %q, %v", mode, want, got, err)
		}
	})
}

func FuzzReply(f *testing.F) {
	f.Add([]byte("250-a\r\n250 b\r\n"), byte(0))
	f.Add([]byte("211-a\r\n x\r\n211 b\r\n"), byte(1))
	f.Add([]byte("500 x\r\n"), byte(2))
	f.Fuzz(func(t *testing.T, text []byte, style byte) {
		rr := ReplyReader{Style: ReplyStyle(style % 3), MaxLines: 10, Space: style&4 != 0}
		if style&8 != 0 {
			rr.Forgive, rr.Excess = func(*SyntaxError) error { return nil }, 3
		}
		reply, err := rr.Read(NewReader(bytes.NewReader(text)))
		if err == nil && (reply.Dropped == 0 && !bytes.HasPrefix(text, reply.Raw) || len(reply.Lines) == 0 || reply.Code < 100 || reply.Code > 599) {
			t.Fatalf("%q: %+v", text, reply)
		}
	})
}

// endless serves the same buffer again and again, n octets in all, then end.
type endless struct {
	chunk []byte
	n     int64
	end   string
	at    int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		if e.end == "" {
			return 0, io.EOF
		}
		n := copy(p, e.end)
		e.end = e.end[n:]
		return n, nil
	}
	n := copy(p[:min(int64(len(p)), e.n)], e.chunk[e.at:])
	e.at = (e.at + n) % len(e.chunk)
	e.n -= int64(n)
	return n, nil
}

// BenchmarkBlock reads 100 MB of lines of 78 characters; "copy" moves the same octets with io.Copy.
func BenchmarkBlock(b *testing.B) {
	chunk := bytes.Repeat([]byte(strings.Repeat("x", 76)+"\r\n"), 1000)
	const size = 100 << 20 / 78000 * 78000
	b.Run("copy", func(b *testing.B) {
		b.SetBytes(size)
		buf := make([]byte, 128<<10)
		for b.Loop() {
			io.CopyBuffer(struct{ io.Writer }{io.Discard}, &endless{chunk: chunk, n: size}, buf)
		}
	})
	b.Run("WriteTo", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			n, err := NewReader(&endless{chunk: chunk, n: size, end: ".\r\n"}).Block().WriteTo(io.Discard)
			if n != size || err != nil {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("Write", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			w := NewBlockWriter(io.Discard)
			for n := 0; n < size; n += len(chunk) {
				w.Write(chunk)
			}
		}
	})
}

func BenchmarkReadLine(b *testing.B) {
	chunk := bytes.Repeat([]byte("+OK 120 octets\r\n"), 4096)
	r := NewReader(&endless{chunk: chunk, n: 1 << 62})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.ReadLine(); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleReader_Block() {
	r := NewReader(strings.NewReader("+OK\r\nHello\r\n..dots\r\n.\r\n+OK\r\n"))
	r.ReadLine()
	message, _ := io.ReadAll(r.Block())
	next, _ := r.ReadLine()
	fmt.Printf("%q\n%s\n", message, next.Text)
	// Output:
	// "Hello\r\n.dots\r\n"
	// +OK
}

// Lines and blocks are read in large pieces while that is asked for, and the small buffer is back behind it, with what was read ahead.
func TestBulk(t *testing.T) {
	text := strings.Repeat("line\r\n", 5000) + "..dot\r\n.\r\nlast\r\n"
	sizes := map[int]bool{}
	r := NewReader(readerFunc(func(p []byte) (int, error) {
		sizes[len(p)] = true
		n := copy(p, text)
		if text = text[n:]; n == 0 {
			return 0, io.EOF
		}
		return n, nil
	}))
	end := r.Bulk()
	for range 4000 {
		if l, err := r.ReadLine(); string(l.Text) != "line" || err != nil {
			t.Fatalf("%q, %v", l.Text, err)
		}
	}
	if b, err := io.ReadAll(r.Block()); len(b) != 1000*len("line\r\n")+len(".dot\r\n") || err != nil {
		t.Fatal(len(b), err)
	}
	if r.lent == nil || !sizes[largeBuffer] {
		t.Error("a block gave the large buffer back", sizes)
	}
	end()
	if r.lent != nil {
		t.Error("the large buffer was kept")
	}
	if l, err := r.ReadLine(); string(l.Text) != "last" || err != nil {
		t.Fatalf("%q, %v", l.Text, err)
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A larger buffer takes the place of an empty one only.
func TestEnlarge(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	w.WriteString("a")
	if w.Enlarge(); w.Size() != usualWriter {
		t.Error(w.Size())
	}
	w.Flush()
	if w.Enlarge(); w.Size() != largeWriter {
		t.Error(w.Size())
	}
	w.WriteString("b")
	w.Flush()
	if out.String() != "ab" {
		t.Errorf("%q", out.String())
	}
}
