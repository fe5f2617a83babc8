package wire

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLineWriter(t *testing.T) {
	for _, c := range []struct {
		ends     LineEnds
		in, want string
		bad      int // offset of what is refused, -1 for none
	}{
		{OnlyCRLF, "", "", -1},
		{OnlyCRLF, "a\r\nb\r\n", "a\r\nb\r\n", -1},
		{OnlyCRLF, "a\r\nb", "a\r\nb\r\n", -1},
		{OnlyCRLF, "a\nb\r\n", "a", 1},
		{OnlyCRLF, "a\r\nbc\rd\r\n", "a\r\nbc", 5},
		{OnlyCRLF, "a\r", "a", 1},
		{OnlyCRLF, "a\r\r\n", "a", 1},
		{LFToCRLF, "a\n\nb\r\nc", "a\r\n\r\nb\r\nc\r\n", -1},
		{LFToCRLF, "a\nb\rc", "a\r\nb", 3},
		{LFToCRLF, "\n", "\r\n", -1},
		{AnyToCRLF, "a\rb\nc\r\nd\r\re", "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n", -1},
		{AnyToCRLF, "a\n\r", "a\r\n\r\n", -1},
		{AnyToCRLF, "\r\r\n", "\r\n\r\n", -1},
	} {
		for size := 1; size <= max(len(c.in), 1); size++ {
			var out bytes.Buffer
			w := NewLineWriter(&out)
			w.Ends = c.ends
			_, err := io.CopyBuffer(w, struct{ io.Reader }{&pieces{strings.NewReader(c.in), size}}, make([]byte, size))
			if err == nil {
				err = w.Close()
			}
			bad := -1
			var e *SyntaxError
			if errors.As(err, &e) {
				bad = e.Offset
			} else if err != nil {
				t.Fatal(err)
			}
			if out.String() != c.want || bad != c.bad {
				t.Errorf("%v: %q in pieces of %d: %q, refused at %d; want %q, %d", c.ends, c.in, size, out.String(), bad, c.want, c.bad)
			}
		}
	}
	w := NewLineWriter(io.Discard)
	w.NoNUL = true
	if n, err := w.Write([]byte("ab\x00c")); n != 2 || !strings.Contains(err.Error(), "octet 2") {
		t.Error(n, err)
	}
}

type pieces struct {
	r io.Reader
	n int
}

func (p *pieces) Read(b []byte) (int, error) { return p.r.Read(b[:min(p.n, len(b))]) }

// TestLineWriterModel compares with replacing in one go, however the text is cut.
func TestLineWriterModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"\r", "\n", "\r\n", "a", "bc", "."})).Draw(t, "text"), "")
		want := strings.NewReplacer("\r\n", "\r\n", "\n", "\r\n", "\r", "\r\n").Replace(text)
		if want != "" && !strings.HasSuffix(want, "\r\n") {
			want += "\r\n"
		}
		var out bytes.Buffer
		w := NewLineWriter(&out)
		w.Ends = AnyToCRLF
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			if m, err := w.Write([]byte(rest[:n])); m != n || err != nil {
				t.Fatal(m, err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil || out.String() != want {
			t.Fatalf("%q: %q, want %q (%v)", text, out.String(), want, err)
		}
	})
}

func BenchmarkLineWriter(b *testing.B) {
	crlfText := []byte(strings.Repeat(strings.Repeat("x", 76)+"\r\n", 840))
	lfText := []byte(strings.Repeat(strings.Repeat("x", 76)+"\n", 840))
	for name, text := range map[string][]byte{"crlf": crlfText, "lf": lfText} {
		b.Run(name, func(b *testing.B) {
			w := NewLineWriter(io.Discard)
			w.Ends = AnyToCRLF
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				w.Write(text)
			}
		})
	}
}
