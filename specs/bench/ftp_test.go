package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	jlaffaye "github.com/jlaffaye/ftp"
	goftp "goftp.io/server/v2"
	goftpfile "goftp.io/server/v2/driver/file"

	"harness/clients/ftpclient"
	"harness/fixtures"
	"harness/mockservers/filestore"
	"harness/mockservers/ftpmock"
	"harness/specs/peers"
)

const (
	ftpUser     = "alice"
	ftpPassword = "wonderland"
	// large is the name of the large file on all servers.
	large = "large"
)

// fileSize is how large the large file is, in octets: 64 MB, or what HARNESS_BENCH_SIZE says, such as "1G".
func fileSize(b *testing.B) int64 {
	text := os.Getenv("HARNESS_BENCH_SIZE")
	if text == "" {
		return 64 << 20
	}
	unit := int64(1)
	switch number := strings.TrimRight(text, "KMG"); text[len(number):] {
	case "K":
		unit, text = 1<<10, number
	case "M":
		unit, text = 1<<20, number
	case "G":
		unit, text = 1<<30, number
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 {
		b.Fatalf("HARNESS_BENCH_SIZE=%q: want a number with K, M or G behind it, such as 1G", os.Getenv("HARNESS_BENCH_SIZE"))
	}
	return n * unit
}

// smallFiles is how many small files there are: 10,000, or what HARNESS_BENCH_FILES says.
func smallFiles(b *testing.B) int {
	text := os.Getenv("HARNESS_BENCH_FILES")
	if text == "" {
		return 10_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		b.Fatalf("HARNESS_BENCH_FILES=%q: want a number", text)
	}
	return n
}

// contestant is one who does the same as the others. It says how long it took.
type contestant struct {
	name string
	run  func() (time.Duration, error)
}

// timed measures what has no clock of its own.
func timed(f func() error) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		start := time.Now()
		err := f()
		return time.Since(start), err
	}
}

// contest has all of them run in turn, several times for what is short, each time another one first, and reports the rate of each in units a second: that of its best
// run, as what else the machine does can only slow a run. For each of ours it reports the ratio to every other: 1 is as fast, and more is faster.
func contest(b *testing.B, units float64, unit string, rounds int, ours []string, all ...contestant) {
	took := make(map[string][]time.Duration)
	first := 0
	for b.Loop() {
		for range rounds {
			for i := range all {
				c := all[(first+i)%len(all)]
				d, err := c.run()
				if err != nil {
					b.Fatalf("%s: %v", c.name, err)
				}
				took[c.name] = append(took[c.name], d)
			}
			first++
		}
	}
	best := func(name string) float64 { return slices.Min(took[name]).Seconds() }
	for _, c := range all {
		b.ReportMetric(units/best(c.name), c.name+"-"+unit)
		if slices.Contains(ours, c.name) {
			continue
		}
		for _, o := range ours {
			name := "ratio-to-" + c.name
			if len(ours) > 1 {
				name = o + "/" + c.name
			}
			b.ReportMetric(best(c.name)/best(o), name)
		}
	}
	b.ReportMetric(0, "ns/op")
}

// roundsFor is how often a transfer of size octets is done for one result: half a gigabyte in all, and five times at least.
func roundsFor(size int64) int { return int(max(5, (512<<20)/size)) }

// vsftpd starts it, with the large file and small ones; the benchmark is skipped where there is no container engine.
func vsftpd(ctx context.Context, b *testing.B, size int64, small []fixtures.File) (addr string) {
	srv, err := peers.StartFTP(ctx, "vsftpd", peers.FTPOptions{Accounts: map[string]string{ftpUser: ftpPassword}, Files: map[string][]fixtures.File{ftpUser: small}})
	if errors.Is(err, peers.ErrNoEngine) {
		b.Skip(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := srv.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	// The octets are those that are read from a hole: nothing waits for a disk.
	r, err := srv.Exec(ctx, "sh", "-c", fmt.Sprintf("cd /srv/ftp/%s && truncate -s %d %s && chown %s: %s", ftpUser, size, large, ftpUser, large))
	if err != nil || r.ExitCode != 0 {
		b.Fatalf("making the large file: %v, %+v", err, r)
	}
	return srv.Addr(peers.PortFTP)
}

// curl is a client that is not ours; nil where it is neither in PATH nor in a container.
func curl(ctx context.Context, b *testing.B) *peers.Client {
	c, err := peers.LookClient(ctx, "curl")
	if errors.Is(err, peers.ErrNoEngine) {
		b.Logf("without curl: %v", err)
		return nil
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return c
}

// run has curl transfer a file. The time is what it says itself, from after the login on: starting the program is no part of it.
func runCurl(ctx context.Context, c *peers.Client, addr string, files map[string][]byte, args ...string) (time.Duration, error) {
	args = append(args, "-s", "-S", "-o", "/dev/null", "-w", "%{time_total} %{time_pretransfer}", "ftp://"+ftpUser+":"+ftpPassword+"@"+addr+"/"+large)
	r, err := c.Run(ctx, peers.Command{Args: args, Files: files})
	if err != nil {
		return 0, err
	}
	var total, before float64
	if _, err := fmt.Sscan(string(r.Stdout), &total, &before); err != nil || r.ExitCode != 0 {
		return 0, fmt.Errorf("exit status %d, %q, %q", r.ExitCode, r.Stdout, r.Stderr)
	}
	return time.Duration((total - before) * float64(time.Second)), nil
}

// ourClient logs our client in.
func ourClient(ctx context.Context, b *testing.B, addr string) *ftpclient.Client {
	c, err := ftpclient.Dial(ctx, addr, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	if err := c.Login(ctx, ftpUser, ftpPassword); err != nil {
		b.Fatal(err)
	}
	return c
}

// otherClient logs jlaffaye's client in.
func otherClient(ctx context.Context, b *testing.B, addr string) *jlaffaye.ServerConn {
	c, err := jlaffaye.Dial(addr, jlaffaye.DialWithContext(ctx))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Quit() })
	if err := c.Login(ftpUser, ftpPassword); err != nil {
		b.Fatal(err)
	}
	return c
}

// zeros is a reader of n octets, all zero.
type zeros struct{ n int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.n == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), z.n))
	clear(p[:n])
	z.n -= int64(n)
	return n, nil
}

// sparse makes a file of size octets, all of them a hole, in a new directory.
func sparse(b *testing.B, size int64) (dir, file string) {
	dir = b.TempDir()
	file = filepath.Join(dir, large)
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		b.Fatal(err)
	}
	if err := os.Truncate(file, size); err != nil {
		b.Fatal(err)
	}
	return dir, file
}

// loopback copies size octets over a bare TCP connection with io.Copy: from a reader to a writer, neither of which the kernel knows.
func loopback(b *testing.B, size int64) func() (time.Duration, error) {
	addr := serve(b, func(nc net.Conn) {
		nc.SetDeadline(time.Now().Add(5 * time.Minute))
		io.Copy(nc, &zeros{size})
	})
	return timed(func() error {
		nc := dial(b, addr)
		defer nc.Close()
		n, err := io.Copy(&dropped{}, nc)
		return want(n, size, err)
	})
}

func want(n, size int64, err error) error {
	if err == nil && n != size {
		err = fmt.Errorf("%d octets passed, want %d", n, size)
	}
	return err
}

// BenchmarkFTPClientRetr retrieves a large file from vsftpd with our client, jlaffaye/ftp and curl, all of which drop it, and copies as many octets over a
// bare connection.
func BenchmarkFTPClientRetr(b *testing.B) {
	ctx := bound(b)
	size := fileSize(b)
	addr := vsftpd(ctx, b, size, nil)
	ours, other := ourClient(ctx, b, addr), otherClient(ctx, b, addr)
	all := []contestant{
		{"raw", loopback(b, size)},
		{"ours", timed(func() error {
			n, err := ours.RetrTo(ctx, large, &dropped{}, nil)
			return want(n, size, err)
		})},
		{"jlaffaye", timed(func() error {
			r, err := other.Retr(large)
			if err != nil {
				return err
			}
			n, err := io.Copy(&dropped{}, r)
			return want(n, size, errors.Join(err, r.Close()))
		})},
	}
	if c := curl(ctx, b); c != nil {
		all = append(all, contestant{"curl", func() (time.Duration, error) { return runCurl(ctx, c, addr, nil) }})
	}
	contest(b, float64(size)/1e6, "MB/s", roundsFor(size), []string{"ours"}, all...)
}

// BenchmarkFTPClientStor stores a large file on vsftpd with our client, jlaffaye/ftp and curl, all from a file on disk.
func BenchmarkFTPClientStor(b *testing.B) {
	ctx := bound(b)
	size := fileSize(b)
	addr := vsftpd(ctx, b, 0, nil)
	_, name := sparse(b, size)
	file, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	ours, other := ourClient(ctx, b, addr), otherClient(ctx, b, addr)
	all := []contestant{
		{"raw", loopback(b, size)},
		{"ours", timed(func() error {
			if _, err := file.Seek(0, io.SeekStart); err != nil {
				return err
			}
			n, err := ours.Stor(ctx, large, file, nil)
			return want(n, size, err)
		})},
		{"jlaffaye", timed(func() error {
			if _, err := file.Seek(0, io.SeekStart); err != nil {
				return err
			}
			return other.Stor(large, file)
		})},
	}
	if c := curl(ctx, b); c != nil {
		files := map[string][]byte{"from": make([]byte, size)}
		all = append(all, contestant{"curl", func() (time.Duration, error) { return runCurl(ctx, c, addr, files, "-T", "from") }})
	}
	contest(b, float64(size)/1e6, "MB/s", roundsFor(size), []string{"ours"}, all...)
}

// BenchmarkFTPMockRetr serves a large file to curl: our mock from a tree in memory and from a directory, vsftpd, and goftp.io/server from the same
// directory.
func BenchmarkFTPMockRetr(b *testing.B) {
	ctx := bound(b)
	size := fileSize(b)
	c := curl(ctx, b)
	if c == nil {
		b.Skip("there is no curl")
	}
	dir, _ := sparse(b, size)
	memory := ftpmock.New(b, ftpmock.WithAccount(ftpmock.Account{Name: ftpUser, Password: ftpPassword}), ftpmock.WithFiles(fixtures.File{Path: large, Mode: 0o644, Data: make([]byte, size)}))
	all := []contestant{
		{"memory", func() (time.Duration, error) { return runCurl(ctx, c, memory.Addr(), nil) }},
	}
	onDisk := mockOn(b, dir)
	for name, addr := range map[string]string{"directory": onDisk, "goftp": goftpServer(b, dir)} {
		all = append(all, contestant{name, func() (time.Duration, error) { return runCurl(ctx, c, addr, nil) }})
	}
	if addr := tryVsftpd(ctx, b, size); addr != "" {
		all = append(all, contestant{"vsftpd", func() (time.Duration, error) { return runCurl(ctx, c, addr, nil) }})
	}
	all = append(all, contestant{"raw", loopback(b, size)})
	contest(b, float64(size)/1e6, "MB/s", roundsFor(size), []string{"memory", "directory"}, all...)
}

// tryVsftpd is vsftpd, but "" where there is no container engine.
func tryVsftpd(ctx context.Context, b *testing.B, size int64) (addr string) {
	if err := peers.Available(ctx); err != nil {
		b.Logf("without vsftpd: %v", err)
		return ""
	}
	return vsftpd(ctx, b, size, nil)
}

// mockOn is our mock on a directory.
func mockOn(b *testing.B, dir string) (addr string) {
	tree, err := filestore.NewDirectory(dir, true)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { tree.Close() })
	return ftpmock.New(b, ftpmock.WithAccount(ftpmock.Account{Name: ftpUser, Password: ftpPassword}), ftpmock.WithTree(tree)).Addr()
}

// goftpServer is goftp.io/server on a directory.
func goftpServer(b *testing.B, dir string) (addr string) {
	driver, err := goftpfile.NewDriver(dir)
	if err != nil {
		b.Fatal(err)
	}
	srv, err := goftp.NewServer(&goftp.Options{Driver: driver, Auth: &goftp.SimpleAuth{Name: ftpUser, Password: ftpPassword}, Perm: goftp.NewSimplePerm(ftpUser, ftpUser), Hostname: "127.0.0.1", Logger: new(goftp.DiscardLogger)})
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		srv.Serve(l)
	}()
	b.Cleanup(func() {
		srv.Shutdown()
		<-done
	})
	return l.Addr().String()
}

// BenchmarkFTPSmallFiles retrieves 10,000 files of 1 KB with our client and with jlaffaye/ftp, one after the other, from the same server.
func BenchmarkFTPSmallFiles(b *testing.B) {
	n := smallFiles(b)
	small := make([]fixtures.File, n)
	for i := range small {
		small[i] = fixtures.File{Path: fmt.Sprintf("f%05d", i), Mode: 0o644, ModTime: time.Unix(1e9, 0), Data: make([]byte, 1024)}
	}
	servers := []struct {
		name  string
		start func(context.Context, *testing.B) string
	}{
		{"mock", func(_ context.Context, b *testing.B) string {
			return ftpmock.New(b, ftpmock.WithAccount(ftpmock.Account{Name: ftpUser, Password: ftpPassword}), ftpmock.WithFiles(small...)).Addr()
		}},
		{"vsftpd", func(ctx context.Context, b *testing.B) string { return vsftpd(ctx, b, 0, small) }},
	}
	for _, s := range servers {
		b.Run(s.name, func(b *testing.B) {
			ctx := bound(b)
			addr := s.start(ctx, b)
			ours, other := ourClient(ctx, b, addr), otherClient(ctx, b, addr)
			// They take turns in portions, so that what else the machine does meets both.
			const portion = 500
			at := 0
			files := func(f func(name string) (int64, error)) func() (time.Duration, error) {
				return timed(func() error {
					for i := range min(portion, n) {
						got, err := f(small[(at+i)%n].Path)
						if err := want(got, 1024, err); err != nil {
							return err
						}
					}
					return nil
				})
			}
			contest(b, float64(min(portion, n)), "files/s", max(1, n/portion), []string{"ours"},
				contestant{"ours", files(func(name string) (int64, error) { return ours.RetrTo(ctx, name, &dropped{}, nil) })},
				contestant{"jlaffaye", func() (time.Duration, error) {
					d, err := files(func(name string) (int64, error) {
						r, err := other.Retr(name)
						if err != nil {
							return 0, err
						}
						n, err := io.Copy(&dropped{}, r)
						return n, errors.Join(err, r.Close())
					})()
					at += portion
					return d, err
				}})
		})
	}
}

// BenchmarkFTPMemory reports the most that the heap held during transfers between client and mock, both in this process, for a file of the size of the
// others and for one a sixteenth of it. The ratio is that of the two: 1 is memory that does not depend on the file.
func BenchmarkFTPMemory(b *testing.B) {
	ctx := bound(b)
	size := fileSize(b)
	dir, _ := sparse(b, size)
	small := filepath.Join(dir, "small")
	if err := os.WriteFile(small, nil, 0o644); err != nil {
		b.Fatal(err)
	}
	if err := os.Truncate(small, size/16); err != nil {
		b.Fatal(err)
	}
	ours := ourClient(ctx, b, mockOn(b, dir))
	transfer := func(name string, size int64) float64 {
		runtime.GC()
		stop := make(chan struct{})
		most := make(chan uint64)
		go func() {
			tick := time.NewTicker(time.Millisecond)
			defer tick.Stop()
			peak := uint64(0)
			sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
			for {
				metrics.Read(sample)
				peak = max(peak, sample[0].Value.Uint64())
				select {
				case <-tick.C:
				case <-stop:
					most <- peak
					return
				}
			}
		}()
		n, err := ours.RetrTo(ctx, name, &dropped{}, nil)
		if err = want(n, size, err); err == nil {
			n, err = ours.Stor(ctx, "stored", &zeros{size}, nil)
			err = want(n, size, err)
		}
		close(stop)
		peak := float64(<-most)
		if err != nil {
			b.Fatal(err)
		}
		return peak
	}
	transfer("small", size/16) // makes what is kept
	var few, many float64
	for b.Loop() {
		few += transfer("small", size/16)
		many += transfer(large, size)
	}
	b.ReportMetric(few/float64(b.N)/1024, "small-KB")
	b.ReportMetric(many/float64(b.N)/1024, "large-KB")
	b.ReportMetric(many/few, "ratio")
	b.ReportMetric(0, "ns/op")
}
