package ftpspec

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"harness/internal/conn"
	"harness/protocols/ftp"
)

// The data connections and transfers of the reference client.

// refData is a data connection, or what will become one.
type refData struct {
	s    *refSession
	ln   *net.TCPListener // in active mode
	addr netip.AddrPort   // to listen on later
	nc   net.Conn
}

func (d *refData) close() {
	if d.ln != nil {
		d.ln.Close()
	}
	if d.nc != nil {
		d.nc.Close()
	}
}

// setUp makes a data connection ready: it connects, or listens and tells the server where.
func (s *refSession) setUp(ctx context.Context) (*refData, error) {
	if s.o.Active {
		return s.listen(ctx)
	}
	if s.port != "" && s.dev("pasv-reused") {
		return s.connect(ctx, s.port)
	}
	if !s.pasv {
		r, err := s.cmd(ctx, "", "EPSV", "")
		if err == nil {
			port, ok := threeBars(r.Text())
			if !ok && s.dev("passive-guessed") {
				return &refData{s: s}, nil
			}
			if !ok {
				return nil, fmt.Errorf("no port in the reply: %w", r)
			}
			return s.connect(ctx, s.hostPort(strconv.Itoa(int(port))))
		}
		if r == nil || r.Code/100 != 5 || s.dev("epsv-insists") {
			return nil, err
		}
		s.pasv = true
	}
	r, err := s.cmd(ctx, "", "PASV", "")
	if err != nil {
		return nil, err
	}
	text := r.Text()
	if s.dev("pasv-parentheses-only") {
		_, text, _ = strings.Cut(text, "(")
	}
	at, ok := sixNumbers(text)
	if (!ok || at.Port() == 0) && s.dev("passive-guessed") {
		return &refData{s: s}, nil
	}
	if !ok || at.Port() == 0 {
		return nil, fmt.Errorf("no address in the reply: %w", r)
	}
	port := at.Port()
	if s.dev("pasv-port-swapped") {
		port = port>>8 | port<<8
	}
	if s.dev("pasv-address-followed") {
		return s.connect(ctx, at.String())
	}
	return s.connect(ctx, s.hostPort(strconv.Itoa(int(port))))
}

// hostPort is a port of the server.
func (s *refSession) hostPort(port string) string {
	host, _, _ := net.SplitHostPort(s.o.Addr)
	if s.dev("data-elsewhere") {
		host = "127.0.0.2"
	}
	return net.JoinHostPort(host, port)
}

func (s *refSession) connect(ctx context.Context, addr string) (*refData, error) {
	s.port = addr
	nc, err := (&net.Dialer{Timeout: s.o.Timeout}).DialContext(ctx, "tcp", addr)
	if err != nil {
		if s.dev("refused-ignored") {
			return &refData{s: s}, nil
		}
		return nil, err
	}
	return &refData{s: s, nc: nc}, nil
}

func (s *refSession) listen(ctx context.Context) (*refData, error) {
	local := addrPort(s.nc.LocalAddr())
	ln, err := net.Listen("tcp", netip.AddrPortFrom(local.Addr(), 0).String())
	if err != nil {
		return nil, err
	}
	d := &refData{s: s, ln: ln.(*net.TCPListener), addr: addrPort(ln.Addr())}
	if s.dev("port-omitted") || s.dev("port-reused") && s.port != "" {
		return d, nil
	}
	s.port = d.addr.String()
	if s.dev("listens-late") {
		ln.Close()
		d.ln = nil
	}
	verb, arg := "PORT", ""
	a := d.addr
	switch {
	case a.Addr().Is4():
		if s.dev("port-swapped") {
			a = netip.AddrPortFrom(a.Addr(), a.Port()>>8|a.Port()<<8)
		}
		arg = portArgument(a)
		if s.dev("port-hex") {
			arg = fmt.Sprintf("7f,0,0,1,%x,%x", a.Port()>>8, a.Port()&0xff)
		}
	default:
		verb, arg = "EPRT", eprtArgument(a)
		switch {
		case s.dev("eprt-comma"):
			arg = strings.ReplaceAll(arg, "|", ",")
		case s.dev("eprt-undelimited"):
			arg = strings.Trim(arg, "|")
		case s.dev("eprt-family"):
			arg = "|6|" + arg[3:]
		}
	}
	if err := s.done(ctx, verb, arg); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// open makes the connection ready for data, once the preliminary reply has come.
func (d *refData) open(ctx context.Context) error {
	s := d.s
	if d.nc == nil && d.addr.IsValid() {
		if d.ln == nil {
			ln, err := net.Listen("tcp", d.addr.String())
			if err != nil {
				return err
			}
			d.ln = ln.(*net.TCPListener)
		}
		d.ln.SetDeadline(time.Now().Add(s.o.Timeout))
		stop := context.AfterFunc(ctx, func() { d.ln.Close() })
		defer stop()
		for d.nc == nil {
			nc, err := d.ln.Accept()
			if err != nil {
				return err
			}
			if addrPort(nc.RemoteAddr()).Addr() != addrPort(s.nc.RemoteAddr()).Addr() && !s.dev("strangers-accepted") {
				nc.Close()
				continue
			}
			d.nc = nc
		}
	}
	if d.nc == nil || s.prot != ftp.PrivateProtection || s.dev("prot-forgotten") {
		return nil
	}
	if s.dev("tls-server-in-active") && s.o.Active {
		return errors.New("waiting for the server to begin the handshake")
	}
	cfg := s.config()
	if s.dev("data-certificate-unchecked") {
		cfg.InsecureSkipVerify, cfg.ClientSessionCache = true, nil
	}
	below := &endSeen{Conn: d.nc}
	t := tls.Client(below, cfg)
	defer s.armOn(ctx, d.nc)()
	if err := t.HandshakeContext(ctx); err != nil {
		if s.dev("data-tls-optional") {
			return nil
		}
		return err
	}
	if !s.dev("data-certificate-unchecked") && !bytes.Equal(t.ConnectionState().PeerCertificates[0].Raw, s.cert) {
		return errors.New("the certificate of the data connection is not that of the control connection")
	}
	d.nc = &endKept{t, below, s.dev("truncation-accepted")}
	return nil
}

// endSeen notes that the connection below TLS came to its end.
type endSeen struct {
	net.Conn
	end bool
}

func (e *endSeen) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	e.end = e.end || err == io.EOF
	return n, err
}

// endKept is TLS whose end is an error unless close_notify came: then nobody looks for the end of the connection below.
type endKept struct {
	*tls.Conn
	below   *endSeen
	forgive bool
}

func (e *endKept) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	if (err == io.EOF || err == io.ErrUnexpectedEOF) && e.below.end {
		err = io.ErrUnexpectedEOF
		if e.forgive {
			err = io.EOF
		}
	}
	return n, err
}

// job is a transfer.
type job struct {
	verb, arg string
	o         TransferOptions
	// implied: MLSD has a type of its own.
	implied bool
	// use reads or writes the data connection.
	use func(nc net.Conn) error
	up  bool
	// named is told the text of the preliminary reply.
	named func(text string)
}

func (s *refSession) transfer(ctx context.Context, j job) error {
	if s.tls && !s.chosen && !s.o.ClearData && !s.dev("data-in-clear") {
		if err := s.Prot(ctx, ftp.PrivateProtection); err != nil {
			return err
		}
	}
	if s.o.RequireTLS && s.prot != ftp.PrivateProtection && !s.dev("data-in-clear") {
		return errors.New("not in the clear")
	}
	t := j.o.Type
	if t == (ftp.Type{}) {
		t = s.wanted
	}
	if j.verb == "LIST" || j.verb == "NLST" {
		t = ftp.ASCII
	}
	if s.sent != t && !j.implied && !s.dev("type-assumed") && !s.dev("type-after") {
		if err := s.setType(ctx, t); err != nil {
			return err
		}
	}
	d, err := s.setUp(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	marker := j.o.Marker
	if j.o.Offset > 0 {
		marker = strconv.FormatInt(j.o.Offset, 10)
		if s.dev("rest-hex") {
			marker = fmt.Sprintf("0x%x", j.o.Offset)
		}
	}
	if marker == "" && s.again && !s.dev("rest-left") {
		marker = "0"
	}
	if marker != "" {
		if strings.ContainsFunc(marker, func(r rune) bool { return r <= ' ' || r > '~' }) && !s.dev("arguments-unchecked") {
			return errors.New("REST: a marker with other characters than 33 to 126")
		}
		if _, err := s.cmd(ctx, "3", "REST", marker); err != nil {
			return err
		}
		s.again = true
	}
	if j.verb != "LIST" && j.verb != "NLST" {
		s.between(ctx)
	}
	r, err := s.cmd(ctx, "12", j.verb, j.arg)
	if err != nil {
		return err
	}
	if r.Code/100 == 3 {
		return nil // a deviation
	}
	s.again = false
	if j.named != nil {
		j.named(r.Text())
	}
	if s.dev("control-half-closed") {
		if c, ok := s.nc.(*net.TCPConn); ok {
			c.CloseWrite()
		}
	}
	var final *ftp.Reply
	if r.Code/100 == 2 {
		final = r
	}
	if s.dev("second-reply-expected") {
		final = nil
	}
	failed := d.open(ctx)
	if failed == nil && d.nc != nil {
		stop := s.armOn(ctx, d.nc)
		failed = j.use(d.nc)
		stop()
	}
	if !s.dev("data-left-open") {
		d.close()
	}
	if s.dev("completion-not-awaited") {
		return failed
	}
	for final == nil {
		defer s.arm(ctx)()
		r, err := s.reply(j.verb)
		if err != nil {
			return errors.Join(failed, err)
		}
		if r.Code/100 != 1 {
			final = r
		}
	}
	if s.dev("type-after") {
		s.setType(ctx, t)
	}
	if final.Code/100 != 2 && !s.dev("final-ignored") {
		final.Command = j.verb
		return errors.Join(final, failed)
	}
	return failed
}

// receive reads a data connection to its end.
func (s *refSession) receive(nc net.Conn, limit int64) ([]byte, error) {
	var b bytes.Buffer
	r := io.Reader(nc)
	if s.dev("ends-at-226") {
		// What is there at once is all that it takes.
		some := make([]byte, 32<<10)
		n, _ := nc.Read(some)
		return some[:n], nil
	}
	if limit > 0 {
		r = io.LimitReader(nc, limit+1)
	}
	_, err := io.Copy(&b, r)
	switch {
	case err == nil:
	case s.dev("resets-accepted"):
	default:
		return nil, err
	}
	if limit > 0 && int64(b.Len()) > limit {
		if s.dev("limit-is-end") {
			return b.Bytes()[:limit], nil
		}
		s.Close()
		return nil, fmt.Errorf("more than %d octets", limit)
	}
	return b.Bytes(), nil
}

func (s *refSession) Retr(ctx context.Context, path string, o TransferOptions) ([]byte, error) {
	if s.dev("size-decides") {
		if _, err := s.Size(ctx, path); err != nil {
			return nil, err
		}
	}
	var out []byte
	err := s.transfer(ctx, job{verb: "RETR", arg: path, o: o, use: func(nc net.Conn) error {
		data, err := s.receive(nc, s.o.FileLimit)
		if err == nil {
			out, err = s.decode(data, o)
		}
		return err
	}})
	if err != nil {
		return nil, err
	}
	if out == nil {
		out = []byte{}
	}
	return out, nil
}

func (s *refSession) RetrAbort(ctx context.Context, path string) error {
	return s.abort(ctx, "RETR", path, func(nc net.Conn) error {
		_, err := nc.Read(make([]byte, 1))
		return err
	})
}

func (s *refSession) StorAbort(ctx context.Context, path string, data []byte) error {
	return s.abort(ctx, "STOR", path, func(nc net.Conn) error {
		_, err := nc.Write(data)
		return err
	})
}

// abort begins a transfer and aborts it.
func (s *refSession) abort(ctx context.Context, verb, path string, begin func(net.Conn) error) error {
	d, err := s.setUp(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	if _, err := s.cmd(ctx, "1", verb, path); err != nil {
		return err
	}
	if err := d.open(ctx); err != nil {
		return err
	}
	defer s.arm(ctx)()
	if err := begin(d.nc); err != nil {
		return err
	}
	if s.dev("abort-silent") {
		d.close()
		_, err := s.reply(verb)
		return err
	}
	if s.tls || s.dev("abor-plain") {
		io.WriteString(s.nc, "ABOR\r\n")
	} else {
		io.WriteString(s.nc, "\xff\xf4\xff")
		conn.New(s.nc, conn.Options{}).WriteUrgent([]byte("\xf2"))
		io.WriteString(s.nc, "ABOR\r\n")
	}
	if s.dev("abor-in-clear") && s.tls {
		s.nc.(*tls.Conn).NetConn().Write([]byte("\xff\xf4\xff\xf2"))
	}
	d.close()
	// 426 and 226, or 226 twice, or one of them; what comes late is waited for by a NOOP.
	if _, err := s.reply("ABOR"); err != nil {
		return err
	}
	io.WriteString(s.nc, "NOOP\r\n")
	for {
		r, err := s.reply("NOOP")
		if err != nil || r.Code == 200 {
			return err
		}
	}
}

func (s *refSession) store(ctx context.Context, verb, path string, data []byte, o TransferOptions, named func(string)) error {
	return s.transfer(ctx, job{verb: verb, arg: path, o: o, up: true, named: named, use: func(nc net.Conn) error {
		encoded := s.encode(data, o)
		if _, err := nc.Write(encoded); err != nil {
			return err
		}
		if s.dev("data-left-open") {
			return nil
		}
		if t, ok := nc.(*endKept); ok && !s.dev("no-close-notify") {
			return t.CloseWrite()
		} else if ok {
			t.below.Close()
		}
		return nil
	}})
}

func (s *refSession) Stor(ctx context.Context, path string, data []byte, o TransferOptions) error {
	return s.store(ctx, "STOR", path, data, o, nil)
}

func (s *refSession) Appe(ctx context.Context, path string, data []byte, o TransferOptions) error {
	if s.dev("no-appe") {
		return fmt.Errorf("APPE: %w", errors.New("not there"))
	}
	return s.store(ctx, "APPE", path, data, o, nil)
}

func (s *refSession) Stou(ctx context.Context, data []byte) (string, error) {
	name := ""
	err := s.store(ctx, "STOU", "", data, TransferOptions{}, func(text string) {
		if _, after, ok := strings.Cut(text, "FILE: "); ok && !s.dev("stou-name-lost") {
			name = strings.TrimSpace(after)
		}
	})
	return name, err
}

// lines returns the lines of a listing.
func (s *refSession) lines(ctx context.Context, verb, path string) ([]string, error) {
	var text string
	err := s.transfer(ctx, job{verb: verb, arg: path, implied: verb == "MLSD", use: func(nc net.Conn) error {
		limit := s.o.ListingLimit
		if s.dev("listing-unlimited") {
			limit = 0
		}
		data, err := s.receive(nc, limit)
		text = string(data)
		return err
	}})
	if err != nil || text == "" {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSuffix(l, "\r")
		switch {
		case s.dev("short-lines") && len(l) > 1000:
			lines[i] = l[:1000]
		case s.dev("eighth-bit-stripped"):
			lines[i] = stripped(lines[i])
		}
	}
	return lines, nil
}

func (s *refSession) Nlst(ctx context.Context, path string) ([]string, error) {
	return s.lines(ctx, "NLST", path)
}

// List knows the form of Unix, in which it takes what is common.
func (s *refSession) List(ctx context.Context, path string) (entries []Listed, other []string, err error) {
	lines, err := s.lines(ctx, "LIST", path)
	for _, l := range lines {
		f := strings.Fields(l)
		if len(f) < 9 || !strings.ContainsAny(l[:1], "-dl") {
			other = append(other, l)
			continue
		}
		size, _ := strconv.ParseInt(f[4], 10, 64)
		_, name, _ := strings.Cut(l, f[7]+" ")
		entries = append(entries, Listed{Name: name, Dir: l[0] == 'd', Size: size})
	}
	return entries, other, err
}

func (s *refSession) Mlsd(ctx context.Context, path string) ([]Listed, error) {
	lines, err := s.lines(ctx, "MLSD", path)
	if err != nil {
		return nil, err
	}
	var out []Listed
	for _, l := range lines {
		e, err := s.entry(l)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (s *refSession) ReadDir(ctx context.Context, path string) ([]Listed, error) {
	mlsd, err := s.Supports(ctx, "MLST")
	if err != nil {
		return nil, err
	}
	var all []Listed
	if mlsd {
		all, err = s.Mlsd(ctx, path)
	} else {
		all, _, err = s.List(ctx, path)
	}
	var out []Listed
	for _, e := range all {
		if e.Name != "." {
			out = append(out, e)
		}
	}
	return out, err
}

// Representation.

// decode makes of what came over the data connection what it stands for.
func (s *refSession) decode(data []byte, o TransferOptions) ([]byte, error) {
	var records [][]byte
	var err error
	switch {
	case s.mode == ftp.BlockMode:
		records, err = s.blocks(data)
	case s.mode == ftp.CompressedMode:
		records, err = s.decompress(data)
	case s.stru == ftp.RecordStructure:
		records, err = s.records(data)
	default:
		records = [][]byte{data}
	}
	if err != nil {
		return nil, err
	}
	sep := ""
	if s.stru == ftp.RecordStructure && o.Text {
		sep = "\n"
	}
	var out []byte
	for i, r := range records {
		out = append(out, r...)
		if i < len(records)-1 || s.stru == ftp.RecordStructure && i == len(records)-1 && len(r) > 0 {
			out = append(out, sep...)
		}
	}
	if o.Text && s.stru == ftp.FileStructure && !s.dev("text-unconverted") || s.dev("text-converted-always") {
		out = bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n"))
	}
	return out, nil
}

// records are those of stream mode (RFC 959 section 3.4.1).
func (s *refSession) records(data []byte) ([][]byte, error) {
	var out [][]byte
	var record []byte
	for i := 0; i < len(data); i++ {
		if data[i] != 0xff {
			record = append(record, data[i])
			continue
		}
		i++
		switch code := append(data, 0)[i]; {
		case code == 0xff && !s.dev("record-escape-kept"):
			record = append(record, 0xff)
		case code == 0xff:
			record = append(record, 0xff, 0xff)
		case code == 3 && s.dev("record-combined-unknown"):
			return nil, errors.New("an unknown control code")
		case code == 1, code == 3:
			out = append(out, record)
			record = nil
			if code == 3 {
				return out, nil
			}
		case code == 2:
			if record != nil {
				out = append(out, record)
			}
			return out, nil
		default:
			return nil, errors.New("an unknown control code")
		}
	}
	if s.dev("end-of-file-assumed") {
		return append(out, record), nil
	}
	return nil, errors.New("the data ends without an end of file")
}

// blocks are those of block mode (RFC 959 section 3.4.2).
func (s *refSession) blocks(data []byte) ([][]byte, error) {
	var out [][]byte
	var record []byte
	for {
		if len(data) < 3 {
			if s.dev("end-of-file-assumed") {
				return append(out, record), nil
			}
			return nil, errors.New("the data ends within a block header, or without an end of file")
		}
		flags, n := data[0], int(data[1])<<8|int(data[2])
		if s.dev("block-low-first") {
			n = int(data[2])<<8 | int(data[1])
		}
		data = data[3:]
		if len(data) < n {
			return nil, errors.New("the data ends within a block")
		}
		if flags&16 == 0 || s.dev("markers-kept") {
			record = append(record, data[:n]...)
		}
		data = data[n:]
		if flags&128 != 0 {
			out = append(out, record)
			record = nil
		}
		if flags&64 != 0 {
			if record != nil {
				out = append(out, record)
			}
			return out, nil
		}
	}
}

// decompress takes compressed mode apart (RFC 959 section 3.4.3). A descriptor is that of the string behind it.
func (s *refSession) decompress(data []byte) ([][]byte, error) {
	var out [][]byte
	var record []byte
	flags, coming := byte(0), false
	for len(data) > 0 {
		c := data[0]
		data = data[1:]
		n := int(c & 0x3f)
		switch {
		case c == 0 && len(data) > 0 && !coming:
			flags, coming = data[0], true
			data = data[1:]
			continue
		case c > 0 && c < 0x80 && len(data) >= int(c):
			if flags&16 == 0 {
				record = append(record, data[:c]...)
			}
			data = data[c:]
		case c >= 0xc0:
			filler := byte(0)
			if s.sent.Text() {
				filler = ' '
			}
			if s.dev("filler-unknown") {
				n = 0
			}
			record = append(record, bytes.Repeat([]byte{filler}, n)...)
		case c >= 0x80 && len(data) > 0:
			record = append(record, bytes.Repeat(data[:1], n)...)
			data = data[1:]
		default:
			return nil, errors.New("the data ends within a string")
		}
		if flags&128 != 0 {
			out = append(out, record)
			record = nil
		}
		if flags&64 != 0 {
			if record != nil {
				out = append(out, record)
			}
			return out, nil
		}
		flags, coming = 0, false
	}
	if s.dev("end-of-file-assumed") {
		return append(out, record), nil
	}
	return nil, errors.New("the data ends without an end of file")
}

// encode makes what is to go over the data connection.
func (s *refSession) encode(data []byte, o TransferOptions) []byte {
	if o.Text && s.stru == ftp.FileStructure && !s.dev("text-unconverted") || s.dev("text-converted-always") {
		data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	}
	if s.dev("mode-forgotten") {
		return data
	}
	records := [][]byte{data}
	if s.stru == ftp.RecordStructure && o.Text {
		records = bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	}
	var out []byte
	for i, r := range records {
		last := i == len(records)-1
		switch {
		case s.mode == ftp.BlockMode:
			flags := byte(0)
			if s.stru == ftp.RecordStructure {
				flags |= 128
			}
			if last {
				flags |= 64
			}
			if s.dev("block-unknown-bit") {
				flags |= 1
			}
			hi, lo := byte(len(r)>>8), byte(len(r))
			if s.dev("block-low-first") {
				hi, lo = lo, hi
			}
			out = append(append(out, flags, hi, lo), r...)
		case s.mode == ftp.CompressedMode:
			for len(r) > 127 {
				out = append(append(out, 127), r[:127]...)
				r = r[127:]
			}
			if last {
				out = append(out, 0, 64)
			}
			if out = append(out, byte(len(r))); len(r) == 0 {
				out[len(out)-1] = 0xc0 // no filler: an empty string
			}
			out = append(out, r...)
		case s.stru == ftp.RecordStructure:
			if !s.dev("record-escape-kept") {
				r = bytes.ReplaceAll(r, []byte{0xff}, []byte{0xff, 0xff})
			}
			out = append(out, r...)
			if s.dev("records-as-lines") {
				out = append(out, '\r', '\n')
				continue
			}
			out = append(out, 0xff, 1)
			if last {
				out = append(out, 0xff, 2)
			}
		default:
			out = append(out, r...)
		}
	}
	return out
}
