package imap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"harness/protocols/wire"
)

func decoder(text string) *Decoder {
	return NewDecoder(wire.NewReader(strings.NewReader(strings.ReplaceAll(text, "\n", "\r\n"))))
}

func set(t *testing.T, text string) NumSet {
	t.Helper()
	s, err := ParseNumSet(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestResponses parses one response each, strictly.
func TestResponses(t *testing.T) {
	for text, want := range map[string]Response{
		"+ go on\n":                  &Continuation{Text: "go on"},
		"+ [ALERT] soon\n":           &Continuation{Code: &Code{Name: "ALERT"}, Text: "soon"},
		"+ \n":                       &Continuation{},
		"* OK [ALERT]\n":             nil,
		"* OK \n":                    &Status{Kind: "OK"},
		"* OK [ALERT] \n":            &Status{Kind: "OK", Code: &Code{Name: "ALERT"}},
		"* OK [ALERT] x {3}\n":       &Status{Kind: "OK", Code: &Code{Name: "ALERT"}, Text: "x {3}"},
		"a1 ok done\n":               &Status{Tag: "a1", Kind: "OK", Text: "done"},
		"a1 NO [TRYCREATE] none\n":   &Status{Tag: "a1", Kind: "NO", Code: &Code{Name: "TRYCREATE"}, Text: "none"},
		"a1 BYE done\n":              nil,
		"* BYE away\n":               &Status{Kind: "BYE", Text: "away"},
		"* PREAUTH hello\n":          &Status{Kind: "PREAUTH", Text: "hello"},
		"* OK [UNSEEN 12] first\n":   &Status{Kind: "OK", Code: &Code{Name: "UNSEEN", Text: "12", Number: 12}, Text: "first"},
		"* OK [UNSEEN 0] first\n":    nil,
		"* OK [X-Y \"a]\" b] text\n": &Status{Kind: "OK", Code: &Code{Name: "X-Y", Text: `"a]" b`}, Text: "text"},
		"* OK [PERMANENTFLAGS (\\Deleted \\seen \\*)] l\n": &Status{Kind: "OK", Code: &Code{Name: "PERMANENTFLAGS", Text: `(\Deleted \seen \*)`, Words: []string{`\Deleted`, `\Seen`, `\*`}}, Text: "l"},
		"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\n":      &Status{Kind: "OK", Code: &Code{Name: "CAPABILITY", Text: "IMAP4rev1 AUTH=PLAIN", Words: []string{"IMAP4rev1", "AUTH=PLAIN"}}, Text: "hi"},
		"a OK [COPYUID 38 304,319:320 3956:3958] d\n":      &Status{Tag: "a", Kind: "OK", Code: &Code{Name: "COPYUID", Text: "38 304,319:320 3956:3958", Number: 38, Source: set(t, "304,319:320"), UIDs: set(t, "3956:3958")}, Text: "d"},
		"a OK [APPENDUID 38505 3955] d\n":                  &Status{Tag: "a", Kind: "OK", Code: &Code{Name: "APPENDUID", Text: "38505 3955", Number: 38505, UIDs: set(t, "3955")}, Text: "d"},
		"a OK [APPENDUID 38505 *] d\n":                     nil,
		"* CAPABILITY IMAP4rev2 STARTTLS\n":                &CapabilityData{Capabilities{"IMAP4rev2", "STARTTLS"}},
		"* CAPABILITY\n":                                   nil,
		"* ENABLED\n":                                      &EnabledData{},
		"* ENABLED X-GOOD\n":                               &EnabledData{Capabilities{"X-GOOD"}},
		"* LIST (\\Noselect) \"/\" foo\n":                  &ListData{Attributes: []string{`\Noselect`}, Delimiter: "/", Mailbox: "foo"},
		"* LSUB () NIL inbox\n":                            &ListData{LSub: true, Attributes: []string{}, Mailbox: "INBOX"},
		"* LIST () \"//\" foo\n":                           nil,
		"* LIST () \"\\\\\" {3}\nb&-\n":                    &ListData{Attributes: []string{}, Delimiter: `\`, Mailbox: "b&"},
		"* LIST () \"/\" \"~peter/&U,BTFw-\"\n":            &ListData{Attributes: []string{}, Delimiter: "/", Mailbox: "~peter/台北"},
		"* LIST () \"/\" \"&Jjo!\"\n":                      nil,
		"* LIST (\\Subscribed) \"/\" \"foo\" (\"CHILDINFO\" (\"SUBSCRIBED\") OLDNAME (\"bar\") X-Y (a (b)))\n": &ListData{Attributes: []string{`\Subscribed`}, Delimiter: "/", Mailbox: "foo", OldName: "bar", ChildInfo: []string{"SUBSCRIBED"}, Extended: map[string]string{"X-Y": "(a (b))"}},
		"* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292 APPENDLIMIT NIL MAILBOXID (x))\n":                    &StatusData{Mailbox: "blurdybloop", Items: map[string]uint64{"MESSAGES": 231, "UIDNEXT": 44292}, Other: map[string]string{"MAILBOXID": "(x)"}},
		"* STATUS x ()\n":                          &StatusData{Mailbox: "x", Items: map[string]uint64{}},
		"* SEARCH\n":                               &SearchData{},
		"* SEARCH 2 5 (MODSEQ 917162500)\n":        &SearchData{Numbers: []uint32{2, 5}, ModSeq: 917162500},
		"* SEARCH 2  5\n":                          nil,
		"* SEARCH 0\n":                             nil,
		"* ESEARCH (TAG \"A282\") MIN 2 COUNT 3\n": &ESearchData{Tag: "A282", HasMin: true, HasCount: true, Min: 2, Count: 3},
		"* ESEARCH (TAG \"A283\") UID ALL 2,10:11 X (a b)\n": &ESearchData{Tag: "A283", UID: true, HasAll: true, All: set(t, "2,10:11"), Other: map[string]string{"X": "(a b)"}},
		"* ESEARCH ALL $\n":                nil,
		"* FLAGS (\\Answered custom)\n":    &FlagsData{Flags: []string{`\Answered`, "custom"}},
		"* FLAGS (\\Answered  custom)\n":   nil,
		"* FLAGS (\\*)\n":                  nil,
		"* 18 EXISTS\n":                    &Exists{18},
		"* 4294967296 EXISTS\n":            nil,
		"* 0 RECENT\n":                     &Recent{0},
		"* 0 EXPUNGE\n":                    nil,
		"* 44 EXPUNGE\n":                   &Expunge{44},
		"* VANISHED (EARLIER) 41,43:116\n": &Vanished{Earlier: true, UIDs: set(t, "41,43:116")},
		"* NAMESPACE ((\"\" \"/\")(\"#m/\" NIL)) NIL ((\"Shared/\" \"/\" \"X\" (\"a\")))\n": &NamespaceData{Personal: []Namespace{{Delimiter: "/"}, {Prefix: "#m/"}}, Shared: []Namespace{{Prefix: "Shared/", Delimiter: "/", Extended: []string{`"X"`, `("a")`}}}},
		"* NAMESPACE NIL NIL\n":                    nil,
		"* ID NIL\n":                               &IDData{},
		"* ID (\"name\" \"x\" \"os\" NIL)\n":       &IDData{[]IDField{{"name", Some("x")}, {"os", NString{}}}},
		"* SORT 2 3 6\n":                           &SortData{Numbers: []uint32{2, 3, 6}},
		"* SORT\n":                                 &SortData{},
		"* THREAD (2)(3 6 (4 23)(44 7 96))\n":      &ThreadData{[]Thread{{Numbers: []uint32{2}}, {[]uint32{3, 6}, []Thread{{Numbers: []uint32{4, 23}}, {Numbers: []uint32{44, 7, 96}}}}}},
		"* THREAD ((3)(5))\n":                      &ThreadData{[]Thread{{Below: []Thread{{Numbers: []uint32{3}}, {Numbers: []uint32{5}}}}}},
		"* THREAD\n":                               &ThreadData{},
		"* THREAD ()\n":                            nil,
		"* THREAD (3 (4))\n":                       nil,
		"* THREAD (3 )\n":                          nil,
		"* THREAD (2) (3)\n":                       nil,
		"* ACL INBOX Fred rwipslxetad Chris lrs\n": &ACLData{"INBOX", []ACLEntry{{"Fred", "rwipslxetad"}, {"Chris", "lrs"}}},
		"* ACL INBOX Fred\n":                       nil,
		"* LISTRIGHTS ~/Mail/saved smith la r swicdkxte\n": &ListRightsData{"~/Mail/saved", "smith", "la", []string{"r", "swicdkxte"}},
		"* MYRIGHTS INBOX rwiptsldaex\n":                   &MyRightsData{"INBOX", "rwiptsldaex"},
		"* QUOTA \"\" (STORAGE 10 512)\n":                  &QuotaData{"", []Quota{{"STORAGE", 10, 512}}},
		"* QUOTA \"\" (STORAGE 10)\n":                      nil,
		"* QUOTAROOT INBOX \"\"\n":                         &QuotaRootData{"INBOX", []string{""}},
		"* QUOTAROOT comp.mail.mime\n":                     &QuotaRootData{Mailbox: "comp.mail.mime"},
		"* XYZ some {4}\nab\n more (\n":                    &Unknown{Name: "XYZ", Text: "some {4}\r\nab\r\n more ("},
		"* 7 XYZ\n":                                        &Unknown{Name: "XYZ", Number: 7},
		"* 1 FETCH (UID 7 X-A (b \"c\") MODSEQ (5))\n":     &Fetch{Number: 1, UID: 7, ModSeq: 5, Other: map[string]string{"X-A": `(b "c")`}},
		"* 1 FETCH (FLAGS () RFC822.SIZE 0)\n":             &Fetch{Number: 1, Flags: []string{}, HasSize: true},
		"* 1 FETCH (BODY[] {5}\na\nbc BODY[1.2.HEADER.FIELDS (A \"b\")]<2> \"\" BINARY[1] ~{2}\n\x00x RFC822.TEXT NIL)\n": &Fetch{Number: 1, Sections: []Section{
			{Name: "BODY[]", Origin: -1, Data: Some("a\r\nbc"), Streamed: -1}, {Name: "BODY[1.2.HEADER.FIELDS (A b)]", Origin: 2, Data: Some(""), Streamed: -1},
			{Name: "BINARY[1]", Origin: -1, Data: Some("\x00x"), Streamed: -1}, {Name: "RFC822.TEXT", Origin: -1, Streamed: -1}}},
		"* 1 FETCH (BINARY.SIZE[1.2] 7 EMAILID (M1) THREADID NIL)\n": &Fetch{Number: 1, BinarySizes: map[string]uint64{"1.2": 7}, EmailID: "M1"},
		"* 1 FETCH (INTERNALDATE \" 7-Feb-1994 22:43:04 -0800\")\n":  &Fetch{Number: 1, InternalDate: time.Date(1994, 2, 7, 22, 43, 4, 0, time.FixedZone("", -8*3600))},
		"* 1 FETCH (INTERNALDATE \"30-Feb-1994 22:43:04 -0800\")\n":  nil,
		"* 1 FETCH (BODY[MIME] \"\")\n":                              nil,
		"* 1 FETCH (BODY[0] \"\")\n":                                 nil,
		"* 1 FETCH ()\n":                                             nil,
		"* 1 FETCH (UID 7 )\n":                                       nil,
		"* 1 FETCH (BODY[] {3+}\nabc)\n":                             nil,
		"* 1 FETCH (BODY[] ~{3}\nabc)\n":                             nil,
		"* LIST () \"/\" ~{1}\na\n":                                  nil,
		"* 1 FETCH (BODY[] {3}\na\x00c)\n":                           nil,
		"* 1 FETCH (BODY[] \"\\a\")\n":                               nil,
		"* 1 FETCH (BODY[] \"\xc3\xa9\")\n":                          nil,
		"* OK \xc3\xa9\n":                                            nil,
		"* OK a\x00b\n":                                              nil,
		"* 1 fetch (uid 7)\n":                                        &Fetch{Number: 1, UID: 7},
		"*  OK x\n":                                                  nil,
		"a+b OK x\n":                                                 nil,
		"* \n":                                                       nil,
	} {
		d := decoder(text + "next OK it is\n")
		got, err := d.ReadResponse()
		var e *wire.SyntaxError
		switch {
		case want == nil && !errors.As(err, &e):
			t.Errorf("%q: %+v, %v", text, got, err)
		case want != nil && err != nil:
			t.Errorf("%q: %v", text, err)
		case want != nil && !equal(got, want):
			t.Errorf("%q:\n%+v, want\n%+v", text, got, want)
		}
		// Whatever it was, the next one is read.
		if next, err := d.ReadResponse(); err != nil || !reflect.DeepEqual(next, &Status{Tag: "next", Kind: "OK", Text: "it is"}) {
			t.Errorf("%q: behind it: %+v, %v", text, next, err)
		}
		if _, err := d.ReadResponse(); err != io.EOF {
			t.Errorf("%q: at the end: %v", text, err)
		}
	}
}

// equal compares responses; times by the moment and the zone's offset.
func equal(a, b Response) bool {
	x, ok := a.(*Fetch)
	y, ok2 := b.(*Fetch)
	if ok && ok2 && !x.InternalDate.IsZero() {
		if !x.InternalDate.Equal(y.InternalDate) || x.InternalDate.Format("-0700") != y.InternalDate.Format("-0700") {
			return false
		}
		c := *x
		c.InternalDate = y.InternalDate
		a = &c
	}
	return reflect.DeepEqual(a, b)
}

const envelope = `("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" (("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "gray" "x")) NIL ` +
	`((NIL NIL "team" NIL)("a" NIL "a" "x")(NIL NIL NIL NIL)) (("John \"K\"" NIL "KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.edu>")`

func TestEnvelope(t *testing.T) {
	r, err := decoder("* 12 FETCH (ENVELOPE " + envelope + ")\n").ReadResponse()
	if err != nil {
		t.Fatal(err)
	}
	e := r.(*Fetch).Envelope
	gray := Address{Some("Terry Gray"), NString{}, Some("gray"), Some("cac.washington.edu")}
	if e.Subject != Some("IMAP4rev1 WG mtg summary and minutes") || len(e.From) != 1 || e.From[0] != gray || e.From[0].Addr() != "gray@cac.washington.edu" || e.ReplyTo != nil || e.Bcc != nil || e.InReplyTo.Present || e.MessageID.Text != "<B27397-0100000@cac.washington.edu>" || len(e.Cc) != 1 || e.Cc[0].Name.Text != `John "K"` {
		t.Errorf("%+v", e)
	}
	if name, ok := e.To[0].GroupStart(); len(e.To) != 3 || name != "team" || !ok || !e.To[2].GroupEnd() || e.To[1].GroupEnd() || e.To[2].Addr() != "" {
		t.Errorf("%+v", e.To)
	}
	if _ = append(e.From, gray); len(e.Sender) != 1 || e.Sender[0].Mailbox.Text != "gray" || e.Sender[0].Host.Text != "x" {
		t.Errorf("appending to one list changed another: %+v", e.Sender)
	}
	for _, bad := range []string{`("d")`, strings.Replace(envelope, `NIL NIL "<B2`, `() NIL "<B2`, 1), strings.Replace(envelope, `)("a"`, `) ("a"`, 1), strings.Replace(envelope, "NIL", "nix", 1)} {
		if r, err := decoder("* 12 FETCH (ENVELOPE " + bad + ")\n").ReadResponse(); err == nil {
			t.Errorf("%s: %+v", bad, r.(*Fetch).Envelope)
		}
	}
	d := decoder("* 12 FETCH (ENVELOPE " + strings.Replace(envelope, `)("a"`, `) ("a"`, 1) + ")\n")
	d.Rules.Lenient = true
	if _, err := d.ReadResponse(); err != nil {
		t.Error(err)
	}
}

func TestBodyStructure(t *testing.T) {
	text := `((("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 2279 48)("image" "png" NIL "<id>" "a picture" "base64" 10 NIL ("attachment" ("filename" "x.png")) ("en" "de") "loc" NIL (1 "x" (2))) "MIXED" ("boundary" "b") NIL NIL)` +
		`("MESSAGE" "RFC822" NIL NIL NIL "8BIT" 100 ` + envelope + ` ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1) 7) "ALTERNATIVE")`
	r, err := decoder("* 12 FETCH (BODYSTRUCTURE " + text + ")\n").ReadResponse()
	if err != nil {
		t.Fatal(err)
	}
	b := r.(*Fetch).Body
	var got []string
	for part, p := range b.Walk() {
		got = append(got, part+"="+p.MediaType())
	}
	if want := "=multipart/alternative 1=multipart/mixed 1.1=text/plain 1.2=image/png 2=message/rfc822 2.1=text/plain"; strings.Join(got, " ") != want {
		t.Errorf("%s, want %s", got, want)
	}
	image := b.Parts[0].Parts[1]
	if v, _ := b.Parts[0].Param("BOUNDARY"); v != "b" || !image.Extended || image.Disposition != "attachment" || image.DispositionParams[0] != (Param{"filename", "x.png"}) || fmt.Sprint(image.Language) != "[en de]" || image.Location.Text != "loc" || fmt.Sprint(image.Extension) != `[NIL (1 "x" (2))]` {
		t.Errorf("%+v", image)
	}
	if m := b.Parts[1]; m.Lines != 7 || m.Envelope.Subject.Text == "" || m.Body.Lines != 1 || m.Extended || !b.Multipart() || m.Multipart() {
		t.Errorf("%+v", m)
	}

	for what, text := range map[string]string{
		"no encoding": `("TEXT" "PLAIN" NIL NIL NIL NIL 1 1)`,
		"no lines":    `("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1)`,
		"atoms":       `(TEXT PLAIN NIL NIL NIL "7BIT" 1 1)`,
		"no subtype":  `(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1))`,
		"no params":   `("TEXT" "PLAIN" () NIL NIL "7BIT" 1 1)`,
		"odd params":  `("TEXT" "PLAIN" ("a") NIL NIL "7BIT" 1 1)`,
	} {
		if r, err := decoder("* 12 FETCH (BODY " + text + ")\n").ReadResponse(); err == nil {
			t.Errorf("%s: %+v", what, r)
		}
	}
	var limit *wire.LimitError
	if _, err := decoder("* 1 FETCH (BODY " + strings.Repeat("(", 200) + "\n").ReadResponse(); !errors.As(err, &limit) || limit.What != "nesting" {
		t.Error(err)
	}
}

// TestStreamed has sections pass by without being held.
func TestStreamed(t *testing.T) {
	d := decoder("* 1 FETCH (UID 9 BODY[] {10}\n0123456789 FLAGS (\\Seen) BODY[TEXT] {3}\nabc)\nt OK done\n")
	var got []string
	d.Body = func(f *Fetch, s *Section, size int64, r io.Reader) error {
		b := make([]byte, 3)
		_, err := io.ReadFull(r, b) // what is left is skipped
		got = append(got, fmt.Sprintf("%d %s %d %s", f.UID, s.Name, size, b))
		return err
	}
	r, err := d.ReadResponse()
	if err != nil || fmt.Sprint(got) != "[9 BODY[] 10 012 9 BODY[TEXT] 3 abc]" {
		t.Error(got, err)
	}
	if f := r.(*Fetch); len(f.Sections) != 2 || f.Sections[0].Streamed != 10 || f.Sections[0].Data.Present || len(f.Flags) != 1 {
		t.Errorf("%+v", f)
	}
	if _, err := d.ReadResponse(); err != nil {
		t.Error(err)
	}

	d = decoder("* 1 FETCH (BODY[] {3}\na\x00c)\n* 1 FETCH (BINARY[] ~{3}\na\x00c)\n")
	d.Body = func(*Fetch, *Section, int64, io.Reader) error { return nil }
	var syntax *wire.SyntaxError
	if _, err := d.ReadResponse(); !errors.As(err, &syntax) || syntax.Offset != 22 {
		t.Error(err)
	}
	if _, err := d.ReadResponse(); err != nil {
		t.Error(err)
	}

	d = decoder("* 1 FETCH (BODY[] {10}\n0123456789)\n")
	stop := errors.New("stop")
	d.Body = func(*Fetch, *Section, int64, io.Reader) error { return stop }
	if _, err := d.ReadResponse(); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestDecoderLimits(t *testing.T) {
	var limit *wire.LimitError
	d := decoder("* 1 FETCH (BODY[] {99999999999999}\nabc)\n")
	if _, err := d.ReadResponse(); !errors.As(err, &limit) || limit.What != "literal" {
		t.Error(err)
	}
	d = decoder("* 1 FETCH (BODY[] {99}\nabc)\n")
	if _, err := d.ReadResponse(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	d = decoder("* 1 FETCH (BODY[1] {6}\n012345 BODY[2] {6}\n012345)\n")
	d.Limits.Total = 40
	if _, err := d.ReadResponse(); !errors.As(err, &limit) {
		t.Error(err)
	}
	for _, cut := range []string{"* OK", "* 1 FETCH (BODY[] {3}\nabc", "* 1 FETCH (BODY[] {3}\na"} {
		if r, err := decoder(cut).ReadResponse(); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%q: %v, %v", cut, r, err)
		}
	}
}

// TestLenient has what is understood pass, and be told.
func TestLenient(t *testing.T) {
	for _, text := range []string{
		"* SEARCH 2  5 \n", "* FLAGS (\\Seen  x)\n", "* CAPABILITY A B \n", "+\n", "* OK\n", "* OK [ALERT]text\n", "* 1 FETCH (UID 7 )\n", "* 0 EXPUNGE\n",
		"* 1 FETCH (BODY[] \"\xe9\")\n", "* LIST () \"/\" \"&Jjo!\"\n", "* 1 FETCH (BODY[] {3+}\nabc)\n", "* 1 FETCH (BODY[] ~{3}\nabc)\n", "* 1 FETCH (INTERNALDATE \"7-Feb-1994 22:43:04 -0800\")\n",
	} {
		d := decoder(text)
		d.Rules.Lenient = true
		var told []error
		d.Rules.Forgave = func(e *wire.SyntaxError) { told = append(told, e) }
		if r, err := d.ReadResponse(); err != nil || len(told) == 0 {
			t.Errorf("%q: %+v, %v, %v", text, r, err, told)
		}
		if _, err := decoder(text).ReadResponse(); err == nil {
			t.Errorf("%q passes strictly", text)
		}
	}
	d := NewDecoder(wire.NewReader(strings.NewReader("* 1 EXISTS\n")))
	if _, err := d.ReadResponse(); err == nil {
		t.Error("a bare LF passes strictly")
	}
}

func TestNumSet(t *testing.T) {
	for text, want := range map[string]string{
		"1": "1", "1:3": "1:3", "3:1": "1:3", "2,4:7,9,12:*": "2,4:7,9,12:15", "*:4,5:7": "4:15", "*": "15", "20:*": "15:20", "1,2,3,5": "1:3,5", "4294967295,4294967294": "4294967294:4294967295",
	} {
		s := set(t, text)
		if s.String() != text {
			t.Errorf("%s is printed as %s", text, s)
		}
		r := s.Resolve(15)
		if r.String() != want || r.Dynamic() || s.Dynamic() != strings.Contains(text, "*") {
			t.Errorf("%s: %s, want %s", text, r, want)
		}
		n := uint64(0)
		for v := range r.All() {
			n++
			if !r.Contains(v) {
				t.Errorf("%s has %d, or not", r, v)
			}
			if n > 100 {
				break
			}
		}
		if n != r.Count() || r.Contains(0) {
			t.Errorf("%s: %d of %d", r, n, r.Count())
		}
	}
	for _, bad := range []string{"", "0", "01", "1:", ":1", "1,", ",1", "1;2", "4294967296", "a", "1:2:3", "$,1", "-1"} {
		if s, err := ParseNumSet(bad); err == nil {
			t.Errorf("%q: %v", bad, s)
		}
	}
	if s := set(t, "$"); !s.Saved || !s.Dynamic() || s.String() != "$" {
		t.Error(s)
	}
	if s := Nums(5, 1, 2, 3, 3, 4294967295, 4294967294); s.String() != "1:3,5,4294967294:4294967295" {
		t.Error(s)
	}
	if s := set(t, "5:*").Resolve(0); len(s.Ranges) != 0 {
		t.Error(s)
	}
}

func TestUTF7(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "INBOX": "INBOX", "a&b": "a&-b", "~peter/mail/台北/日本語": "~peter/mail/&U,BTFw-/&ZeVnLIqe-", "é": "&AOk-", "😀x": "&2D3eAA-x", "a\tb": "a&AAk-b", "&&": "&-&-",
	} {
		if got := EncodeUTF7(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
		if got, err := DecodeUTF7(want); got != name || err != nil {
			t.Errorf("%s: %q, %v", want, got, err)
		}
	}
	for _, bad := range []string{"&", "&AOk", "&AO-", "&AOl-", "&AGE-", "&AOk-&AOk-", "é", "a\x01", "&2D0-", "&3gA-", "&AOk=-", "&Jjo!-"} {
		if s, err := DecodeUTF7(bad); err == nil {
			t.Errorf("%q: %q", bad, s)
		}
	}
}

func TestDates(t *testing.T) {
	at := time.Date(2026, 11, 5, 4, 3, 2, 0, time.FixedZone("", 5400))
	if b := AppendDateTime(nil, at); string(b) != `" 5-Nov-2026 04:03:02 +0130"` {
		t.Errorf("%s", b)
	}
	if FormatDate(at) != "5-Nov-2026" {
		t.Error(FormatDate(at))
	}
	if d, err := (Rules{}).ParseDate("05-nov-2026"); err != nil || !d.Equal(time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC)) {
		t.Error(d, err)
	}
	for _, bad := range []string{"", "5-Nov", "0-Nov-2026", "31-Nov-2026", "5-Nox-2026", "5-Nov-26", "005-Nov-2026", "5 Nov 2026", "-Nov-2026"} {
		if d, err := (Rules{}).ParseDate(bad); err == nil {
			t.Errorf("%q: %v", bad, d)
		}
	}
}

// FuzzResponses holds the decoder to what it says: it ends, it does not panic, what strict rules take lenient ones take too, as the same, and what is printed of it is read as the same.
func FuzzResponses(f *testing.F) {
	f.Add("* OK [UIDNEXT 4] x\r\n* 1 FETCH (UID 7 BODY[] {3}\r\nabc FLAGS (\\Seen))\r\n")
	f.Add("* 12 FETCH (ENVELOPE " + envelope + ")\r\n* SEARCH 1 2\r\n")
	f.Add("* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1) \"MIXED\" NIL NIL NIL))\r\n")
	f.Add("* LIST () \"/\" {4}\r\na&-b (\"OLDNAME\" (x))\r\n* ESEARCH (TAG a) ALL 1:3\r\n+ go\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		strict, lenient := NewDecoder(wire.NewReader(strings.NewReader(text))), NewDecoder(wire.NewReader(strings.NewReader(text)))
		lenient.Rules.Lenient = true
		for {
			a, err := strict.ReadResponse()
			b, lerr := lenient.ReadResponse()
			if err == nil && (lerr != nil || !reflect.DeepEqual(a, b)) {
				t.Fatalf("%q: strictly %+v, leniently %+v, %v", text, a, b, lerr)
			}
			if err != nil {
				return
			}
			again, err := printResponse(a, Rules{})
			if err != nil {
				t.Fatalf("%q is %+v, which is not printed: %v", text, a, err)
			}
			c, err := NewDecoder(wire.NewReader(strings.NewReader(again))).ReadResponse()
			if err != nil || !equal(c, a) {
				t.Fatalf("%q is %+v, printed as %q, which is %+v, %v", text, a, again, c, err)
			}
		}
	})
}

func FuzzUTF7(f *testing.F) {
	f.Add("&U,BTFw-")
	f.Add("a&-b")
	f.Fuzz(func(t *testing.T, s string) {
		name, err := DecodeUTF7(s)
		if err == nil && EncodeUTF7(name) != s {
			t.Fatalf("%q is %q, which is written %q", s, name, EncodeUTF7(name))
		}
	})
}

// listing is the answer to FETCH of n messages.
func listing(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "* %d FETCH (UID %d FLAGS (\\Seen \\Answered) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 4286 ENVELOPE %s "+
			"BODYSTRUCTURE ((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 3028 92 NIL NIL NIL NIL)(\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"base64\" 5000 100 NIL (\"inline\" NIL) NIL NIL) \"alternative\" (\"boundary\" \"abc\") NIL NIL NIL))\r\n", i+1, i+100, envelope)
	}
	b.WriteString("a OK done\r\n")
	return b.Bytes()
}

func BenchmarkFetch(b *testing.B) {
	const n = 1000
	text := listing(n)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		d := NewDecoder(wire.NewReader(bytes.NewReader(text)))
		for {
			r, err := d.ReadResponse()
			if err != nil {
				b.Fatal(err)
			}
			if _, ok := r.(*Status); ok {
				break
			}
		}
	}
}
