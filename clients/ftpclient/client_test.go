package ftpclient_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"harness/clients/ftpclient"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

func TestCommands(t *testing.T) {
	c := loggedIn(t, &ftpclient.Options{Strict: true}, `
	C: SYST
	S: 215 UNIX Type: L8
	C: PWD
	S: 257 "/a ""b""" is it
	C: CWD a b
	S: 250 ok
	C: CDUP
	S: 200 ok
	C: SMNT /x
	S: 202 superfluous
	C: MKD new
	S: 257 "/new" made
	C: RMD new
	S: 250 gone
	C: DELE a
	S: 550 no such file
	C: RNFR a
	S: 350 to what?
	C: RNTO b
	S: 250 done
	C: ALLO 100 R 10
	S: 202 no need
	C: SITE CHMOD 644 a b
	S: 200 ok
	C: STAT
	S: 211-status
	S:  211 is not the end
	S: 211 end
	C: HELP SITE
	S: 214 helpful
	C: NOOP
	S: 200 ok
	C: SIZE a
	S: 213 12
	C: MDTM a
	S: 213 20240229123456.5
	C: MFMT 20240229123456 a
	S: 213 Modify=20240229123456; a
	C: OPTS UTF8 ON
	S: 200 ok
	C: FEAT
	S: 502 no
	C: LANG fr
	S: 200 bien
	C: LANG
	S: 200 fine
	C: STRU R
	S: 200 ok
	C: MODE B
	S: 200 ok
	C: TYPE A N
	S: 200 ok
	C: ABOR
	S: 225 nothing to abort
	C: ACCT x
	S: 230 ok
	C: EPSV ALL
	S: 200 ok
	C: QUIT
	S! 221 bye\r\n500 and more\r\n
	close`)
	text, err := c.Syst(ctx)
	eq(t, text, "UNIX Type: L8", err)
	text, err = c.Pwd(ctx)
	eq(t, text, `/a "b"`, err)
	ok(t, c.Cwd(ctx, "a b"))
	ok(t, c.Cdup(ctx))
	ok(t, c.Smnt(ctx, "/x"))
	text, err = c.Mkd(ctx, "new")
	eq(t, text, "/new", err)
	ok(t, c.Rmd(ctx, "new"))
	err = c.Dele(ctx, "a")
	refused(t, err, 550)
	if err.Error() != "ftp "+c.Addr()+": DELE a: 550 no such file" {
		t.Error(err)
	}
	ok(t, c.Rename(ctx, "a", "b"))
	ok(t, c.Allo(ctx, 100, 10))
	ok(t, c.Chmod(ctx, "a b", 0o644))
	reply, err := c.Stat(ctx)
	eq(t, reply.Lines, []string{"status", " 211 is not the end", "end"}, err)
	reply, err = c.Help(ctx, "SITE")
	eq(t, reply.Text(), "helpful", err)
	ok(t, c.Noop(ctx))
	size, err := c.Size(ctx, "a")
	eq(t, size, 12, err)
	mtime, err := c.Mdtm(ctx, "a")
	eq(t, mtime, time.Date(2024, 2, 29, 12, 34, 56, 5e8, time.UTC), err)
	ok(t, c.Mfmt(ctx, "a", mtime))
	ok(t, c.UTF8(ctx))
	ok(t, c.Lang(ctx, "fr"))
	ok(t, c.Lang(ctx, ""))
	ok(t, c.Stru(ctx, ftp.RecordStructure))
	ok(t, c.Mode(ctx, ftp.BlockMode))
	ok(t, c.Type(ctx, ftp.Type{Code: 'A', Format: 'N'}))
	if p := c.Parameters(); p != (ftpclient.Parameters{Type: ftp.Type{Code: 'A', Format: 'N'}, Structure: 'R', Mode: 'B', Protection: 'C'}) {
		t.Errorf("%+v", p)
	}
	ok(t, c.Abor(ctx))
	ok(t, second(c.Acct(ctx, "x")))
	ok(t, c.EpsvAll(ctx))
	if _, err := c.Pasv(ctx); !errors.Is(err, ftpclient.ErrEPSVAll) {
		t.Error(err)
	}
	if err := c.Port(ctx, netip.MustParseAddrPort("127.0.0.1:1")); !errors.Is(err, ftpclient.ErrEPSVAll) {
		t.Error(err)
	}
	c.SetActive(true)
	if _, err := c.RetrBytes(ctx, "a", nil); !errors.Is(err, ftpclient.ErrEPSVAll) {
		t.Error(err)
	}
	ok(t, c.Quit(ctx))
	if err := c.Noop(ctx); !errors.Is(err, ftpclient.ErrClosed) {
		t.Error(err)
	}
	if f, n := c.Forgiven(); n != 0 {
		t.Error(f)
	}
}

func TestLogins(t *testing.T) {
	for name, c := range map[string]struct {
		script, account string
		code            int // of a refusal
	}{
		"user alone": {"C: USER anna\nS: 230 in", "", 0},
		"232":        {"C: USER anna\nS: 232 in, by certificate", "", 0},
		"202":        {"C: USER anna\nS: 331 go\nC: PASS x\nS: 202 no need", "", 0},
		"account":    {"C: USER anna\nS: 331 go\nC: PASS x\nS: 332 account\nC: ACCT y\nS: 230 in", "y", 0},
		"no pass":    {"C: USER anna\nS: 332 account\nC: ACCT y\nS: 202 fine", "y", 0},
		"wrong":      {"C: USER anna\nS: 331 go\nC: PASS x\nS: 530 no", "", 530},
		"challenge":  {"C: USER anna\nS: 336 s/key 1\nC: PASS x\nS: 230 in", "", 0},
		"unknown":    {"C: USER anna\nS: 530 who?", "", 530},
	} {
		t.Run(name, func(t *testing.T) {
			cl := dial(t, &ftpclient.Options{Strict: true}, "S: 220 ready\n"+c.script)
			err := cl.LoginAccount(ctx, "anna", "x", c.account)
			if c.code == 0 {
				ok(t, err)
			} else {
				refused(t, err, c.code)
			}
		})
	}
	c := dial(t, nil, "S: 220 ready\nC: USER anonymous\nS: 331 go\nC: PASS anonymous@\nS: 332 account")
	err := c.Login(ctx, "", "")
	if e := is[*ftpclient.UnexpectedReplyError](t, err); e.Reply.Code != 332 || !strings.Contains(err.Error(), "account") {
		t.Error(err)
	}
}

func TestGreetings(t *testing.T) {
	c := dial(t, &ftpclient.Options{Strict: true}, "S: 120 in two minutes\nS! 220-welcome\\r\\n220-\\r\\n 220 \\r\\n220 ready\\r\\n")
	if g := c.Greeting(); g.Code != 220 || len(g.Lines) != 4 {
		t.Errorf("%+v", g)
	}
	for greeting, check := range map[string]func(error){
		"S: 421 too many":                      func(err error) { refused(t, err, 421) },
		"S: 530 go away":                       func(err error) { refused(t, err, 530) },
		"S: 331 password":                      func(err error) { is[*ftpclient.UnexpectedReplyError](t, err) },
		"S: +OK":                               func(err error) { is[*wire.SyntaxError](t, err) },
		"close":                                func(err error) { isErr(t, err, io.EOF) },
		"S! 220-half\\r\\n\nclose":             func(err error) { isErr(t, err, io.ErrUnexpectedEOF) },
		"S: 220 " + strings.Repeat("x", 70000): func(err error) { is[*wire.LimitError](t, err) },
	} {
		c, err := ftpclient.Dial(ctx, listen(t, clienttest.Tolerant(script(greeting))), nil)
		if err == nil {
			c.Close()
			t.Errorf("%.40q: accepted", greeting)
			continue
		}
		if e := is[*ftpclient.Error](t, err); e.Command != "greeting" || e.Addr == "" {
			t.Error(err)
		}
		check(err)
	}
}

func isErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

func TestConnect(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	addr := l.Addr().String()
	l.Close()
	_, err = ftpclient.Dial(ctx, addr, nil)
	if !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), addr) {
		t.Error(err)
	}
	hold := make(chan struct{})
	addr = listen(t, func(context.Context, *conn.Conn) error { <-hold; return nil })
	_, err = ftpclient.Dial(ctx, addr, &ftpclient.Options{Timeouts: ftpclient.Timeouts{Command: time.Millisecond}})
	isErr(t, err, os.ErrDeadlineExceeded)
	close(hold)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	isErr(t, second(ftpclient.Dial(cancelled, addr, nil)), context.Canceled)
}

func TestNewOnPipe(t *testing.T) {
	a, b := net.Pipe()
	go func() {
		s := conn.New(b, conn.Options{Local: dialect.Server})
		defer s.Close()
		script("S: 220 ready\nC: EPSV\nS: 229 (|||1|)\nC: QUIT\nS: 221 bye")(ctx, s)
	}()
	c, err := ftpclient.New(ctx, a, nil)
	ok(t, err)
	// There is no host to connect to.
	if _, err := c.OpenData(ctx); err == nil || !strings.Contains(err.Error(), "Options.Host") {
		t.Error(err)
	}
	ok(t, c.Quit(ctx))
}

func TestOrderOfReplies(t *testing.T) {
	c := loggedIn(t, nil, `
	C: CWD a
	S: 125 unasked
	S: 250 ok
	C: CWD a
	S: 350 and now?
	C: NOOP
	S! 2
	S! 00-a\r\n200
	S! -b\r\n200\r
	S! \n
	C: NOOP
	S: 200 ok`)
	ok(t, c.Cwd(ctx, "a"))
	if f, n := c.Forgiven(); n != 1 || f[0].Command != "CWD a" {
		t.Error(f)
	}
	is[*ftpclient.UnexpectedReplyError](t, c.Cwd(ctx, "a"))
	ok(t, c.Noop(ctx))
	ok(t, c.Noop(ctx))
	c = loggedIn(t, nil, "C: NOOP\n"+strings.Repeat("S: 150 never\n", 101))
	is[*ftpclient.UnexpectedReplyError](t, c.Noop(ctx))
	c = loggedIn(t, &ftpclient.Options{Strict: true}, "C: CWD a\nS: 125 unasked\nclose")
	is[*wire.SyntaxError](t, c.Cwd(ctx, "a"))
}

func TestHost(t *testing.T) {
	c := dial(t, &ftpclient.Options{TLS: clienttest.TLS().Client}, `
	S: 220 ready
	C: HOST [::1]
	S: 504 no such host
	C: HOST 127.0.0.1
	S: 220 welcome
	C: AUTH TLS
	S: 234 go
	TLS
	C: HOST 127.0.0.1
	S: 220 still welcome
	C: USER anna
	S: 230 in`)
	for _, bad := range []string{"127.0.0.1:21", "::1", "[::1]:21", "a\r\nDELE a"} {
		if err := c.Host(ctx, bad); err == nil {
			t.Errorf("%q: sent", bad)
		}
	}
	refused(t, c.Host(ctx, "[::1]"), 504)
	ok(t, c.Host(ctx, "127.0.0.1"))
	ok(t, c.AuthTLS(ctx))
	if err := c.Host(ctx, "ftp.example.com"); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
	ok(t, c.Host(ctx, "127.0.0.1"))
	ok(t, c.Login(ctx, "anna", ""))
	if err := c.Host(ctx, "127.0.0.1"); err == nil || !strings.Contains(err.Error(), "login") {
		t.Error(err)
	}
	// HOST in the clear says what the certificate has to bear.
	c = dial(t, &ftpclient.Options{TLS: clienttest.TLS().Client}, `
	S: 220 ready
	C: HOST ftp.example.com
	S: 220 welcome
	C: AUTH TLS
	S: 234 go
	close`)
	ok(t, c.Host(ctx, "ftp.example.com"))
	if err := c.AuthTLS(ctx); err == nil {
		t.Error("no error")
	}
}

// TestCodes has codes that no RFC knows: their first digit is what counts (RFC 1123 section 4.1.2.11).
func TestCodes(t *testing.T) {
	const text = `
	C: PASV
	S: 299 go to 127,0,0,1,4,1
	C: EPSV
	S: 298 go (|||1025|)
	C: SIZE a
	S: 250 12
	C: MDTM a
	S: 200 20240229123456
	C: PWD
	S: 250 "/a"
	C: MKD b
	S: 250 "/a/b" made
	C: FEAT
	S: 250-
	S:  UTF8
	S: 250 End
	C: RMD b
	S: 577 not today
	C: DELE b
	S: 469 not now`
	c := loggedIn(t, nil, text)
	a, err := c.Pasv(ctx)
	eq(t, a, netip.MustParseAddrPort("127.0.0.1:1025"), err)
	port, err := c.Epsv(ctx)
	eq(t, port, 1025, err)
	size, err := c.Size(ctx, "a")
	eq(t, size, 12, err)
	mtime, err := c.Mdtm(ctx, "a")
	eq(t, mtime, time.Date(2024, 2, 29, 12, 34, 56, 0, time.UTC), err)
	path, err := c.Pwd(ctx)
	eq(t, path, "/a", err)
	path, err = c.Mkd(ctx, "b")
	eq(t, path, "/a/b", err)
	features, err := c.Feat(ctx)
	eq(t, features.Has("UTF8"), true, err)
	err = c.Rmd(ctx, "b")
	if !is[*ftp.Reply](t, err).Permanent() {
		t.Error(err)
	}
	err = c.Dele(ctx, "b")
	if !is[*ftp.Reply](t, err).Transient() {
		t.Error(err)
	}
	if f, n := c.Forgiven(); n != 7 || f[0].Command != "PASV" {
		t.Error(f)
	}
	c = loggedIn(t, &ftpclient.Options{Strict: true}, "C: PASV\nS: 299 go to 127,0,0,1,4,1")
	is[*wire.SyntaxError](t, second(c.Pasv(ctx)))
}

func TestBroken(t *testing.T) {
	for what, answer := range map[string]string{
		"garbage": "S: * OK IMAP",
		"close":   "close",
		"partial": "S! 215 UN\nclose",
		"reset":   "reset",
	} {
		c := loggedIn(t, nil, "\tC: SYST\n"+answer)
		_, first := c.Syst(ctx)
		if first == nil {
			t.Errorf("%s: accepted", what)
			continue
		}
		is[*ftpclient.Error](t, first)
		_, again := c.RetrBytes(ctx, "a", nil)
		if again == nil || !strings.Contains(again.Error(), "broken") || !errors.Is(again, errors.Unwrap(first)) {
			t.Errorf("%s: %v, then %v", what, first, again)
		}
		if err := c.Quit(ctx); err == nil || c.Close() != nil {
			t.Errorf("%s: quit: %v", what, err)
		}
	}
}

func TestTimeoutAndCancel(t *testing.T) {
	c := loggedIn(t, &ftpclient.Options{Timeouts: ftpclient.Timeouts{Command: 500 * time.Millisecond}}, "C: SYST")
	_, err := c.Syst(ctx)
	if !errors.Is(err, os.ErrDeadlineExceeded) || !strings.Contains(err.Error(), "SYST: nothing for 500ms") {
		t.Error(err)
	}
	isErr(t, c.Noop(ctx), os.ErrDeadlineExceeded)
	c = loggedIn(t, nil, "C: SYST")
	cancellable, cancel := context.WithCancel(ctx)
	time.AfterFunc(10*time.Millisecond, cancel)
	isErr(t, second(c.Syst(cancellable)), context.Canceled)
	// Quit on a context that is done closes all the same: the server's script sees the end.
	c = loggedIn(t, nil, "")
	isErr(t, c.Quit(cancellable), context.Canceled)
	isErr(t, c.Noop(ctx), ftpclient.ErrClosed)
}

func TestBufferedBeforeTLS(t *testing.T) {
	c := dial(t, &ftpclient.Options{TLS: clienttest.TLS().Client}, `
	S: 220 ready
	C: AUTH TLS
	S! 234 go\r\n230 already in\r\n`)
	e := is[*ftpclient.BufferedError](t, c.AuthTLS(ctx))
	if string(e.Data) != "230 already in\r\n" {
		t.Error(e)
	}
	c = dial(t, nil, `
	S: 220 ready
	C: AUTH TLS
	S: 534 no
	C: NOOP
	S: 200 ok`)
	refused(t, c.AuthTLS(ctx), 534)
	isErr(t, c.ProtP(ctx), ftpclient.ErrTLSInactive)
	isErr(t, c.Ccc(ctx), ftpclient.ErrTLSInactive)
	ok(t, c.Noop(ctx))
}

func TestImplicitTLS(t *testing.T) {
	c, err := ftpclient.DialTLS(ctx, listen(t, script(`
	TLS
	S: 220 ready
	C: USER anna
	S: 230 in
	C: REIN
	S: 120 wait
	S: 220 as new
	CLEAR
	C: NOOP
	S: 200 ok`)), &ftpclient.Options{TLS: clienttest.TLS().Client, Strict: true})
	ok(t, err)
	defer c.Close()
	isErr(t, c.AuthTLS(ctx), ftpclient.ErrTLSActive)
	ok(t, c.Login(ctx, "anna", ""))
	ok(t, c.Rein(ctx))
	if _, ok := c.TLS(); ok {
		t.Error("TLS after REIN")
	}
	ok(t, c.Noop(ctx))
}

func TestClearDataIsRefused(t *testing.T) {
	const begin = `
	S: 220 ready
	C: AUTH TLS
	S: 234 go
	TLS
	C: PBSZ 0
	S: 200 ok
	C: PROT `
	c := dial(t, &ftpclient.Options{TLS: clienttest.TLS().Client}, begin+`P
	S: 536 no`)
	ok(t, c.AuthTLS(ctx))
	c.SetParameters(ftpclient.Parameters{Type: ftp.Image})
	err := second(c.RetrBytes(ctx, "a", nil))
	isErr(t, err, ftpclient.ErrClearData)
	refused(t, err, 536)
	c = dial(t, &ftpclient.Options{TLS: clienttest.TLS().Client, RequireTLS: true}, begin+`C
	S: 200 ok`)
	ok(t, c.AuthTLS(ctx))
	ok(t, c.ProtC(ctx))
	c.SetParameters(ftpclient.Parameters{Type: ftp.Image})
	isErr(t, second(c.RetrBytes(ctx, "a", nil)), ftpclient.ErrClearData)
	// Whoever wants it so has it so.
	c = dial(t, &ftpclient.Options{TLS: clienttest.TLS().Client, ClearData: true}, `
	S: 220 ready
	C: AUTH TLS
	S: 234 go
	TLS
	C: TYPE I
	S: 200 ok`+retrieved("a", "x"))
	ok(t, c.AuthTLS(ctx))
	ok(t, c.Type(ctx, ftp.Image))
	data, err := c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "x", err)
}

func TestRaw(t *testing.T) {
	c := dial(t, nil, `
	S: 220 ready
	C: stat and more
	S: 501 no
	C: TYPE A
	S: 200 ok
	C: TYPE I
	S: 200 ok
	C: EPSV
	S: 229 ok ({epsv})
	C: NLST
	S: 150 go
	D open
	D> a\r\n
	D close
	S: 226 done
	S: not a reply`)
	reply, err := c.Raw(ctx, "stat and more")
	eq(t, reply.Code, 501, err)
	ok(t, second(c.Raw(ctx, "TYPE A")))
	if p := c.Parameters(); p.Type != (ftp.Type{}) {
		t.Error(p)
	}
	ok(t, c.Type(ctx, ftp.Image))
	d, err := c.OpenData(ctx)
	ok(t, err)
	defer d.Close()
	reply, err = c.Raw(ctx, "NLST")
	eq(t, reply.Code, 150, err)
	ok(t, d.Open(ctx))
	var data []byte
	ok(t, d.Conn().Do(ctx, wait, func() error {
		data, err = io.ReadAll(d.Conn().R)
		return err
	}))
	eq(t, string(data), "a\r\n", nil)
	reply, err = c.ReadReply(ctx)
	eq(t, reply.Code, 226, err)
	is[*wire.SyntaxError](t, second(c.ReadReply(ctx)))
}

func TestTelnetInReplies(t *testing.T) {
	c := loggedIn(t, nil, "C: PWD\nS! 257 \"/\\xff\\xff\" ok\\r\\n\nC: CWD \\xff\\xff\nS: 250 ok")
	path, err := c.Pwd(ctx)
	eq(t, path, "/\xff", err)
	ok(t, c.Cwd(ctx, "\xff"))
}
