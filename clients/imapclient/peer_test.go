package imapclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"harness/clients/imapclient"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/imap"
)

// goServer is a server of somebody else's: go-imap's, with an account in memory.
func goServer(t *testing.T, caps ...goimap.Cap) (addr string) {
	t.Helper()
	user := imapmemserver.NewUser("alice", "wonderland")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	mem := imapmemserver.New()
	mem.AddUser(user)
	set := goimap.CapSet{}
	for _, c := range caps {
		set[c] = struct{}{}
	}
	srv := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps: set, TLSConfig: clienttest.TLS().Server, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); srv.Serve(l) }()
	t.Cleanup(func() { srv.Close(); <-done })
	return l.Addr().String()
}

const mail = "From: Bob <bob@example.org>\r\nTo: team: alice@example.org;\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>hello\r\n--b--\r\n"

// TestGoIMAP runs a session with go-imap's server, over STARTTLS: all that it can do.
func TestGoIMAP(t *testing.T) {
	for _, caps := range [][]goimap.Cap{{goimap.CapIMAP4rev1}, {goimap.CapIMAP4rev1, goimap.CapIMAP4rev2, goimap.CapLiteralPlus}} {
		rev2 := len(caps) > 1
		addr := goServer(t, caps...)
		idling := &awaited{text: "+ idling", seen: make(chan struct{})}
		c, err := imapclient.Dial(ctx, addr, &imapclient.Options{TLS: clienttest.TLS().Client, RequireTLS: true, Tap: idling})
		if err != nil {
			t.Fatal(err)
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(rev2, err)
			}
		}
		must(c.STARTTLS(ctx))
		if err := c.Login(ctx, "alice", "wrong"); refused(err) != "NO" {
			t.Fatal(err)
		}
		must(c.Login(ctx, "alice", "wonderland"))
		name := "Entwürfe & more"
		if rev2 {
			_, err := c.Enable(ctx, "IMAP4rev2")
			must(err)
			name = "drafts" // go-imap takes names for modified UTF-7 here too
		}
		must(c.Create(ctx, name))
		list, err := c.List(ctx, "", "*")
		if must(err); len(list) != 2 || !slices.ContainsFunc(list, func(l *imap.ListData) bool { return l.Mailbox == name }) {
			t.Errorf("%v: %+v", rev2, list)
		}
		must(c.Subscribe(ctx, "INBOX"))
		_, err = c.Append(ctx, "INBOX", &imap.AppendMessage{Flags: []string{`\Seen`}, Date: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, strings.NewReader(mail))
		must(err)
		a, err := c.AppendBytes(ctx, "INBOX", nil, []byte("Subject: two\n\nx\n"))
		if must(err); rev2 && a.UID != 2 {
			t.Errorf("%+v", a)
		}
		box, err := c.Select(ctx, "INBOX")
		if must(err); box.Exists != 2 || box.UIDValidity == 0 {
			t.Errorf("%+v", box)
		}
		n := 0
		must(c.Fetch(ctx, set(t, "1:*"), items(t, "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[1])"), func(f *imap.Fetch) error {
			if n++; f.Number == 1 && (f.UID != 1 || f.Size != uint64(len(mail)) || f.Envelope.From[0].Addr() != "bob@example.org" || len(f.Body.Parts) != 2 || f.InternalDate.Year() != 2026) {
				t.Errorf("%v: %+v", rev2, f)
			}
			if s, ok := f.Section("BODY[1]"); f.Number == 1 && (!ok || strings.TrimSpace(s.Data.Text) != "hello") {
				t.Errorf("%v: %+v", rev2, f.Sections)
			}
			return nil
		}))
		var b strings.Builder
		_, err = c.BodyTo(ctx, 1, "", &b)
		if must(err); n != 2 || b.String() != mail {
			t.Errorf("%d, %q", n, b.String())
		}
		flags, err := c.UIDStore(ctx, set(t, "2"), "+FLAGS", `\Flagged`)
		if must(err); len(flags) != 1 {
			t.Errorf("%+v", flags)
		}
		uids, err := c.UIDSearch(ctx, imap.Key("FLAGGED"), imap.Not(imap.KeyText("SUBJECT", "café")))
		if must(err); !slices.Equal(uids, []uint32{2}) {
			t.Errorf("%v: %v", rev2, uids)
		}
		copied, err := c.UIDCopy(ctx, set(t, "1:2"), name)
		if must(err); rev2 && copied.UIDs.Count() != 2 {
			t.Errorf("%+v", copied)
		}
		st, err := c.Status(ctx, name, "MESSAGES", "UIDNEXT")
		if must(err); st.Items["MESSAGES"] != 2 {
			t.Errorf("%+v", st)
		}
		// Another session is heard of.
		other, err := imapclient.Dial(ctx, addr, nil)
		must(err)
		must(other.Login(ctx, "alice", "wonderland"))
		until, cancel := context.WithTimeout(ctx, 10*time.Second)
		told := make(chan error, 1)
		go func() {
			<-idling.seen // what is new before that, go-imap's IDLE does not tell
			_, err := other.AppendBytes(ctx, "INBOX", nil, []byte("Subject: three\n\nx\n"))
			told <- err
		}()
		heard := false
		must(c.Idle(until, func(r imap.Response) error {
			if e, ok := r.(*imap.Exists); ok && e.Count == 3 {
				heard = true
				return imapclient.ErrStop
			}
			return nil
		}))
		cancel()
		if must(<-told); !heard {
			t.Error(rev2, "IDLE heard nothing")
		}
		must(other.Logout(ctx))
		if rev2 {
			moved, err := c.Move(ctx, set(t, "1"), name)
			if must(err); moved.UIDs.Count() != 1 || len(moved.Expunged.Numbers) == 0 { // go-imap tells each twice
				t.Errorf("%+v", moved)
			}
		}
		_, err = c.Store(ctx, set(t, "1"), "+FLAGS.SILENT", `\Deleted`)
		must(err)
		gone, err := c.Expunge(ctx)
		if must(err); fmt.Sprint(gone.Numbers) != "[1]" {
			t.Errorf("%+v", gone)
		}
		p := c.Pipeline()
		fetched := p.UIDFetch(set(t, "1:*"), items(t, "UID"), nil, nil)
		noop := p.Noop()
		must(p.Run(ctx))
		must(errors.Join(second(fetched.Get()), second(noop.Get())))
		must(c.Unselect(ctx))
		must(c.Rename(ctx, name, "x"))
		must(c.Delete(ctx, "x"))
		must(c.Logout(ctx))
	}
}

// awaited is a tap that tells when the server has said something.
type awaited struct {
	text string
	seen chan struct{}
	once sync.Once
}

func (a *awaited) Octets(_ time.Time, _ string, from dialect.Party, data []byte) {
	if from == dialect.Server && strings.Contains(string(data), a.text) {
		a.once.Do(func() { close(a.seen) })
	}
}

func (a *awaited) Event(time.Time, string, string) {}

// TestFlatMemory streams many octets both ways, and memory does not grow with them.
func TestFlatMemory(t *testing.T) {
	const size = 64 << 20
	chunk := make([]byte, 1<<20)
	for i := range chunk {
		chunk[i] = byte('a' + rand.Intn(26))
	}
	addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
		if err := clienttest.Write(ctx, s, "* PREAUTH [CAPABILITY LITERAL+] hi\r\n"); err != nil {
			return err
		}
		for _, answer := range []string{"a1 OK selected\r\n", fmt.Sprintf("* 1 FETCH (UID 1 BODY[] {%d}\r\n", size)} {
			if _, err := clienttest.ReadLine(ctx, s); err != nil {
				return err
			}
			if err := clienttest.Write(ctx, s, answer); err != nil {
				return err
			}
		}
		for range size / len(chunk) {
			if err := clienttest.Write(ctx, s, string(chunk)); err != nil {
				return err
			}
		}
		if err := clienttest.Write(ctx, s, ")\r\na2 OK done\r\n"); err != nil {
			return err
		}
		if _, err := clienttest.ReadLine(ctx, s); err != nil {
			return err
		}
		return s.Do(ctx, time.Minute, func() error {
			if n, err := io.Copy(io.Discard, io.LimitReader(s.R, size+2)); n != size+2 || err != nil {
				return fmt.Errorf("%d, %v", n, err)
			}
			s.W.WriteString("a3 OK done\r\n")
			return s.W.Flush()
		})
	})
	c, err := imapclient.Dial(ctx, addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Select(ctx, "INBOX"); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	w := &peak{}
	runtime.GC()
	runtime.ReadMemStats(&before)
	if n, err := c.BodyTo(ctx, 1, "", w); n != size || err != nil {
		t.Fatal(n, err)
	}
	if _, err := c.Append(ctx, "x", &imap.AppendMessage{Size: size}, io.LimitReader(zeros{}, size)); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if w.most > before.HeapInuse+32<<20 || after.HeapInuse > before.HeapInuse+32<<20 {
		t.Errorf("%d octets before, %d at most, %d behind", before.HeapInuse, w.most, after.HeapInuse)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'z'
	}
	return len(b), nil
}

// peak looks at how much memory is in use while it is written to.
type peak struct {
	n    int
	most uint64
}

func (p *peak) Write(b []byte) (int, error) {
	if p.n++; p.n%500 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		p.most = max(p.most, m.HeapInuse)
	}
	return len(b), nil
}
