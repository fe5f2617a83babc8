package peers

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	ftpserver "goftp.io/server/v2"
	"goftp.io/server/v2/driver/file"

	"harness/fixtures"
	"harness/internal/ca"
)

// GoFTP is an FTP server that is not ours, goftp.io/server, in this process. It has EPSV and PASV, PORT and EPRT, MLST, REST, and AUTH
// TLS; one account, alice; and a directory of this machine's, with modes and dates as the machine has them.
type GoFTP struct {
	Software       string // name and version, "goftp.io/server 2"
	Addr           string // host:port, of the IPv4 loopback interface
	User, Password string
	CA             *ca.CA // of its certificate, which is for localhost and 127.0.0.1

	server *ftpserver.Server
	served chan error
	closed func() error
}

// quietLog is the server's log, which goes nowhere; the first message from a session is told.
type quietLog struct {
	ftpserver.DiscardLogger
	first   sync.Once
	greeted chan struct{}
}

// Print implements the server's Logger.
func (l *quietLog) Print(session string, _ any) {
	if session != "" {
		l.first.Do(func() { close(l.greeted) })
	}
}

// StartGoFTP serves a directory, which has to be there, until Close.
func StartGoFTP(ctx context.Context, dir string) (*GoFTP, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("peers: goftp.io/server: %q is no directory: %w", dir, errors.Join(err, fs.ErrInvalid))
	}
	var err error
	// The server opens its port itself. Another process may take it before.
	for range launches {
		var s *GoFTP
		if s, err = startGoFTP(ctx, dir); err == nil {
			return s, nil
		}
	}
	return nil, fmt.Errorf("peers: goftp.io/server does not start: %w", err)
}

func startGoFTP(ctx context.Context, dir string) (*GoFTP, error) {
	s := &GoFTP{Software: "goftp.io/server 2", User: "alice", Password: "wonderland", served: make(chan error, 1)}
	var err error
	if s.CA, err = ca.New(); err != nil {
		return nil, err
	}
	driver, err := file.NewDriver(dir)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log := &quietLog{greeted: make(chan struct{})}
	s.server, err = ftpserver.NewServer(&ftpserver.Options{
		Driver: driver, Auth: &ftpserver.SimpleAuth{Name: s.User, Password: s.Password}, Perm: ftpserver.NewSimplePerm("owner", "group"),
		Hostname: "127.0.0.1", Port: port, TLS: true, ExplicitFTPS: true, TLSConfig: s.CA.ServerConfig(), Logger: log,
	})
	if err != nil {
		return nil, err
	}
	s.Addr = net.JoinHostPort("127.0.0.1", fmt.Sprint(port))
	s.closed = sync.OnceValue(s.close)
	go func() { s.served <- s.server.ListenAndServe() }()

	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.Addr); err == nil {
			defer conn.Close()
			break
		}
		select {
		case <-tick.C:
		case err := <-s.served:
			return nil, err
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), errors.New("it does not listen")) // what it may still do ends with the process
		}
	}
	select {
	case <-log.greeted: // from here on Close sees what the server has set
		return s, nil
	case err := <-s.served:
		return nil, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// TLSConfig returns a configuration for a client: it trusts [GoFTP.CA] and expects a certificate for localhost.
func (s *GoFTP) TLSConfig() *tls.Config { return s.CA.ClientConfig("localhost") }

// Close ends the server. Its sessions end with their connections. Further calls return the same.
func (s *GoFTP) Close() error { return s.closed() }

func (s *GoFTP) close() error {
	err := s.server.Shutdown()
	if served := <-s.served; !errors.Is(served, ftpserver.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// PlantFiles makes a tree of files in a directory, with modes and dates. What the directory's file system cannot name is an error.
func PlantFiles(dir string, files []fixtures.File) error {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		var err error
		switch f.Mode.Type() {
		case fs.ModeDir:
			err = os.Mkdir(name, 0o755)
		case fs.ModeSymlink:
			err = os.Symlink(f.Target, name)
		default:
			if err = os.WriteFile(name, f.Data, 0o600); err == nil {
				err = errors.Join(os.Chmod(name, f.Mode.Perm()), os.Chtimes(name, f.ModTime, f.ModTime))
			}
		}
		if err != nil {
			return fmt.Errorf("peers: planting %q: %w", f.Path, err)
		}
	}
	for _, f := range slices.Backward(files) { // the dates of directories change with what is put into them
		if f.Mode.IsDir() {
			name := filepath.Join(dir, filepath.FromSlash(f.Path))
			if err := errors.Join(os.Chtimes(name, f.ModTime, f.ModTime), os.Chmod(name, f.Mode.Perm())); err != nil {
				return fmt.Errorf("peers: planting %q: %w", f.Path, err)
			}
		}
	}
	return nil
}

// HarvestFiles reads a tree of files back, sorted by path, as far as it may be read: what is refused has a nil Data.
func HarvestFiles(dir string) ([]fixtures.File, error) {
	var files []fixtures.File
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		path, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		f := fixtures.File{Path: filepath.ToSlash(path), Mode: info.Mode() & (fs.ModeType | fs.ModePerm), ModTime: info.ModTime().UTC().Truncate(time.Second)}
		switch f.Mode.Type() {
		case fs.ModeSymlink:
			f.Target, err = os.Readlink(name)
		case 0:
			if f.Data, err = os.ReadFile(name); errors.Is(err, fs.ErrPermission) {
				err = nil
			}
			f.Data = bytes.Clone(f.Data)
		}
		files = append(files, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("peers: reading a tree of files: %w", err)
	}
	slices.SortFunc(files, func(a, b fixtures.File) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	return files, nil
}
