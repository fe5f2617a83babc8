package ftpmock

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"harness/protocols/ftp"
)

func (p *session) handshakeTime() time.Duration {
	if d := p.srv.opts.Timeouts.Handshake; d > 0 {
		return d
	}
	return 10 * time.Second
}

func (p *session) doType(cmd ftp.Command) error {
	t, err := p.rules().ParseType(cmd.Arg)
	if err != nil {
		// A letter that is no type is a parameter that is not implemented, as one that is and has a wrong one behind it.
		return p.reply(ftp.CodeBadParameter, textNoType, cmd.Arg)
	}
	switch {
	case t.Code == 'E' && !p.f.ebcdic, t.Code == 'L' && t.ByteSize != 8, t.Format == 'C': // T is N here (RFC 1123 section 4.1.2.2)
		return p.reply(ftp.CodeBadParameter, textNoType, cmd.Arg)
	}
	p.rep.Type = t
	return p.reply(ftp.CodeOK, textType, t)
}

func (p *session) doStru(cmd ftp.Command) error {
	s, err := p.rules().ParseStructure(cmd.Arg)
	if err != nil || s == ftp.PageStructure || s == ftp.RecordStructure && !p.f.record {
		return p.reply(ftp.CodeBadParameter, textNoStructure, cmd.Arg)
	}
	if s == ftp.RecordStructure && p.rep.Mode == ftp.DeflateMode {
		return p.reply(ftp.CodeBadParameter, textNoStructure, cmd.Arg)
	}
	p.drop()
	p.rep.Structure = s
	return p.reply(ftp.CodeOK, textStructure, string(rune(s)))
}

func (p *session) doMode(cmd ftp.Command) error {
	m, err := p.rules().ParseMode(cmd.Arg)
	switch {
	case err != nil, m == ftp.BlockMode && !p.f.block, m == ftp.CompressedMode && !p.f.compressed, m == ftp.DeflateMode && !p.f.deflate,
		m == ftp.DeflateMode && p.rep.Structure == ftp.RecordStructure:
		return p.reply(ftp.CodeBadParameter, textNoMode, cmd.Arg)
	}
	p.drop()
	p.rep.Mode = m
	return p.reply(ftp.CodeOK, textMode, string(rune(m)))
}

// drop closes a data connection that was kept: what comes next may not be able to tell where a file ends.
func (p *session) drop() {
	if p.kept != nil {
		p.kept.Close()
		p.kept = nil
	}
}

// ports are those where the server may listen; none for any.
func (p *session) ports() []uint16 {
	var out []uint16
	if first := p.f.pasvPorts[0]; first > 0 {
		for port := int(first); port <= int(p.f.pasvPorts[1]); port++ {
			out = append(out, uint16(port))
		}
	}
	return out
}

// listen makes a listener for the next data connection, in place of one before.
func (p *session) listen() (port uint16, err error) {
	p.drop()
	p.unlisten()
	p.active = netip.AddrPort{}
	at := p.localAddr()
	if p.dev("epsv-other-address") && p.last == "EPSV" {
		at = netip.AddrFrom4([4]byte{127, 0, 0, 2})
	}
	l, err := p.c.ListenData(at, p.ports()...)
	if err != nil {
		return 0, err
	}
	p.listener = l
	return l.Addr().Port(), nil
}

func (p *session) doPasv(ftp.Command) error {
	address := p.localAddr()
	switch {
	case p.epsvAll:
		return p.reply(ftp.CodeBadArgument, textEpsvAll)
	case !address.Is4():
		return p.reply(ftp.CodeNotImplemented, textPasvIPv4)
	}
	port, err := p.listen()
	if err != nil {
		p.c.Note("%v", err)
		return p.reply(ftp.CodeServiceNotAvailable, textNoPort)
	}
	if p.f.pasvAddress.IsValid() {
		address = p.f.pasvAddress
	}
	six, err := ftp.FormatPORT(netip.AddrPortFrom(address, port))
	if err != nil {
		return err
	}
	if p.deviates() {
		six = p.mispasv(six)
	}
	// The parentheses are in use, though they are not certain (RFC 1123 section 4.1.2.6).
	switch p.f.pasvForm {
	case pasvBare:
		return p.reply(ftp.CodePassive, textPassiveBare, six)
	case pasvEquals:
		return p.reply(ftp.CodePassive, textPassiveEquals, six)
	}
	return p.reply(ftp.CodePassive, textPassive, six)
}

func (p *session) doEpsv(cmd ftp.Command) error {
	network, all, err := p.rules().ParseEPSVArg(cmd.Arg)
	own := ftp.NetworkOf(p.localAddr())
	var unknown *ftp.ProtocolError
	switch {
	case all:
		p.epsvAll = true
		return p.reply(ftp.CodeOK, textEpsvAllOK)
	case errors.As(err, &unknown), err == nil && network != 0 && network != own:
		return p.send(ftp.CodeBadNetworkProtocol, []string{p.say(textNetwork) + fmt.Sprintf(" (%d)", own)})
	case err != nil:
		return p.reply(ftp.CodeBadArgument, textSyntax, cmd.Spec().Syntax())
	}
	port, err := p.listen()
	if err != nil {
		p.c.Note("%v", err)
		return p.reply(ftp.CodeServiceNotAvailable, textNoPort)
	}
	form := fmt.Sprintf("(|||%d|)", port)
	if p.deviates() {
		form = p.misepsv(form)
	}
	return p.reply(ftp.CodeExtendedPassive, textExtendedPassive, form)
}

func (p *session) doPort(cmd ftp.Command) error {
	if p.epsvAll {
		return p.reply(ftp.CodeBadArgument, textEpsvAll)
	}
	a, err := p.rules().ParsePORT(cmd.Arg)
	if err != nil {
		return p.reply(ftp.CodeBadArgument, textSyntax, cmd.Spec().Syntax())
	}
	return p.connectTo(a)
}

func (p *session) doEprt(cmd ftp.Command) error {
	if p.epsvAll {
		return p.reply(ftp.CodeBadArgument, textEpsvAll)
	}
	a, err := p.rules().ParseEPRT(cmd.Arg)
	own := ftp.NetworkOf(p.localAddr())
	var unknown *ftp.ProtocolError
	switch {
	case errors.As(err, &unknown), err == nil && ftp.NetworkOf(a.Addr()) != own:
		return p.send(ftp.CodeBadNetworkProtocol, []string{p.say(textNetwork) + fmt.Sprintf(" (%d)", own)})
	case err != nil:
		return p.reply(ftp.CodeBadArgument, textSyntax, cmd.Spec().Syntax())
	}
	return p.connectTo(a)
}

// connectTo takes note of where the client listens. RFC 2577 section 3 advises to refuse other addresses than the client's, and low ports.
func (p *session) connectTo(a netip.AddrPort) error {
	switch {
	case a.Addr() != p.remoteAddr().Addr() && !p.f.foreignPort:
		p.c.Note("%s is not the client's address", a.Addr())
		return p.reply(ftp.CodeBadParameter, textForeign)
	case a.Port() < 1024 && !p.f.lowPort:
		p.c.Note("port %d is below 1024", a.Port())
		return p.reply(ftp.CodeBadParameter, textLowPort)
	}
	p.drop()
	p.unlisten()
	p.active = a
	return p.reply(ftp.CodeOK, textPort)
}

// doRest takes a restart marker: in stream mode a number of octets (RFC 3659 section 5), in the others what the server's own markers are, numbers too.
func (p *session) doRest(cmd ftp.Command) error {
	if _, err := p.rules().ParseRestart(cmd.Arg); err != nil {
		p.restart = ""
		return p.reply(ftp.CodeBadArgument, textSyntax, cmd.Spec().Syntax())
	}
	p.restart = cmd.Arg
	return p.reply(ftp.CodePending, textRestart, cmd.Arg)
}

// offset is what REST gave, 0 for nothing.
func (p *session) offset() int64 {
	n, err := p.rules().ParseRestart(p.restart)
	if err != nil {
		return 0
	}
	return n
}

// doAllo finds out whether there is room: nothing has to be reserved.
func (p *session) doAllo(cmd ftp.Command) error {
	size, _, err := p.rules().ParseALLO(cmd.Arg)
	if err != nil {
		return p.reply(ftp.CodeBadArgument, textSyntax, cmd.Spec().Syntax())
	}
	if p.f.maxFile > 0 && size > p.f.maxFile {
		return p.reply(ftp.CodeBadParameter, textQuota)
	}
	if p.f.quota > 0 {
		if used, err := p.view.Tree.Used(); err == nil && used+size > p.f.quota {
			return p.reply(ftp.CodeBadParameter, textQuota)
		}
	}
	return p.reply(ftp.CodeOK, textAllo)
}
