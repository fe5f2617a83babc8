package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// TransferOptions say how a transfer is made. Nil, and the zero value, are usable: the file whole, in the chosen type, octets as they are.
type TransferOptions struct {
	// Type is the representation type; the zero value means the one that [Client.Type] chose, which is Image at first. TYPE is sent if the server has
	// another.
	Type ftp.Type
	// Offset is where the transfer begins, in octets of what passes over the data connection (RFC 3659 section 5): for stream mode.
	Offset int64
	// Marker is the restart marker at which the transfer begins (RFC 959 section 3.5), for block and compressed mode. It and Offset exclude one
	// another.
	Marker string
	// Text converts ASCII and EBCDIC: here lines end in LF and the text of EBCDIC is UTF-8, on the wire they end in CRLF or NL. With
	// [ftp.RecordStructure] each line is a record. Other types are not converted.
	Text bool
	// KeepCRLF leaves CRLF as it is when text is stored, and makes CRLF of an LF that stands alone only.
	KeepCRLF bool
	// RecordEnd is what ends a record here, with [ftp.RecordStructure] and without Text: "" for nothing, which makes one stream of them.
	RecordEnd string
	// Progress is called after each piece of data with the number of octets that passed over the data connection so far; nil for not.
	Progress func(octets int64)
	// Marked is called for each restart marker: of a retrieval, those in the data; of a store, those that the server answers (110), maybe in another
	// goroutine while the store goes on. Nil for not.
	Marked func(Mark)

	implied bool // the command implies type, structure and mode (RFC 3659 section 7.2.1)
	listing bool
}

// Mark is a restart marker (RFC 959 section 3.5, RFC 1123 section 4.1.3.4).
type Mark struct {
	// User is the marker that [Writer.Mark] sent; "" in a retrieval.
	User string
	// Server is the server's marker, which TransferOptions.Marker takes.
	Server string
	// Octets is how many octets of the file were read before a marker in the data.
	Octets int64
}

func (o *TransferOptions) get() TransferOptions {
	if o == nil {
		return TransferOptions{}
	}
	return *o
}

func (o *TransferOptions) marker() (string, error) {
	switch {
	case o.Offset < 0:
		return "", fmt.Errorf("not sent: the offset %d is negative", o.Offset)
	case o.Offset > 0 && o.Marker != "":
		return "", errors.New("not sent: Offset and Marker exclude one another")
	case o.Offset > 0:
		return strconv.FormatInt(o.Offset, 10), nil
	}
	for i := range len(o.Marker) {
		if c := o.Marker[i]; c <= ' ' || c > '~' {
			return "", fmt.Errorf("not sent: the marker holds the octet %#x, and may hold 33 to 126 only (RFC 959 section 5.3.2)", c)
		}
	}
	return o.Marker, nil
}

// Transfer is a transfer that has begun: what [Reader] and [Writer] have in common. While it is open, other commands fail with [ErrTransferOpen].
type Transfer struct {
	c       *Client
	ctx     context.Context
	name    string
	opts    TransferOptions
	data    *Data
	reading bool
	as      ftp.Representation
	here    ftp.DataOptions
	plain   bool // octets pass as they are
	keeps   bool // the data connection does not end with the file
	first   *ftp.Reply
	octets  int64
	err     error // what it came to: io.EOF if all is well
	over    bool  // nothing is left to do

	mu       sync.Mutex
	watching chan struct{}
	unwatch  context.CancelFunc
	stopped  bool
	final    *ftp.Reply
	lost     error // of the control connection
}

// watchAfter is how long a transfer goes on before the control connection is listened to at the same time. Short ones spare the trouble.
const watchAfter = 100 * time.Millisecond

// look has the control connection listened to when a transfer has gone on for watchAfter. Its timer is not stopped with the transfer: one that is set for
// each of many short ones wakes the runtime's poller each time.
type look struct {
	mu     sync.Mutex
	timer  *time.Timer
	set    bool // the timer is running
	ended  bool
	t      *Transfer
	watch  func()
	begins time.Time // when t is due
}

// after has watch called for t, if that is not done by then.
func (l *look) after(t *Transfer, watch func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return
	}
	l.t, l.watch, l.begins = t, watch, time.Now().Add(watchAfter)
	switch {
	case l.set:
	case l.timer == nil:
		l.timer = time.AfterFunc(watchAfter, l.due)
	default:
		l.timer.Reset(watchAfter)
	}
	l.set = true
}

// due is called by the timer.
func (l *look) due() {
	l.mu.Lock()
	watch, early := l.watch, time.Until(l.begins)
	l.set = false
	if watch != nil && early > 0 && !l.ended {
		l.timer.Reset(early)
		l.set = true
		watch = nil
	}
	l.mu.Unlock()
	if watch != nil {
		watch()
	}
}

// off says that t is done.
func (l *look) off(t *Transfer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.t == t {
		l.t, l.watch = nil, nil
	}
}

func (l *look) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.timer != nil {
		l.timer.Stop()
	}
}

// Preliminary returns the 1yz reply with which the transfer began; nil if the server left it out.
func (t *Transfer) Preliminary() *ftp.Reply { return t.first }

// Reply returns the final reply; nil before the transfer's end.
func (t *Transfer) Reply() *ftp.Reply {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.final
}

// Octets returns how many octets passed over the data connection so far.
func (t *Transfer) Octets() int64 { return t.octets }

// Data returns the data connection.
func (t *Transfer) Data() *Data { return t.data }

// Size returns the size that the preliminary reply tells as "(123 bytes)", as many servers do; ok is false if there is none.
func (t *Transfer) Size() (size int64, ok bool) {
	if t.first == nil {
		return 0, false
	}
	text := t.first.Text()
	at := strings.LastIndexByte(text, '(')
	if at < 0 {
		return 0, false
	}
	digits, rest, _ := strings.Cut(text[at+1:], " ")
	size, err := strconv.ParseInt(digits, 10, 64)
	return size, err == nil && size >= 0 && strings.HasPrefix(strings.ToLower(rest), "byte")
}

// begin sends a transfer command, with what has to come before it, and has the data connection ready.
func (c *Client) begin(ctx context.Context, cmd ftp.Command, reading bool, o TransferOptions) (*Transfer, error) {
	name := cmd.String()
	if err := c.ready(name); err != nil {
		return nil, err
	}
	marker, err := o.marker()
	if err == nil {
		err = wire.CheckArgument("marker", marker)
	}
	if err != nil {
		return nil, c.b.Wrap(name, err)
	}
	text, err := c.appendCommand(nil, cmd)
	if err != nil {
		return nil, err
	}
	if !o.implied {
		if err := c.useType(ctx, o.Type); err != nil {
			return nil, err
		}
		if marker == "" && !o.listing {
			marker = c.marker
		}
	}
	c.marker = ""
	if marker == "" && c.restSet {
		marker = "0"
	}
	t := &Transfer{c: c, ctx: ctx, name: name, opts: o, reading: reading}
	if err := t.represent(); err != nil {
		return nil, c.b.Wrap(name, err)
	}
	var reply *ftp.Reply
	if o.implied {
		c.dropData()
	}
	if t.data = c.reuse(ctx); t.data == nil && c.opts.Pipelining && c.passiveOK && !c.active {
		reply, err = t.pipeline(ctx, text, marker)
	} else {
		if t.data == nil {
			t.data, err = c.OpenData(ctx)
		}
		if err == nil && marker != "" {
			err = t.restart(ctx, marker)
		}
		if err == nil {
			c.b.Begin(name)
			reply, err = t.command(ctx, text)
		}
	}
	if err != nil {
		if t.data != nil {
			t.data.Close()
		}
		return nil, err
	}
	return t.started(ctx, reply)
}

// restart sends REST.
func (t *Transfer) restart(ctx context.Context, marker string) error {
	_, err := t.c.expect(ctx, ftp.NewCommand("REST", marker), 3)
	if err == nil {
		t.c.restSet = marker != "0"
	} else if marker == "0" && t.c.b.Broken() == nil {
		err = nil // it was only to make sure
	}
	return err
}

// command sends the transfer command and reads the first reply.
func (t *Transfer) command(ctx context.Context, text []byte) (reply *ftp.Reply, err error) {
	c := t.c
	err = c.b.Do(ctx, func() error {
		if err = c.b.Write(text); err == nil {
			reply, err = c.reply(t.name)
		}
		return err
	})
	if err != nil {
		return nil, c.b.Fail(t.name, err)
	}
	return reply, nil
}

// started goes on from the first reply.
func (t *Transfer) started(ctx context.Context, reply *ftp.Reply) (*Transfer, error) {
	c := t.c
	switch {
	case reply.Negative():
		t.data.Close()
		return nil, c.b.Wrap(t.name, reply)
	case reply.Preliminary():
		t.first = reply
		t.mark(reply)
	case !reply.Completed():
		t.data.Close()
		return nil, c.b.Wrap(t.name, &UnexpectedReplyError{Reply: reply, Want: 1})
	default:
		if err := c.b.Forgive(misplaced(reply, "a preliminary reply")); err != nil {
			t.data.Close()
			return nil, c.b.Wrap(t.name, err)
		}
		t.final = reply
	}
	c.restSet = false
	c.open = t
	c.live.Store(t.data)
	if c.b.Closed() {
		t.data.Close()
	}
	if t.final == nil {
		c.look.after(t, t.watch)
	} else if t.data.conn == nil {
		t.data.hurry = true // a connection that should come is there already
	}
	if err := t.data.Open(ctx); err != nil {
		if t.data.conn != nil && ctx.Err() == nil {
			err = &handshakeError{err}
		}
		err = t.fault(err)
		t.abort(ctx)
		return nil, err
	}
	return t, nil
}

// mark hands on a 110 reply, "MARK yyyy = mmmm" (RFC 959 section 4.2).
func (t *Transfer) mark(reply *ftp.Reply) {
	if reply.Code != ftp.CodeRestartMarker || t.opts.Marked == nil {
		return
	}
	text, ok := strings.CutPrefix(reply.Text(), "MARK ")
	user, server, found := strings.Cut(text, " = ")
	if ok && found {
		t.opts.Marked(Mark{User: user, Server: server})
	}
}

// watch listens to the control connection during a transfer. It runs in a goroutine of its own.
func (t *Transfer) watch() {
	t.mu.Lock()
	if t.stopped {
		t.mu.Unlock()
		return
	}
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	t.watching, t.unwatch = done, cancel
	t.mu.Unlock()
	defer close(done)
	defer cancel()
	reply, err := t.listen(ctx)
	if err == errStopped {
		return
	}
	t.mu.Lock()
	t.final, t.lost = reply, err
	t.mu.Unlock()
	if err != nil || reply.Negative() {
		t.data.cut(t.reading)
	}
}

// errStopped says that stopWatch wants the connection, with no reply begun.
var errStopped = errors.New("stopped")

// listen reads replies up to the final one. It waits for each under ctx, and has it read then under the transfer's context.
func (t *Transfer) listen(ctx context.Context) (*ftp.Reply, error) {
	c := t.c
	for {
		if err := c.c.Do(ctx, 0, c.c.R.Wait); err != nil && ctx.Err() != nil {
			return nil, errStopped
		} else if err != nil {
			return nil, c.b.Ended(err)
		}
		reply, err := c.next(t.ctx, t.name)
		if err != nil || !reply.Preliminary() {
			return reply, err
		}
		t.mark(reply)
	}
}

// stopWatch takes the control connection back.
func (t *Transfer) stopWatch() {
	t.mu.Lock()
	t.stopped = true
	watching, unwatch := t.watching, t.unwatch
	t.mu.Unlock()
	t.c.look.off(t)
	if watching != nil {
		unwatch()
		<-watching
	}
}

// io runs f, which reads or writes the data connection.
func (t *Transfer) io(f func() error) error {
	return t.data.conn.Do(t.ctx, t.c.opts.Timeouts.Idle, func() error {
		if t.data.isCut() {
			t.data.cut(t.reading)
		}
		return f()
	})
}

// passed takes note of n octets.
func (t *Transfer) passed(n int) error {
	t.octets += int64(n)
	if t.opts.Progress != nil && n > 0 {
		t.opts.Progress(t.octets)
	}
	if limit := t.c.opts.Limits.File; t.reading && limit > 0 && t.octets > limit {
		return &wire.LimitError{What: "file", Limit: limit}
	}
	return nil
}

// await reads the final reply, unless it is known, and waits for it no longer than timeout. A wait that is cut off before the reply begins breaks
// nothing.
func (t *Transfer) await(ctx context.Context, timeout time.Duration) {
	c := t.c
	for t.final == nil && t.lost == nil {
		var reply *ftp.Reply
		waited := false
		err := c.c.Do(ctx, timeout, func() (err error) {
			if err = c.c.R.Wait(); err == nil {
				waited = true
				reply, err = c.reply(t.name)
			}
			return err
		})
		switch {
		case err != nil && !waited && (ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded)):
			return
		case err != nil:
			t.lost = c.b.Ended(err)
		case reply.Preliminary():
			t.mark(reply)
		default:
			t.final = reply
		}
	}
}

// finish ends a transfer whose data is whole: the final reply says whether the server thinks so too.
func (t *Transfer) finish() error {
	c := t.c
	if t.over {
		return t.err
	}
	t.stopWatch()
	if t.reading && !t.keeps {
		t.data.Close() // which a store must not do: with TLS's tickets unread the connection would be reset
	}
	t.await(t.ctx, c.opts.Timeouts.Command)
	switch {
	case t.lost != nil:
		t.err = c.b.Fail(t.name, t.lost)
	case t.final == nil && t.ctx.Err() != nil:
		t.err = c.b.Wrap(t.name, t.ctx.Err())
		return t.err // Close aborts
	case t.final == nil:
		t.err = c.b.Fail(t.name, fmt.Errorf("no reply at the end of the transfer for %v: %w", c.opts.Timeouts.Command, os.ErrDeadlineExceeded))
	case t.final.Negative():
		t.err = c.b.Wrap(t.name, t.final)
	case !t.final.Completed():
		t.err = c.b.Wrap(t.name, &UnexpectedReplyError{Reply: t.final, Want: 2})
	default:
		t.err = io.EOF
	}
	t.end(t.err == io.EOF)
	return t.err
}

// end lets go of the client.
func (t *Transfer) end(well bool) {
	c := t.c
	t.over = true
	if c.open == t {
		c.open = nil
	}
	if t.keeps && well && t.final.Code == ftp.CodeFileActionOK {
		c.kept = t.data // 250: it stays open (RFC 959 section 3.3)
		return
	}
	c.live.Store(nil)
	t.data.Close()
}

// handshakeError is an error of a data connection's TLS handshake: the server learns of it there, and replies.
type handshakeError struct{ error }

func (e *handshakeError) Unwrap() error { return e.error }

// gone reports whether err says that the data connection is at its end.
func gone(err error) bool {
	var h *handshakeError
	if errors.As(err, &h) {
		return true
	}
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, ErrTruncated, net.ErrClosed, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// fault ends a transfer with an error of the data connection. What the server says about it comes first.
func (t *Transfer) fault(err error) error {
	c := t.c
	if t.err != nil {
		return t.err
	}
	if cerr := t.ctx.Err(); cerr != nil && errors.Is(err, cerr) {
		t.err = c.b.Wrap(t.name, err)
		return t.err // Close aborts
	}
	t.stopWatch()
	if gone(err) && t.final == nil && t.lost == nil && c.opts.Timeouts.Abort > 0 {
		t.data.Close()
		t.await(t.ctx, c.opts.Timeouts.Abort)
	}
	switch {
	case t.lost != nil:
		err = c.b.Fail(t.name, t.lost)
	case t.final != nil && t.final.Negative():
		err = c.b.Wrap(t.name, fmt.Errorf("%w (%w)", t.final, unwrapped(err)))
	default:
		err = c.b.Wrap(t.name, unwrapped(err))
	}
	t.err = err
	t.abort(context.WithoutCancel(t.ctx))
	return err
}

// unwrapped takes off what wrap put on.
func unwrapped(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// Abort ends the transfer before its end (RFC 959 section 4.1.3): ABOR goes to the server, with the Telnet IP and Synch before it where there is no TLS
// (RFC 4217 section 14), the data connection is closed, and the replies are awaited, at most Timeouts.Abort. Without an error the client is usable
// again; otherwise it is broken. Reads and writes fail with [ErrAborted] from then on.
func (t *Transfer) Abort(ctx context.Context) error {
	if t.over {
		return nil
	}
	if t.err == nil {
		t.err = t.c.b.Wrap(t.name, ErrAborted)
	}
	return t.abort(ctx)
}

// abort brings an interrupted transfer to its end, if it is not.
func (t *Transfer) abort(ctx context.Context) error {
	c := t.c
	if t.over {
		return nil
	}
	t.stopWatch()
	defer t.end(false)
	defer t.data.reset()
	switch {
	case c.b.Closed():
		return nil
	case t.lost != nil:
		return c.b.Fail(t.name, t.lost)
	case t.final != nil:
		return nil
	case c.opts.Timeouts.Abort < 0:
		return c.b.Fail(t.name, ErrAborted)
	}
	ctx, cancel := context.WithTimeout(ctx, c.opts.Timeouts.Abort)
	defer cancel()
	c.b.Begin("ABOR")
	if err := c.b.Ended(c.c.Do(ctx, 0, func() error { return t.sendUrgent("ABOR") })); err != nil {
		return c.b.Fail("ABOR", err)
	}
	t.data.reset()
	if err := t.settle(ctx); err != nil {
		return c.b.Fail("ABOR", err)
	}
	return nil
}

// sendUrgent sends a command in mid-transfer.
func (t *Transfer) sendUrgent(verb string) error {
	c := t.c
	if _, secure := c.c.TLS(); !secure && !c.opts.PlainAbort {
		if err := c.c.WriteUrgent([]byte(ftp.Synch)); err != nil {
			return err
		}
	}
	return c.b.Write([]byte(verb + "\r\n"))
}

// silence is how long a reply after ABOR is waited for before the client makes sure with NOOP.
const silence = time.Second

// settle reads the replies after ABOR. By RFC 959 section 4.1.3 there are two, the transfer's and its own. Servers are found that send one only, or
// end the transfer by a preliminary one: NOOP, whose reply cannot be mistaken, makes sure.
func (t *Transfer) settle(ctx context.Context) error {
	c := t.c
	for replies := 0; replies < 2; {
		err := c.c.Do(ctx, silence, c.c.R.Wait)
		if err != nil && errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
			c.b.Forgave(&wire.SyntaxError{Want: "two replies after ABOR", Cite: "RFC 959 section 4.1.3"})
			return t.resync(ctx)
		}
		if err != nil {
			return c.b.Ended(err)
		}
		reply, err := c.next(ctx, "ABOR")
		switch {
		case err != nil:
			return err
		case reply.Preliminary():
			t.mark(reply)
			continue
		default:
			t.ends(reply)
		}
		replies++
	}
	return nil
}

// ends takes the first final reply after ABOR for the transfer's.
func (t *Transfer) ends(reply *ftp.Reply) {
	if t.final == nil && !reply.Preliminary() {
		reply.Command = t.name
		t.final = reply
	}
}

// resync sends NOOP and reads up to its reply.
func (t *Transfer) resync(ctx context.Context) error {
	c := t.c
	if err := c.b.Ended(c.c.Do(ctx, 0, func() error { return c.b.Write([]byte("NOOP\r\n")) })); err != nil {
		return err
	}
	for {
		var reply *ftp.Reply
		err := c.c.Do(ctx, 0, func() (err error) {
			reply, err = c.reply("NOOP")
			return err
		})
		if err != nil {
			return c.b.Ended(err)
		}
		if reply.Code == ftp.CodeOK {
			return nil
		}
		t.ends(reply)
	}
}

// Stat asks the server for the status of the transfer (RFC 959 section 4.1.3). A server that does not listen during transfers answers at the end.
func (t *Transfer) Stat(ctx context.Context) (*ftp.Reply, error) {
	c := t.c
	if t.over || t.err != nil {
		return nil, c.b.Wrap("STAT", ErrTransferClosed)
	}
	t.stopWatch()
	if t.lost != nil || t.final != nil {
		return nil, c.b.Wrap("STAT", errors.New("not sent: the server has ended the transfer"))
	}
	err := c.b.Do(ctx, func() error { return t.sendUrgent("STAT") })
	for err == nil {
		var reply *ftp.Reply
		if reply, err = c.next(ctx, "STAT"); err != nil {
			break
		}
		switch {
		case reply.Preliminary():
			t.mark(reply)
		case t.final == nil && endsTransfer(reply):
			t.final = reply // the transfer was faster
		case reply.Negative():
			return reply, c.b.Wrap("STAT", reply)
		default:
			return reply, nil
		}
	}
	t.lost = err
	return nil, c.b.Fail("STAT", err)
}

// endsTransfer tells the reply at the end of a transfer from the one to STAT.
func endsTransfer(reply *ftp.Reply) bool {
	switch reply.Code {
	case ftp.CodeClosingDataConnection, ftp.CodeFileActionOK:
		return true
	}
	return reply.Negative() && reply.Code/10%10 != 0 && reply.Code != ftp.CodeNotLoggedIn
}

// reuse returns the data connection that block or compressed mode left open, if the server has not closed it.
func (c *Client) reuse(ctx context.Context) *Data {
	d := c.kept
	if d == nil {
		return nil
	}
	c.kept = nil
	if d.conn.Quiet(ctx, time.Millisecond) != nil {
		c.live.Store(nil)
		d.Close()
		return nil
	}
	return d
}

// pipeline sends EPSV or PASV, REST and the transfer command at once.
func (t *Transfer) pipeline(ctx context.Context, text []byte, marker string) (*ftp.Reply, error) {
	c := t.c
	if err := c.protect(ctx); err != nil {
		return nil, err
	}
	verb := "PASV"
	if c.useEPSV() {
		verb = "EPSV"
	}
	all := append([]byte(verb), "\r\n"...)
	if marker != "" {
		all = append(all, "REST "+marker+"\r\n"...)
	}
	all = append(all, text...)
	c.b.Begin(verb)
	var passive, rest, first *ftp.Reply
	err := c.b.Do(ctx, func() (err error) {
		if err = c.b.Write(all); err == nil {
			passive, err = c.reply(verb)
		}
		return err
	})
	if err != nil {
		return nil, c.b.Fail(verb, err)
	}
	var derr error
	if passive.Completed() {
		var a string
		if a, derr = c.passiveReply(verb, passive); derr == nil {
			t.data, derr = c.connect(ctx, a)
		}
	} else {
		derr = c.b.Wrap(verb, passive)
	}
	if marker != "" && err == nil {
		rest, err = c.next(ctx, "REST "+marker)
		switch {
		case err != nil:
		case rest.Intermediate():
			c.restSet = marker != "0"
		case marker != "0" && derr == nil:
			derr = c.b.Wrap("REST "+marker, rest)
		}
	}
	if err == nil {
		first, err = c.next(ctx, t.name)
	}
	if err != nil {
		return nil, c.b.Fail(t.name, err)
	}
	if t.data == nil {
		t.data = &Data{c: c}
	}
	if refusal := (*ftp.Reply)(nil); derr == nil || first.Negative() && !errors.As(derr, &refusal) {
		return first, nil // a refusal comes first: where there was one, nobody may listen for data any more
	}
	// The transfer command was sent for nothing: it is brought to its end.
	if first.Preliminary() {
		t.abort(ctx)
	}
	return nil, derr
}

// passiveReply returns where the reply to EPSV or PASV says that the server listens.
func (c *Client) passiveReply(verb string, reply *ftp.Reply) (string, error) {
	if verb == "EPSV" {
		port, err := c.rules().ParseEPSV(c.as(reply, ftp.CodeExtendedPassive))
		if err != nil {
			return "", c.b.Wrap(verb, err)
		}
		return c.passiveAddr(netip.AddrPortFrom(netip.Addr{}, port))
	}
	a, err := c.rules().ParsePASV(c.as(reply, ftp.CodePassive))
	if err != nil {
		return "", c.b.Wrap(verb, err)
	}
	return c.passiveAddr(a)
}
