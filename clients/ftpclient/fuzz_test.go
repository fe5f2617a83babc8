package ftpclient_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"harness/clients/ftpclient"
	"harness/internal/conn"
	"harness/protocols/ftp"
)

// says returns a connection whose other end says text, whatever it is told, and closes.
func says(text []byte) net.Conn {
	mine, theirs := net.Pipe()
	go io.Copy(io.Discard, theirs)
	go func() {
		theirs.Write(text)
		theirs.Close()
	}()
	return mine
}

// FuzzServer has a server say anything at all, on both connections: the client has to come to an end, without a file that is not whole.
func FuzzServer(f *testing.F) {
	f.Add([]byte("220 hi\r\n331 go\r\n230 in\r\n200 ok\r\n229 (|||1|)\r\n150 go (3 bytes)\r\n226 ok\r\n"), []byte("abc"), byte(0))
	f.Add([]byte("220-hi\r\n 220 \r\n220 x\r\n230 in\r\n257 \"/\"\r\n211-\r\n MLST type*;\r\n211 End\r\n229 (|||1|)\r\n150 go\r\n226 ok\r\n"), []byte("type=file; a\r\n"), byte(1))
	f.Add([]byte("220 hi\r\n230 in\r\n500 no\r\n200 ok\r\n227 1,2,3,4,5,6\r\n125 go\r\n110 MARK a = b\r\n226 ok\r\n"), []byte("total 1\r\n-rw-r--r-- 1 a b 1 Nov 20 2023 x\r\n"), byte(2))
	f.Add([]byte("220 hi\r\n230 in\r\n200 ok\r\n229 (|||1|)\r\n150 go\r\n426 cut\r\n226 ok\r\n"), []byte("\x00\x00\x01a\x40\x00\x00"), byte(3))
	f.Add([]byte("220 hi\r\n230 in\r\n200 ok\r\n229 (|||1|)\r\n226 ok\r\n421 bye\r\n"), []byte(""), byte(4))
	f.Fuzz(func(t *testing.T, control, data []byte, what byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		o := &ftpclient.Options{
			Host:     "server",
			Timeouts: ftpclient.Timeouts{Abort: 100 * time.Millisecond},
			Limits:   ftpclient.Limits{File: 1 << 16, Listing: 1 << 16},
			Dial:     func(context.Context, string, string) (net.Conn, error) { return says(data), nil },
		}
		c, err := ftpclient.New(ctx, says(control), o)
		if err != nil {
			return
		}
		defer c.Close()
		if c.Login(ctx, "a", "b") != nil {
			return
		}
		switch what % 5 {
		case 0:
			got, err := c.RetrBytes(ctx, "x", nil)
			if err == nil && !bytes.Equal(got, data) {
				t.Fatalf("%q of %q without an error", got, data)
			}
		case 1:
			c.Pwd(ctx)
			c.ReadDir(ctx, "x")
		case 2:
			c.List(ctx, "")
			c.Nlst(ctx, "")
		case 3:
			if c.Mode(ctx, ftp.BlockMode) == nil {
				c.RetrBytes(ctx, "x", &ftpclient.TransferOptions{Marked: func(ftpclient.Mark) {}})
			}
		case 4:
			c.Stor(ctx, "x", bytes.NewReader(data), nil)
			c.Size(ctx, "x")
			c.Mdtm(ctx, "x")
			c.Mlst(ctx, "x")
		}
		c.Quit(ctx)
		if ctx.Err() != nil {
			t.Fatal("it did not come to an end")
		}
	})
}

// store is a server that keeps what passes over the data connections, for each file as it passed.
type store struct {
	as    ftp.Representation
	files map[string][]byte
	rest  int
}

func (st *store) serve(_ context.Context, s *conn.Conn) error {
	nc := s.Raw()
	in := bufio.NewReader(nc)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	var data net.Conn
	defer func() {
		if data != nil {
			data.Close()
		}
	}()
	say := func(format string, args ...any) { fmt.Fprintf(nc, format+"\r\n", args...) }
	say("220 ready")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil
		}
		verb, arg, _ := strings.Cut(strings.TrimSuffix(line, "\r\n"), " ")
		switch verb {
		case "TYPE":
			st.as.Type, err = ftp.Rules{}.ParseType(arg)
			say("200 ok")
		case "STRU":
			st.as.Structure = ftp.Structure(arg[0])
			say("200 ok")
		case "MODE":
			st.as.Mode = ftp.Mode(arg[0])
			say("200 ok")
		case "EPSV":
			if data != nil {
				data.Close()
				data = nil
			}
			say("229 ok (|||%d|)", l.Addr().(*net.TCPAddr).Port)
		case "REST":
			st.rest, err = strconv.Atoi(arg)
			say("350 ok")
		case "STOR", "RETR":
			if data == nil {
				if data, err = l.Accept(); err != nil {
					return err
				}
			}
			say("150 go")
			if verb == "RETR" {
				_, err = data.Write(st.files[arg][st.rest:])
				st.rest = 0
			} else {
				err = st.take(arg, data)
			}
			if st.as.Mode == ftp.BlockMode || st.as.Mode == ftp.CompressedMode {
				say("250 done")
				break
			}
			data.Close()
			data = nil
			say("226 done")
		default:
			say("500 %s?", verb)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
}

// take keeps what passes up to the end of the file.
func (st *store) take(name string, data net.Conn) error {
	var kept bytes.Buffer
	src := bufio.NewReader(data)
	r, err := st.as.NewReader(bufio.NewReaderSize(io.TeeReader(src, &kept), 16), ftp.DataOptions{})
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	st.files[name] = kept.Bytes()
	return err
}

// TestRoundTrip stores files and retrieves them, in all types, structures and modes, in pieces of all sizes.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		st := &store{files: map[string][]byte{}}
		done := make(chan error, 1)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			rt.Fatal(err)
		}
		defer l.Close()
		go func() {
			nc, err := l.Accept()
			if err == nil {
				s := conn.New(nc, conn.Options{})
				err = st.serve(ctx, s)
				s.Close()
			}
			done <- err
		}()
		o := &ftpclient.Options{Strict: true, Pipelining: rapid.Bool().Draw(rt, "pipelining")}
		c, err := ftpclient.Dial(ctx, l.Addr().String(), o)
		if err != nil {
			rt.Fatal(err)
		}
		check := func(err error) {
			rt.Helper()
			if err != nil {
				rt.Fatal(err)
			}
		}
		for range rapid.IntRange(1, 4).Draw(rt, "files") {
			if rapid.Bool().Draw(rt, "mode changes") {
				check(c.Mode(ctx, rapid.SampledFrom([]ftp.Mode{'S', 'B', 'C', 'Z'}).Draw(rt, "mode")))
			}
			if rapid.Bool().Draw(rt, "structure changes") && c.Parameters().Mode != ftp.DeflateMode {
				check(c.Stru(ctx, rapid.SampledFrom([]ftp.Structure{'F', 'R'}).Draw(rt, "structure")))
			}
			if c.Parameters().Mode == ftp.DeflateMode {
				check(c.Stru(ctx, ftp.FileStructure))
			}
			records := c.Parameters().Structure == ftp.RecordStructure
			to := &ftpclient.TransferOptions{Type: rapid.SampledFrom([]ftp.Type{ftp.Image, ftp.ASCII, ftp.EBCDIC, ftp.Local8}).Draw(rt, "type")}
			var file []byte
			if to.Text = to.Type.Text() && rapid.Bool().Draw(rt, "text"); to.Text {
				for _, line := range rapid.SliceOfN(rapid.StringMatching(`[ -~]{0,20}`), 0, 20).Draw(rt, "lines") {
					file = append(file, line+"\n"...) // records end in LF
				}
			} else {
				file = rapid.SliceOfN(rapid.Byte(), 0, 2000).Draw(rt, "octets")
			}
			w, err := c.StorWriter(ctx, "f", to)
			check(err)
			for rest := file; len(rest) > 0; {
				n := rapid.IntRange(1, len(rest)).Draw(rt, "piece")
				_, err := w.Write(rest[:n])
				check(err)
				rest = rest[n:]
				if rapid.Bool().Draw(rt, "flush") {
					check(w.Flush())
				}
			}
			check(w.Close())
			if wire := len(st.files["f"]); c.Parameters().Mode == ftp.StreamMode && !records && w.Octets() != int64(wire) {
				rt.Fatalf("%d octets passed, %d are counted", wire, w.Octets())
			}
			got, err := c.RetrBytes(ctx, "f", to)
			check(err)
			if !bytes.Equal(got, file) {
				rt.Fatalf("stored %q, retrieved %q", file, got)
			}
			if c.Parameters().Mode == ftp.StreamMode && !records && !to.Text && len(file) > 0 {
				to.Offset = int64(rapid.IntRange(1, len(file)).Draw(rt, "offset"))
				got, err := c.RetrBytes(ctx, "f", to)
				check(err)
				if !bytes.Equal(got, file[to.Offset:]) {
					rt.Fatalf("stored %q, retrieved %q from %d on", file, got, to.Offset)
				}
			}
		}
		check(c.Close())
		check(<-done)
	})
}
