package play

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"harness/transcript"
)

// isAddress reports whether values of the kind tell a data connection's address.
func isAddress(kind string) bool {
	switch kind {
	case "pasv", "epsv", "port", "eprt":
		return true
	}
	return false
}

// dataChannel returns the channel that an address value belongs to: its argument, or the next data connection that is opened.
func (p *player) dataChannel(st *step, v *transcript.Value) (*channel, error) {
	name := ""
	if len(v.Args) > 0 {
		name = v.Args[0]
	} else {
		for i := p.at; i < len(p.steps); i++ {
			if s := &p.steps[i]; s.op == opEvent && s.event.Kind == transcript.Open && !p.control[s.ch] {
				name = p.names[s.ch]
				break
			}
		}
	}
	for i := range p.names {
		if p.names[i] == name && !p.control[i] {
			return &p.chans[i], nil
		}
	}
	return nil, nil // announced and never used
}

// listen opens a listener for a data connection and returns its address as a value of the kind.
func (p *player) listen(st *step, ch *channel, v *transcript.Value) ([]byte, error) {
	host := p.opts.ListenHost
	local := addrOf(ch.c.LocalAddr())
	if host == "" {
		host = local.Addr().String()
	}
	data, err := p.dataChannel(st, v)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(p.ctx, p.opts.Timeouts.Connect)
	defer cancel()
	ln, err := p.t.Listen(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("listen for a data connection on %s: %w", host, err)
	}
	if data == nil {
		p.own(ln)
	} else {
		if data.ln != nil {
			data.ln.Close()
		}
		data.ln = ln
		p.own(ln)
	}
	at := addrOf(ln.Addr())
	ip := at.Addr()
	if ip.IsUnspecified() {
		ip = local.Addr()
	}
	return formatAddress(v, netip.AddrPortFrom(ip.Unmap(), at.Port()))
}

func addrOf(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		ap := t.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
	}
	ap, _ := netip.ParseAddrPort(a.String())
	return ap
}

// formatAddress writes an address as the kind has it (RFC 959 section 4.1.2, RFC 2428), with the recorded one's delimiter.
func formatAddress(v *transcript.Value, a netip.AddrPort) ([]byte, error) {
	switch v.Kind {
	case "pasv", "port":
		if !a.Addr().Is4() {
			return nil, fmt.Errorf("a data connection on %s can't be announced by a value of kind %s: it holds IPv4 addresses only (RFC 959 section 4.1.2)", a, v.Kind)
		}
		ip := a.Addr().As4()
		return fmt.Appendf(nil, "%d,%d,%d,%d,%d,%d", ip[0], ip[1], ip[2], ip[3], a.Port()>>8, a.Port()&0xff), nil
	}
	d := "|"
	if len(v.Octets) > 0 {
		d = string(v.Octets[:1])
	}
	if v.Kind == "epsv" {
		return fmt.Appendf(nil, "%s%s%s%d%s", d, d, d, a.Port(), d), nil
	}
	family := 1
	if a.Addr().Is6() {
		family = 2
	}
	return fmt.Appendf(nil, "%s%d%s%s%s%d%s", d, family, d, a.Addr(), d, a.Port(), d), nil
}

var errAddress = errors.New("it is no address of a data connection")

// announced takes the address that the peer listens on. Only the port is believed: the connection is made to the host that the control
// connection goes to.
func (p *player) announced(st *step, ch *channel, m transcript.Matched) error {
	port, err := parsePort(m.Value.Kind, m.Octets)
	if err != nil {
		return err
	}
	data, err := p.dataChannel(st, m.Value)
	if err != nil || data == nil {
		return err
	}
	data.addr = netip.AddrPortFrom(addrOf(ch.c.RemoteAddr()).Addr(), port).String()
	return nil
}

func parsePort(kind string, b []byte) (uint16, error) {
	if kind == "pasv" || kind == "port" {
		f := strings.Split(string(bytes.TrimSpace(b)), ",")
		if len(f) != 6 {
			return 0, errAddress
		}
		var n [6]uint64
		for i := range f {
			var err error
			if n[i], err = strconv.ParseUint(strings.TrimSpace(f[i]), 10, 8); err != nil {
				return 0, errAddress
			}
		}
		return uint16(n[4]<<8 | n[5]), nil
	}
	if len(b) < 4 {
		return 0, errAddress
	}
	f := strings.Split(string(b), string(b[:1]))
	if len(f) != 5 {
		return 0, errAddress
	}
	n, err := strconv.ParseUint(f[3], 10, 16)
	if err != nil {
		return 0, errAddress
	}
	return uint16(n), nil
}
