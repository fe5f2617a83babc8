package peers

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// Client is a real client program: one in PATH, or one in the container of clients. It is safe for concurrent use, and
// programs in the container share this machine's network: a server on 127.0.0.1 here is on 127.0.0.1 there.
type Client struct {
	Name     string // of the program, "curl"
	Software string // name and version of the program, "curl 7.88.1"

	path   string // of the program; "" in a container
	shared *sharedBox
	closed atomic.Bool
}

// Command is what a client program is run with.
type Command struct {
	// Args are the program's arguments, without its name.
	Args []string
	// Stdin is its standard input.
	Stdin []byte
	// Env are variables, "NAME=value", beside PATH, HOME (the working directory) and LC_ALL=C.UTF-8, which is all that it
	// gets of this process' environment.
	Env []string
	// Files are put into the working directory, an empty one made for this run: content by slash-separated relative path.
	// Only their owner, who runs the program, may read them.
	Files map[string][]byte
	// KeepFiles asks for the files that the program leaves there, in Result.Files.
	KeepFiles bool
}

// Result is what came of a command.
type Result struct {
	Stdout, Stderr []byte
	ExitCode       int               // 128 and the signal's number if a signal ended it
	Files          map[string][]byte // with Command.KeepFiles: the regular files that the command made or changed, by path
}

// LookClient returns a client program: from PATH if it is there, else from the container of clients, as [ContainerClient].
func LookClient(ctx context.Context, name string) (*Client, error) {
	file, err := exec.LookPath(name)
	if err != nil {
		return ContainerClient(ctx, name)
	}
	c := &Client{Name: name, path: file}
	if err := c.identify(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// ContainerClient returns a client program from the container of clients, Debian's curl, lftp, mpop, msmtp, python3, slrnpull, swaks or tin, or
// Postfix's smtp-source or smtp-sink. All of them share one container, which is started for the first and removed when the last is closed. An
// unknown program is an error; without an engine the error wraps [ErrNoEngine].
func ContainerClient(ctx context.Context, name string) (*Client, error) {
	shared, err := openClients(ctx)
	if err != nil {
		return nil, err
	}
	c := &Client{Name: name, shared: shared}
	if err := c.identify(ctx); err != nil {
		return nil, errors.Join(err, c.Close(ctx))
	}
	return c, nil
}

var version = regexp.MustCompile(`\d+(\.\d+)+`)

// asked is how programs tell their version that do not know --version, some through another program.
var asked = map[string][]string{
	"smtp-sink":   {"postconf", "-d", "-h", "mail_version"},
	"smtp-source": {"postconf", "-d", "-h", "mail_version"},
	"tin":         {"tin", "-V"},
}

func (c *Client) identify(ctx context.Context) error {
	command, ok := asked[c.Name]
	if !ok {
		command = []string{c.Name, "--version"}
	}
	told := &Client{Name: command[0], path: c.path, shared: c.shared}
	if c.path != "" && told.Name != c.Name {
		var err error
		if told.path, err = exec.LookPath(told.Name); err != nil {
			return fmt.Errorf("peers: the version of %s: %w", c.Name, err)
		}
	}
	result, err := told.Run(ctx, Command{Args: command[1:]})
	if err != nil {
		return err
	}
	found := version.Find(append(result.Stdout, result.Stderr...))
	if result.ExitCode != 0 || found == nil {
		return fmt.Errorf("peers: %s: exit status %d, %q", strings.Join(command, " "), result.ExitCode, tail(string(result.Stdout)+string(result.Stderr), 3))
	}
	c.Software = c.Name + " " + string(found)
	return nil
}

// Run runs the program and waits for it until ctx ends, or a minute if ctx has no deadline; then it is killed, which is an
// error. That the program itself fails is none: see Result.ExitCode.
func (c *Client) Run(ctx context.Context, cmd Command) (*Result, error) {
	for name := range cmd.Files {
		if !fs.ValidPath(name) || name == "." {
			return nil, fmt.Errorf("peers: file %q for %s: not a relative slash-separated path", name, c.Name)
		}
	}
	if c.closed.Load() {
		return nil, fmt.Errorf("peers: client %s is closed", c.Name)
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, execTimeout)
		defer cancel()
	}
	if c.shared != nil {
		return c.shared.run(ctx, c.Name, cmd)
	}
	return c.runHere(ctx, cmd)
}

// Close lets go of the program. Nothing may be running. Further calls do nothing.
func (c *Client) Close(ctx context.Context) error {
	if c.closed.Swap(true) || c.shared == nil {
		return nil
	}
	return closeClients(ctx, c.shared)
}

func (c *Client) runHere(ctx context.Context, cmd Command) (result *Result, err error) {
	dir, err := os.MkdirTemp("", "harness-client-")
	if err != nil {
		return nil, fmt.Errorf("peers: running %s: %w", c.Name, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for name, data := range cmd.Files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, fmt.Errorf("peers: running %s: %w", c.Name, err)
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			return nil, fmt.Errorf("peers: running %s: %w", c.Name, err)
		}
	}

	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, c.path, cmd.Args...)
	command.Dir = dir
	command.Env = slices.Concat([]string{"PATH=" + os.Getenv("PATH")}, environment(dir), cmd.Env)
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(cmd.Stdin), &stdout, &stderr
	killTogether(command)
	// A child that the program leaves behind does not hold us up through its streams.
	command.WaitDelay = 5 * time.Second
	err = command.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("peers: %s was stopped before it ended: %w; it wrote:\n%s%s", c.Name, ctx.Err(), stdout.Bytes(), stderr.Bytes())
	case err != nil && !errors.As(err, &exit):
		return nil, fmt.Errorf("peers: running %s: %w", c.Name, err)
	}
	result = &Result{Stdout: stdout.Bytes(), Stderr: stderr.Bytes(), ExitCode: command.ProcessState.ExitCode()}
	if status, ok := command.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		result.ExitCode = 128 + int(status.Signal())
	}
	if cmd.KeepFiles {
		result.Files = make(map[string][]byte)
		err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			name, err := filepath.Rel(dir, file)
			if err != nil {
				return err
			}
			result.keep(cmd, filepath.ToSlash(name), data)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("peers: reading what %s left: %w", c.Name, err)
		}
	}
	return result, nil
}

func environment(dir string) []string { return []string{"HOME=" + dir, "LC_ALL=C.UTF-8"} }

func (r *Result) keep(cmd Command, name string, data []byte) {
	if given, ok := cmd.Files[name]; !ok || !bytes.Equal(given, data) {
		r.Files[name] = data
	}
}

// sharedBox is the container of clients.
type sharedBox struct {
	*box
	runs atomic.Int64 // numbers the working directories
}

// clients counts who uses the container of clients. Whoever holds the token of turn may change it.
var clients = struct {
	turn  chan struct{}
	box   *sharedBox
	users int
}{turn: make(chan struct{}, 1)}

func openClients(ctx context.Context) (*sharedBox, error) {
	select {
	case clients.turn <- struct{}{}:
		defer func() { <-clients.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("peers: waiting for the container of clients: %w", ctx.Err())
	}
	if clients.users == 0 {
		b, err := startBox(ctx, "clients", testcontainers.ContainerRequest{}, func(h *container.HostConfig) { h.NetworkMode = "host" })
		if err != nil {
			return nil, err
		}
		clients.box = &sharedBox{box: b}
	}
	clients.users++
	return clients.box, nil
}

func closeClients(ctx context.Context, shared *sharedBox) error {
	clients.turn <- struct{}{} // held for a bounded time only
	defer func() { <-clients.turn }()
	clients.users--
	if clients.users > 0 {
		return nil
	}
	clients.box = nil
	return shared.close(ctx)
}

func (s *sharedBox) run(ctx context.Context, name string, cmd Command) (*Result, error) {
	dir := "/srv/run-" + strconv.FormatInt(s.runs.Add(1), 10)
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	errs := []error{w.WriteHeader(&tar.Header{Name: dir[1:] + "/", Mode: 0o700, Typeflag: tar.TypeDir})}
	for _, file := range slices.Sorted(maps.Keys(cmd.Files)) {
		errs = append(errs, addFile(w, path.Join(dir[1:], file), 0o600, cmd.Files[file]))
	}
	errs = append(errs, w.Close())
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("peers: packing the files of %s: %w", name, err)
	}
	result, err := s.runIn(ctx, dir, &archive, name, cmd)
	// Also after a copy that was cut short, and when ctx is over.
	cleanCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeTimeout)
	defer cancel()
	if _, cleanErr := s.exec(cleanCtx, execution{args: []string{"rm", "-rf", dir}}); cleanErr != nil {
		err = errors.Join(err, cleanErr)
	}
	if err != nil {
		return nil, err
	}
	return result, nil
}

// runIn runs a program in a working directory that it unpacks from an archive.
func (s *sharedBox) runIn(ctx context.Context, dir string, archive io.Reader, name string, cmd Command) (*Result, error) {
	_, err := s.provider.Client().CopyToContainer(ctx, s.ctr.GetContainerID(), client.CopyToContainerOptions{DestinationPath: "/", Content: archive})
	if err != nil {
		return nil, fmt.Errorf("peers: copying the files of %s into its container: %w", name, err)
	}
	result, err := s.exec(ctx, execution{args: append([]string{name}, cmd.Args...), stdin: cmd.Stdin, env: slices.Concat(environment(dir), cmd.Env), dir: dir})
	if err != nil || !cmd.KeepFiles {
		return result, err
	}
	result.Files = make(map[string][]byte)
	return result, s.collect(ctx, dir, func(file string, data []byte) { result.keep(cmd, file, data) })
}

// collect reads the regular files below a folder of the container.
func (s *sharedBox) collect(ctx context.Context, dir string, keep func(name string, data []byte)) error {
	copied, err := s.provider.Client().CopyFromContainer(ctx, s.ctr.GetContainerID(), client.CopyFromContainerOptions{SourcePath: dir})
	if err != nil {
		return fmt.Errorf("peers: reading %s of container %s: %w", dir, s.name, err)
	}
	defer copied.Content.Close()
	prefix := path.Base(dir) + "/"
	for r := tar.NewReader(copied.Content); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("peers: reading %s of container %s: %w", dir, s.name, err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return fmt.Errorf("peers: reading %s of container %s: %w", dir, s.name, err)
		}
		keep(strings.TrimPrefix(header.Name, prefix), data)
	}
}
