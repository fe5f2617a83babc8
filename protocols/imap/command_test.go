package imap

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"harness/protocols/wire"
)

func items(t *testing.T, text string) []FetchItem {
	t.Helper()
	i, err := ParseFetchItems(text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// TestCommands parses one command each, strictly.
func TestCommands(t *testing.T) {
	day := time.Date(1994, 2, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]*Command{
		"a noop":                            {Name: "NOOP"},
		"a CAPABILITY":                      {Name: "CAPABILITY"},
		"a NOOP ":                           nil,
		"a NOOP x":                          nil,
		"a STARTTLS":                        {Name: "STARTTLS"},
		"a LOGOUT":                          {Name: "LOGOUT"},
		"a IDLE":                            {Name: "IDLE"},
		"a NAMESPACE":                       {Name: "NAMESPACE"},
		"a CHECK":                           {Name: "CHECK"},
		"a CLOSE":                           {Name: "CLOSE"},
		"a UNSELECT":                        {Name: "UNSELECT"},
		"a EXPUNGE":                         {Name: "EXPUNGE"},
		"a EXPUNGE 1":                       nil,
		"a UID EXPUNGE 3000:3002":           {Name: "EXPUNGE", UID: true, Args: &ExpungeArgs{set(t, "3000:3002")}},
		"a UID EXPUNGE":                     nil,
		"a UID NOOP":                        {Name: "NOOP", UID: true},
		"a UID":                             nil,
		"a LOGIN smith \"se\\\"same\"":      {Name: "LOGIN", Args: &LoginArgs{"smith", `se"same`}},
		"a LOGIN smith":                     nil,
		"a LOGIN smith  sesame":             nil,
		"a LOGIN {5}\nsmith {8+}\npass\nrd": {Name: "LOGIN", Args: &LoginArgs{"smith", "pass\r\nrd"}},
		"a LOGIN {5}\nsmi\x00h x":           nil,
		"a LOGIN smith ~{1}\nx":             nil,
		"a LOGIN sm\xc3\xa9 x":              nil,
		"a AUTHENTICATE plain":              {Name: "AUTHENTICATE", Args: &AuthenticateArgs{Mechanism: "PLAIN"}},
		"a AUTHENTICATE PLAIN dGVzdA==":     {Name: "AUTHENTICATE", Args: &AuthenticateArgs{"PLAIN", []byte("test")}},
		"a AUTHENTICATE EXTERNAL =":         {Name: "AUTHENTICATE", Args: &AuthenticateArgs{"EXTERNAL", []byte{}}},
		"a AUTHENTICATE PLAIN dGVzd":        nil,
		"a AUTHENTICATE PLAIN dGVzdA== x":   nil,
		"a ENABLE UTF8=ACCEPT CONDSTORE":    {Name: "ENABLE", Args: &EnableArgs{Capabilities{"UTF8=ACCEPT", "CONDSTORE"}}},
		"a ENABLE":                          nil,
		"a ID NIL":                          {Name: "ID", Args: &IDArgs{}},
		"a ID (\"name\" \"x\" \"os\" NIL)":  {Name: "ID", Args: &IDArgs{[]IDField{{"name", Some("x")}, {"os", NString{}}}}},
		"a SELECT inbox":                    {Name: "SELECT", Args: &SelectArgs{Mailbox: "INBOX"}},
		"a SELECT inbox ":                   nil,
		"a EXAMINE \"a b\" (CONDSTORE QRESYNC (67890007 90060115194045000))": {Name: "EXAMINE", Args: &SelectArgs{"a b", []Option{{"CONDSTORE", ""}, {"QRESYNC", "(67890007 90060115194045000)"}}}},
		"a SELECT x ()": nil,
		"a CREATE x/":   {Name: "CREATE", Args: &CreateArgs{Mailbox: "x/"}},
		"a CREATE x (USE (\\Archive \\x) OTHER (a) Z)": {Name: "CREATE", Args: &CreateArgs{"x", []string{`\Archive`, `\x`}, []Option{{"OTHER", "(a)"}, {"Z", ""}}}},
		"a CREATE x ()":                     nil,
		"a DELETE &AOk-":                    {Name: "DELETE", Args: &MailboxArgs{"é"}},
		"a DELETE &AOk":                     nil,
		"a DELETE \"\xc3\xa9\"":             nil,
		"a RENAME a b":                      {Name: "RENAME", Args: &RenameArgs{"a", "b"}},
		"a RENAME a":                        nil,
		"a SUBSCRIBE a":                     {Name: "SUBSCRIBE", Args: &MailboxArgs{"a"}},
		"a UNSUBSCRIBE {1}\na":              {Name: "UNSUBSCRIBE", Args: &MailboxArgs{"a"}},
		"a UNSUBSCRIBE {0}\n":               {Name: "UNSUBSCRIBE", Args: &MailboxArgs{""}},
		"a STATUS x (MESSAGES uidnext)":     {Name: "STATUS", Args: &StatusArgs{"x", []string{"MESSAGES", "UIDNEXT"}}},
		"a STATUS x ()":                     nil,
		"a STATUS x MESSAGES":               nil,
		"a LIST \"\" *":                     {Name: "LIST", Args: &ListArgs{Patterns: []string{"*"}}},
		"a LIST ~/Mail/ %":                  {Name: "LIST", Args: &ListArgs{Reference: "~/Mail/", Patterns: []string{"%"}}},
		"a LSUB \"#news.\" \"comp.mail.*\"": {Name: "LSUB", Args: &ListArgs{Reference: "#news.", Patterns: []string{"comp.mail.*"}}},
		"a LSUB () \"\" *":                  nil,
		"a LIST (SUBSCRIBED recursivematch) \"\" (INBOX \"&AOk-/*\") RETURN (CHILDREN STATUS (MESSAGES UNSEEN) SPECIAL-USE)": {Name: "LIST", Args: &ListArgs{
			Select: []Option{{Name: "SUBSCRIBED"}, {Name: "RECURSIVEMATCH"}}, Patterns: []string{"INBOX", "é/*"}, Return: []Option{{Name: "CHILDREN"}, {Name: "SPECIAL-USE"}}, Status: []string{"MESSAGES", "UNSEEN"}}},
		"a LIST () \"\" % RETURN ()":            {Name: "LIST", Args: &ListArgs{Select: []Option{}, Patterns: []string{"%"}, Return: []Option{}}},
		"a LIST (RECURSIVEMATCH) \"\" %":        nil,
		"a LIST (REMOTE RECURSIVEMATCH) \"\" %": nil,
		"a LIST \"\" ()":                        nil,
		"a LIST \"\" % CHILDREN":                nil,
		"a LIST \"\" % RETURN (STATUS ())":      nil,
		"a FETCH 1:* FLAGS":                     {Name: "FETCH", Args: &FetchArgs{Set: set(t, "1:*"), Items: []FetchItem{{Name: "FLAGS"}}}},
		"a UID FETCH $ (uid body.peek[1.2.header.fields (Date \"From\")]<0.100>)": {Name: "FETCH", UID: true, Args: &FetchArgs{Set: NumSet{Saved: true}, Items: []FetchItem{{Name: "UID"},
			{Name: "BODY", Peek: true, Section: &SectionSpec{Part: []uint32{1, 2}, Text: "HEADER.FIELDS", Fields: []string{"Date", "From"}}, Partial: &Partial{0, 100}}}}},
		"a FETCH 1 (BODY BODY[] BODYSTRUCTURE BINARY[1] BINARY.PEEK[2]<1.2> BINARY.SIZE[3] RFC822.HEADER)": {Name: "FETCH", Args: &FetchArgs{Set: set(t, "1"), Items: []FetchItem{
			{Name: "BODY"}, {Name: "BODY", Section: &SectionSpec{}}, {Name: "BODYSTRUCTURE"}, {Name: "BINARY", Section: &SectionSpec{Part: []uint32{1}}},
			{Name: "BINARY", Peek: true, Section: &SectionSpec{Part: []uint32{2}}, Partial: &Partial{1, 2}}, {Name: "BINARY.SIZE", Section: &SectionSpec{Part: []uint32{3}}}, {Name: "RFC822.HEADER"}}}},
		"a FETCH 1 full":                                       {Name: "FETCH", Args: &FetchArgs{Set: set(t, "1"), Items: []FetchItem{{Name: "FULL"}}}},
		"a FETCH 1 FLAGS (CHANGEDSINCE 12345)":                 {Name: "FETCH", Args: &FetchArgs{Set: set(t, "1"), Items: []FetchItem{{Name: "FLAGS"}}, Modifiers: []Option{{"CHANGEDSINCE", "12345"}}}},
		"a FETCH 1 (FULL)":                                     nil,
		"a FETCH 1 ()":                                         nil,
		"a FETCH 1 (FLAGS )":                                   nil,
		"a FETCH 0 FLAGS":                                      nil,
		"a FETCH 1 FLAGS UID":                                  nil,
		"a FETCH 1 BODY[]<0>":                                  nil,
		"a FETCH 1 BODY[]<0.0>":                                nil,
		"a FETCH 1 BODY[MIME]":                                 nil,
		"a FETCH 1 BODY[0]":                                    nil,
		"a FETCH 1 BODY[HEADER.FIELDS ()]":                     nil,
		"a FETCH 1 BODY[HEADER.FIELDS (\"a b\")]":              nil,
		"a FETCH 1 BODY[HEADER.FIELDS ({3}\na\nb)]":            nil,
		"a FETCH 1 BINARY":                                     nil,
		"a FETCH 1 BINARY[TEXT]":                               nil,
		"a FETCH 1 BINARY.SIZE[1]<0.1>":                        nil,
		"a FETCH 1 BODY.PEEK":                                  nil,
		"a FETCH 1 X":                                          nil,
		"a STORE 2:4 +FLAGS (\\deleted)":                       {Name: "STORE", Args: &StoreArgs{Set: set(t, "2:4"), Action: '+', Flags: []string{`\Deleted`}}},
		"a STORE 2 -FLAGS.SILENT a b":                          {Name: "STORE", Args: &StoreArgs{Set: set(t, "2"), Action: '-', Silent: true, Flags: []string{"a", "b"}}},
		"a STORE 2 (UNCHANGEDSINCE 3) FLAGS ()":                {Name: "STORE", Args: &StoreArgs{Set: set(t, "2"), Modifiers: []Option{{"UNCHANGEDSINCE", "3"}}, Flags: []string{}}},
		"a STORE 2 FLAGS":                                      nil,
		"a STORE 2 FLAG (x)":                                   nil,
		"a STORE 2 FLAGS (\\*)":                                nil,
		"a COPY 2:4 MEETING":                                   {Name: "COPY", Args: &CopyArgs{set(t, "2:4"), "MEETING"}},
		"a UID MOVE 42:69 foo":                                 {Name: "MOVE", UID: true, Args: &CopyArgs{set(t, "42:69"), "foo"}},
		"a COPY 1":                                             nil,
		"a SEARCH flagged SINCE 1-Feb-1994 NOT FROM \"Smith\"": {Name: "SEARCH", Args: &SearchArgs{Keys: []SearchKey{Key("FLAGGED"), KeyDate("SINCE", day), Not(KeyText("FROM", "Smith"))}}},
		"a UID SEARCH RETURN (MIN COUNT SAVE) CHARSET UTF-8 OR (UNSEEN 1:5,*) HEADER \"X y\" {6}\n\xd0\xb1\xd0\xbb\xd1\x8f": {Name: "SEARCH", UID: true, Args: &SearchArgs{
			Return: []Option{{Name: "MIN"}, {Name: "COUNT"}, {Name: "SAVE"}}, Charset: "UTF-8", Keys: []SearchKey{Or(And(Key("UNSEEN"), KeyNumbers(set(t, "1:5,*"))), KeyHeader("X y", "бля"))}}},
		"a SEARCH RETURN () $ LARGER 50 UID 5 KEYWORD $Junk ON \"01-Feb-1994\"": {Name: "SEARCH", Args: &SearchArgs{Return: []Option{}, Keys: []SearchKey{KeyNumbers(NumSet{Saved: true}), KeySize("LARGER", 50), KeyUIDs(set(t, "5")), KeyText("KEYWORD", "$Junk"), KeyDate("ON", day)}}},
		"a SEARCH RETURN (PARTIAL 1:5 ALL) ALL":                                 {Name: "SEARCH", Args: &SearchArgs{Return: []Option{{"PARTIAL", "1:5"}, {Name: "ALL"}}, Keys: []SearchKey{Key("ALL")}}},
		"a SEARCH":                                                              nil,
		"a SEARCH XYZ":                                                          nil,
		"a SEARCH ()":                                                           nil,
		"a SEARCH (ALL )":                                                       nil,
		"a SEARCH OR ALL":                                                       nil,
		"a SEARCH KEYWORD \\Seen":                                               nil,
		"a SEARCH ON 31-Feb-1994":                                               nil,
		"a SEARCH LARGER -1":                                                    nil,
		"a SEARCH RETURN MIN ALL":                                               nil,
		"a SEARCH CHARSET UTF-8":                                                nil,
		"a SEARCH FROM \"\xc3\xa9\"":                                            nil,
		"a APPEND saved (\\Seen) \" 7-Feb-1994 22:43:04 -0800\" {3}\nabc": {Name: "APPEND", Args: &AppendArgs{"saved", []AppendMessage{{Flags: []string{`\Seen`}, Size: 3, Date: time.Date(1994, 2, 7, 22, 43, 4, 0, time.FixedZone("", -8*3600))}}}},
		"a APPEND saved ~{3+}\na\x00c":                                    {Name: "APPEND", Args: &AppendArgs{"saved", []AppendMessage{{Size: 3, Binary: true}}}},
		"a APPEND saved UTF8 (~{2}\nab)":                                  {Name: "APPEND", Args: &AppendArgs{"saved", []AppendMessage{{Size: 2, Binary: true, UTF8: true}}}},
		"a APPEND saved {1}\na () {2+}\nbc":                               {Name: "APPEND", Args: &AppendArgs{"saved", []AppendMessage{{Size: 1}, {Flags: []string{}, Size: 2}}}},
		"a APPEND saved {3}\na\x00c":                                      nil,
		"a APPEND saved":                                                  nil,
		"a APPEND saved \"abc\"":                                          nil,
		"a APPEND saved abc":                                              nil,
		"a APPEND saved (x)":                                              nil,
		"a APPEND saved UTF8 ({2}\nab)":                                   nil,
		"a APPEND saved UTF8 (~{2}\nab":                                   nil,
		"a APPEND saved {3}\nabc ":                                        nil,
		"a APPEND saved {3}\nabc x":                                       nil,
		"a XYZ":                                                           {Name: "XYZ"},
		"a xyz (some {4}\na\nc) more ~{1+}\n\x00 ":                        {Name: "XYZ", Args: &UnknownArgs{"(some {4}\r\na\r\nc) more ~{1}\r\n\x00 "}},
		"":              nil,
		"a":             nil,
		"a ":            nil,
		" a NOOP":       nil,
		"+ NOOP":        nil,
		"a+ NOOP":       nil,
		"a  NOOP":       nil,
		"a (NOOP)":      nil,
		"a OK {3}\nabc": {Name: "OK", Args: &UnknownArgs{"{3}\r\nabc"}},
	} {
		d := decoder(text + "\nnext NOOP\n")
		got, err := d.ReadCommand()
		var e *wire.SyntaxError
		switch {
		case want == nil && !errors.As(err, &e):
			t.Errorf("%q: %+v, %v", text, got, err)
		case want == nil && e.Cite == "":
			t.Errorf("%q: no rule is cited: %v", text, err)
		case want != nil && err != nil:
			t.Errorf("%q: %v", text, err)
		case want != nil:
			if want.Tag = "a"; !sameCommand(got, want) {
				t.Errorf("%q:\n%s\n%+v, want\n%s\n%+v", text, got, got.Args, want, want.Args)
			}
		case strings.HasPrefix(text, "a ") && got.Tag != "a":
			t.Errorf("%q: the tag is %q", text, got.Tag)
		}
		// Whatever it was, the next one is read.
		if next, err := d.ReadCommand(); err != nil || !reflect.DeepEqual(next, &Command{Tag: "next", Name: "NOOP"}) {
			t.Errorf("%q: behind it: %+v, %v", text, next, err)
		}
		if c, err := d.ReadCommand(); err != io.EOF || c != nil {
			t.Errorf("%q: at the end: %v", text, err)
		}
	}
}

// sameCommand compares commands; dates by the moment and the zone's offset.
func sameCommand(a, b *Command) bool {
	x, ok := a.Args.(*AppendArgs)
	y, ok2 := b.Args.(*AppendArgs)
	if ok && ok2 && len(x.Messages) == len(y.Messages) {
		c, args := *a, AppendArgs{x.Mailbox, append([]AppendMessage{}, x.Messages...)}
		for i := range args.Messages {
			from, to := &args.Messages[i].Date, y.Messages[i].Date
			if !from.Equal(to) || from.Format("-0700") != to.Format("-0700") {
				return false
			}
			*from = to
		}
		c.Args = &args
		a = &c
	}
	return reflect.DeepEqual(a, b)
}

// TestLenientCommands has what is harmless pass, and be told.
func TestLenientCommands(t *testing.T) {
	for _, text := range []string{
		"a NOOP \n", "a  LOGIN  x  y\n", "a SELECT inbox \n", "a STORE 1 FLAGS x \n", "a SEARCH ALL \n", "a LOGIN x \"\xc3\xa9\"\n", "a DELETE &AOk\n", "a APPEND x {1}\nx \n", "a CREATE x \n",
		"a AUTHENTICATE PLAIN \n", "a LIST \"\" * \n", "a FETCH 1 (FLAGS )\n", "a APPEND x {1}\n\x00\n",
	} {
		d := decoder(text)
		d.Rules.Lenient = true
		told := 0
		d.Rules.Forgave = func(*wire.SyntaxError) { told++ }
		if c, err := d.ReadCommand(); err != nil || told == 0 {
			t.Errorf("%q: %+v, %v, %d", text, c, err, told)
		}
		if _, err := decoder(text).ReadCommand(); err == nil {
			t.Errorf("%q passes strictly", text)
		}
	}
}

// TestLiteralHook has a server decide about literals: what it refuses is not read, and the next command is.
func TestLiteralHook(t *testing.T) {
	tooBig := errors.New("too big")
	for text, refused := range map[string]bool{
		"a LOGIN {5}\nsmith {3+}\nabc\n": false,
		"a LOGIN {500}\n":                true, // the client waits
		"a LOGIN {50+}\n" + strings.Repeat("x", 50) + " {3+}\nabc\n": true,
		"a LOGIN {50+}\n" + strings.Repeat("x", 50) + " {3}\n":       true, // it waits for the second, and gets the refusal
		"a APPEND x (y) {50}\n":                                      true,
	} {
		d := decoder(text + "next NOOP\n")
		var asked []string
		d.Literal = func(c *Command, size int64, sync bool) error {
			asked = append(asked, fmt.Sprint(size, sync))
			if c.Tag != "a" || c.Name == "" {
				t.Errorf("%q: %+v", text, c)
			}
			if a, ok := c.Args.(*AppendArgs); ok && (a.Mailbox != "x" || len(a.Messages) != 1 || a.Messages[0].Flags == nil) {
				t.Errorf("%+v", a)
			}
			if size > 10 {
				return tooBig
			}
			return nil
		}
		c, err := d.ReadCommand()
		if c == nil || c.Tag != "a" || (err != nil) != refused || refused && err != tooBig || len(asked) == 0 {
			t.Errorf("%q: %+v, %v, %q", text, c, err, asked)
		}
		if next, err := d.ReadCommand(); err != nil || next.Tag != "next" {
			t.Errorf("%q: behind it: %+v, %v", text, next, err)
		}
	}
}

// TestAppendHook has messages pass without being held.
func TestAppendHook(t *testing.T) {
	const two = "a APPEND x (b) {10}\n0123456789 {3}\nabc\nnext NOOP\n"
	d := decoder(two)
	var got []string
	d.Append = func(c *Command, m *AppendMessage, r io.Reader) error {
		b := make([]byte, 3)
		_, err := io.ReadFull(r, b) // what is left is skipped
		got = append(got, fmt.Sprintf("%s %v %d %s", c.Args.(*AppendArgs).Mailbox, m.Flags, m.Size, b))
		return err
	}
	if _, err := d.ReadCommand(); err != nil || fmt.Sprint(got) != "[x [b] 10 012 x [] 3 abc]" {
		t.Error(got, err)
	}
	d = decoder(two)
	full := errors.New("full")
	n := 0
	d.Append = func(*Command, *AppendMessage, io.Reader) error { n++; return full }
	if c, err := d.ReadCommand(); err != full || n != 1 || len(c.Args.(*AppendArgs).Messages) != 2 {
		t.Error(c, err, n)
	}
	if next, err := d.ReadCommand(); err != nil || next.Tag != "next" {
		t.Error(next, err)
	}
	d = decoder("a APPEND x {10}\n012")
	if _, err := d.ReadCommand(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

func TestCommandLimits(t *testing.T) {
	var limit *wire.LimitError
	d := decoder("a LOGIN {100}\n")
	d.Limits.Literal = 10
	d.Literal = func(*Command, int64, bool) error { t.Error("asked for octets that are not taken"); return nil }
	if c, err := d.ReadCommand(); !errors.As(err, &limit) || limit.What != "literal" || c.Tag != "a" {
		t.Error(c, err)
	}
	for _, deep := range []string{"a SEARCH " + strings.Repeat("NOT ", 200) + "ALL\n", "a SEARCH " + strings.Repeat("(", 200) + "\n", "a SELECT x (Y " + strings.Repeat("(", 200) + "\n"} {
		if _, err := decoder(deep).ReadCommand(); !errors.As(err, &limit) || limit.What != "nesting" {
			t.Error(err)
		}
	}
	d = decoder("a XYZ {30+}\n" + strings.Repeat("x", 30) + " {30+}\n" + strings.Repeat("x", 30) + "\n")
	d.Limits.Total = 50
	if _, err := d.ReadCommand(); !errors.As(err, &limit) {
		t.Error(err)
	}
}

func TestContinued(t *testing.T) {
	d := decoder("dGVzdA==\n*\n\nab\ndone\nDONE \nx NOOP\nDONE\n")
	if data, cancelled, err := d.ReadAuthResponse(); string(data) != "test" || cancelled || err != nil {
		t.Error(data, err)
	}
	if data, cancelled, err := d.ReadAuthResponse(); data != nil || !cancelled || err != nil {
		t.Error(data, err)
	}
	if data, cancelled, err := d.ReadAuthResponse(); data == nil || len(data) != 0 || cancelled || err != nil {
		t.Error(data, err)
	}
	var e *wire.SyntaxError
	if _, _, err := d.ReadAuthResponse(); !errors.As(err, &e) {
		t.Error(err)
	}
	if err := d.ReadDone(); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := d.ReadDone(); !errors.As(err, &e) {
			t.Error(err)
		}
	}
	if err := d.ReadDone(); err != nil {
		t.Error(err)
	}
	if err := d.ReadDone(); err != io.EOF {
		t.Error(err)
	}
}

func TestCommandString(t *testing.T) {
	for want, c := range map[string]*Command{
		"a LOGIN smith ***":                   {Tag: "a", Name: "LOGIN", Args: &LoginArgs{"smith", "sesame"}},
		"a AUTHENTICATE PLAIN ***":            {Tag: "a", Name: "AUTHENTICATE", Args: &AuthenticateArgs{"PLAIN", []byte("x")}},
		"AUTHENTICATE PLAIN":                  {Name: "AUTHENTICATE", Args: &AuthenticateArgs{Mechanism: "PLAIN"}},
		"UID FETCH 1:* (UID BODY.PEEK[TEXT])": {Name: "FETCH", UID: true, Args: &FetchArgs{Set: set(t, "1:*"), Items: items(t, "(UID BODY.PEEK[TEXT])")}},
		"APPEND \"é\" (\\Seen) {30}":          {Name: "APPEND", Args: &AppendArgs{"é", []AppendMessage{{Flags: []string{FlagSeen}, Size: 30}}}},
		`"DELETE \"a\r\nb\""`:                 {Name: "DELETE", Args: &MailboxArgs{"a\r\nb"}},
	} {
		if got := c.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	keys, err := ParseSearch(`unseen or 1:5 (from "a\"b" subject "NIL" on 5-nov-2026)`)
	if err != nil {
		t.Fatal(err)
	}
	if got := And(keys...).String(); got != `(UNSEEN OR 1:5 (FROM "a\"b" SUBJECT "NIL" ON 5-Nov-2026))` {
		t.Error(got)
	}
	for _, bad := range []string{"", "x", "ALL)", "FROM {3}", "FROM {1}\r\na"} {
		if k, err := ParseSearch(bad); err == nil {
			t.Errorf("%q: %v", bad, k)
		}
	}
	if b, err := Body("1.HEADER", true); err != nil || b.String() != "BODY.PEEK[1.HEADER]" || b.ResponseName() != "BODY[1.HEADER]" {
		t.Error(b, err)
	}
	if _, err := Body("x] BODY[", true); err == nil {
		t.Error("a section that is two")
	}
	if len(ExpandMacro([]FetchItem{{Name: "FULL"}})) != 5 || len(ExpandMacro(items(t, "(UID)"))) != 1 {
		t.Error("macros")
	}
}

// TestSpecs holds the table to what the Decoder does.
func TestSpecs(t *testing.T) {
	for _, s := range Commands() {
		if got, ok := Lookup(s.Name); !ok || got.Name != s.Name || s.Cite == "" || s.Summary == "" || s.States == 0 {
			t.Errorf("%+v", s)
		}
		c, err := decoder("a " + s.Name + " \x01\n").ReadCommand()
		var e *wire.SyntaxError
		if !errors.As(err, &e) || c.FullName() != s.Name {
			t.Errorf("%s: %v, %v", s.Name, c, err)
		}
	}
}
