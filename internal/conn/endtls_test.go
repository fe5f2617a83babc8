package conn

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"harness/protocols/dialect"
)

// held is a connection whose writes are kept back from the time when hold is set until it is released: they leave in one segment.
type held struct {
	net.Conn
	hold bool
	kept bytes.Buffer
}

func (h *held) Write(p []byte) (int, error) {
	if h.hold {
		return h.kept.Write(p)
	}
	return h.Conn.Write(p)
}

func (h *held) release() error {
	h.hold = false
	_, err := h.Conn.Write(h.kept.Bytes())
	return err
}

// mixed returns a Conn over TLS that may end, and a peer of crypto/tls with the connection below it.
func mixed(t *testing.T, local dialect.Party, version uint16, tap Tap) (c *Conn, peer *tls.Conn, raw *held) {
	t.Helper()
	scfg, ccfg := configs()
	scfg, ccfg = scfg.Clone(), ccfg.Clone()
	scfg.MaxVersion, ccfg.MaxVersion = version, version
	opts := Options{Local: local, TLSMayEnd: true, Tap: tap}
	a, b := pair(t, opts, opts)
	cfg := ccfg
	if local == dialect.Server {
		a, b, cfg = b, a, scfg
	}
	raw = &held{Conn: b.Raw()}
	if local == dialect.Server {
		peer = tls.Client(raw, ccfg)
	} else {
		peer = tls.Server(raw, scfg)
	}
	raw.SetDeadline(time.Now().Add(10 * time.Second))
	both(t, func() error { return a.StartTLS(t.Context(), time.Second, cfg) }, peer.Handshake)
	return a, peer, raw
}

func forms(t *testing.T, f func(t *testing.T, local dialect.Party, version uint16)) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, local := range []dialect.Party{dialect.Client, dialect.Server} {
			t.Run(fmt.Sprint(tls.VersionName(version), " ", local), func(t *testing.T) { f(t, local, version) })
		}
	}
}

// TestEndTLS ends TLS between two of our own, twice.
func TestEndTLS(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			scfg, ccfg := configs()
			scfg, ccfg = scfg.Clone(), ccfg.Clone()
			scfg.MaxVersion, ccfg.MaxVersion = version, version
			tap := &recorder{}
			c, s := pair(t, Options{TLSMayEnd: true, Tap: tap}, Options{TLSMayEnd: true})
			ctx := t.Context()
			for i := range 2 {
				both(t, func() error { return c.StartTLS(ctx, time.Second, ccfg) }, func() error { return s.StartTLS(ctx, time.Second, scfg) })
				both(t, func() error {
					if err := c.say(ctx, "CCC\r\n"); err != nil {
						return err
					}
					if text, err := c.hear(ctx); text != "200" {
						return fmt.Errorf("%q, %v", text, err)
					}
					if err := c.EndTLS(ctx, time.Second); err != nil {
						return err
					}
					return c.say(ctx, "NOOP\r\n")
				}, func() error {
					if text, err := s.hear(ctx); text != "CCC" {
						return fmt.Errorf("%q, %v", text, err)
					}
					if err := s.say(ctx, "200\r\n"); err != nil {
						return err
					}
					if err := s.EndTLS(ctx, time.Second); err != nil {
						return err
					}
					if text, err := s.hear(ctx); text != "NOOP" {
						return fmt.Errorf("%q, %v", text, err)
					}
					return s.say(ctx, "200 in the clear\r\n")
				})
				if text, err := c.hear(ctx); text != "200 in the clear" || err != nil {
					t.Error(i, text, err)
				}
				if _, ok := c.TLS(); ok {
					t.Error("TLS goes on")
				}
			}
			if n := strings.Count(tap.String(), "- clear"); n != 2 {
				t.Error(tap)
			}
			// What remains is an ordinary connection.
			if err := c.CloseWrite(); err != nil {
				t.Error(err)
			}
			if err := s.Do(ctx, time.Second, s.R.Wait); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
		})
	}
}

// TestEndTLSFollowed finds every octet that stands behind close_notify, in the same segment, and those under TLS before it.
func TestEndTLSFollowed(t *testing.T) {
	forms(t, func(t *testing.T, local dialect.Party, version uint16) {
		for _, read := range []string{"nothing", "some", "the end"} {
			tap := &recorder{}
			c, peer, raw := mixed(t, local, version, tap)
			raw.hold = true
			long := strings.Repeat("x", 40000)
			fmt.Fprint(peer, "one\r\ntwo\r\n")
			if err := peer.CloseWrite(); err != nil {
				t.Fatal(err)
			}
			raw.SetDeadline(time.Now().Add(10 * time.Second))
			fmt.Fprintf(raw, "three\r\n%s\r\nhalf", long)
			if err := raw.release(); err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			var want []string
			switch read {
			case "nothing":
				want = []string{"one", "two", "three", long}
			case "some":
				if text, err := c.hear(ctx); text != "one" {
					t.Error(text, err)
				}
				want = []string{"two", "three", long}
			case "the end":
				c.hear(ctx)
				c.hear(ctx)
				if err := c.Do(ctx, time.Second, c.R.Wait); !errors.Is(err, io.EOF) {
					t.Error(err)
				}
				want = []string{"three", long}
			}
			if err := c.EndTLS(ctx, time.Second); err != nil {
				t.Fatal(read, err)
			}
			for _, w := range want {
				if text, err := c.hear(ctx); text != w {
					t.Errorf("%s: %.20q, %v", read, text, err)
				}
			}
			fmt.Fprint(raw, "more\r\n")
			if text, err := c.hear(ctx); text != "halfmore" {
				t.Error(read, text, err)
			}
			// The tap saw each octet once.
			var seen strings.Builder
			for l := range strings.SplitSeq(tap.String(), "\n") {
				if who, text, ok := strings.Cut(l, " "); ok && who == string(rune(local.Other())) {
					var s string
					fmt.Sscanf(text, "%q", &s)
					seen.WriteString(s)
				}
			}
			if seen.String() != "one\r\ntwo\r\nthree\r\n"+long+"\r\nhalfmore\r\n" {
				t.Errorf("%s: the tap saw %d octets", read, seen.Len())
			}
			if c.Truncated() {
				t.Error("truncated")
			}
			// The peer got our close_notify, and what we say then in the clear.
			if _, err := peer.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			if err := c.say(ctx, "bye\r\n"); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestEndTLSForgives goes on with a peer that sends no close_notify.
func TestEndTLSForgives(t *testing.T) {
	forms(t, func(t *testing.T, local dialect.Party, version uint16) {
		ctx := t.Context()
		tap := &recorder{}
		c, _, raw := mixed(t, local, version, tap)
		c.opts.LaxTLSEnd = true
		fmt.Fprint(raw, "PWD\r\nNOOP\r\n")
		if err := c.EndTLS(ctx, time.Second); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"PWD", "NOOP"} {
			if got, err := c.hear(ctx); got != want || err != nil {
				t.Errorf("%q, %v, want %q", got, err, want)
			}
		}
		if log := tap.String(); !strings.Contains(log, "- no close_notify\n- clear") {
			t.Error(log)
		}
	})
}

func TestEndTLSErrors(t *testing.T) {
	forms(t, func(t *testing.T, local dialect.Party, version uint16) {
		ctx := t.Context()
		// The peer goes on in the clear.
		c, _, raw := mixed(t, local, version, nil)
		fmt.Fprint(raw, "250 x\r\n")
		if err := c.EndTLS(ctx, time.Second); !errors.Is(err, ErrNoCloseNotify) {
			t.Error(err)
		}
		// It leaves without close_notify.
		c, _, raw = mixed(t, local, version, nil)
		raw.Close()
		if err := c.EndTLS(ctx, time.Second); !errors.Is(err, io.ErrUnexpectedEOF) || !c.Truncated() {
			t.Error(err)
		}
		// It does so while somebody reads.
		c, _, raw = mixed(t, local, version, nil)
		raw.Close()
		if err := c.Do(ctx, time.Second, c.R.Wait); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		if err := c.EndTLS(ctx, time.Second); err == nil || !c.Truncated() {
			t.Error(err)
		}
		// It says nothing.
		c, _, _ = mixed(t, local, version, nil)
		if err := c.EndTLS(ctx, 20*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
		// The context ends.
		c, _, _ = mixed(t, local, version, nil)
		short, cancel := context.WithCancel(ctx)
		time.AfterFunc(20*time.Millisecond, cancel)
		if err := c.EndTLS(short, time.Minute); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		// It does not stop to speak under TLS.
		c, peer, _ := mixed(t, local, version, nil)
		both(t, func() error {
			err := c.EndTLS(ctx, 5*time.Second)
			if err == nil || !strings.Contains(err.Error(), "limit") && !strings.Contains(err.Error(), "before close_notify") {
				return fmt.Errorf("no limit: %v", err)
			}
			return c.Close()
		}, func() error {
			for range 100 {
				if _, err := peer.Write(make([]byte, 1<<10)); err != nil {
					break
				}
			}
			return nil
		})
	})
	// Where it can't be.
	c, s := pair(t, Options{}, Options{})
	if err := c.EndTLS(t.Context(), time.Second); err == nil {
		t.Error("no TLS, and no error")
	}
	scfg, ccfg := configs()
	both(t, func() error { return c.StartTLS(t.Context(), time.Second, ccfg) }, func() error { return s.StartTLS(t.Context(), time.Second, scfg) })
	if err := c.EndTLS(t.Context(), time.Second); err == nil || !strings.Contains(err.Error(), "TLSMayEnd") {
		t.Error(err)
	}
	c, _, _ = mixed(t, dialect.Client, tls.VersionTLS13, nil)
	c.W.WriteString("x")
	if err := c.EndTLS(t.Context(), time.Second); err == nil || !strings.Contains(err.Error(), "flush") {
		t.Error(err)
	}
}

// TestEndTLSInjection refuses octets that came in the clear before another handshake.
func TestEndTLSInjection(t *testing.T) {
	c, peer, raw := mixed(t, dialect.Server, tls.VersionTLS13, nil)
	raw.hold = true
	peer.CloseWrite()
	raw.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprint(raw, "AUTH TLS\r\nDELE x\r\n")
	if err := raw.release(); err != nil {
		t.Fatal(err)
	}
	if err := c.EndTLS(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	if text, err := c.hear(t.Context()); text != "AUTH TLS" {
		t.Error(text, err)
	}
	scfg, _ := configs()
	var b *BufferedError
	if err := c.StartTLS(t.Context(), time.Second, scfg); !errors.As(err, &b) || string(b.Data) != "DELE x\r\n" {
		t.Error(err)
	}
}
