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
	"testing"
	"time"

	"harness/clients/nntpclient"
	"harness/fixtures"
	"harness/mockservers/newsstore"
	"harness/mockservers/nntpmock"
	"harness/protocols/nntp"
	"harness/specs/peers"
)

const (
	manyGroup = "bench.many"
	// pipelined is how many articles are asked for at once.
	pipelined = 10_000
)

// manyArticles is how many articles the group has: 1,000,000, or what HARNESS_BENCH_ARTICLES says.
func manyArticles(b *testing.B) int {
	text := os.Getenv("HARNESS_BENCH_ARTICLES")
	if text == "" {
		return 1_000_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < pipelined {
		b.Fatalf("HARNESS_BENCH_ARTICLES=%q: want a number, %d at least", text, pipelined)
	}
	return n
}

// newsServer is our mock with a group of n articles of about 600 octets.
func newsServer(b *testing.B, n int) (addr string) {
	articles := make([]fixtures.NewsArticle, n)
	var a bytes.Buffer
	for i := range articles {
		id := fmt.Sprintf("<%07d.bench@example.org>", i+1)
		a.Reset()
		fmt.Fprintf(&a, "Path: news.example.org!not-for-mail\r\nFrom: Alice Liddell <alice@example.org>\r\nNewsgroups: %s\r\nSubject: Re: What the Cheshire cat said, part %d\r\n", manyGroup, i+1)
		fmt.Fprintf(&a, "Date: Tue, 24 Nov 2026 10:%02d:%02d +0000\r\nMessage-ID: %s\r\nReferences: <%07d.bench@example.org> <0000001.bench@example.org>\r\nXref: news.example.org %s:%d\r\n\r\n", i/60%60, i%60, id, i, manyGroup, i+1)
		a.WriteString("`Would you tell me, please, which way I ought to go from here?'\r\n\r\n..dots and text, text and dots\r\nThat depends a good deal on where you want to get to.\r\n")
		articles[i] = fixtures.NewsArticle{Name: id, Data: bytes.Clone(a.Bytes()), ID: id, Places: []fixtures.NewsPlace{{Group: manyGroup, Number: int64(i + 1)}}}
	}
	store, err := newsstore.Filled(newsstore.Options{}, []fixtures.Newsgroup{{Name: manyGroup, Status: "y", First: 1}}, articles)
	if err != nil {
		b.Fatal(err)
	}
	return nntpmock.New(b, nntpmock.WithStore(store)).Addr()
}

// newsReader is our client in the group.
func newsReader(ctx context.Context, b *testing.B, addr string) *nntpclient.Client {
	c, err := nntpclient.Dial(ctx, addr, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	if _, err := c.Group(ctx, manyGroup); err != nil {
		b.Fatal(err)
	}
	return c
}

// fetched asks for commands in one write and returns how many octets the answers have, up to the n-th line that is a lone dot.
func fetched(b *testing.B, addr string, n int, commands string) int64 {
	nc := dial(b, addr)
	defer nc.Close()
	go io.WriteString(nc, commands)
	r := bufio.NewReader(nc)
	octets := int64(0)
	for dots := 0; dots < n; {
		line, err := r.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		octets += int64(len(line))
		if string(line) == ".\r\n" {
			dots++
		}
	}
	return octets
}

// pythonNNTP measures what a program of nntplib does. It says how many seconds that took.
func pythonNNTP(ctx context.Context, c *peers.Client, addr, program string) func() (time.Duration, error) {
	host, port, _ := net.SplitHostPort(addr)
	program = fmt.Sprintf("import nntplib, time\ns = nntplib.NNTP(%q, %s)\ns.group(%q)\nstart = time.perf_counter()\n%s\nprint(time.perf_counter() - start)\ns.quit()\n", host, port, manyGroup, program)
	return func() (time.Duration, error) {
		r, err := c.Run(ctx, peers.Command{Args: []string{"-W", "ignore", "bench.py"}, Files: map[string][]byte{"bench.py": []byte(program)}})
		if err != nil {
			return 0, err
		}
		var seconds float64
		if _, err := fmt.Sscan(string(r.Stdout), &seconds); err != nil || r.ExitCode != 0 {
			return 0, fmt.Errorf("exit status %d, %q, %q", r.ExitCode, r.Stdout, r.Stderr)
		}
		return time.Duration(seconds * float64(time.Second)), nil
	}
}

// nntplib is a Python that has it still; nil where there is none.
func nntplib(ctx context.Context, b *testing.B) *peers.Client {
	look := func(find func(context.Context, string) (*peers.Client, error)) *peers.Client {
		c, err := find(ctx, "python3")
		if err != nil {
			b.Logf("without nntplib: %v", err)
			return nil
		}
		r, err := c.Run(ctx, peers.Command{Args: []string{"-W", "ignore", "-c", "import nntplib"}})
		if err != nil || r.ExitCode != 0 {
			c.Close(ctx)
			return nil
		}
		b.Cleanup(func() {
			if err := c.Close(context.Background()); err != nil {
				b.Error(err)
			}
		})
		return c
	}
	if c := look(peers.LookClient); c != nil {
		return c
	}
	return look(peers.ContainerClient)
}

// rates reports what a run of ours does a second, in units and in octets, against as many octets over a bare connection, and against nntplib's rate. The
// allocations are those of client and server together.
func rates(b *testing.B, n int, unit string, octets int64, ours func() error, python func() (time.Duration, error), pythonUnits int) {
	if err := ours(); err != nil { // makes what is kept
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	raw := loopback(b, octets)
	var best, bestRaw, bestPython time.Duration
	least := func(best *time.Duration, d time.Duration) {
		if *best == 0 || d < *best {
			*best = d
		}
	}
	var allocs uint64
	runs := 0
	for b.Loop() {
		for range 3 {
			d, err := raw()
			if err != nil {
				b.Fatal(err)
			}
			least(&bestRaw, d)
			runtime.ReadMemStats(&before)
			d, err = timed(ours)()
			if err != nil {
				b.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			allocs += after.Mallocs - before.Mallocs
			runs++
			least(&best, d)
		}
		if python != nil {
			d, err := python()
			if err != nil {
				b.Fatal(err)
			}
			least(&bestPython, d)
		}
	}
	b.ReportMetric(float64(n)/best.Seconds(), unit+"/s")
	b.ReportMetric(float64(octets)/1e6/best.Seconds(), "MB/s")
	b.ReportMetric(float64(octets)/1e6/bestRaw.Seconds(), "raw-MB/s")
	b.ReportMetric(bestRaw.Seconds()/best.Seconds(), "ratio")
	b.ReportMetric(float64(allocs)/float64(runs)/float64(n), "allocs/"+unit)
	if python != nil {
		b.ReportMetric(bestPython.Seconds()/float64(pythonUnits)/(best.Seconds()/float64(n)), "ratio-to-nntplib")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkNNTP reads the overview of a large group, and then many of its articles, pipelined.
func BenchmarkNNTP(b *testing.B) {
	ctx := bound(b)
	n := manyArticles(b)
	addr := newsServer(b, n)
	c := newsReader(ctx, b, addr)
	py := nntplib(ctx, b)
	python := func(program string) func() (time.Duration, error) {
		if py == nil {
			return nil
		}
		return pythonNNTP(ctx, py, addr, program)
	}

	b.Run("over", func(b *testing.B) {
		octets := fetched(b, addr, 1, "GROUP "+manyGroup+"\r\nOVER 1-\r\nQUIT\r\n")
		rates(b, n, "rows", octets, func() error {
			rows := int64(0)
			err := c.Over(ctx, "1-", func(o *nntp.Overview) error {
				if rows++; o.Number != rows {
					return fmt.Errorf("row %d has the number %d", rows, o.Number)
				}
				return nil
			})
			return want(rows, int64(n), err)
		}, python(fmt.Sprintf("_, rows = s.over((1, None))\nassert len(rows) == %d", n)), n)
	})
	b.Run("articles", func(b *testing.B) {
		var commands bytes.Buffer
		commands.WriteString("GROUP " + manyGroup + "\r\n")
		for i := range pipelined {
			fmt.Fprintf(&commands, "ARTICLE %d\r\n", i+1)
		}
		octets := fetched(b, addr, pipelined, commands.String()+"QUIT\r\n")
		const some = 1000
		rates(b, pipelined, "articles", octets, func() error {
			p := c.Pipeline()
			answers := make([]*nntpclient.Answer[nntp.Found], pipelined)
			w := &dropped{}
			for i := range answers {
				answers[i] = p.Article(strconv.Itoa(i+1), w)
			}
			if err := p.Run(ctx); err != nil {
				return err
			}
			for i, a := range answers {
				if f, err := a.Get(); err != nil || f.Number != int64(i+1) {
					return fmt.Errorf("article %d: %+v, %w", i+1, f, err)
				}
			}
			return nil
		}, python(fmt.Sprintf("for i in range(1, %d):\n    s.article(str(i))", some+1)), some)
	})
}
