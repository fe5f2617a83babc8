package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	goclient "github.com/emersion/go-imap/v2/imapclient"

	"harness/clients/imapclient"
	"harness/protocols/imap"
	"harness/protocols/wire"
)

// messages is how many messages the mailbox has: 100,000, or what HARNESS_BENCH_MESSAGES says.
func messages(b *testing.B) int {
	text := os.Getenv("HARNESS_BENCH_MESSAGES")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		b.Fatalf("HARNESS_BENCH_MESSAGES=%q: want a number", text)
	}
	return n
}

// imapListing is the answer to FETCH (UID FLAGS ENVELOPE BODYSTRUCTURE INTERNALDATE RFC822.SIZE) of n messages, without what ends it.
func imapListing(b *testing.B, n int) []byte {
	var out bytes.Buffer
	w := wire.NewWriter(&out)
	e := imap.NewEncoder(w)
	some := imap.Some
	who := func(name, local string) []imap.Address {
		return []imap.Address{{Name: some(name), Mailbox: some(local), Host: some("example.org")}}
	}
	for i := 1; i <= n; i++ {
		id := strconv.Itoa(i)
		part := func(subtype string, size uint64) *imap.BodyStructure {
			return &imap.BodyStructure{Type: "text", Subtype: subtype, Params: []imap.Param{{Name: "charset", Value: "utf-8"}}, Encoding: "quoted-printable", Size: size, Lines: size / 40, Extended: true}
		}
		f := &imap.Fetch{
			Number: uint32(i), UID: uint32(2 * i), Flags: []string{imap.FlagSeen, "$Forwarded"}, HasSize: true, Size: uint64(4000 + i%1000),
			InternalDate: time.Date(2026, 1, 1+i%28, i%24, i%60, 0, 0, time.FixedZone("", 3600)),
			Envelope: &imap.Envelope{
				Date: some("Thu, 01 Jan 2026 10:00:00 +0100"), Subject: some("Re: minutes of meeting " + id), From: who("Alice A.", "alice"), Sender: who("Alice A.", "alice"),
				ReplyTo: who("Alice A.", "alice"), To: append(who("Bob \"B\" B.", "bob"), who("Carol", "carol")...), Cc: who("Dave", "dave"), InReplyTo: some("<" + id + ".1@example.org>"), MessageID: some("<" + id + ".2@example.org>"),
			},
			Body: &imap.BodyStructure{Type: "MULTIPART", Subtype: "alternative", Params: []imap.Param{{Name: "boundary", Value: "----=_" + id}}, Parts: []*imap.BodyStructure{part("plain", 1200), part("html", 2600)}, Extended: true},
		}
		if err := e.Response(f); err != nil {
			b.Fatal(err)
		}
	}
	w.Flush()
	return out.Bytes()
}

// imapServer answers FETCH with what answer writes, and all other commands with OK.
func imapServer(b *testing.B, answer func(w io.Writer) error) string {
	return serve(b, func(nc net.Conn) {
		nc.SetDeadline(time.Now().Add(5 * time.Minute))
		io.WriteString(nc, "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n")
		for in := bufio.NewReader(nc); ; {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			tag, command, _ := strings.Cut(line, " ")
			if strings.Contains(strings.ToUpper(command), "FETCH ") {
				if err := answer(nc); err != nil {
					return
				}
			}
			if _, err := io.WriteString(nc, tag+" OK done\r\n"); err != nil {
				return
			}
		}
	})
}

func imapSelect(ctx context.Context, b *testing.B, addr string) *imapclient.Client {
	c, err := imapclient.Dial(ctx, addr, nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := c.Select(ctx, "INBOX"); err != nil {
		b.Fatal(err)
	}
	return c
}

// cost measures f: how long it takes, and how many allocations it makes.
func cost(f func()) (took time.Duration, allocs uint64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	f()
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	return took, after.Mallocs - before.Mallocs
}

// BenchmarkIMAPFetch has our client and go-imap's parse the data of 100,000 messages from the same octets, message by message. The ratio is the time that theirs takes over that
// of ours; alloc-ratio is our allocations over theirs.
func BenchmarkIMAPFetch(b *testing.B) {
	ctx := bound(b)
	n := messages(b)
	text := imapListing(b, n)
	addr := imapServer(b, func(w io.Writer) error { _, err := w.Write(text); return err })
	c := imapSelect(ctx, b, addr)
	defer c.Close()
	theirs := goclient.New(dial(b, addr), nil)
	if err := theirs.WaitGreeting(); err != nil {
		b.Fatal(err)
	}
	defer theirs.Close()
	if _, err := theirs.Select("INBOX", nil).Wait(); err != nil {
		b.Fatal(err)
	}
	items, err := imap.ParseFetchItems("(UID FLAGS ENVELOPE BODYSTRUCTURE INTERNALDATE RFC822.SIZE)")
	if err != nil {
		b.Fatal(err)
	}
	all, err := imap.ParseNumSet("1:*")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	var ours, other time.Duration
	var ourAllocs, otherAllocs uint64
	for b.Loop() {
		took, allocs := cost(func() {
			got, parts := 0, 0
			if err := c.Fetch(ctx, all, items, func(f *imap.Fetch) error {
				got++
				parts += len(f.Body.Parts)
				return nil
			}); err != nil || got != n || parts != 2*n {
				b.Fatal(got, parts, err)
			}
		})
		ours += took
		ourAllocs += allocs
		took, allocs = cost(func() {
			got, parts := 0, 0
			cmd := theirs.Fetch(goimap.SeqSet{goimap.SeqRange{Start: 1}}, &goimap.FetchOptions{UID: true, Flags: true, Envelope: true, BodyStructure: &goimap.FetchItemBodyStructure{Extended: true}, InternalDate: true, RFC822Size: true})
			for m := cmd.Next(); m != nil; m = cmd.Next() {
				data, err := m.Collect()
				if err != nil {
					b.Fatal(err)
				}
				got++
				parts += len(data.BodyStructure.(*goimap.BodyStructureMultiPart).Children)
			}
			if err := cmd.Close(); err != nil || got != n || parts != 2*n {
				b.Fatal(got, parts, err)
			}
		})
		other += took
		otherAllocs += allocs
	}
	each := float64(b.N) * float64(n)
	b.ReportMetric(float64(ours.Nanoseconds())/each, "ns/message")
	b.ReportMetric(float64(other.Nanoseconds())/each, "go-imap-ns/message")
	b.ReportMetric(other.Seconds()/ours.Seconds(), "ratio")
	b.ReportMetric(float64(ourAllocs)/each, "allocs/message")
	b.ReportMetric(float64(otherAllocs)/each, "go-imap-allocs/message")
	b.ReportMetric(float64(ourAllocs)/float64(otherAllocs), "alloc-ratio")
}

// BenchmarkIMAPBody retrieves BODY[] of HARNESS_BENCH_SIZE as a stream, and copies as many octets over a bare connection. The ratio is the throughput of the former over that of
// the latter: 1 is as fast as the loopback.
func BenchmarkIMAPBody(b *testing.B) {
	ctx := bound(b)
	size := fileSize(b)
	chunk := []byte(strings.Repeat(strings.Repeat("0123456789abcdefghi", 4)+"\r\n", 4<<10))
	octets := func(w io.Writer) error {
		for left := size; left > 0; {
			n, err := w.Write(chunk[:min(int64(len(chunk)), left)])
			if left -= int64(n); err != nil {
				return err
			}
		}
		return nil
	}
	raw := serve(b, func(nc net.Conn) {
		nc.SetDeadline(time.Now().Add(5 * time.Minute))
		for ask := make([]byte, 1); ; {
			if _, err := io.ReadFull(nc, ask); err != nil {
				return
			}
			if err := octets(nc); err != nil {
				return
			}
		}
	})
	nc := dial(b, raw)
	defer nc.Close()
	c := imapSelect(ctx, b, imapServer(b, func(w io.Writer) error {
		if _, err := fmt.Fprintf(w, "* 1 FETCH (UID 1 BODY[] {%d}\r\n", size); err != nil {
			return err
		}
		if err := octets(w); err != nil {
			return err
		}
		_, err := io.WriteString(w, ")\r\n")
		return err
	}))
	defer c.Close()
	b.SetBytes(size)
	var bare, ours time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := nc.Write([]byte("x")); err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(&dropped{}, io.LimitReader(nc, size))
		if err != nil || n != size {
			b.Fatal(n, err)
		}
		bare += time.Since(start)

		start = time.Now()
		if n, err := c.BodyTo(ctx, 1, "", &dropped{}); err != nil || n != size {
			b.Fatal(n, err)
		}
		ours += time.Since(start)
	}
	total := float64(b.N) * float64(size) / 1e6
	b.ReportMetric(total/bare.Seconds(), "raw-MB/s")
	b.ReportMetric(total/ours.Seconds(), "body-MB/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
}
