package imapclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"time"
)

// Start runs a program that speaks IMAP on its standard input and output, such as one behind ssh or a server without a port, and makes a client of it: what imaplib calls a
// stream. The program is ended when the client is closed. Its standard error goes to stderr, which may be nil.
func Start(ctx context.Context, opts *Options, stderr *os.File, name string, args ...string) (*Client, error) {
	p, err := startProgram(stderr, name, args)
	if err != nil {
		return nil, &Error{Protocol: protocol, Addr: name, Command: "start", Err: err}
	}
	return New(ctx, p, opts)
}

// program is the connection to a program.
type program struct {
	in, out *os.File // its standard input and output, at this end
	cmd     *exec.Cmd
}

func startProgram(stderr *os.File, name string, args []string) (*program, error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		theirIn.Close()
		in.Close()
		return nil, err
	}
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout = theirIn, theirOut
	if stderr != nil {
		cmd.Stderr = stderr
	}
	err = cmd.Start()
	theirIn.Close()
	theirOut.Close()
	if err != nil {
		in.Close()
		out.Close()
		return nil, err
	}
	return &program{in, out, cmd}, nil
}

func (p *program) Read(b []byte) (int, error)  { return p.out.Read(b) }
func (p *program) Write(b []byte) (int, error) { return p.in.Write(b) }

// programWait is how long a program may take to end when its input has ended.
const programWait = 2 * time.Second

// Close ends the program: its input ends, and if it does not end then, it is killed.
func (p *program) Close() error {
	err := p.in.Close()
	if errors.Is(err, os.ErrClosed) {
		return net.ErrClosed
	}
	kill := time.AfterFunc(programWait, func() { p.cmd.Process.Kill() })
	p.out.Close()
	werr := p.cmd.Wait()
	var exit *exec.ExitError
	if kill.Stop(); errors.As(werr, &exit) {
		werr = nil // how it ends says nothing of the session
	}
	return errors.Join(err, werr)
}

// programAddr is the address of a program.
type programAddr string

func (programAddr) Network() string  { return "pipe" }
func (a programAddr) String() string { return string(a) }

func (p *program) LocalAddr() net.Addr { return programAddr("pipe") }
func (p *program) RemoteAddr() net.Addr {
	return programAddr(fmt.Sprintf("%s (pid %d)", p.cmd.Path, p.cmd.Process.Pid))
}

func (p *program) SetDeadline(t time.Time) error {
	return errors.Join(p.SetReadDeadline(t), p.SetWriteDeadline(t))
}
func (p *program) SetReadDeadline(t time.Time) error  { return p.out.SetReadDeadline(t) }
func (p *program) SetWriteDeadline(t time.Time) error { return p.in.SetWriteDeadline(t) }
