package ftp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"harness/protocols/wire"
)

var representations = func() (all []Representation) {
	for _, t := range []Type{ASCII, EBCDIC, Image, Local8} {
		for _, m := range []Mode{StreamMode, BlockMode, CompressedMode, DeflateMode} {
			for _, s := range []Structure{FileStructure, RecordStructure} {
				if r := (Representation{t, s, m}); r.Check() == nil {
					all = append(all, r)
				}
			}
		}
	}
	return all
}()

func encode(t interface{ Fatal(...any) }, r Representation, o DataOptions, parts ...[]byte) []byte {
	var b bytes.Buffer
	w, err := r.NewWriter(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		if n, err := w.Write(p); n != len(p) || err != nil {
			t.Fatal(r, n, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(r, err)
	}
	return b.Bytes()
}

// chunks is a reader that gives n octets at a time.
func chunks(b []byte, n int) io.Reader {
	if n == 1 {
		return iotest.OneByteReader(bytes.NewReader(b))
	}
	return io.MultiReader(bytes.NewReader(b[:len(b)/2]), iotest.DataErrReader(bytes.NewReader(b[len(b)/2:])))
}

func decode(r Representation, o DataOptions, src io.Reader) ([]byte, error) {
	rd, err := r.NewReader(src, o)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(rd)
}

func TestRepresentationRoundTrip(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, r := range representations {
		rapid.Check(t, func(t *rapid.T) {
			for _, n := range []int{0, 1} {
				data := rapid.SliceOf(rapid.OneOf(rapid.Byte(), rapid.Just(byte(0xff)), rapid.Just(byte('\n')), rapid.Just(byte(' ')), rapid.Just(byte(0)))).Draw(t, "data")
				data = append(data, bytes.Repeat([]byte{7}, rapid.IntRange(0, 200).Draw(t, "run"))...)
				data = append(data, all[:rapid.IntRange(0, 256).Draw(t, "all")]...)
				cut := rapid.IntRange(0, len(data)).Draw(t, "cut")
				raw := encode(t, r, DataOptions{}, data[:cut], data[cut:])
				if got, err := decode(r, DataOptions{}, chunks(raw, n)); err != nil || !bytes.Equal(got, data) {
					t.Fatalf("%v: %q came back as %q, %v, from %q", r, data, got, err, raw)
				}
			}
		})
	}
}

func TestTextRoundTrip(t *testing.T) {
	for _, r := range representations {
		rapid.Check(t, func(t *rapid.T) {
			text := rapid.StringOf(rapid.SampledFrom([]rune("ab \nñ\u00ff!{"))).Draw(t, "text")
			if r.Structure == RecordStructure && text != "" && !strings.HasSuffix(text, "\n") {
				text += "\n" // a record always ends
			}
			cut := rapid.IntRange(0, len(text)).Draw(t, "cut")
			o := DataOptions{Text: true}
			raw := encode(t, r, o, []byte(text[:cut]), []byte(text[cut:]))
			for _, n := range []int{0, 1} {
				if got, err := decode(r, o, chunks(raw, n)); err != nil || string(got) != text {
					t.Fatalf("%v: %q came back as %q, %v, from %q", r, text, got, err, raw)
				}
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	text := DataOptions{Text: true}
	for _, c := range []struct {
		r    Representation
		o    DataOptions
		data string
		want string
	}{
		{Representation{}, text, "a\nb\n", "a\r\nb\r\n"},
		{Representation{}, text, "a\r\nb", "a\r\r\nb"},
		{Representation{}, DataOptions{Text: true, KeepCRLF: true}, "a\r\nb\nc", "a\r\nb\r\nc"},
		{Representation{}, DataOptions{}, "a\nb", "a\nb"},
		{Representation{Type: Image}, text, "a\nb", "a\nb"},
		{Representation{Type: EBCDIC}, text, "Aé\n", "\xc1\x51\x15"},
		{Representation{Type: Image, Mode: BlockMode}, DataOptions{}, "abc", "\x00\x00\x03abc\x40\x00\x00"},
		{Representation{Type: ASCII, Mode: BlockMode}, text, "a\n", "\x00\x00\x01a\x00\x00\x02\r\n\x40\x00\x00"},
		{Representation{Type: ASCII, Mode: BlockMode, Structure: RecordStructure}, text, "a\nb", "\x00\x00\x01a\x80\x00\x00\x00\x00\x01b\x80\x00\x00\x40\x00\x00"},
		{Representation{Type: Image, Structure: RecordStructure}, DataOptions{}, "a\xffb", "a\xff\xffb\xff\x02"},
		{Representation{Type: ASCII, Structure: RecordStructure}, text, "a\n\nb\n", "a\xff\x01\xff\x01b\xff\x01\xff\x02"},
		{Representation{Type: Image, Structure: RecordStructure}, DataOptions{RecordEnd: "--"}, "a-b--c", "a-b\xff\x01c\xff\x01\xff\x02"},
		{Representation{Type: Image, Mode: CompressedMode}, DataOptions{}, "abbbbbbc", "\x01a\x86b\x00\x40\x01c"},
		{Representation{Type: ASCII, Mode: CompressedMode}, DataOptions{}, "a      b", "\x01a\xc6\x00\x40\x01b"},
		{Representation{Type: Image, Mode: CompressedMode}, DataOptions{}, "", "\x00\x40\xc0"},
		{Representation{Type: Image, Mode: CompressedMode, Structure: RecordStructure}, DataOptions{RecordEnd: "\n"}, "ab\n", "\x01a\x00\x80\x01b\x00\x40\xc0"},
	} {
		if got := string(encode(t, c.r, c.o, []byte(c.data))); got != c.want {
			t.Errorf("%v %+v: %q became %q, want %q", c.r, c.o, c.data, got, c.want)
		}
	}
}

func TestDecodings(t *testing.T) {
	text := DataOptions{Text: true}
	block, compressed := Representation{Type: Image, Mode: BlockMode}, Representation{Type: Image, Mode: CompressedMode}
	records := Representation{Type: Image, Structure: RecordStructure}
	for _, c := range []struct {
		r    Representation
		o    DataOptions
		raw  string
		want string
		err  string
	}{
		{Representation{}, text, "a\r\nb\rc\nd\r\x00e\r", "a\nb\rc\nd\re\r", ""},
		{Representation{}, text, "\r\r\n\r\n", "\r\n\n", ""},
		{block, DataOptions{}, "\x00\x00\x02ab\x40\x00\x01crest", "abc", ""},
		{block, DataOptions{}, "\xc0\x00\x01c", "c", ""},
		{block, DataOptions{}, "\x00\x00\x02ab", "ab", io.ErrUnexpectedEOF.Error()},
		{block, DataOptions{}, "\x00\x00\x02a", "a", io.ErrUnexpectedEOF.Error()},
		{block, DataOptions{}, "\x00\x00", "", io.ErrUnexpectedEOF.Error()},
		{block, DataOptions{}, "", "", io.ErrUnexpectedEOF.Error()},
		{block, DataOptions{}, "\x01\x00\x01a", "", "RFC 959 section 3.4.2"},
		{block, DataOptions{}, "\x10\x00\x02m1\x40\x00\x00", "", ""},
		{block, DataOptions{}, "\x10\x00\x02m \x40\x00\x00", "", "restart marker"},
		{compressed, DataOptions{}, "\x02ab\x83c\xc2\x00\x40\x01d", "abccc\x00\x00d", ""},
		{compressed, DataOptions{}, "\x00\x40\xc0", "", ""},
		{compressed, DataOptions{}, "\x00\x40\x82xrest", "xx", ""},
		{compressed, DataOptions{}, "\x00\x10\x02m1\x00\x40\x01d", "d", ""},
		{compressed, DataOptions{}, "\x00\x10\x82m", "", "a string of octets"},
		{compressed, DataOptions{}, "\xc0", "", "a count of 1 to 63"},
		{compressed, DataOptions{}, "\x00\x00\x01a", "", "RFC 959 section 3.4.3"[:4]},
		{compressed, DataOptions{}, "\x00\x40\x00\x40", "", "a descriptor"},
		{compressed, DataOptions{}, "\x02a", "a", io.ErrUnexpectedEOF.Error()},
		{records, DataOptions{RecordEnd: "\n"}, "a\xff\x01b\xff\xff\xff\x03rest", "a\nb\xff\n", ""},
		{records, DataOptions{}, "a\xff\x01b", "ab", io.ErrUnexpectedEOF.Error()},
		{records, DataOptions{}, "a\xff\x07", "a", "RFC 959 section 3.4.1"},
		{records, DataOptions{}, "a\xff", "a", io.ErrUnexpectedEOF.Error()},
		{Representation{Type: EBCDIC, Structure: RecordStructure}, text, "\xc1\xff\x01\xff\x02", "A\n", ""},
		{Representation{Type: Image, Mode: DeflateMode}, DataOptions{}, "", "", ""},
		{Representation{Type: Image, Mode: DeflateMode}, DataOptions{}, "no zlib", "", "mode Z"},
	} {
		for _, n := range []int{0, 1} {
			got, err := decode(c.r, c.o, chunks([]byte(c.raw), n))
			if c.raw == "\x00\x00\x01a" && c.r.Mode == CompressedMode {
				// A descriptor of nothing at all stands before a string.
				if string(got) != "a" || !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("%q, %v", got, err)
				}
				continue
			}
			if string(got) != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v %+v: %q became %q, %v; want %q, %s", c.r, c.o, c.raw, got, err, c.want, c.err)
			}
		}
	}
}

// TestReuse reads two files from one connection.
func TestReuse(t *testing.T) {
	for _, r := range representations {
		if r.EndsWithConnection() {
			continue
		}
		src := bufio.NewReader(bytes.NewReader(append(encode(t, r, DataOptions{}, []byte("one")), encode(t, r, DataOptions{}, []byte("two"))...)))
		for _, want := range []string{"one", "two"} {
			if got, err := decode(r, DataOptions{}, src); string(got) != want || err != nil {
				t.Errorf("%v: %q, %v", r, got, err)
			}
		}
	}
}

func TestMarkers(t *testing.T) {
	for _, m := range []Mode{BlockMode, CompressedMode} {
		r := Representation{Type: Image, Mode: m}
		var b bytes.Buffer
		w, err := r.NewWriter(&b, DataOptions{})
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte("abc"))
		for _, bad := range []string{"", "a b", "é", strings.Repeat("x", 256)} {
			if err := w.Marker(bad); err == nil {
				t.Errorf("%q", bad)
			}
		}
		if err := errors.Join(w.Marker("at3"), w.Flush()); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte("def"))
		w.Close()
		var got bytes.Buffer
		suspect := 0
		rd, _ := r.NewReader(bytes.NewReader(b.Bytes()), DataOptions{Marker: func(m string) error {
			fmt.Fprintf(&got, "[%s]", m)
			return nil
		}, Suspect: func() { suspect++ }})
		if _, err := io.Copy(struct{ io.Writer }{&got}, rd); err != nil || got.String() != "abc[at3]def" || suspect != 0 {
			t.Errorf("%s: %q, %v", string(m), got.String(), err)
		}
		stop := errors.New("stop")
		if _, err := decode(r, DataOptions{Marker: func(string) error { return stop }}, bytes.NewReader(b.Bytes())); !errors.Is(err, stop) {
			t.Error(err)
		}
	}
	suspect := 0
	for raw, m := range map[string]Mode{"\x60\x00\x01a": BlockMode, "\x00\x60\x01a": CompressedMode} {
		if got, err := decode(Representation{Type: Image, Mode: m}, DataOptions{Suspect: func() { suspect++ }}, strings.NewReader(raw)); string(got) != "a" || err != nil {
			t.Error(got, err)
		}
	}
	if suspect != 2 {
		t.Error(suspect)
	}
	for _, r := range []Representation{{}, {Structure: RecordStructure}, {Mode: DeflateMode}} {
		w, _ := r.NewWriter(io.Discard, DataOptions{})
		if w.Marker("m") == nil {
			t.Error(r)
		}
	}
}

func TestUnimplemented(t *testing.T) {
	for _, r := range []Representation{{Structure: PageStructure}, {Type: Type{Code: 'L', ByteSize: 36}}, {Type: Type{Code: 'X'}}, {Mode: 'X'}, {Mode: DeflateMode, Structure: RecordStructure}} {
		_, err := r.NewReader(strings.NewReader(""), DataOptions{})
		_, werr := r.NewWriter(io.Discard, DataOptions{})
		if !errors.Is(err, ErrRepresentation) || !errors.Is(werr, ErrRepresentation) {
			t.Error(r, err, werr)
		}
	}
	if !(Representation{Type: Image}).Plain(DataOptions{Text: true}) || (Representation{}).Plain(DataOptions{Text: true}) || !(Representation{}).Plain(DataOptions{}) || (Representation{Mode: BlockMode}).Plain(DataOptions{}) {
		t.Error("Plain")
	}
}

func TestNotEBCDIC(t *testing.T) {
	for _, text := range []string{"日", "\xff", "é"[:1]} {
		w, _ := Representation{Type: EBCDIC}.NewWriter(io.Discard, DataOptions{Text: true})
		_, err := io.WriteString(w, text)
		if err = errors.Join(err, w.Close()); err == nil {
			t.Errorf("%q", text)
		}
	}
}

func TestStripTelnet(t *testing.T) {
	for in, want := range map[string]string{
		"NOOP":                              "NOOP|",
		Synch + "ABOR":                      "ABOR|!",
		"\xff\xf4\xffABOR":                  "ABOR|!", // the urgent octet came out of band
		"STOR a\xff\xffb":                   "STOR a\xffb|",
		"\xff\xfb\x01NOOP\xff\xfd\x03":      "NOOP|\xff\xfe\x01\xff\xfc\x03",
		"\xff\xfc\x01\xff\xfe\x01":          "|",
		"\xff\xfa\x18\x00xterm\xff\xf0NOOP": "NOOP|",
		"\xff\xfa\x18":                      "|",
		"a\xff":                             "a|",
		"a\xff\xfb":                         "a|",
		"\xff\xf9x":                         "x|",
	} {
		text, tel := StripTelnet([]byte(in))
		got := string(text) + "|" + string(tel.Answer)
		if tel.Interrupt {
			got += "!"
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzReader(f *testing.F) {
	for i, r := range representations {
		f.Add(uint8(i), encode(f, r, DataOptions{}, []byte("a  bb\nccccccc\xff\n")), true)
	}
	f.Fuzz(func(t *testing.T, i uint8, raw []byte, text bool) {
		r := representations[int(i)%len(representations)]
		if r.Mode == DeflateMode && len(raw) > 4<<10 {
			return
		}
		o := DataOptions{Text: text}
		whole, err := decode(r, o, io.LimitReader(bytes.NewReader(raw), 1<<16))
		pieces, perr := decode(r, o, iotest.OneByteReader(bytes.NewReader(raw)))
		if !bytes.Equal(whole, pieces) || (err == nil) != (perr == nil) {
			t.Errorf("%v: %q, %v whole; %q, %v in pieces", r, whole, err, pieces, perr)
		}
		var s *wire.SyntaxError
		if errors.As(err, &s) && s.Cite == "" {
			t.Error(err)
		}
	})
}

func FuzzTelnet(f *testing.F) {
	f.Add([]byte(Synch + "ABOR"))
	f.Add([]byte("\xff\xfb\x01NOOP\xff\xff"))
	f.Fuzz(func(t *testing.T, line []byte) {
		n := len(line)
		text, tel := StripTelnet(bytes.Clone(line))
		if len(text) > n || len(tel.Answer) > n+n {
			t.Errorf("%q: %q, %q", line, text, tel.Answer)
		}
		if !bytes.Contains(line, []byte{telnetIAC}) && !bytes.Equal(text, line) {
			t.Errorf("%q: %q", line, text)
		}
	})
}

// BenchmarkText shows how fast text is converted, against copying it.
func BenchmarkText(b *testing.B) {
	text := []byte(strings.Repeat("The quick brown fox jumps over the lazy dog, and goes on its way.\n", 16000))
	wired := encode(b, Representation{}, DataOptions{Text: true}, text)
	run := func(name string, r Representation, o DataOptions) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(wired)))
			for b.Loop() {
				rd, err := r.NewReader(bytes.NewReader(wired), o)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{rd}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("plain", Representation{}, DataOptions{})
	run("ASCII", Representation{}, DataOptions{Text: true})
	b.Run("to ASCII", func(b *testing.B) {
		b.SetBytes(int64(len(wired)))
		for b.Loop() {
			w, err := Representation{}.NewWriter(io.Discard, DataOptions{Text: true})
			if err != nil {
				b.Fatal(err)
			}
			w.Write(text)
			w.Close()
		}
	})
}

// TestTinyReads wants the same octets from reads of one octet each.
func TestTinyReads(t *testing.T) {
	text := "a\n\nb c\nñ\n" + strings.Repeat("x", 300) + "\n"
	for _, r := range representations {
		for _, o := range []DataOptions{{}, {Text: true}} {
			raw := encode(t, r, o, []byte(text))
			rd, err := r.NewReader(bytes.NewReader(raw), o)
			if err != nil {
				t.Fatal(err)
			}
			var got []byte
			p := make([]byte, 1)
			for {
				n, err := rd.Read(p)
				got = append(got, p[:n]...)
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%v %+v: %v", r, o, err)
				}
			}
			if string(got) != text {
				t.Errorf("%v %+v: %q", r, o, got)
			}
			if n, err := rd.Read(p); n != 0 || err != io.EOF {
				t.Errorf("%v %+v: behind the end %d, %v", r, o, n, err)
			}
		}
	}
	// CRs at the ends of reads.
	for raw, want := range map[string]string{"\r": "\r", "\r\r": "\r\r", "\r\n": "\n", "\r\r\n": "\r\n", "a\r\x00b\rc\r\n": "a\rb\rc\n", "\r\x00\r\x00": "\r\r"} {
		for _, n := range []int{0, 1} {
			rd, _ := Representation{}.NewReader(chunks([]byte(raw), n), DataOptions{Text: true})
			if got, err := io.ReadAll(iotest.OneByteReader(rd)); err != nil || string(got) != want {
				t.Errorf("%q: %q, %v", raw, got, err)
			}
		}
	}
}

// broken takes n octets and fails then.
type broken struct{ n int }

var errBroken = errors.New("broken")

func (w *broken) Write(p []byte) (int, error) {
	if len(p) <= w.n {
		w.n -= len(p)
		return len(p), nil
	}
	n := w.n
	w.n = 0
	return n, errBroken
}

// TestFailingWriter wants the error of what is written to, wherever it comes.
func TestFailingWriter(t *testing.T) {
	text := []byte(strings.Repeat("a\n\xc3\xb1 b\xff\n", 9000))
	for _, r := range representations {
		for _, o := range []DataOptions{{}, {Text: true}, {RecordEnd: "\n"}} {
			in := text
			if o.Text && r.Type.Code == 'E' {
				in = bytes.ReplaceAll(text, []byte("\xff"), nil)
			}
			whole := len(encode(t, r, o, in))
			for _, n := range []int{0, 1, 10, whole / 2, whole - 1} {
				w, err := r.NewWriter(&broken{n}, o)
				if err != nil {
					t.Fatal(err)
				}
				_, err = w.Write(in)
				if cerr := w.Close(); err == nil {
					err = cerr
				}
				if !errors.Is(err, errBroken) {
					t.Errorf("%v %+v, broken at %d of %d: %v", r, o, n, whole, err)
				}
			}
		}
	}
}

// TestFlush wants what was written so far to have arrived, and nothing to be lost by it.
func TestFlush(t *testing.T) {
	for _, r := range representations {
		var b bytes.Buffer
		w, err := r.NewWriter(&b, DataOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := w.Write([]byte("abc")); err != nil {
				t.Fatal(err)
			}
			before := b.Len()
			if err := w.Flush(); err != nil || b.Len() == before {
				t.Errorf("%v: %d octets arrived, %v", r, b.Len()-before, err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := decode(r, DataOptions{}, &b); err != nil || string(got) != "abcabcabc" {
			t.Errorf("%v: %q, %v", r, got, err)
		}
	}
}

// TestEndRecord wants records that the caller ends, and nothing of that in file structure.
func TestEndRecord(t *testing.T) {
	for _, r := range representations {
		for _, o := range []DataOptions{{}, {RecordEnd: "|"}} {
			var b bytes.Buffer
			w, err := r.NewWriter(&b, DataOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []string{"a", "", "b"} {
				if _, err := w.Write([]byte(s)); err != nil {
					t.Fatal(err)
				}
				if err := w.EndRecord(); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			want := "ab"
			if r.Structure == RecordStructure && o.RecordEnd != "" {
				want = "a||b|"
			}
			if got, err := decode(r, o, &b); err != nil || string(got) != want {
				t.Errorf("%v %+v: %q, %v, want %q", r, o, got, err, want)
			}
		}
	}
	// One that ends by a call, and one by what ends it here.
	r := Representation{Type: Image, Structure: RecordStructure}
	var b bytes.Buffer
	w, err := r.NewWriter(&b, DataOptions{RecordEnd: "--"})
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte("a"))
	w.EndRecord()
	w.Write([]byte("b-"))
	w.Write([]byte("-c-"))
	if err := w.Close(); err != nil || b.String() != "a\xff\x01b\xff\x01c-\xff\x01\xff\x02" {
		t.Errorf("%q, %v", b.String(), err)
	}
}
