package ftpclient_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"harness/clients/ftpclient"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

func TestText(t *testing.T) {
	c := loggedIn(t, nil, `
	C: TYPE A
	S: 200 ok`+retrieved("a", `one\r\ntwo\r\n`)+retrieved("a", `one\r\ntwo\r\n`)+`
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR b
	S: 150 go
	D open
	D< one\r\ntwo\r\n
	D<EOF
	S: 226 done
	C: TYPE I
	S: 200 ok`+retrieved("a", `one\r\n`)+`
	C: TYPE A
	S: 200 ok`+retrieved("a", `one\r\ntwo`))
	as := &ftpclient.TransferOptions{Type: ftp.ASCII, Text: true}
	data, err := c.RetrBytes(ctx, "a", as)
	eq(t, string(data), "one\ntwo\n", err)
	// Conversion is a choice.
	data, err = c.RetrBytes(ctx, "a", &ftpclient.TransferOptions{Type: ftp.ASCII})
	eq(t, string(data), "one\r\ntwo\r\n", err)
	n, err := c.Stor(ctx, "b", strings.NewReader("one\ntwo\n"), as)
	eq(t, n, 8, err)
	data, err = c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "one\r\n", err)
	var lines []string
	ok(t, c.RetrLines(ctx, "a", func(l string) error { lines = append(lines, l); return nil }))
	eq(t, lines, []string{"one", "two"}, nil)
}

func TestRecords(t *testing.T) {
	c := loggedIn(t, nil, `
	C: STRU R
	S: 200 ok
	C: TYPE A
	S: 200 ok`+retrieved("a", `one\xff\x01two\xff\xff\xff\x01\xff\x02`)+`
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR b
	S: 150 go
	D open
	D< one\xff\x01two\xff\x01\xff\x02
	D<EOF
	S: 226 done`)
	ok(t, c.Stru(ctx, ftp.RecordStructure))
	as := &ftpclient.TransferOptions{Type: ftp.ASCII, Text: true}
	data, err := c.RetrBytes(ctx, "a", as)
	eq(t, string(data), "one\ntwo\xff\n", err)
	n, err := c.Stor(ctx, "b", strings.NewReader("one\ntwo\n"), as)
	eq(t, n, 8, err)
}

// TestBlockMode keeps the data connection from one file to the next, as a 250 permits (RFC 959 section 3.3), and opens another after a 226.
func TestBlockMode(t *testing.T) {
	c := loggedIn(t, nil, `
	C: MODE B
	S: 200 ok
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> \x00\x00\x03one\x10\x00\x02m1\x40\x00\x03two
	S: 250 done
	C: STOR b
	S: 125 go
	D< \x00\x00\x03one\x10\x00\x02u1\x00\x00\x03two\x40\x00\x00
	S: 110 MARK u1 = s1
	S: 250 done
	C: RETR c
	S: 125 go
	D> \x40\x00\x01x
	S: 226 done
	D close
	C: EPSV
	S: 229 ok ({epsv})
	C: REST m1
	S: 350 ok
	C: RETR a
	S: 150 go
	D open
	D> \x00\x00\x03two
	D close
	S: 426 cut short`)
	ok(t, c.Mode(ctx, ftp.BlockMode))
	var marks []ftpclient.Mark
	o := &ftpclient.TransferOptions{Marked: func(m ftpclient.Mark) { marks = append(marks, m) }}
	data, err := c.RetrBytes(ctx, "a", o)
	eq(t, string(data), "onetwo", err)
	eq(t, marks, []ftpclient.Mark{{Server: "m1", Octets: 3}}, nil)
	w, err := c.StorWriter(ctx, "b", o)
	ok(t, err)
	ok(t, second(io.WriteString(w, "one")))
	ok(t, w.Flush())
	ok(t, w.Mark("u1"))
	is[*wire.SyntaxError](t, w.Mark("with space"))
	ok(t, second(io.WriteString(w, "two")))
	ok(t, w.Flush())
	ok(t, w.Close())
	eq(t, marks[1:], []ftpclient.Mark{{User: "u1", Server: "s1"}}, nil)
	data, err = c.RetrBytes(ctx, "c", nil)
	eq(t, string(data), "x", err)
	data, err = c.RetrBytes(ctx, "a", &ftpclient.TransferOptions{Marker: "m1"})
	refused(t, err, 426)
	if data != nil {
		t.Errorf("%q", data)
	}
}

func TestDeflateMode(t *testing.T) {
	var z bytes.Buffer
	zw, err := ftp.Representation{Type: ftp.Image, Mode: ftp.DeflateMode}.NewWriter(&z, ftp.DataOptions{})
	ok(t, err)
	ok(t, second(io.WriteString(zw, "squeezed")))
	ok(t, zw.Close())
	var z2 bytes.Buffer
	zw, err = ftp.Representation{Type: ftp.Image, Mode: ftp.DeflateMode}.NewWriter(&z2, ftp.DataOptions{})
	ok(t, err)
	ok(t, second(io.WriteString(zw, "type=file; squeezed\r\n")))
	ok(t, zw.Close())
	c := loggedIn(t, nil, `
	C: MODE Z
	S: 200 ok`+retrieved("a", hex(z.Bytes()))+`
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR b
	S: 150 go
	D open
	D< `+hex(z.Bytes())+`
	D<EOF
	S: 226 done`+listed("MLSD", `type=file; plain\r\n`)+listed("MLSD", hex(z2.Bytes())))
	ok(t, c.Mode(ctx, ftp.DeflateMode))
	data, err := c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "squeezed", err)
	ok(t, second(c.Stor(ctx, "b", strings.NewReader("squeezed"), nil)))
	for _, want := range []string{"file plain", "file squeezed"} {
		entries, err := c.Mlsd(ctx, "")
		eq(t, names(entries), []string{want}, err)
	}
}

// hex writes octets as scripts have them.
func hex(octets []byte) string {
	var text strings.Builder
	for _, b := range octets {
		fmt.Fprintf(&text, `\x%02x`, b)
	}
	return text.String()
}

func TestNotImplemented(t *testing.T) {
	c := loggedIn(t, nil, `
	C: STRU P
	S: 200 ok
	C: STRU F
	S: 200 ok`+retrieved("a", "x"))
	ok(t, c.Stru(ctx, ftp.PageStructure))
	isErr(t, second(c.RetrBytes(ctx, "a", nil)), ftp.ErrRepresentation)
	ok(t, c.Stru(ctx, ftp.FileStructure))
	ok(t, second(c.RetrBytes(ctx, "a", nil)))
}

func TestStou(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: STOU
	S: 150 FILE: a b.1
	D open
	D< x
	D<EOF
	S: 226 done
	C: EPSV
	S: 229 ok ({epsv})
	C: STOU hint
	S: 150 here we go
	D open
	D<EOF
	S: 226 Transfer complete (unique file name:hint.1)`)
	name, n, err := c.Stou(ctx, "", strings.NewReader("x"), nil)
	eq(t, name, "a b.1", err)
	eq(t, n, 1, err)
	_, _, err = c.Stou(ctx, "hint", strings.NewReader(""), nil)
	ok(t, err)
}

func TestRestart(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: REST 3
	S: 350 ok
	C: RETR a
	S: 150 go
	D open
	D> two
	D close
	S: 226 done
	C: EPSV
	S: 229 ok ({epsv})
	C: REST 3
	S: 350 ok
	C: STOR a
	S: 553 no
	C: EPSV
	S: 229 ok ({epsv})
	C: REST 0
	S: 350 ok
	C: RETR a
	S: 150 go
	D open
	D> onetwo
	D close
	S: 226 done
	C: REST 3
	S: 350 ok
	C: EPSV
	S: 229 ok ({epsv})
	C: REST 3
	S: 350 ok
	C: RETR a
	S: 150 go
	D open
	D> two
	D close
	S: 226 done
	C: EPSV
	S: 229 ok ({epsv})
	C: REST 3
	S: 502 no REST here
	C: NOOP
	S: 200 ok`)
	o := &ftpclient.TransferOptions{Offset: 3}
	data, err := c.RetrBytes(ctx, "a", o)
	eq(t, string(data), "two", err)
	refused(t, second(c.Stor(ctx, "a", strings.NewReader("two"), o)), 553)
	// The server may still hold the marker (RFC 3659 section 5.3).
	data, err = c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "onetwo", err)
	ok(t, c.Rest(ctx, "3"))
	data, err = c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "two", err)
	refused(t, second(c.RetrBytes(ctx, "a", o)), 502)
	ok(t, c.Noop(ctx))
	for _, o := range []*ftpclient.TransferOptions{{Offset: -1}, {Offset: 1, Marker: "x"}} {
		if err := second(c.Retr(ctx, "a", o)); err == nil {
			t.Error("accepted", o)
		}
	}
}

func TestProgress(t *testing.T) {
	c := loggedIn(t, nil, retrieved("a", "12345"))
	var seen int64
	ok(t, second(c.RetrBytes(ctx, "a", &ftpclient.TransferOptions{Progress: func(n int64) { seen = n }})))
	eq(t, seen, 5, nil)
}

func TestSizeInReply(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 Opening BINARY mode data connection for a (5 bytes).
	D open
	D> 12345
	D close
	S: 226 done`)
	r, err := c.Retr(ctx, "a", nil)
	ok(t, err)
	if n, known := r.Size(); n != 5 || !known {
		t.Error(n, known)
	}
	ok(t, second(io.ReadAll(r)))
	ok(t, r.Close())
}

// TestStoreRefusedMidway has a server that gives up while the client is still writing, and does not take the data off the connection.
func TestStoreRefusedMidway(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR a
	S: 150 go
	D open
	D< 0123
	S: 552 quota
	C: NOOP
	S: 200 ok`)
	n, err := c.Stor(ctx, "a", &endless{left: 1 << 30}, nil)
	refused(t, err, 552)
	if n == 1<<30 {
		t.Error("all was written")
	}
	ok(t, c.Noop(ctx))
}

func TestStoreCancelled(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR a
	S: 150 go
	D open
	D< 0123
	C: \xff\xf4\xffABOR
	S: 426 aborted
	S: 226 so it is
	C: NOOP
	S: 200 ok`)
	cctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err := c.Stor(cctx, "a", &endless{left: 1 << 30}, nil)
	isErr(t, err, context.Canceled)
	ok(t, c.Noop(ctx))
}

func TestStoreSourceFails(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR a
	S: 150 go
	D open
	C: \xff\xf4\xffABOR
	S: 426 aborted
	S: 226 so it is
	C: NOOP
	S: 200 ok`)
	bad := errors.New("bad disk")
	_, err := c.Stor(ctx, "a", io.MultiReader(strings.NewReader("half"), iotestErr{bad}), nil)
	isErr(t, err, bad)
	ok(t, c.Noop(ctx))
}

type iotestErr struct{ error }

func (e iotestErr) Read([]byte) (int, error) { return 0, e.error }

func TestAbortFails(t *testing.T) {
	o := &ftpclient.Options{Timeouts: ftpclient.Timeouts{Abort: 50 * time.Millisecond}, PlainAbort: true}
	c := loggedIn(t, o, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	C: ABOR`)
	r, err := c.Retr(ctx, "a", nil)
	ok(t, err)
	if err := r.Abort(ctx); err == nil || !strings.Contains(err.Error(), "ABOR") {
		t.Error(err)
	}
	if err := c.Noop(ctx); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Error(err)
	}
	c = loggedIn(t, &ftpclient.Options{Timeouts: ftpclient.Timeouts{Abort: -1}}, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open`)
	r, err = c.Retr(ctx, "a", nil)
	ok(t, err)
	isErr(t, r.Close(), ftpclient.ErrAborted)
	isErr(t, c.Noop(ctx), ftpclient.ErrAborted)
}

func TestTransferStat(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> half
	C: \xff\xf4\xffSTAT
	S: 211 4 octets so far
	D> done
	D close
	S: 226 done
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> x
	D close
	C: \xff\xf4\xffSTAT
	S: 226 done
	S: 211 idle`)
	r, err := c.Retr(ctx, "a", nil)
	ok(t, err)
	reply, err := r.Stat(ctx)
	eq(t, reply.Code, 211, err)
	data, err := io.ReadAll(r)
	eq(t, string(data), "halfdone", err)
	ok(t, r.Close())
	r, err = c.Retr(ctx, "a", nil)
	ok(t, err)
	reply, err = r.Stat(ctx)
	eq(t, reply.Code, 211, err)
	data, err = io.ReadAll(r)
	eq(t, string(data), "x", err)
	ok(t, r.Close())
}

// TestQuitInTransfer ends what is open before it says goodbye.
func TestQuitInTransfer(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	C: \xff\xf4\xffABOR
	S: 426 aborted
	S: 226 so it is
	C: QUIT
	S: 221 bye`)
	ok(t, second(c.Retr(ctx, "a", nil)))
	ok(t, c.Quit(ctx))
}

// TestCloseFromElsewhere unblocks a transfer.
func TestCloseFromElsewhere(t *testing.T) {
	c := loggedIn(t, nil, `
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR a
	S: 150 go
	D open
	D> half
	D<end`)
	r, err := c.Retr(ctx, "a", nil)
	ok(t, err)
	time.AfterFunc(20*time.Millisecond, func() { c.Close() })
	if _, err := io.ReadAll(r); err == nil {
		t.Error("no error")
	}
	ok(t, r.Close())
}
