package client

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"harness/internal/conn"
	"harness/protocols/wire"
)

func TestAddress(t *testing.T) {
	for in, want := range map[string][2]string{
		"host":       {"host:7", "host"},
		"host:1":     {"host:1", "host"},
		"[::1]":      {"[::1]:7", "::1"},
		"::1":        {"[::1]:7", "::1"},
		"[::1]:1":    {"[::1]:1", "::1"},
		"192.0.2.1:": {"192.0.2.1:7", "192.0.2.1"},
	} {
		if hostPort, host := Address(in, 7); hostPort != want[0] || host != want[1] {
			t.Errorf("%s: %s, %s", in, hostPort, host)
		}
	}
}

func TestOptions(t *testing.T) {
	if Timeout(0, time.Second) != time.Second || Timeout(-1, time.Second) != 0 || Timeout(5, time.Second) != 5 {
		t.Error("timeouts")
	}
	mine := &tls.Config{}
	if cfg := TLSConfig(mine, "a"); cfg == mine || cfg.ServerName != "a" || mine.ServerName != "" {
		t.Error(cfg.ServerName)
	}
	if cfg := TLSConfig(nil, "a"); cfg.ServerName != "a" || cfg.MinVersion != tls.VersionTLS12 {
		t.Error("without a configuration")
	}
}

func TestErrors(t *testing.T) {
	b := &Base{Protocol: "x", Addr: "a:1"}
	err := b.Wrap("NOOP", io.EOF)
	if err.Error() != "x a:1: NOOP: EOF" || b.Wrap("again", err) != err || b.Wrap("NOOP", nil) != nil {
		t.Error(err)
	}
	if got := b.Wrap("NOOP", errors.New("NOOP: 500 no")).Error(); got != "x a:1: NOOP: 500 no" {
		t.Error(got)
	}
	for range maxForgiven + 5 {
		if b.Forgive(&wire.SyntaxError{Want: "y"}) != nil {
			t.Fatal("not forgiven")
		}
	}
	if list, n := b.Forgiven(); len(list) != maxForgiven || n != maxForgiven+5 {
		t.Error(len(list), n)
	}
	b.Strict = true
	if b.Forgive(&wire.SyntaxError{}) == nil {
		t.Error("forgiven")
	}
	first := b.Fail("DATA", io.ErrUnexpectedEOF)
	b.Fail("DATA", io.ErrShortWrite)
	if b.Broken() != first || !errors.Is(b.Ready("NOOP"), io.ErrUnexpectedEOF) {
		t.Error(b.Broken())
	}
}

func TestReason(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	mine, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	b := &Base{Conn: conn.New(mine, conn.Options{}), Protocol: "x", Addr: "a:1", Timeout: time.Second}
	defer b.Close()
	bye := errors.New("421 bye")
	b.Reason = bye
	_, err = b.ReadLine(context.Background())
	if !errors.Is(err, bye) || !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if first, err := b.Close(); !first || err != nil {
		t.Error(err)
	}
	if first, _ := b.Close(); first || !b.Closed() || !errors.Is(b.Ready("NOOP"), ErrClosed) {
		t.Error("closed twice")
	}
}

func TestBlock(t *testing.T) {
	const text = "one\r\n..two\r\n.\r\nbehind\r\n"
	open := func() (*Base, *Block) {
		mine, theirs := net.Pipe()
		go io.WriteString(theirs, text)
		b := &Base{Conn: conn.New(mine, conn.Options{}), Protocol: "x", Addr: "a:1", Timeout: time.Second}
		t.Cleanup(func() { b.Close(); theirs.Close() })
		return b, b.Block(context.Background(), time.Second)
	}
	b, s := open()
	ends := 0
	s.End = func(err error) error { ends++; return err }
	data, err := io.ReadAll(s)
	if string(data) != "one\r\n.two\r\n" || err != nil || ends != 1 || !s.Ended() {
		t.Errorf("%q, %v", data, err)
	}
	if l, err := b.ReadLine(context.Background()); err != nil || l.String() != "behind" {
		t.Error(l, err)
	}
	b, s = open()
	var first [3]byte
	if _, err := io.ReadFull(s, first[:]); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(100); err != nil {
		t.Error(err)
	}
	if l, err := b.ReadLine(context.Background()); err != nil || l.String() != "behind" {
		t.Error(l, err)
	}
	_, s = open()
	if err := s.Close(4); !errors.Is(err, ErrDrain) {
		t.Error(err)
	}
	_, s = open()
	var w strings.Builder
	if n, err := s.WriteTo(&w); n != 11 || err != nil || w.String() != "one\r\n.two\r\n" {
		t.Error(n, err)
	}
}
