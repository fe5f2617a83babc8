package ftpclient_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"harness/clients/ftpclient"
	"harness/internal/clienttest"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

var ctx = context.Background()

func is[T error](t *testing.T, err error) T {
	t.Helper()
	var e T
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want a %T", err, e)
	}
	return e
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eq[T any](t *testing.T, got, want T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func second[T any](_ T, err error) error { return err }

// refused checks that err is the reply with that code.
func refused(t *testing.T, err error, code int) {
	t.Helper()
	if r := is[*ftp.Reply](t, err); r.Code != code {
		t.Fatalf("%v, want the code %d", err, code)
	}
}

// retrieved is a script of one retrieval by EPSV; data is sent, then the final reply.
func retrieved(path, data string) string {
	return `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR ` + path + `
	S: 150 here it comes
	D open
	D> ` + data + `
	D close
	S: 226 done
`
}

func TestRetr(t *testing.T) {
	c := loggedIn(t, &ftpclient.Options{Strict: true}, retrieved("a b", `one\ntwo`)+retrieved("a", "x")+`
	C: QUIT
	S: 221 bye`)
	data, err := c.RetrBytes(ctx, "a b", nil)
	eq(t, string(data), "one\ntwo", err)
	r, err := c.Retr(ctx, "a", nil)
	ok(t, err)
	if err := c.Noop(ctx); !errors.Is(err, ftpclient.ErrTransferOpen) {
		t.Error(err)
	}
	data, err = io.ReadAll(r)
	eq(t, string(data), "x", err)
	if r.Reply().Code != 226 || r.Preliminary().Code != 150 || r.Octets() != 1 {
		t.Error(r.Reply(), r.Preliminary(), r.Octets())
	}
	ok(t, r.Close())
	ok(t, c.Quit(ctx))
}

func TestStor(t *testing.T) {
	c := loggedIn(t, &ftpclient.Options{Strict: true}, `
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR a
	S: 150 go
	D open
	D< one\ntwo
	D<EOF
	S: 226 done
	C: EPSV
	S: 229 ok ({epsv})
	C: APPE a
	S: 150 go
	D open
	D<EOF
	S: 552 quota`)
	n, err := c.Stor(ctx, "a", strings.NewReader("one\ntwo"), nil)
	eq(t, n, 7, err)
	_, err = c.Appe(ctx, "a", strings.NewReader(""), nil)
	refused(t, err, 552)
}

func TestActive(t *testing.T) {
	c := loggedIn(t, &ftpclient.Options{Strict: true, Active: true}, `
	C: PORT {port}
	S: 200 ok
	C: RETR a
	D open
	S! 150 go\r\n226 done\r\n
	D> data
	D close
	C: PORT {port}
	S: 200 ok
	C: STOR b
	S: 150 go
	D open
	D< data
	D<EOF
	S: 226 done
	C: PORT {port}
	S: 200 ok
	C: RETR c
	S: 150 go
	S: 425 cannot connect`)
	cl := loggedIn(t, &ftpclient.Options{Active: true}, `
	C: PORT {port}
	S: 200 ok
	C: RETR a
	D open
	D> no preliminary reply
	D close
	S: 226 done`)
	data, err := c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "data", err)
	n, err := c.Stor(ctx, "b", strings.NewReader("data"), nil)
	eq(t, n, 4, err)
	refused(t, second(c.RetrBytes(ctx, "c", nil)), 425)
	data, err = cl.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "no preliminary reply", err)
}

func TestEPSVRefused(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 500 what
	C: PASV
	S: 227 Entering Passive Mode ({pasv}).
	C: RETR a
	S: 150 go
	D open
	D> x
	D close
	S: 226 done
	C: PASV
	S: 227 {pasv}
	C: RETR a
	S: 550 no`)
	data, err := c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "x", err)
	refused(t, second(c.RetrBytes(ctx, "a", nil)), 550)
}

func TestReplyBeforeData(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S! 150 go\r\n226 done\r\n
	D open
	D> late
	D close
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR b
	D open
	S: 226 no preliminary reply
	D> x
	D close`)
	data, err := c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "late", err)
	if f, n := c.Forgiven(); n != 0 {
		t.Error(f)
	}
	data, err = c.RetrBytes(ctx, "b", nil)
	eq(t, string(data), "x", err)
	if f, n := c.Forgiven(); n != 1 {
		t.Error(f)
	}
}

func TestTransferFails(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> half
	D close
	S: 426 that was not all
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> half
	D reset
	S: 451 disk
	C: EPSV
	S: 229 ok ({closed})
	C: NOOP
	S: 200 ok`)
	data, err := c.RetrBytes(ctx, "a", nil)
	refused(t, err, 426)
	if data != nil {
		t.Errorf("%q", data)
	}
	_, err = c.RetrBytes(ctx, "a", nil)
	refused(t, err, 451)
	_, err = c.RetrBytes(ctx, "a", nil)
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Error(err)
	}
	ok(t, c.Noop(ctx))
}

func TestLeaving(t *testing.T) {
	c := loggedIn(t, nil, `
	C: NOOP
	S: 421 idle for too long
	close`)
	refused(t, c.Noop(ctx), 421)
	err := c.Noop(ctx)
	refused(t, err, 421)
	if err2 := c.Noop(ctx); !errors.Is(err2, errors.Unwrap(err)) || !strings.Contains(err2.Error(), "broken") {
		t.Error(err2)
	}
}

// TestLeavingInTransfer has a server that says goodbye, and leaves the data connection as it is: in the first transfer, and in one right behind others.
func TestLeavingInTransfer(t *testing.T) {
	const short = `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR short
	S: 150 go
	D open
	D> all
	D close
	S: 226 done`
	for before := range 3 {
		c := loggedIn(t, nil, strings.Repeat(short, before)+`
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> half
	S: 421 shutting down
	D<end`)
		for range before {
			data, err := c.RetrBytes(ctx, "short", nil)
			ok(t, err)
			if string(data) != "all" {
				t.Errorf("%q", data)
			}
		}
		r, err := c.Retr(ctx, "a", nil)
		ok(t, err)
		data, err := io.ReadAll(r)
		if string(data) != "half" {
			t.Errorf("%q", data)
		}
		refused(t, err, 421)
		ok(t, r.Close())
	}
}

func TestAbort(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> half
	C: \xff\xf4\xffABOR
	S! 426 aborted\r\n226 so it is\r\n
	C: NOOP
	S: 200 ok
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR a
	S: 150 go
	D open
	D< half
	C: \xff\xf4\xffABOR
	S: 226 only one
	C: NOOP
	S: 200 ok
	C: NOOP
	S: 200 ok`)
	r, err := c.Retr(ctx, "a", nil)
	ok(t, err)
	buf := make([]byte, 4)
	_, err = io.ReadFull(r, buf)
	ok(t, err)
	ok(t, r.Abort(ctx))
	if _, err := r.Read(buf); !errors.Is(err, ftpclient.ErrAborted) {
		t.Error(err)
	}
	ok(t, r.Close())
	ok(t, c.Noop(ctx))
	w, err := c.StorWriter(ctx, "a", nil)
	ok(t, err)
	_, err = w.ReadFrom(strings.NewReader("half"))
	ok(t, err)
	ok(t, w.Flush())
	ok(t, w.Abort(ctx))
	ok(t, c.Noop(ctx))
}

func TestCancelled(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> half
	C: \xff\xf4\xffABOR
	S: 426 aborted
	S: 226 so it is
	C: NOOP
	S: 200 ok`)
	cctx, cancel := context.WithCancel(ctx)
	r, err := c.Retr(cctx, "a", nil)
	ok(t, err)
	buf := make([]byte, 4)
	_, err = io.ReadFull(r, buf)
	ok(t, err)
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := r.Read(buf); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ok(t, r.Close())
	ok(t, c.Noop(ctx))
}

func TestTLS(t *testing.T) {
	for _, version := range []uint16{0x0303, 0x0304} {
		cfg := clienttest.TLS().Client.Clone()
		cfg.MinVersion, cfg.MaxVersion = version, version
		c := dial(t, &ftpclient.Options{TLS: cfg, RequireTLS: true}, `
	S: 220 ready
	C: AUTH TLS
	S: 234 go
	TLS
	C: USER anna
	S: 230 in
	C: TYPE I
	S: 200 ok
	C: PBSZ 0
	S: 200 ok
	C: PROT P
	S: 200 ok
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D again
	D> data
	D close
	S: 226 done
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR b
	S: 150 go
	D open
	D again
	D< data
	D<EOF
	S: 226 done
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR c
	S: 150 go
	D open
	D again
	D> cut
	D cut
	S: 226 done
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR d
	S: 150 go
	D open
	D other
	S: 522 no
	C: CCC
	S: 200 ok
	CLEAR
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D again
	D> data
	D close
	S: 226 done`)
		if err := c.Login(ctx, "anna", ""); !errors.Is(err, ftpclient.ErrNeedTLS) {
			t.Error(err)
		}
		ok(t, c.AuthTLS(ctx))
		ok(t, c.Login(ctx, "anna", ""))
		data, err := c.RetrBytes(ctx, "a", nil)
		eq(t, string(data), "data", err)
		n, err := c.Stor(ctx, "b", strings.NewReader("data"), nil)
		eq(t, n, 4, err)
		_, err = c.RetrBytes(ctx, "c", nil)
		if !errors.Is(err, ftpclient.ErrTruncated) {
			t.Error(err)
		}
		_, err = c.RetrBytes(ctx, "d", nil)
		if !errors.Is(err, ftpclient.ErrCertificate) {
			t.Error(err)
		}
		ok(t, c.Ccc(ctx))
		data, err = c.RetrBytes(ctx, "a", nil)
		eq(t, string(data), "data", err)
	}
}

// TestStoreOverTLSIsWhole stores what the server takes longer to read than the client to send. TLS 1.3 sends tickets, which nobody reads here: a
// connection that is closed with them unread is reset, and what is on its way is lost.
func TestStoreOverTLSIsWhole(t *testing.T) {
	const size = 16 << 20
	c, err := ftpclient.DialTLS(ctx, listen(t, script(`
	TLS
	S: 220 ready
	C: PBSZ 0
	S: 200 ok
	C: PROT P
	S: 200 ok
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR a
	S: 150 go
	D open
	D late
	D= `+strconv.Itoa(size)+`
	D<EOF
	S: 226 done`)), &ftpclient.Options{TLS: clienttest.TLS().Client})
	ok(t, err)
	defer c.Close()
	c.SetParameters(ftpclient.Parameters{Type: ftp.Image})
	n, err := c.Stor(ctx, "a", &endless{left: size}, nil)
	eq(t, n, size, err)
}

func TestIdle(t *testing.T) {
	c := loggedIn(t, &ftpclient.Options{Timeouts: ftpclient.Timeouts{Idle: 50 * time.Millisecond}}, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	C: \xff\xf4\xffABOR
	S: 426 aborted
	S: 226 so it is
	C: NOOP
	S: 200 ok`)
	_, err := c.RetrBytes(ctx, "a", nil)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	ok(t, c.Noop(ctx))
}

func TestNothingIsInjected(t *testing.T) {
	c := dial(t, nil, "S: 220 ready")
	for what, err := range map[string]error{
		"user":   second(c.User(ctx, "x\r\nDELE a")),
		"pass":   second(c.Pass(ctx, "x\nDELE a")),
		"retr":   second(c.Retr(ctx, "x\r\nDELE a", nil)),
		"stor":   second(c.Stor(ctx, "x\x00", strings.NewReader(""), nil)),
		"list":   second(c.List(ctx, "x\rDELE a")),
		"rename": c.Rename(ctx, "a", "b\nDELE a"),
		"site":   second(c.Site(ctx, "x\r\nDELE a")),
		"verb":   second(c.Command(ctx, ftp.NewCommand("NOOP\r\nDELE", "a"))),
		"marker": second(c.Retr(ctx, "a", &ftpclient.TransferOptions{Marker: "1\r\nDELE a"})),
	} {
		if err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
	// Nothing was sent, so nothing is broken: the server's script would fail.
}

func TestLimits(t *testing.T) {
	c := loggedIn(t, &ftpclient.Options{Limits: ftpclient.Limits{File: 3}}, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> long
	C: \xff\xf4\xffABOR
	S: 426 aborted
	S: 226 so it is`)
	_, err := c.RetrBytes(ctx, "a", nil)
	is[*wire.LimitError](t, err)
}

func TestFiles(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789"), 1000)
	text := string(big)
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR a
	S: 150 go
	D open
	D< `+text+`
	D<EOF
	S: 226 done
	`+retrieved("a", text))
	f, err := os.CreateTemp(t.TempDir(), "")
	ok(t, err)
	defer f.Close()
	ok(t, second(f.Write(big)))
	ok(t, second(f.Seek(0, 0)))
	n, err := c.Stor(ctx, "a", f, nil)
	eq(t, n, int64(len(big)), err)
	ok(t, second(f.Seek(0, 0)))
	ok(t, f.Truncate(0))
	n, err = c.RetrTo(ctx, "a", f, nil)
	eq(t, n, int64(len(big)), err)
	got, err := os.ReadFile(f.Name())
	eq(t, string(got), text, err)
}
