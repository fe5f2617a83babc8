package ftpspec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"harness/protocols/wire"
)

// The steps of the server cases beyond single commands. Like all steps they do nothing once the judgement is settled.

// storingBegins is what storing sends before it returns.
const storingBegins = "the beginning of the file, "

// storing begins a transfer to the server and leaves it in progress; its first octets have been sent.
func (s *session) storing(line string) *data {
	g := s.given()
	dc := g.passive()
	g.prelim(line)
	dc.s = s
	dc.send(storingBegins)
	return dc
}

// getMode is get in a transfer mode that the server is set to; it returns the file.
func (s *session) getMode(mode, line string) string {
	var decode func(string) (string, string)
	switch mode {
	case "B":
		decode = decodeBlocks
	case "C":
		decode = func(wire string) (string, string) { return decodeCompressed(wire, 0) }
	default:
		return s.get(line)
	}
	dc := s.given().passive()
	s.prelim(line)
	wire := ""
	if mode == "B" {
		wire = dc.readBlocks()
	} else {
		wire = dc.readAll()
	}
	s.final(line)
	got, problem := decode(wire)
	if !s.d.Settled() && problem != "" {
		s.Wrong("the data of "+line+" in MODE "+mode, "%s", problem)
	}
	return got
}

// putMode is put in a transfer mode that the server is set to.
func (s *session) putMode(mode, line, content string) *reply {
	switch mode {
	case "B":
		var wire strings.Builder
		for part := range slices.Chunk([]byte(content), 1000) {
			wire.WriteString(encodeBlock(0, string(part)))
		}
		content = wire.String() + encodeBlock(64, "")
	case "C":
		// The descriptor stands before the string that ends the file.
		var wire strings.Builder
		for len(content) > 127 {
			wire.WriteString("\x7f" + content[:127])
			content = content[127:]
		}
		wire.WriteString("\x00\x40" + string([]byte{byte(len(content))}) + content)
		if content == "" {
			wire.Reset()
			wire.WriteString("\x00\x40\xc0")
		}
		content = wire.String()
	}
	return s.put(line, content)
}

// files are the lines of a listing of names, but for the directory itself and its parent.
func files(listing string) []string {
	var out []string
	for name := range strings.SplitSeq(strings.ReplaceAll(listing, "\r\n", "\n"), "\n") {
		if base := path.Base(name); name != "" && base != "." && base != ".." {
			out = append(out, name)
		}
	}
	return out
}

// rein sends REIN, which has to be accepted. What becomes of TLS then is a rule of RFC 4217.
func (s *session) rein() {
	if s.inTLS() {
		s.d.Absent("REIN in a session without TLS")
	}
	r := s.cmd("REIN")
	if !s.d.Settled() && r.code == 120 {
		r = s.reply("REIN (after 120)")
	}
	if !s.d.Settled() && r.code != 220 {
		s.Wrong("220 to REIN", "%s", r.shown())
	}
}

// loggedIn logs the first account in, which has to succeed.
func (s *session) loggedIn() {
	if r := s.authenticate(s.d.Target.User, s.d.Target.Password); !s.d.Settled() && r.class() != 2 {
		s.Wrong("the login accepted", "%s", r.shown())
	}
}

// protected has the data connections protected where the control connection is and the server does that.
func (s *session) protected() {
	if !s.d.Settled() && s.inTLS() && s.cmd("PBSZ 0").code == 200 {
		s.state.private = s.cmd("PROT P").code == 200
	}
}

// bare returns a session of the first account in which no parameter was set.
func (d *driver) bare() *session {
	s := d.open()
	s.given().loggedIn()
	s.given().protected()
	return s
}

// problem is what the grammar of replies (RFC 959 section 4.2) has against a reply that was put up with.
func (r *reply) problem() error {
	for i, l := range r.raw {
		if l.End != wire.CRLF {
			return fmt.Errorf("%s ends with %v", wire.Quote(l.Text), l.End)
		}
		if (i == 0 || i == len(r.raw)-1) && len(l.Text) == 3 {
			return fmt.Errorf("no space behind the code of %s", wire.Quote(l.Text))
		}
	}
	return nil
}

// Steps of data connections.

// closeWait is how long a server may take to close a data connection that it has to close.
const closeWait = 2 * time.Second

// ready makes the TLS handshake of a data connection that is to be protected, and accepts one that the server makes; once only.
func (dc *data) ready() {
	if dc.ln != nil {
		dc.accept()
	}
	if dc.there() && dc.s.state.private {
		if _, on := dc.C.TLS(); !on {
			dc.Pre = dc.s.Pre
			dc.HandshakeWith(dc.s.state.tls)
		}
	}
}

// accepted waits for the server to connect.
func (dc *data) accepted() *data {
	dc.accept()
	return dc
}

// unconnected expects that the server does not connect.
func (dc *data) unconnected(after string) {
	d := dc.s.d
	if dc.ln == nil || d.Settled() {
		return
	}
	l, ok := dc.ln.(*net.TCPListener)
	if !ok {
		return
	}
	_ = l.SetDeadline(time.Now().Add(d.T.Quiet()))
	nc, err := l.Accept()
	if err == nil {
		nc.Close()
		dc.s.Wrong("no data connection to the client after "+after, "one from %v", nc.RemoteAddr())
	}
}

// dialShared makes a connection from a port that can be listened on as well.
func dialShared(ctx context.Context, network, address string) (net.Conn, error) {
	local := &net.TCPAddr{}
	if host, _, err := net.SplitHostPort(address); err == nil && net.ParseIP(host).IsLoopback() {
		local.IP = net.ParseIP(host) // a port of that address, not one that is free at all addresses
	}
	return (&net.Dialer{LocalAddr: local, Control: controlShare}).DialContext(ctx, network, address)
}

// listenDefault listens on the client's default data port: the one that the control connection comes from (RFC 959 section 3.2), which
// dialShared has made.
func (s *session) listenDefault() *data {
	dc := &data{s: s}
	if s.d.Settled() {
		return dc
	}
	at := addrPort(s.C.LocalAddr())
	cfg := net.ListenConfig{Control: controlShare}
	ln, err := cfg.Listen(s.d.Ctx, "tcp", at.String())
	if err != nil {
		s.d.Unclear("the port that the control connection comes from cannot be listened on: %v", err)
		return dc
	}
	s.d.T.Cleanup(func() { ln.Close() })
	dc.ln, dc.addr = ln, at
	return dc
}

// port tells the server of a listening port by PORT, which has to be accepted.
func (s *session) port(l *data) {
	if arg := l.hostPort(); !s.d.Settled() {
		s.ok("PORT %s", arg)
	}
}

// hostPort is the address of a listening port as the argument of PORT.
func (dc *data) hostPort() string {
	if !dc.s.d.Settled() && !dc.addr.Addr().Is4() {
		dc.s.d.Unclear("PORT is for IPv4, and the control connection is not")
	}
	if dc.s.d.Settled() {
		return ""
	}
	return portArgument(dc.addr)
}

// readSome reads that many octets, or fewer if there are no more.
func (dc *data) readSome(n int) string {
	dc.ready()
	var got []byte
	if dc.s.d.Settled() || !dc.there() {
		return ""
	}
	for len(got) < n {
		err := dc.C.Do(dc.s.d.Ctx, dc.s.d.Wait(), dc.C.R.Wait)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			dc.s.Wrong(fmt.Sprintf("%d octets on the data connection", n), "%s behind %d", dc.Trouble(err), len(got))
			break
		}
		p := dc.C.R.Peek()
		p = p[:min(len(p), n-len(got))]
		got = append(got, p...)
		dc.C.R.Discard(len(p))
	}
	return string(got)
}

// readBlocks reads blocks of Block mode up to the one that ends the file, or to the close.
func (dc *data) readBlocks() string {
	var got strings.Builder
	for !dc.s.d.Settled() {
		header := dc.readSome(3)
		got.WriteString(header)
		if len(header) < 3 {
			break
		}
		got.WriteString(dc.readSome(int(header[1])<<8 | int(header[2])))
		if header[0]&64 != 0 {
			break
		}
	}
	return got.String()
}

// send sends octets.
func (dc *data) send(octets string) {
	dc.ready()
	dc.write([]byte(octets))
}

// finish does the client's part of a transfer by the verb: it sends a few octets, or reads them all.
func (dc *data) finish(verb string) {
	switch verb {
	case "STOR", "STOU", "APPE":
		dc.send("text")
		dc.Close()
	default:
		dc.readAll()
	}
}

// ends waits for the server to close or reset the connection, and says whether it did. What comes before is passed over.
func (dc *data) ends() bool { return dc.endsWithin(dc.s.d.T.Scale(closeWait)) }

// endsUnderData is ends for servers that look at the control connection between pieces of data: the pieces keep coming.
func (dc *data) endsUnderData() bool {
	piece := dc.s.d.T.Scale(20 * time.Millisecond)
	for until := time.Now().Add(dc.s.d.T.Scale(closeWait)); time.Now().Before(until); {
		if dc.endsWithin(piece) {
			return true
		}
		if dc.s.d.Settled() || dc.s.d.Ctx.Err() != nil {
			return false
		}
		err := dc.C.Do(dc.s.d.Ctx, dc.s.d.Wait(), func() error {
			if _, err := dc.C.W.Write([]byte{'x'}); err != nil {
				return err
			}
			return dc.C.W.Flush()
		})
		if err != nil {
			return !errors.Is(err, os.ErrDeadlineExceeded) && dc.s.d.Ctx.Err() == nil
		}
	}
	return false
}

// endsSoon is ends with the wait of silence.
func (dc *data) endsSoon() bool { return dc.endsWithin(dc.s.d.T.Quiet()) }

func (dc *data) endsWithin(wait time.Duration) bool {
	if !dc.there() || dc.s.d.Settled() {
		return false
	}
	err := dc.C.Do(dc.s.d.Ctx, wait, func() error {
		for {
			if err := dc.C.R.Wait(); err != nil {
				return err
			}
			dc.C.R.Discard(dc.C.R.Buffered())
		}
	})
	return !errors.Is(err, os.ErrDeadlineExceeded) && dc.s.d.Ctx.Err() == nil
}

// interrupt sends Telnet IP and Synch and then the octets (RFC 959 section 4.1.3): IAC IP, IAC and DM, the last of them the mark of urgent
// data.
func (s *session) interrupt(octets string) {
	if s.d.Settled() {
		return
	}
	_ = s.C.Do(s.d.Ctx, s.d.Wait(), func() error {
		if err := s.C.WriteUrgent([]byte("\xff\xf4\xff\xf2")); err != nil {
			return err
		}
		if _, err := s.C.W.WriteString(octets); err != nil {
			return err
		}
		return s.C.W.Flush()
	})
}

// unix says whether the server says that it is of UNIX, where an end of line is LF.
func (s *session) unix() bool {
	r := s.cmd("SYST")
	return !s.d.Settled() && strings.HasPrefix(strings.ToUpper(r.text()), "UNIX")
}

// isQuiet waits a short time and says whether nothing came, not a close either.
func (s *session) isQuiet() bool {
	return !s.d.Settled() && s.C.Quiet(s.d.Ctx, s.d.T.Quiet()) == nil
}

func tail(s string, n int) string { return s[max(len(s)-n, 0):] }

// encodeBlock is a block of Block mode (RFC 959 section 3.4.2).
func encodeBlock(descriptor byte, content string) string {
	return string([]byte{descriptor, byte(len(content) >> 8), byte(len(content))}) + content
}

// decodeBlocks reads blocks up to the end of file; markers are left out. The problem is what is wrong with them.
func decodeBlocks(wire string) (content, problem string) {
	var out strings.Builder
	for wire != "" {
		if len(wire) < 3 {
			return out.String(), "a header of less than 3 octets"
		}
		descriptor, n := wire[0], int(wire[1])<<8|int(wire[2])
		if descriptor&0x0f != 0 {
			return out.String(), fmt.Sprintf("the descriptor 0x%02X", descriptor)
		}
		if wire = wire[3:]; len(wire) < n {
			return out.String(), fmt.Sprintf("a block that counts %d octets and has %d", n, len(wire))
		}
		if descriptor&16 == 0 {
			out.WriteString(wire[:n])
		}
		wire = wire[n:]
		if descriptor&64 != 0 {
			if wire != "" {
				return out.String(), fmt.Sprintf("%d octets behind the block with the end of file", len(wire))
			}
			return out.String(), ""
		}
	}
	return out.String(), "no block with the descriptor bit 64, end of file"
}

// decodeCompressed reads the strings of Compressed mode (RFC 959 section 3.4.3) up to the end of file.
func decodeCompressed(wire string, filler byte) (content, problem string) {
	var out strings.Builder
	for i := 0; i < len(wire); {
		c := wire[i]
		n := int(c & 0x3f)
		i++
		switch {
		case c == 0:
			if i == len(wire) {
				return out.String(), "an escape octet at the very end"
			}
			descriptor := wire[i]
			i++
			if descriptor&0x0f != 0 {
				return out.String(), fmt.Sprintf("the descriptor 0x%02X", descriptor)
			}
			if descriptor&64 != 0 {
				// The codes apply to the string that follows, and what follows may be nothing.
				if i == len(wire) {
					return out.String(), ""
				}
				rest, _ := decodeCompressed(wire[i:]+"\x00\x40", filler)
				return out.String() + rest, ""
			}
		case c < 0x80:
			if n = int(c); i+n > len(wire) {
				return out.String(), fmt.Sprintf("a string that counts %d octets and has %d", n, len(wire)-i)
			}
			out.WriteString(wire[i : i+n])
			i += n
		case c < 0xc0:
			if i == len(wire) {
				return out.String(), "a replication without its octet"
			}
			out.WriteString(strings.Repeat(wire[i:i+1], n))
			i++
		default:
			out.WriteString(strings.Repeat(string([]byte{filler}), n))
		}
	}
	return out.String(), "no escape sequence with the descriptor bit 64, end of file"
}

// systemNames are the names of operating systems in the Assigned Numbers (RFC 1700, later a registry of IANA) that are not a name and a version.
var systemNames = strings.Fields(`AEGIS AMIGA-OS APOLLO AIX AIX-PS BS-2000 CEDAR CGW CHORUS CHRYSALIS CMOS CMS COS CPIX CTOS CTSS DCN DDNOS DOMAIN DOS EDX ELF EMBOS EMMOS
	EPOS FOONEX FORTH FUZZ GCOS GPOS HDOS IMAGEN INTERCOM IMPRESS INTERLISP IOS IRIX ISI-68020 ITS LISP LISPM LOCUS MACOS MINOS MOS MPE MPE5 MSDOS MULTICS MUSIC MVS NETWARE
	NEXUS NMS NONSTOP NOS NOS-2 NTOS OPENVMS OS OS-9 OS4 OS86 OSX PCDOS PERQ PLI PSDOS PRIMOS RMX ROS RSX11M RTE-A SATOPS SCO-OPEN-DESKTOP SCO-OPEN-DESKTOP-1.0 SCO-UNIX
	SCS SIMP SUN SUN-OS SUN-OS-3.5 SUN-OS-4.0 SWIFT TAC TANDEM TENEX THE-MAJOR-BBS TOPS10 TOPS20 TOS TP3010 TRSDOS ULTRIX UNIX UNIX-BSD UNIX-PC UNIX-V UNIX-V1AT UNKNOWN
	UT2D V VM VMS VRTX WAITS WIN32 X11R3 XDE XENIX`)

// isSystemName says whether the word is a system name of the Assigned Numbers: a listed name, perhaps with a version or variant behind a
// slash or hyphen.
func isSystemName(word string) bool {
	if slices.Contains(systemNames, word) {
		return true
	}
	i := strings.IndexAny(word, "/")
	if i < 0 {
		i = strings.LastIndexByte(word, '-')
	}
	return i > 0 && slices.Contains(systemNames, word[:i])
}
