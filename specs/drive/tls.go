package drive

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"harness/internal/conn"
	"harness/protocols/wire"
)

// Comes returns the first octets that come, "" if the server closes or sends nothing.
func (c Conn) Comes() string {
	if c.d.Settled() {
		return ""
	}
	if err := c.C.Do(c.d.Ctx, c.d.Wait(), c.C.R.Wait); err != nil {
		return ""
	}
	return string(c.C.R.Peek())
}

// Uninjected makes the TLS handshake where commands were sent in the clear before it, as an attacker does between client and server
// (CVE-2011-0411), and fails if they are carried out as protected ones. The server may drop them, or end the connection.
func (c Conn) Uninjected() {
	if c.d.Settled() {
		return
	}
	if err := c.C.StartTLS(c.d.Ctx, c.d.Wait(), c.d.TLSConfig()); err != nil {
		if text := InClear(err); text != "" {
			c.d.Fail("the TLS handshake right behind the response that begins it", "%s", text)
		}
		return
	}
	err := c.C.Quiet(c.d.Ctx, c.d.T.Quiet())
	c.d.Check(!errors.Is(err, conn.ErrNotQuiet), "nothing in TLS but what answers commands sent in TLS", "the answer to a command that was sent in the clear: %s", wire.Quote(c.C.R.Peek()))
}

// InClear says what the server sent in the clear in place of its part of a handshake; "" if the handshake failed for another reason.
func InClear(err error) string {
	var early *conn.BufferedError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &early):
		return wire.Quote(early.Data)
	case errors.As(err, &record) && record.RecordHeader[0] >= ' ':
		return wire.Quote(record.RecordHeader[:]) + " in the clear"
	}
	return ""
}

// ServerHello is what a server chose of what a ClientHello offers (RFC 5246 section 7.4.1.3).
type ServerHello struct {
	Suite       uint16
	Compression byte
}

// errRefused says that a server does not go on with what was offered.
var errRefused = errors.New("the server refuses the handshake")

// Hello sends a ClientHello of TLS 1.2 that offers the cipher suites and the methods of compression, and returns what the server chooses: what no
// library offers can be asked for. It returns nil if the server refuses, or closes. Nothing can be done with the connection then, but to close it.
func (c Conn) Hello(suites []uint16, compression []byte) *ServerHello {
	if c.d.Settled() {
		return nil
	}
	c.Send(string(clientHello(suites, compression)))
	var hello *ServerHello
	err := c.C.Do(c.d.Ctx, c.d.Wait(), func() (err error) {
		hello, err = readServerHello(c.C.R)
		return err
	})
	var limit interface{ Timeout() bool }
	switch {
	case err == nil:
		return hello
	case errors.As(err, &limit) && limit.Timeout():
		c.Wrong("an answer to a ClientHello", "%s", c.Trouble(err))
	}
	return nil
}

// The kinds of records and messages, and the extensions, of a hello (RFC 5246 appendix A, RFC 8422 section 5.1).
const (
	recordHandshake  = 22
	messageClient    = 1
	messageServer    = 2
	extGroups        = 10
	extPointFormats  = 11
	extSignatures    = 13
	versionTLS12     = tls.VersionTLS12
	helloRecordLimit = 1 << 14
)

func clientHello(suites []uint16, compression []byte) []byte {
	pairs := func(list ...uint16) (b []byte) {
		for _, n := range list {
			b = binary.BigEndian.AppendUint16(b, n)
		}
		return b
	}
	sized16 := func(b []byte) []byte { return append(pairs(uint16(len(b))), b...) }
	extension := func(kind uint16, content []byte) []byte { return append(pairs(kind), sized16(content)...) }

	body := pairs(versionTLS12)
	random := make([]byte, 32)
	rand.Read(random)
	body = append(body, random...)
	body = append(body, 0) // no session
	body = append(body, sized16(pairs(suites...))...)
	body = append(append(body, byte(len(compression))), compression...)
	extensions := extension(extGroups, sized16(pairs(uint16(tls.X25519), uint16(tls.CurveP256))))
	extensions = append(extensions, extension(extPointFormats, []byte{1, 0})...)
	extensions = append(extensions, extension(extSignatures, sized16(pairs(
		uint16(tls.ECDSAWithP256AndSHA256), uint16(tls.PSSWithSHA256), uint16(tls.PKCS1WithSHA256), uint16(tls.ECDSAWithSHA1), uint16(tls.PKCS1WithSHA1))))...)
	body = append(body, sized16(extensions)...)

	message := append([]byte{messageClient, 0}, sized16(body)...)
	return append([]byte{recordHandshake, 3, 1}, sized16(message)...)
}

func readServerHello(r io.Reader) (*ServerHello, error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint16(head[3:])
	if head[0] != recordHandshake || n > helloRecordLimit {
		return nil, fmt.Errorf("%w: a record of type %d", errRefused, head[0])
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	const session = 4 + 2 + 32 // behind type, length, version and random
	if len(body) <= session || body[0] != messageServer || len(body) < session+1+int(body[session])+3 {
		return nil, fmt.Errorf("%w: no ServerHello", errRefused)
	}
	rest := body[session+1+int(body[session]):]
	return &ServerHello{Suite: binary.BigEndian.Uint16(rest), Compression: rest[2]}, nil
}
