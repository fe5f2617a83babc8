package conn

import (
	"bytes"
	"compress/flate"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

// samples are texts that make blocks of all kinds.
func samples() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 200_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	letters := make([]byte, 300_000)
	for i := range letters {
		letters[i] = "etaoin shrdlu\r\n"[r.IntN(15)]
	}
	far := append(append(bytes.Clone(noise[:32_000]), letters[:700]...), noise[:32_000]...)
	return map[string][]byte{
		"nothing": nil, "an octet": {'x'}, "noise": noise, "letters": letters, "one letter": bytes.Repeat([]byte("a"), 500_000),
		"far references": far, "lines": []byte(strings.Repeat("430 No such article\r\n", 10_000)),
	}
}

// squeeze compresses text with the levels in turn, and flushes behind each part.
func squeeze(t testing.TB, text []byte, levels ...int) []byte {
	t.Helper()
	var out bytes.Buffer
	for i := 0; len(text) > 0 || i == 0; i++ {
		z, err := flate.NewWriter(&out, levels[i%len(levels)])
		if err != nil {
			t.Fatal(err)
		}
		n := min(len(text), 70_001)
		if _, err := z.Write(text[:n]); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil {
			t.Fatal(err)
		}
		text = text[n:]
	}
	return out.Bytes()
}

func TestInflate(t *testing.T) {
	for name, text := range samples() {
		for _, levels := range [][]int{{flate.NoCompression}, {flate.BestSpeed}, {flate.BestCompression}, {flate.HuffmanOnly}, {9, 0, flate.HuffmanOnly, 1}} {
			data := squeeze(t, text, levels...)
			for how, src := range map[string]io.Reader{"whole": bytes.NewReader(data), "halves": iotest.HalfReader(bytes.NewReader(data)), "octets": iotest.OneByteReader(bytes.NewReader(data))} {
				got, err := io.ReadAll(inflateReader(nil, src))
				if err != nil || !bytes.Equal(got, text) {
					t.Errorf("%s, levels %v, %s: %d octets of %d, %v", name, levels, how, len(got), len(text), err)
				}
			}
			got, err := io.ReadAll(inflateReader(data[:len(data)/2], bytes.NewReader(data[len(data)/2:])))
			if err != nil || !bytes.Equal(got, text) {
				t.Errorf("%s, levels %v, half of it read ahead: %d octets of %d, %v", name, levels, len(got), len(text), err)
			}
		}
	}
}

// TestInflatePartialFlush has messages end as zlib ends them by Z_PARTIAL_FLUSH and, the last one, by Z_SYNC_FLUSH: each is given out before more comes.
func TestInflatePartialFlush(t *testing.T) {
	src := &turns{}
	z := inflateReader(nil, src)
	buf := make([]byte, 1000)
	for _, turn := range []struct{ data, want string }{
		{"32313650f0cb57282e4dce50482c2ac94cce49e5e50208", "430 No such article\r\n"},
		{"2013ca040102", strings.Repeat("430 No such article\r\n", 3)},
		{"c8c8c054c1a9325591970b000000ffff", "205 Bye!\r\n"},
	} {
		data, err := hex.DecodeString(turn.data)
		if err != nil {
			t.Fatal(err)
		}
		src.data = data
		got := ""
		for {
			n, err := z.Read(buf)
			got += string(buf[:n])
			if err != nil {
				if !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Fatal(err)
				}
				break // and reading goes on behind it
			}
		}
		if got != turn.want {
			t.Errorf("got %q, want %q", got, turn.want)
		}
	}
}

// turns has a deadline passed whenever its data is used up.
type turns struct{ data []byte }

func (s *turns) Read(p []byte) (int, error) {
	if len(s.data) == 0 {
		return 0, os.ErrDeadlineExceeded
	}
	n := copy(p, s.data)
	s.data = s.data[n:]
	return n, nil
}

func TestInflateEnds(t *testing.T) {
	var whole bytes.Buffer
	z, err := flate.NewWriter(&whole, 9)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(z, strings.Repeat("some text ", 100))
	_ = z.Close()
	var corrupt flate.CorruptInputError
	for _, c := range []struct {
		name string
		data []byte
		want func(error) bool
	}{
		{"the last block", append(whole.Bytes(), "more"...), func(err error) bool { return err == io.EOF }},
		{"cut in a block", whole.Bytes()[:whole.Len()-3], func(err error) bool { return err == io.ErrUnexpectedEOF }},
		{"a block of no type", []byte{0xff}, func(err error) bool { return errors.As(err, &corrupt) }},
		{"a wrong complement", []byte{0, 1, 0, 0, 0}, func(err error) bool { return errors.As(err, &corrupt) }},
		{"a reference before the beginning", []byte{0x03, 0x02, 0, 0}, func(err error) bool { return errors.As(err, &corrupt) }},
	} {
		z := inflateReader(nil, bytes.NewReader(c.data))
		var err error
		for buf := make([]byte, 100); err == nil; {
			_, err = z.Read(buf)
		}
		if !c.want(err) {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, again := z.Read(make([]byte, 1)); !c.want(again) {
			t.Errorf("%s, again: %v", c.name, again)
		}
	}
}

// FuzzInflate compares what is decompressed with what the standard library makes of it.
func FuzzInflate(f *testing.F) {
	for _, text := range samples() {
		f.Add(squeeze(f, text[:min(len(text), 500)], 9))
	}
	f.Add([]byte("\x05\xc0\x81\x08\x00\x00\x00\x00\x20\x7f\xeb\x03"))
	f.Fuzz(func(t *testing.T, data []byte) {
		want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), 1<<20))
		got, err := io.ReadAll(io.LimitReader(inflateReader(nil, bytes.NewReader(data)), 1<<20))
		if wantErr == nil && (err != nil || !bytes.Equal(got, want)) {
			t.Fatalf("%d octets and %v; the library has %d", len(got), err, len(want))
		}
		if n := min(len(got), len(want)); !bytes.Equal(got[:n], want[:n]) {
			t.Fatal("other octets than the library's")
		}
	})
}

func BenchmarkInflate(b *testing.B) {
	text := samples()["letters"]
	data := squeeze(b, text, flate.DefaultCompression)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if n, err := io.Copy(io.Discard, inflateReader(nil, bytes.NewReader(data))); err != nil || n != int64(len(text)) {
			b.Fatal(n, err)
		}
	}
}
