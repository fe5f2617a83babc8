package mockservers

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"harness/internal/conn"
	"harness/protocols/dialect"
)

// dataContent is what GET sends.
var dataContent = bytes.Repeat([]byte("0123456789"), 1000)

// serveData is a protocol with data connections: PASV, PORT ADDR, and then GET, PUT or FILE PATH; a verb that begins with S protects the
// connection, one that ends in R wants a resumed session. Each transfer has a preliminary reply and a final one.
func serveData(c *Conn) error {
	if err := c.BeginReply("greeting"); err != nil {
		return err
	}
	c.W.Linef("hello")
	if err := c.EndReply("hello"); err != nil {
		return err
	}
	var l *DataListener
	var active netip.AddrPort
	reply := func(text string) error {
		if err := c.Write(func() error { return c.W.Linef("%s", text) }); err != nil {
			return err
		}
		return c.EndReply(text)
	}
	for {
		line, err := c.ReadLine()
		if err != nil {
			return err
		}
		verb, arg, _ := strings.Cut(line.String(), " ")
		if err := c.Command(verb, line.String()); err != nil {
			return err
		}
		switch {
		case verb == "PASV":
			if l, err = c.ListenData(unmap(c.LocalAddr()).Addr()); err != nil {
				return err
			}
			err = reply(l.Addr().String())
		case verb == "PORT":
			active = netip.MustParseAddrPort(arg)
			err = reply("ok")
		case verb == "TLS":
			if err = reply("ok"); err == nil {
				err = c.StartTLS()
			}
		case verb == "QUIT":
			return reply("bye")
		default:
			if err = reply("150"); err == nil {
				err = c.Flush()
			}
			if err != nil {
				return err
			}
			n, terr := transfer(c, verb, arg, l, active)
			l, active = nil, netip.AddrPort{}
			if err = c.BeginFinal(verb); err != nil {
				return err
			}
			if terr != nil {
				err = reply("426 " + terr.Error())
			} else {
				err = reply(fmt.Sprintf("226 %d", n))
			}
		}
		if err != nil {
			return err
		}
	}
}

func transfer(c *Conn, verb, arg string, l *DataListener, active netip.AddrPort) (n int64, err error) {
	t := c.Transfer(verb)
	var d *Data
	if active.IsValid() {
		d, err = t.Dial(c.Context(), netip.AddrPort{}, active)
	} else {
		defer l.Close()
		d, err = t.Accept(c.Context(), l, func(remote netip.AddrPort) error {
			if remote.Addr() != unmap(c.RemoteAddr()).Addr() {
				return errors.New("foreign")
			}
			return nil
		})
	}
	if err != nil {
		return 0, err
	}
	defer func() {
		if cerr := d.Close(); err == nil {
			err = cerr
		}
	}()
	verb, resume := strings.CutSuffix(verb, "R")
	verb, protect := strings.CutPrefix(verb, "S")
	if protect {
		if err := d.StartTLS(resume); err != nil {
			return 0, err
		}
	}
	switch verb {
	case "GET":
		m, err := d.Write(dataContent)
		return int64(m), err
	case "PUT":
		return io.Copy(io.Discard, d)
	}
	f, err := os.Open(arg)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return io.Copy(d, f)
}

func dataServer(t testing.TB, o Options, faults ...string) *Server {
	t.Helper()
	for _, spec := range faults {
		f, err := ParseFault(spec)
		if err != nil {
			t.Fatal(err)
		}
		o.Faults = append(o.Faults, f)
	}
	if o.Timeouts.Data == 0 {
		o.Timeouts.Data = 10 * time.Second
	}
	s, err := NewServer(testDialect{}, o, serveData)
	if err != nil {
		t.Fatal(err)
	}
	s.StartTB(t)
	return s
}

func greeted(t testing.TB, s *Server) *client {
	t.Helper()
	c := connect(t, s)
	c.expect("hello")
	return c
}

// pasv returns a data connection.
func (c *client) pasv() (net.Conn, error) {
	c.t.Helper()
	c.say("PASV")
	line, err := c.ReadString('\n')
	if err != nil {
		c.t.Fatal(err)
	}
	nc, err := net.DialTimeout("tcp", strings.TrimSpace(line), 5*time.Second)
	if err == nil {
		c.t.Cleanup(func() { nc.Close() })
		nc.SetDeadline(time.Now().Add(10 * time.Second))
	}
	return nc, err
}

func (c *client) line() string {
	c.t.Helper()
	l, err := c.ReadString('\n')
	if err != nil {
		c.t.Fatalf("%q, %v", l, err)
	}
	return strings.TrimSpace(l)
}

// get transfers by verb, and returns what came, the error of reading it, and the final reply.
func (c *client) get(verb string) (data []byte, final string, err error) {
	c.t.Helper()
	d, err := c.pasv()
	if err != nil {
		c.say(verb)
		c.expect("150")
		return nil, c.line(), err
	}
	c.say(verb)
	c.expect("150")
	data, err = io.ReadAll(d)
	d.Close()
	return data, c.line(), err
}

// put sends data, as far as the server takes it, and returns the final reply.
func (c *client) put(data []byte) string {
	c.t.Helper()
	d, err := c.pasv()
	if err != nil {
		c.t.Fatal(err)
	}
	c.say("PUT")
	c.expect("150")
	d.Write(data)
	d.(*net.TCPConn).CloseWrite()
	io.Copy(io.Discard, d)
	d.Close()
	return c.line()
}

func (c *client) bye() {
	c.t.Helper()
	c.say("QUIT")
	c.expect("bye")
	c.Close()
}

func TestData(t *testing.T) {
	var mu sync.Mutex
	var log []string
	s := dataServer(t, Options{Log: func(e Event) {
		if e.Kind == DataOpened || e.Kind == DataClosed {
			mu.Lock()
			log = append(log, fmt.Sprintf("%s %s", e.Kind, e.Text))
			mu.Unlock()
		}
	}})
	c := greeted(t, s)
	if data, final, err := c.get("GET"); !bytes.Equal(data, dataContent) || err != nil || final != "226 10000" {
		t.Error(len(data), err, final)
	}
	if final := c.put(dataContent[:5000]); final != "226 5000" {
		t.Error(final)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c.say("PORT "+ln.Addr().String(), "GET")
	c.expect("ok")
	c.expect("150")
	d, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(d)
	d.Close()
	if !bytes.Equal(got, dataContent) || err != nil {
		t.Error(len(got), err)
	}
	c.expect("226 10000")
	c.bye()
	ses := ended(t, s)
	infos := ses.Data()
	if len(infos) != 3 {
		t.Fatal(infos)
	}
	for i, want := range []DataInfo{{Channel: "d1", Verb: "GET", Passive: true, Sent: 10_000, End: "close"}, {Channel: "d2", Verb: "PUT", Passive: true, Received: 5000, End: "eof"}, {Channel: "d3", Verb: "GET", Sent: 10_000, End: "close"}} {
		got := infos[i]
		if got.Begun.IsZero() || got.Ended.Before(got.Begun) || got.Local == nil || got.Remote == nil {
			t.Errorf("%+v", got)
		}
		got.Begun, got.Ended, got.Local, got.Remote = time.Time{}, time.Time{}, nil, nil
		if got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	var first, second bytes.Buffer
	var events []string
	for _, e := range ses.Entries() {
		switch {
		case e.Channel == "d1" && e.From == dialect.Server:
			first.Write(e.Data)
		case e.Channel == "d2" && e.From == dialect.Client:
			second.Write(e.Data)
		case e.Channel == "d1":
			events = append(events, e.Event)
		}
	}
	if !bytes.Equal(first.Bytes(), dataContent) || !bytes.Equal(second.Bytes(), dataContent[:5000]) || strings.Join(events, " ") != "open close" {
		t.Error(first.Len(), second.Len(), events)
	}
	if said := string(ses.Said(dialect.Server)); !strings.HasPrefix(said, "hello\r\n127.0.0.1:") || strings.Contains(said, "0123456789") {
		t.Errorf("%q", said)
	}
	mu.Lock()
	defer mu.Unlock()
	text := strings.Join(log, "\n")
	for _, want := range []string{"data-opened d1 for GET opened from 127.0.0.1:", "data-closed d1 10000 octets sent, close", "data-closed d2 5000 octets received, eof", "data-opened d3 for GET opened to 127.0.0.1:"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the log:\n%s", want, text)
		}
	}
}

// ended waits for the one session to end.
func ended(t testing.TB, s *Server) *Session {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	all, err := s.WaitSessions(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// TestDataLimits: the capture keeps the beginning of each data connection, and the control connection whole.
func TestDataLimits(t *testing.T) {
	s := dataServer(t, Options{CaptureData: 100})
	c := greeted(t, s)
	c.get("GET")
	c.get("GET")
	c.bye()
	ses := ended(t, s)
	sizes := make(map[string]int)
	for _, e := range ses.Entries() {
		sizes[e.Channel] += len(e.Data)
	}
	if sizes["d1"] != 100 || sizes["d2"] != 100 || !bytes.HasSuffix(ses.Said(dialect.Server), []byte("bye\r\n")) {
		t.Error(sizes)
	}
	s = dataServer(t, Options{CaptureData: -1})
	c = greeted(t, s)
	c.get("GET")
	c.bye()
	for _, e := range ended(t, s).Entries() {
		if e.Channel != "" {
			t.Error(e)
		}
	}
}

// byteTap counts octets by channel.
type byteTap struct {
	mu    sync.Mutex
	count map[string]int
}

func (b *byteTap) Octets(_ time.Time, channel string, _ dialect.Party, data []byte) {
	b.mu.Lock()
	b.count[channel] += len(data)
	b.mu.Unlock()
}
func (b *byteTap) Event(time.Time, string, string) {}

func TestSendFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "large")
	large := bytes.Repeat(dataContent, 1000)
	if err := os.WriteFile(name, large, 0o644); err != nil {
		t.Fatal(err)
	}
	tap := &byteTap{count: make(map[string]int)}
	for _, o := range []Options{{}, {Capture: -1}, {CaptureData: -1}, {Tap: func(*Session) conn.Tap { return tap }}} {
		s := dataServer(t, o)
		c := greeted(t, s)
		data, final, err := c.get("FILE " + name)
		if !bytes.Equal(data, large) || err != nil || final != fmt.Sprint("226 ", len(large)) {
			t.Error(len(data), err, final)
		}
		c.bye()
		if i := ended(t, s).Data()[0]; i.Sent != int64(len(large)) {
			t.Errorf("%+v", i)
		}
	}
	if tap.count["d1"] != len(large) {
		t.Error("the tap did not see all:", tap.count)
	}
}

func TestForeignPeer(t *testing.T) {
	s := dataServer(t, Options{})
	c := greeted(t, s)
	c.say("PASV")
	addr := c.line()
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	thief, err := from.Dial("tcp", addr)
	if err != nil {
		t.Skip("this system has no 127.0.0.2: ", err)
	}
	defer thief.Close()
	thief.SetDeadline(time.Now().Add(5 * time.Second))
	c.say("GET")
	c.expect("150")
	if b, err := io.ReadAll(thief); len(b) > 0 || err == nil {
		t.Errorf("the thief got %d octets, %v", len(b), err)
	}
	d, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if b, err := io.ReadAll(d); !bytes.Equal(b, dataContent) || err != nil {
		t.Error(len(b), err)
	}
	c.expect("226 10000")
	c.bye()
	if notes := ended(t, s).Notes(); len(notes) != 1 || !strings.Contains(notes[0], "127.0.0.2") {
		t.Error(notes)
	}
}

func TestDataTimeouts(t *testing.T) {
	s := dataServer(t, Options{Timeouts: Timeouts{Data: 30 * time.Millisecond}})
	c := greeted(t, s)
	c.say("PASV")
	c.line()
	c.say("GET") // and nobody connects
	c.expect("150")
	if l := c.line(); !strings.Contains(l, "wait for a data connection") {
		t.Error(l)
	}
	d, err := c.pasv()
	if err != nil {
		t.Fatal(err)
	}
	c.say("PUT") // and nothing comes
	c.expect("150")
	if l := c.line(); !strings.HasPrefix(l, "426 nothing for 30ms") {
		t.Error(l)
	}
	d.Close()
}

// TestDataEnds: what a session holds is closed with it.
func TestDataEnds(t *testing.T) {
	s := dataServer(t, Options{})
	c := greeted(t, s)
	c.say("PASV")
	addr := c.line()
	c.Close()
	ended(t, s)
	if nc, err := net.Dial("tcp", addr); err == nil {
		nc.Close()
		t.Error("the listener outlives its session")
	}
	// A server that closes in mid-transfer.
	c = greeted(t, s)
	if _, err := c.pasv(); err != nil {
		t.Fatal(err)
	}
	c.say("PUT")
	c.expect("150")
	done := make(chan error)
	go func() { done <- s.Close() }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("Close waits for a transfer")
	}
}

// TestFarewell: sessions can end by themselves when the server closes, for a while.
func TestFarewell(t *testing.T) {
	s, err := NewServer(testDialect{}, Options{}, func(c *Conn) error {
		<-c.Context().Done()
		return c.Write(func() error { c.W.Linef("bye"); return c.W.Flush() })
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Farewell(5 * time.Second)
	s.StartTB(t)
	c := connect(t, s)
	for len(s.Sessions()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c.expect("bye")
}

// --- TLS

func protect(t testing.TB, c *client, cfg *tls.Config) *client {
	t.Helper()
	c.say("TLS")
	c.expect("ok")
	tc := tls.Client(c.Conn, cfg)
	if err := tc.Handshake(); err != nil {
		t.Fatal(err)
	}
	c.Conn = tc
	c.Reader.Reset(tc)
	return c
}

// secureGet transfers over TLS with verb; state is that of the data connection.
func (c *client) secureGet(verb string, cfg *tls.Config) (data []byte, final string, state tls.ConnectionState, err error) {
	c.t.Helper()
	d, err := c.pasv()
	if err != nil {
		c.t.Fatal(err)
	}
	c.say(verb)
	c.expect("150")
	below := &endConn{Conn: d}
	tc := tls.Client(below, cfg)
	if err = tc.Handshake(); err == nil {
		state = tc.ConnectionState()
		if data, err = io.ReadAll(tc); err == nil && below.ended {
			err = io.ErrUnexpectedEOF // crypto/tls forgives it between records
		}
	}
	d.Close()
	return data, c.line(), state, err
}

// endConn notes that the connection ended below TLS, without close_notify.
type endConn struct {
	net.Conn
	ended bool
}

func (e *endConn) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	e.ended = e.ended || errors.Is(err, io.EOF)
	return n, err
}

func TestDataTLS(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			s := dataServer(t, Options{})
			base, err := s.ClientTLS()
			if err != nil {
				t.Fatal(err)
			}
			base.MaxVersion = version
			cached := base.Clone()
			cached.ClientSessionCache = tls.NewLRUClientSessionCache(8)
			c := protect(t, greeted(t, s), cached)

			// A new session, where none has to be resumed, and where one has to be.
			if data, final, state, err := c.secureGet("SGET", base); !bytes.Equal(data, dataContent) || err != nil || final != "226 10000" || state.DidResume {
				t.Error(len(data), err, final, state.DidResume)
			}
			if data, final, _, _ := c.secureGet("SGETR", base); len(data) > 0 || !strings.Contains(final, ErrNotResumed.Error()) {
				t.Error(len(data), final)
			}
			// That of the control connection, several times.
			for range 3 {
				if data, final, state, err := c.secureGet("SGETR", cached); !bytes.Equal(data, dataContent) || err != nil || final != "226 10000" || !state.DidResume {
					t.Error(len(data), err, final, state.DidResume)
				}
			}
			// That of another control connection.
			other := base.Clone()
			other.ClientSessionCache = tls.NewLRUClientSessionCache(8)
			o := protect(t, greeted(t, s), other)
			o.bye()
			if data, final, _, _ := c.secureGet("SGETR", other); len(data) > 0 || !strings.Contains(final, ErrNotResumed.Error()) {
				t.Error(len(data), final)
			}
			c.bye()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			all, err := s.WaitSessions(ctx, 2)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range all[0].Data() {
				got = append(got, fmt.Sprint(i.TLS, i.Resumed, i.Sent))
			}
			if text := strings.Join(got, ", "); text != "true false 10000, true false 0, true true 10000, true true 10000, true true 10000, true false 0" {
				t.Error(text)
			}
		})
	}
}

// --- faults

func reset(err error) bool { return errors.Is(err, syscall.ECONNRESET) }

func TestDataFaults(t *testing.T) {
	for _, c := range []struct {
		spec  string
		data  int // octets that come
		reset bool
		final string
		end   string
	}{
		{"truncate 100 on data", 100, false, "226 10000", "close"},
		{"truncate 0 on data", 0, false, "226 10000", "close"},
		{"truncate 20000 on data", 10_000, false, "226 10000", "close"},
		{"reset on data at octet 4096", 4096, true, "426", "reset"},
		{"reset on data", 0, true, "426", "reset"},
		{"close at octet 4096 on data", 4096, false, "426", "close"},
		{"close on data", 0, false, "426", "close"},
		{"close at connect on data", 0, false, "426", "close"},
		{"garbage 64 on data", 64, false, "226 10000", "close"},
		{"garbage 64 on data at octet 10", 10_064, false, "226 10000", "close"},
		{"octets on data at octet 9000", 10_000, false, "226 10000", "close"},
		{"latency 1ms on data", 10_000, false, "226 10000", "close"},
		{"latency 1ms on data at octet 10000", 10_000, false, "226 10000", "close"},
		{"close on data at PUT", 10_000, false, "226 10000", "close"},
		{"close on data at 2nd GET", 10_000, false, "226 10000", "close"},
		{"refuse on data at GET", 0, true, "426 " + ErrRefused.Error(), ""},
	} {
		s := dataServer(t, Options{}, c.spec)
		cl := greeted(t, s)
		data, final, err := cl.get("GET")
		if len(data) != c.data && !c.reset || !strings.HasPrefix(final, c.final) || c.reset != (err != nil) || c.reset && !reset(err) {
			t.Errorf("%s: %d octets, %v, %s", c.spec, len(data), err, final)
		}
		if !strings.Contains(c.spec, "garbage") && !bytes.HasPrefix(dataContent, data) {
			t.Errorf("%s: the content differs", c.spec)
		}
		cl.bye()
		ses := ended(t, s)
		if ses.Err() != nil {
			t.Errorf("%s: the control connection suffered: %v", c.spec, ses.Err())
		}
		if infos := ses.Data(); c.end != "" && (len(infos) != 1 || infos[0].End != c.end) {
			t.Errorf("%s: %+v, want %s", c.spec, infos, c.end)
		}
	}
}

func TestDataFaultsOnUpload(t *testing.T) {
	for _, c := range []struct{ spec, final string }{
		{"truncate 100 on data", "226 100"},
		{"reset on data at octet 4096", "426 " + ErrFault.Error()},
		{"close on data at octet 4096", "426 " + ErrFault.Error()},
		{"garbage 64 on data at octet 10", "226 10000"},
		{"octets on data at octet 9990", "226 10000"},
		{"latency 1ms on data", "226 10000"},
	} {
		cl := greeted(t, dataServer(t, Options{}, c.spec))
		if final := cl.put(dataContent); !strings.HasPrefix(final, c.final) {
			t.Errorf("%s: %s", c.spec, final)
		}
	}
}

func TestDataLatency(t *testing.T) {
	for _, spec := range []string{"latency 60ms on data", "latency 60ms on data at connect", "latency 60ms on data at octet 5000", "octets 6ms on data at octet 9990"} {
		c := greeted(t, dataServer(t, Options{}, spec+" at 2nd GET"))
		for i := 1; i <= 2; i++ {
			begun := time.Now()
			if _, final, _ := c.get("GET"); final != "226 10000" {
				t.Error(final)
			}
			if took := time.Since(begun); i == 2 && took < 60*time.Millisecond {
				t.Errorf("%s: transfer %d took %v", spec, i, took)
			}
		}
	}
}

func TestDataSilence(t *testing.T) {
	for _, spec := range []string{"silence on data", "silence on data at octet 100"} {
		s := dataServer(t, Options{}, spec)
		c := greeted(t, s)
		d, err := c.pasv()
		if err != nil {
			t.Fatal(err)
		}
		c.say("GET")
		c.expect("150")
		buf := make([]byte, 1000)
		d.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		n, err := io.ReadFull(d, buf)
		if !errors.Is(err, os.ErrDeadlineExceeded) || n > 100 {
			t.Errorf("%s: %d octets, %v", spec, n, err)
		}
		d.Close()
		if final := c.line(); !strings.HasPrefix(final, "426") {
			t.Error(final)
		}
	}
}

func TestDataRefused(t *testing.T) {
	c := greeted(t, dataServer(t, Options{}, "refuse on data at 2nd PASV"))
	if _, final, err := c.get("GET"); err != nil || final != "226 10000" {
		t.Error(err, final)
	}
	if _, final, err := c.get("GET"); !errors.Is(err, syscall.ECONNREFUSED) || !strings.HasPrefix(final, "426") {
		t.Error(err, final)
	}
	if _, final, err := c.get("GET"); err != nil || final != "226 10000" {
		t.Error(err, final)
	}
	// Active: the server does not connect.
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c = greeted(t, dataServer(t, Options{}, "refuse on data"))
	c.say("PORT "+ln.Addr().String(), "GET")
	c.expect("ok")
	c.expect("150")
	c.expect("426 " + ErrRefused.Error())
}

func TestDataCertificate(t *testing.T) {
	s := dataServer(t, Options{}, "cert expired on data at 2nd SGET")
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	cfg.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	c := protect(t, greeted(t, s), cfg) // the control connection's is good
	if _, final, _, err := c.secureGet("SGET", cfg); err != nil || final != "226 10000" {
		t.Error(err, final)
	}
	if _, final, _, err := c.secureGet("SGET", cfg); err == nil || !strings.Contains(err.Error(), "expired") || !strings.HasPrefix(final, "426") {
		t.Error(err, final)
	}
}

// TestDataTruncatedTLS: the end is not told by TLS.
func TestDataTruncatedTLS(t *testing.T) {
	for spec, truncated := range map[string]bool{"truncate 100 on data": true, "close at octet 100 on data": false} {
		s := dataServer(t, Options{}, spec)
		cfg, err := s.ClientTLS()
		if err != nil {
			t.Fatal(err)
		}
		c := protect(t, greeted(t, s), cfg)
		data, _, _, err := c.secureGet("SGET", cfg)
		if len(data) != 100 || errors.Is(err, io.ErrUnexpectedEOF) != truncated {
			t.Errorf("%s: %d octets, %v", spec, len(data), err)
		}
	}
	for _, spec := range []string{"reset at tls on data", "close at tls on data", "close at connect on data"} {
		s := dataServer(t, Options{}, spec)
		cfg, err := s.ClientTLS()
		if err != nil {
			t.Fatal(err)
		}
		c := protect(t, greeted(t, s), cfg)
		if data, final, state, err := c.secureGet("SGET", cfg); len(data) > 0 || err == nil || state.HandshakeComplete || !strings.HasPrefix(final, "426") {
			t.Errorf("%s: %d octets, %v, %s", spec, len(data), err, final)
		}
	}
}

// TestFinalReply: the reply behind a preliminary one is a place of its own.
func TestFinalReply(t *testing.T) {
	c := greeted(t, dataServer(t, Options{}, "truncate 3 at end of GET"))
	d, err := c.pasv()
	if err != nil {
		t.Fatal(err)
	}
	c.say("GET")
	c.expect("150")
	if b, err := io.ReadAll(d); len(b) != len(dataContent) || err != nil {
		t.Error(len(b), err)
	}
	if b, err := io.ReadAll(c); string(b) != "226" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	// The preliminary one is the other.
	c = greeted(t, dataServer(t, Options{}, "truncate 2 at GET"))
	if _, err = c.pasv(); err != nil {
		t.Fatal(err)
	}
	c.say("GET")
	if b, err := io.ReadAll(c); string(b) != "15" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	c = greeted(t, dataServer(t, Options{}, "close before end of 2nd GET"))
	if _, final, _ := c.get("GET"); final != "226 10000" {
		t.Error(final)
	}
	if d, err = c.pasv(); err != nil {
		t.Fatal(err)
	}
	c.say("GET")
	c.expect("150")
	if b, err := io.ReadAll(d); len(b) != len(dataContent) || err != nil {
		t.Error(len(b), err)
	}
	if b, err := io.ReadAll(c); len(b) > 0 || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

func TestParseDataFault(t *testing.T) {
	good := map[string]string{
		"reset at octet 4096 on data":                 "reset on data at octet 4096",
		"reset at octet 4096 on data at 2nd RETR":     "reset on data at octet 4096 at 2nd RETR",
		"reset on data at 2nd retr at octet 4096":     "reset on data at octet 4096 at 2nd RETR",
		"truncate 100 on data at 2nd RETR":            "",
		"latency 200ms on data":                       "",
		"silence on data":                             "",
		"refuse on data":                              "",
		"refuse on data at 2nd PASV session 3":        "",
		"cert expired on data":                        "",
		"cert expired on data at LIST":                "",
		"octets 1ms on data":                          "",
		"garbage 64 on data seed 4":                   "",
		"close at tls on data at STOR chance 50%":     "close on data at tls at STOR chance 50%",
		"close on control at RETR":                    "close at RETR",
		"latency 1s at end of RETR":                   "",
		"latency 1s before end of the second RETR":    "",
		"close after end 3 STOR":                      "close after end of 3rd STOR",
		"reset on data at octet 0":                    "",
		"garbage 1 on data at connect":                "",
		"octets on data at octet 7 at 11th MLSD":      "",
		"truncate 0 on data at the tenth NLST seed 3": "truncate 0 on data at 10th NLST seed 3",
	}
	for spec, want := range good {
		if want == "" {
			want = spec
		}
		f, err := ParseFault(spec)
		if spec == "latency 1s before end of the second RETR" {
			want = "latency 1s before end of 2nd RETR"
		}
		if err != nil || f.String() != want {
			t.Errorf("%q: %q, %v", spec, f, err)
			continue
		}
		if again, err := ParseFault(f.String()); err != nil || again != f {
			t.Errorf("%q again: %+v, %+v, %v", spec, f, again, err)
		}
	}
	bad := map[string]string{
		"reset on":                          "control or data",
		"reset on paper":                    "control or data",
		"refuse":                            "refuse on data",
		"refuse at RETR":                    "refuse on data",
		"coalesce on data":                  "for replies",
		"reset on data before RETR":         `"at"`,
		"reset on data after octet 4":       `"at"`,
		"reset on data at greeting":         "no greeting",
		"reset on data at reply 3":          "no reply",
		"reset on data at end of RETR":      "no end",
		"reset on data at RETR at STOR":     "second position",
		"reset on data at tls at octet 4":   "second position",
		"truncate 5 on data at octet 4":     "no position",
		"octets on data at connect":         "octets begins",
		"cert expired on data at octet 4":   "no position",
		"garbage 0 on data":                 "expected 1 to",
		"reset at end":                      "verb",
		"reset at end of":                   "verb",
		"refuse on data at octet 3":         "no position",
		"cert rotten on data":               "expired",
		"reset at octet 5 at RETR":          "second position",
		"latency 1s on data at octet minus": "expected a number",
	}
	for spec, want := range bad {
		if f, err := ParseFault(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v, want %q", spec, f, err, want)
		}
	}
	for _, f := range []Fault{
		{Kind: Reset, Channel: "odd"}, {Kind: Reset, Octet: 5}, {Kind: Reset, End: true}, {Kind: Reset, Channel: DataChannel, Nth: 2}, {Kind: Reset, Channel: DataChannel, Octet: 2},
		{Kind: Reset, Channel: DataChannel, Place: AtOctet, Octet: 2}, {Kind: Reset, Channel: DataChannel, Place: AtOctet, Relation: At, Octet: -2},
	} {
		if err := f.check(); err == nil {
			t.Errorf("%+v is not refused", f)
		}
	}
}

// TestFaultsApart: a fault of one channel leaves the other alone, in whatever order they are given.
func TestFaultsApart(t *testing.T) {
	specs := []string{"truncate 100 on data", "latency 1ms at GET", "octets at PASV", "garbage 3 on data at PUT"}
	for range 2 {
		c := greeted(t, dataServer(t, Options{}, specs...))
		if data, final, err := c.get("GET"); len(data) != 100 || err != nil || final != "226 10000" {
			t.Error(len(data), err, final)
		}
		slices.Reverse(specs)
	}
}
