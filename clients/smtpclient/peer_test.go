package smtpclient_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"harness/clients/smtpclient"
	"harness/internal/clienttest"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// mailbox is a server of somebody else's: go-smtp's. It keeps what it is given.
type mailbox struct {
	mu    sync.Mutex
	mails []string
	sum   hash.Hash // of the last content
}

func (m *mailbox) last() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.mails) == 0 {
		return ""
	}
	return m.mails[len(m.mails)-1]
}

type session struct {
	m    *mailbox
	user string
	mail string
}

func (s *session) Reset()                   { s.mail = "" }
func (s *session) Logout() error            { return nil }
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "alice" || password != "secret" {
			return gosmtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, opts *gosmtp.MailOptions) error {
	s.mail = fmt.Sprintf("%s <%s> size=%d body=%s ret=%s envid=%q utf8=%v tls=%v", s.user, from, opts.Size, opts.Body, opts.Return, opts.EnvelopeID, opts.UTF8, opts.RequireTLS)
	return nil
}

func (s *session) Rcpt(to string, opts *gosmtp.RcptOptions) error {
	if strings.HasPrefix(to, "nobody@") {
		return &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	s.mail += fmt.Sprintf(" <%s> notify=%v orcpt=%s;%s", to, opts.Notify, opts.OriginalRecipientType, opts.OriginalRecipient)
	return nil
}

func (s *session) Data(r io.Reader) error {
	var head bytes.Buffer
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(sum, &limited{&head, 200}), r)
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.m.sum = sum
	s.m.mails = append(s.m.mails, fmt.Sprintf("%s: %d %q", s.mail, n, head.String()))
	return err
}

func (s *session) LMTPData(r io.Reader, status gosmtp.StatusCollector) error {
	err := s.Data(r)
	status.SetStatus("full@x", &gosmtp.SMTPError{Code: 452, EnhancedCode: gosmtp.EnhancedCode{4, 2, 2}, Message: "full"})
	return err
}

// limited keeps the first octets.
type limited struct {
	b *bytes.Buffer
	n int
}

func (l *limited) Write(p []byte) (int, error) {
	l.b.Write(p[:min(len(p), max(l.n-l.b.Len(), 0))])
	return len(p), nil
}

// peer starts go-smtp's server.
func peer(t testing.TB, network string, change func(s *gosmtp.Server)) (*mailbox, string) {
	t.Helper()
	m := &mailbox{}
	s := gosmtp.NewServer(gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) { return &session{m: m}, nil }))
	s.Domain = "peer.example"
	s.EnableSMTPUTF8, s.EnableBINARYMIME, s.EnableDSN, s.EnableREQUIRETLS = true, true, true, true
	s.TLSConfig = clienttest.TLS().Server
	if change != nil {
		change(s)
	}
	on := "127.0.0.1:0"
	if network == "unix" {
		dir, err := os.MkdirTemp("", "lmtp")
		ok(t, err)
		t.Cleanup(func() { os.RemoveAll(dir) })
		on = filepath.Join(dir, "s")
	}
	l, err := net.Listen(network, on)
	ok(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Serve(l)
	}()
	t.Cleanup(func() {
		s.Close()
		<-done
	})
	return m, l.Addr().String()
}

func TestPeer(t *testing.T) {
	m, addr := peer(t, "tcp", nil)
	c, err := smtpclient.Dial(ctx, addr, &smtpclient.Options{Name: "me.example", TLS: clienttest.TLS().Client})
	ok(t, err)
	defer c.Close()
	ok(t, c.STARTTLS(ctx))
	if err := c.Login(ctx, "alice", "wrong"); refused(err) != 535 {
		t.Error(err)
	}
	ok(t, c.Login(ctx, "alice", "secret"))
	env := smtpclient.NewEnvelope("a@x", "b@x", "nobody@x", "c@x")
	env.Options = smtp.MailOptions{Return: smtp.ReturnHeaders, EnvelopeID: "id=1+1", RequireTLS: true}
	env.To[0].Options = smtp.RcptOptions{Notify: smtp.NotifySuccess | smtp.NotifyFailure, OriginalRecipient: "rfc822;b+c@x"}
	res, err := c.SendMail(ctx, env, strings.NewReader("MIME-Version: 1.0\r\n\r\n.\r\n..y ü\r\n"))
	ok(t, err)
	if fmt.Sprint(res.Accepted()) != "[b@x c@x]" || refused(res.Recipients[1].Err) != 550 || res.Recipients[1].Rcpt.Enhanced.String() != "5.1.1" {
		t.Error(res)
	}
	want := `alice <a@x> size=32 body=8BITMIME ret=HDRS envid="id=1+1" utf8=false tls=true <b@x> notify=[SUCCESS FAILURE] orcpt=RFC822;b+c@x <c@x> notify=[] orcpt=;: 32 "MIME-Version: 1.0\r\n\r\n.\r\n..y ü\r\n"`
	if got := m.last(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, text := range []string{"", "x", strings.Repeat(".\r\n", 100000), strings.Repeat("y", 998) + "\r\n"} {
		for _, chunking := range []bool{false, true} {
			c, err := smtpclient.Dial(ctx, addr, &smtpclient.Options{Chunking: chunking, Limits: smtpclient.Limits{Chunk: 50000}})
			ok(t, err)
			_, err = c.SendMail(ctx, smtpclient.NewEnvelope("ü@x", "b@x"), strings.NewReader(text))
			ok(t, err)
			if text == "x" {
				text += "\r\n" // the last line has no end
			}
			if want := sha256.Sum256([]byte(text)); !bytes.Equal(m.sum.Sum(nil), want[:]) {
				t.Errorf("%d octets, chunking %v: %s", len(text), chunking, m.last())
			}
			ok(t, c.Quit(ctx))
		}
	}
	// Binary content, octet for octet.
	c, err = smtpclient.Dial(ctx, addr, nil)
	ok(t, err)
	defer c.Close()
	env = smtpclient.NewEnvelope("", "b@x")
	env.Options.Body = smtp.BodyBinaryMIME
	binary := strings.Repeat("a\nb\r\x00\xff", 100000)
	_, err = c.SendMail(ctx, env, strings.NewReader(binary))
	ok(t, err)
	if want := sha256.Sum256([]byte(binary)); !bytes.Equal(m.sum.Sum(nil), want[:]) {
		t.Error(m.last())
	}
	// Many messages in a pipeline.
	p := c.Pipeline()
	var answers []*smtpclient.Answer[*smtpclient.Result]
	for i := range 50 {
		answers = append(answers, p.Message(smtpclient.NewEnvelope("a@x", fmt.Sprintf("b%d@x", i)), strings.NewReader("x\r\n")))
	}
	ok(t, p.Run(ctx))
	for i, a := range answers {
		if res, err := a.Get(); err != nil || len(res.Accepted()) != 1 {
			t.Error(i, err)
		}
	}
}

func TestPeerLMTP(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		m, addr := peer(t, network, func(s *gosmtp.Server) { s.LMTP = true })
		for _, chunking := range []bool{false, true} {
			c, err := smtpclient.Dial(ctx, addr, &smtpclient.Options{LMTP: true, Chunking: chunking})
			ok(t, err)
			res, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@x", "b@x", "full@x", "nobody@x"), strings.NewReader("x\r\n"))
			ok(t, err)
			if r := res.Recipients; r[0].Err != nil || refused(r[1].Err) != 452 || r[1].Rcpt.Code != 250 || refused(r[2].Err) != 550 {
				t.Errorf("%s: %+v", network, r)
			}
			if !strings.HasSuffix(m.last(), `: 3 "x\r\n"`) {
				t.Error(m.last())
			}
			ok(t, c.Quit(ctx))
		}
	}
}

// TestFlatMemory streams a large message by DATA and by BDAT, from a reader that can be read once. [BenchmarkContent] does it with 1 GB.
func TestFlatMemory(t *testing.T) {
	const size = 16 << 20
	_, addr := peer(t, "tcp", func(s *gosmtp.Server) { s.MaxMessageBytes = 2 << 30 })
	for _, chunking := range []bool{false, true} {
		c, err := smtpclient.Dial(ctx, addr, &smtpclient.Options{Chunking: chunking, LineEnds: wire.LFToCRLF})
		ok(t, err)
		watch := watchHeap()
		start := time.Now()
		_, err = c.SendMail(ctx, smtpclient.NewEnvelope("a@x", "b@x"), &lines{left: size})
		ok(t, err)
		most := watch()
		t.Logf("chunking %v: %d MB in %v, %d KB of heap", chunking, size>>20, time.Since(start).Round(time.Millisecond), most>>10)
		if most > 8<<20 {
			t.Errorf("chunking %v: %d octets of heap", chunking, most)
		}
		ok(t, c.Quit(ctx))
	}
}

// lines are 77 octets each, with an LF.
type lines struct{ left int64 }

var text = bytes.Repeat([]byte(strings.Repeat("x", 76)+"\n"), 1000)

func (l *lines) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, text)
	l.left -= int64(n)
	return n, nil
}

// watchHeap returns a function that tells by how much the heap grew at most since.
func watchHeap() func() int64 {
	heap := func() int64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapInuse)
	}
	runtime.GC()
	first, most := heap(), int64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				most = max(most, heap()-first)
			}
		}
	}()
	return func() int64 {
		close(stop)
		<-done
		return most
	}
}

// FuzzServer has a server say anything: nothing but an error may follow.
func FuzzServer(f *testing.F) {
	for _, s := range []string{"220 x\r\n250-x\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n221 bye\r\n", "220 x\r\n250-x\r\n250-SIZE 3\r\n250 AUTH PLAIN\r\n334 \r\n", "554 no\r\n", "220 x\r\n502 a\r\n250 b\r\n250 c\r\n550-1.2.3 d\r\n"} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, said []byte, lmtp bool) {
		mine, theirs := net.Pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			go io.Copy(io.Discard, theirs)
			for _, l := range bytes.SplitAfter(said, []byte("\n")) {
				if _, err := theirs.Write(l); err != nil {
					return
				}
			}
			theirs.Close()
		}()
		defer func() {
			mine.Close()
			theirs.Close()
			<-done
		}()
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		c, err := smtpclient.New(ctx, mine, &smtpclient.Options{LMTP: lmtp, Name: "me.example", ClearAuth: true})
		if err != nil {
			return
		}
		defer c.Close()
		res, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d", "e@f"), strings.NewReader("x\r\n"))
		if err == nil && len(res.Accepted()) == 0 {
			t.Fatalf("%q: no error, and nobody accepted", said)
		}
		var own *smtpclient.Error
		if err != nil && !errors.As(err, &own) {
			t.Fatalf("%q: %T", said, err)
		}
		c.Login(ctx, "a", "b")
		c.Expn(ctx, "x")
		c.Quit(ctx)
	})
}
