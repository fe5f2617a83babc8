package ftpmock

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"

	"harness/mockservers"
	"harness/mockservers/filestore"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// conversion is how text is kept: lines that end in LF.
var conversion = ftp.DataOptions{Text: true}

// errTooLarge ends an upload that is larger than a file may be.
var errTooLarge = fmt.Errorf("larger than a file may be: %w", filestore.ErrQuota)

// transfer is a data transfer in progress. It runs in a goroutine of its own, so that the control connection is read meanwhile.
type transfer struct {
	verb, name string
	markForm   string // of the text of 110 replies
	rep        ftp.Representation
	use        *mockservers.Transfer
	run        func(*transfer, *mockservers.Data) error

	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has ended; what follows is its result then
	err    error
	opened bool              // there was a connection
	kept   *mockservers.Data // the connection, if it stays open
	left   *mockservers.Data // the same, by a deviation

	mu      sync.Mutex
	data    *mockservers.Data
	aborted bool
	wake    func()   // wakes who reads the control connection
	markers []string // that the client has sent, and the server has to confirm (110)
}

// abort ends the transfer as soon as can be.
func (t *transfer) abort() {
	t.mu.Lock()
	t.aborted = true
	d := t.data
	t.mu.Unlock()
	t.cancel()
	if d != nil {
		d.Abort()
	}
}

// using takes note of the connection; false if the transfer was aborted already.
func (t *transfer) using(d *mockservers.Data) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = d
	return !t.aborted
}

// marker takes note of a restart marker of the client's and of the file's octets before it (RFC 959 section 3.5).
func (t *transfer) marker(client string, at int64) {
	t.mu.Lock()
	t.markers = append(t.markers, fmt.Sprintf(t.markForm, client, at))
	wake := t.wake
	t.mu.Unlock()
	wake()
}

func (t *transfer) takeMarkers() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := t.markers
	t.markers = nil
	return m
}

// mayTransfer refuses a transfer that the protection of data connections does not permit; then it has sent the reply (RFC 4217 section 10.2).
func (p *session) mayTransfer() (ok bool, err error) {
	if p.f.requireProtP && p.prot != ftp.PrivateProtection && !p.dev("prot-not-required") {
		return false, p.reply(521, textNeedProtP)
	}
	return true, nil
}

// transfer sends the preliminary reply with its text, has run move the octets, and sends the final reply.
func (p *session) transfer(verb, name string, rep ftp.Representation, opening string, run func(*transfer, *mockservers.Data) error) error {
	t := &transfer{verb: verb, name: name, rep: rep, markForm: "MARK %s = %d", use: p.c.Transfer(verb), run: run, done: make(chan struct{}), wake: func() {}}
	code := ftp.CodeOpeningData
	if p.kept != nil {
		code = ftp.CodeDataAlreadyOpen
	}
	early := false
	if p.deviates() {
		if p.dev("restart-reply-other") {
			t.markForm = "Marker %s is at %d"
		}
		var done bool
		if done, early = p.mispreliminary(verb); done {
			code = 0
		}
	}
	if code != 0 {
		if err := p.send(code, []string{opening}); err != nil {
			return err
		}
		if err := p.c.EndReply(p.first); err != nil {
			return err
		}
	}
	if early {
		if err := p.final(t); err != nil {
			return err
		}
	}
	if err := p.c.Flush(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(p.c.Context())
	defer cancel()
	t.cancel = cancel
	listener, active, kept := p.listener, p.active, p.kept
	p.listener, p.kept = nil, nil
	go func() {
		defer func() {
			close(t.done)
			t.mu.Lock()
			wake := t.wake
			t.mu.Unlock()
			wake()
		}()
		t.err = p.move(ctx, t, listener, active, kept)
	}()
	aborting, err := p.watch(t)
	if err != nil {
		return err
	}
	p.kept = t.kept
	if t.left != nil {
		p.left = append(p.left, t.left)
	}
	if !early && !(aborting && p.dev("abor-no-426")) {
		if err := p.final(t); err != nil {
			return err
		}
	}
	if !aborting || p.dev("abor-no-226") {
		return nil
	}
	if err := p.c.EndReply(p.first); err != nil {
		return err
	}
	p.first = ""
	if err := p.c.BeginReply("ABOR"); err != nil {
		return err
	}
	return p.reply(ftp.CodeClosingDataConnection, textAborted)
}

// move is the goroutine of a transfer. It uses nothing of the session that changes meanwhile.
func (p *session) move(ctx context.Context, t *transfer, listener *mockservers.DataListener, active netip.AddrPort, kept *mockservers.Data) error {
	d := kept
	if d == nil {
		var err error
		if d, err = p.connect(ctx, t, listener, active); err != nil {
			return &openError{err}
		}
	}
	if !t.using(d) {
		d.Abort()
		return context.Canceled
	}
	t.opened = true
	if kept == nil && p.prot == ftp.PrivateProtection {
		handshake := d.StartTLS
		if p.deviates() {
			handshake = p.spoiledHandshake(ctx, d, active.IsValid())
		}
		if err := handshake(p.f.requireReuse); err != nil {
			d.Close()
			return &tlsError{err}
		}
	}
	if err := t.run(t, d); err != nil {
		d.Close()
		return err
	}
	if (p.f.keepData || p.dev("block-226-left-open")) && !t.rep.EndsWithConnection() {
		t.kept = d
		return nil
	}
	if p.misleft(t) {
		t.left = d
		return nil
	}
	return d.Close()
}

// openError and tlsError say why there was no data connection.
type openError struct{ error }

func (e *openError) Unwrap() error { return e.error }

type tlsError struct{ error }

func (e *tlsError) Unwrap() error { return e.error }

// connect makes the data connection.
func (p *session) connect(ctx context.Context, t *transfer, listener *mockservers.DataListener, active netip.AddrPort) (*mockservers.Data, error) {
	peer := p.remoteAddr()
	if listener != nil {
		defer listener.Close()
		return t.use.Accept(ctx, listener, func(remote netip.AddrPort) error {
			if remote.Addr() != peer.Addr() && !p.f.foreignData {
				return errors.New("it does not come from the client's address")
			}
			return nil
		})
	}
	if !active.IsValid() {
		if !p.f.defaultPort || p.dev("default-port-refused") {
			return nil, errors.New("neither PORT nor PASV came before")
		}
		active = peer // RFC 959 section 3.2
	}
	// The server's default data port is the one below its control port (RFC 959 section 3.2). It may be taken, or be privileged.
	local := addrOf(p.c.LocalAddr().String())
	if p.dev("data-from-other-address") {
		return t.use.Dial(ctx, netip.AddrPortFrom(local.Addr().Next(), 0), active)
	}
	if port := local.Port() - 1; port >= 1024 || p.c.Session.ImplicitTLS() {
		if d, err := t.use.Dial(ctx, netip.AddrPortFrom(local.Addr(), port), active); err == nil || !localPortTaken(err) {
			return d, err
		}
	}
	return t.use.Dial(ctx, netip.AddrPortFrom(local.Addr(), 0), active)
}

// watch reads the control connection until the transfer has ended. ABOR is acted upon, STAT is answered (RFC 959 section 4.1.3); other commands wait for
// their turn. A client that leaves aborts the transfer (RFC 959 section 2.3).
func (p *session) watch(t *transfer) (aborting bool, err error) {
	over := func() bool {
		select {
		case <-t.done:
			return true
		default:
			return false
		}
	}
	for {
		ctx, wake := context.WithCancel(p.c.Context())
		t.mu.Lock()
		t.wake = wake
		t.mu.Unlock()
		for _, m := range t.takeMarkers() {
			if err := p.preliminary(t, ftp.CodeRestartMarker, m); err != nil {
				wake()
				t.abort()
				<-t.done
				return false, err
			}
		}
		if over() {
			wake()
			return false, nil
		}
		if len(p.queue) >= maxQueue {
			wake()
			<-t.done
			continue
		}
		line, err := p.read(ctx, 0)
		woken := ctx.Err() != nil && p.c.Context().Err() == nil
		wake()
		switch {
		case err == nil:
		case woken:
			continue
		case errors.Is(err, io.EOF) && p.quitting():
			<-t.done
			continue
		default:
			if !p.dev("transfer-survives-control") {
				t.abort()
			}
			<-t.done
			p.close()
			return false, p.lost(err)
		}
		if p.deviates() && p.misurgent(t, line) {
			continue
		}
		switch p.urgent(line) {
		case "ABOR":
			p.c.Heard("ABOR")
			if !p.dev("abor-waits") {
				t.abort()
			}
			<-t.done
			return true, nil
		case "STAT":
			if err := p.status(t); err != nil {
				t.abort()
				<-t.done
				return false, err
			}
		default:
			p.queue = append(p.queue, bytes.Clone(line.Text))
			p.ends = append(p.ends, line.End)
		}
	}
}

// maxQueue bounds what a client says during a transfer and has not been acted upon.
const maxQueue = 1000

// quitting reports whether QUIT waits for its turn.
func (p *session) quitting() bool {
	return slices.ContainsFunc(p.queue, func(l []byte) bool { return strings.EqualFold(string(l), "QUIT") })
}

// urgent returns the verb of a command that does not wait for the end of the transfer; "" for one that does.
func (p *session) urgent(line wire.Line) string {
	cmd, err := p.rules().ParseCommand(line)
	switch {
	case err != nil || cmd.Arg != "":
	case cmd.Verb == "ABOR" && p.f.abort, cmd.Verb == "STAT":
		return cmd.Verb
	}
	return ""
}

// preliminary sends a reply of the transfer before the final one.
func (p *session) preliminary(t *transfer, code int, text string) error {
	p.first = ""
	if err := p.c.BeginFinal(t.verb); err != nil {
		return err
	}
	if err := p.send(code, []string{text}); err != nil {
		return err
	}
	return p.c.EndReply(p.first)
}

// status answers STAT during a transfer.
func (p *session) status(t *transfer) error {
	if err := p.c.Command("STAT", "STAT"); err != nil {
		return err
	}
	p.first = ""
	t.mu.Lock()
	d := t.data
	t.mu.Unlock()
	lines := []string{p.say(textStatus)}
	if d == nil {
		lines = append(lines, " "+p.say(textStatusOpening, t.verb, t.name))
	} else {
		i := d.Info()
		lines = append(lines, " "+p.say(textStatusTransfer, t.verb, t.name, i.Sent+i.Received))
	}
	if err := p.send(ftp.CodeSystemStatus, append(lines, p.say(textEnd))); err != nil {
		return err
	}
	return p.c.EndReply(p.first)
}

// final sends the reply at the end of a transfer.
func (p *session) final(t *transfer) error {
	p.first = ""
	if err := p.c.BeginFinal(t.verb); err != nil {
		return err
	}
	code, text := p.outcome(t)
	if p.deviates() {
		code = p.misend(t, code)
		if done, err := p.misfinal(t, &code, &text); done {
			return err
		}
	}
	return p.reply(code, text)
}

// outcome is how a transfer ended.
func (p *session) outcome(t *transfer) (int, text) {
	var opening *openError
	var handshake *tlsError
	var syntax *wire.SyntaxError
	select {
	case <-t.done:
	default:
		return ftp.CodeClosingDataConnection, textTransferred // a deviation says so early
	}
	t.mu.Lock()
	aborted := t.aborted
	t.mu.Unlock()
	switch err := t.err; {
	case err == nil && t.kept != nil:
		return ftp.CodeFileActionOK, textTransferred
	case err == nil:
		return ftp.CodeClosingDataConnection, textTransferred
	case aborted:
		return ftp.CodeTransferAborted, textTransferAborted
	case errors.As(err, &opening):
		return ftp.CodeCannotOpenData, textNoData
	case errors.Is(err, mockservers.ErrNotResumed):
		return 522, textNotResumed
	case errors.As(err, &handshake):
		return 522, textHandshake
	case errors.Is(err, filestore.ErrQuota):
		return ftp.CodeExceededAllocation, textQuota
	case errors.As(err, &syntax):
		return ftp.CodeLocalError, textBadData
	case isLocal(err):
		return ftp.CodeLocalError, textLocalError
	}
	return ftp.CodeTransferAborted, textLost
}

// isLocal reports whether an error is the file's and not the connection's.
func isLocal(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) || errors.Is(err, ftp.ErrRepresentation)
}

// --- from the server

func (p *session) doRetr(cmd ftp.Command) error {
	if ok, err := p.mayTransfer(); !ok {
		return err
	}
	f, err := p.view.Open(p.path(cmd.Arg))
	if err != nil {
		return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	defer f.Close()
	offset := p.offset()
	if p.deviates() {
		offset = p.misoffset(offset)
	}
	size := f.Info().Size
	rep := p.rep
	if p.deviates() {
		rep = p.misrep("RETR", rep)
	}
	skip := int64(0)
	if rep.Mode == ftp.StreamMode && rep.Text() {
		// The offset counts what is transferred (RFC 3659 section 5.3).
		skip, offset = offset, 0
	} else if offset > size {
		return p.reply(554, textBadRestart, offset, size)
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return p.refuse(ftp.CodeFileUnavailable, cmd.Arg, err)
	}
	opening := p.say(textOpening, p.modeName(), fit(cmd.Arg), size)
	return p.transfer("RETR", cmd.Arg, rep, opening, func(t *transfer, d *mockservers.Data) error {
		return p.sendFile(t, d, f, offset, skip)
	})
}

// modeName is what the preliminary reply calls the connection.
func (p *session) modeName() string {
	switch p.rep.Type.Code {
	case 'A':
		return "ASCII"
	case 'E':
		return "EBCDIC"
	}
	return "BINARY"
}

// sendFile sends a file from where it stands, which is offset; the first octets of its representation are skipped.
func (p *session) sendFile(t *transfer, d *mockservers.Data, f filestore.File, offset, skip int64) error {
	var out io.Writer = d
	if p.deviates() {
		out = p.misout(t, out)
	}
	if t.rep.Plain(conversion) && skip == 0 {
		_, err := f.WriteTo(out)
		return errors.Join(err, finish(out))
	}
	spoiled := out
	if skip > 0 {
		out = &skipper{out, skip}
	}
	w, err := t.rep.NewWriter(out, conversion)
	if err != nil {
		return err
	}
	if every := int64(p.f.markers); every > 0 && (t.rep.Mode == ftp.BlockMode || t.rep.Mode == ftp.CompressedMode) {
		if err := withMarkers(w, f, offset, every); err != nil {
			return err
		}
		return w.Close()
	}
	if _, err := f.WriteTo(w); err != nil {
		return err
	}
	return errors.Join(w.Close(), finish(spoiled))
}

// withMarkers copies a file, with a restart marker after each run of octets: the marker is the offset in the file.
func withMarkers(w ftp.DataWriter, f io.Reader, offset, every int64) error {
	for {
		n, err := io.CopyN(w, f, every)
		offset += n
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = w.Marker(strconv.FormatInt(offset, 10))
		}
		if err != nil {
			return err
		}
	}
}

// skipper drops the first octets.
type skipper struct {
	w    io.Writer
	left int64
}

func (s *skipper) Write(p []byte) (int, error) {
	n := int(min(int64(len(p)), s.left))
	s.left -= int64(n)
	if n == len(p) {
		return n, nil
	}
	m, err := s.w.Write(p[n:])
	return n + m, err
}

// --- to the server

// filePerm is what a new file may be.
func (p *session) filePerm() fs.FileMode { return 0o666 &^ fs.FileMode(p.umask) }

func (p *session) doStor(cmd ftp.Command) error {
	o := filestore.CreateOptions{How: filestore.Replace, Perm: p.filePerm()}
	if p.restart != "" {
		o.How, o.Offset = filestore.At, p.offset()
	}
	return p.store(cmd, o)
}

func (p *session) doAppe(cmd ftp.Command) error {
	return p.store(cmd, filestore.CreateOptions{How: filestore.Append, Perm: p.filePerm()})
}

func (p *session) store(cmd ftp.Command, o filestore.CreateOptions) error {
	if ok, err := p.mayTransfer(); !ok {
		return err
	}
	if ok, err := p.allowed(cmd.Arg, ftp.CodeNameNotAllowed); !ok {
		return err
	}
	name := p.path(cmd.Arg)
	if o.How == filestore.At && p.rep.Mode == ftp.StreamMode && p.rep.Text() {
		var err error
		if o.Offset, err = p.localOffset(name, o.Offset); err != nil {
			return p.reply(554, textBadRestart, p.offset(), 0)
		}
	}
	w, err := p.view.Create(name, o)
	switch {
	case errors.Is(err, filestore.ErrOffset):
		size := int64(0)
		if i, err := p.view.Stat(name); err == nil {
			size = i.Size
		}
		return p.reply(554, textBadRestart, o.Offset, size)
	case errors.Is(err, filestore.ErrQuota):
		return p.refuse(ftp.CodeInsufficientStorage, cmd.Arg, err)
	case err != nil:
		return p.refuse(ftp.CodeNameNotAllowed, cmd.Arg, err)
	}
	opening := p.say(textReceiving, p.modeName(), fit(cmd.Arg))
	return p.receive(cmd.Verb, cmd.Arg, opening, w)
}

// localOffset returns where in a text the n-th octet of its transfer stands.
func (p *session) localOffset(name string, n int64) (int64, error) {
	f, err := p.view.Open(name)
	if err != nil {
		if n == 0 && errors.Is(err, fs.ErrNotExist) {
			return 0, nil
		}
		return 0, err
	}
	defer f.Close()
	rep := p.rep
	rep.Structure = ftp.FileStructure
	var sent counter
	w, err := rep.NewWriter(&sent, conversion)
	if err != nil {
		return 0, err
	}
	r := bufio.NewReader(f)
	for at := int64(0); ; at++ {
		if err := w.Flush(); err != nil {
			return 0, err
		}
		if int64(sent) >= n {
			if int64(sent) > n {
				return 0, filestore.ErrOffset // within a line's end
			}
			return at, nil
		}
		c, err := r.ReadByte()
		if err == io.EOF {
			err = filestore.ErrOffset
		}
		if err != nil {
			return 0, err
		}
		if _, err := w.Write([]byte{c}); err != nil {
			return 0, err
		}
	}
}

// doStou stores under a name that the server makes (RFC 1123 section 4.1.2.9); as in use, an argument is what the name begins with.
func (p *session) doStou(cmd ftp.Command) error {
	if ok, err := p.mayTransfer(); !ok {
		return err
	}
	prefix := cmd.Arg
	if prefix == "" {
		prefix = "unique"
	}
	if strings.Contains(prefix, "/") {
		return p.refuse(ftp.CodeNameNotAllowed, prefix, filestore.ErrName)
	}
	w, name, err := p.view.CreateUnique(p.cwd, prefix, filestore.CreateOptions{Perm: p.filePerm()})
	if err != nil {
		return p.refuse(ftp.CodeNameNotAllowed, prefix, err)
	}
	opening := "FILE: " + name
	if p.deviates() {
		opening = p.misunique(name, opening)
	}
	return p.receive("STOU", name, opening, w)
}

// receive reads a file from the data connection.
func (p *session) receive(verb, name, opening string, w filestore.Writer) error {
	rep, lax, most := p.rep, p.f.laxTLS, p.f.maxFile
	if p.deviates() {
		rep = p.misrep(verb, rep)
	}
	open := true
	err := p.transfer(verb, name, rep, opening, func(t *transfer, d *mockservers.Data) (err error) {
		defer func() {
			// Before the final reply: the file is whole then.
			open = false
			err = errors.Join(err, w.Close())
		}()
		var in io.Reader = d
		if lax {
			in = laxReader{in}
		}
		if p.deviates() {
			in = p.misin(t, in)
		}
		o := conversion
		o.Marker = func(m string) error {
			if !p.dev("restart-marker-ignored") {
				t.marker(m, w.Offset())
			}
			return nil
		}
		r, err := rep.NewReader(in, o)
		if err != nil {
			return err
		}
		if most > 0 {
			r = &limited{r, most - w.Offset()}
		}
		_, err = w.ReadFrom(r)
		return err
	})
	if open {
		w.Close() // there was no connection
	}
	return err
}

// laxReader takes an end without close_notify for an end.
type laxReader struct{ r io.Reader }

func (l laxReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// limited refuses what is beyond the size of a file.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return int(int64(n) + l.left), errTooLarge
	}
	return n, err
}

// doAbor is ABOR while nothing is transferred: the data connection, if there is one, is closed (RFC 959 section 4.1.3).
func (p *session) doAbor(ftp.Command) error {
	p.drop()
	p.unlisten() // a connection that waits there is one too
	return p.reply(ftp.CodeClosingDataConnection, textNothingToAbort)
}
