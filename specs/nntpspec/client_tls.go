package nntpspec

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"harness/internal/ca"
	"harness/specs/trial"
)

// upgrade has the client upgrade by STARTTLS before anything else, implicit begin with TLS; both keep passwords out of the clear.
func upgrade(o *ClientOptions)  { o.Security, o.RequireTLS = Upgrade, true }
func implicit(o *ClientOptions) { o.Security, o.RequireTLS = Implicit, true }

// opportunistic upgrades where STARTTLS is listed.
func opportunistic(o *ClientOptions) { o.Security = Opportunistic }

// demanding keeps passwords out of the clear.
func demanding(o *ClientOptions) { o.RequireTLS = true }

// certified has the client show a certificate, and upgrade first.
func certified(o *ClientOptions) {
	upgrade(o)
	if a, err := trial.Authority(); err == nil && o.TLS != nil {
		if crt, err := a.Client(alice().User); err == nil {
			o.TLS.Certificates = []tls.Certificate{crt}
		}
	}
}

// clearCaps and securedCaps are capabilities before TLS and over it.
const (
	clearCaps   = "VERSION 2\nREADER\nSTARTTLS\nSTREAMING\nAUTHINFO SASL\nSASL CRAM-MD5\nLIST ACTIVE"
	securedCaps = "VERSION 2\nREADER\nAUTHINFO USER\nLIST ACTIVE"
)

// accepted has the client connect with TLS and log in, which it has to do.
func accepted(d *try) {
	s := d.connect()
	s.Do("AUTHINFO USER", authUser)
	s.quit()
}

// suspect has the client connect with TLS to a server whose certificate it has to refuse.
func suspect(d *try) {
	s, err := d.dial()
	if err == nil {
		d.Fail("an error, as the server's certificate is not to be accepted", "the client goes on")
		s.Quietly(quit)
	}
	d.Never("to a server whose certificate is not to be accepted", "AUTHINFO")
}

// switched has the capabilities change when TLS begins, and then plays what is to come.
func switched(then string) func(s *script) {
	return func(s *script) {
		s.greet()
		s.caps = clearCaps
		s.Play(tlsBegins)
		s.caps = securedCaps
		s.Play(then)
		s.Rest()
	}
}

// garbled begins a handshake that comes to nothing, and waits for the client to close the connection.
func garbled(s *script) {
	s.greet()
	s.Play("C: STARTTLS\nS: 382 begin\n")
	s.Flush()
	if err := s.C.Do(s.d.Ctx, s.d.Wait(), s.C.R.Wait); err != nil {
		s.Stop(err)
		return
	}
	s.C.R.Discard(s.C.R.Buffered())
	s.Octets("400 this is no TLS\r\n")
	s.AwaitEnd()
}

// injectedOctets are said in the clear behind 382.
const injectedOctets = "382 begin\r\n205 injected\r\n111 20200101000000\r\n"

func tlsRows() []clientCase {
	labels := []string{"tls", "security"}
	later := func(name, script string, first step) clientCase {
		return tooLate(name, "STARTTLS", clearCaps, script, first, starttls, "starttls-any-time")
	}
	rows := []clientCase{
		{
			name: "starttls-not-cached", options: opportunistic, deviations: []string{"capabilities-shared"},
			serve: func(s *script) {
				s.greet()
				if s.caps = securedCaps; s.Conn > 1 {
					s.caps = clearCaps
					s.Play(tlsBegins)
				}
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				for range 2 {
					s := d.connect()
					s.date()
					s.quit()
				}
			},
		},
		{
			name: "starttls-after-483", serve: func(s *script) {
				s.greet()
				s.Play("C: GROUP " + homeGroup + "\nS: 483 TLS first\n" + tlsBegins + afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.refusedWith(483, "GROUP", getOf(ClientSession.Group, homeGroup))
				s.starttls()
				s.date()
				s.quit()
				d.Saw("the client can send STARTTLS after 483")
			},
		},
		{
			name: "starttls-any-time", caps: clearCaps, serve: func(s *script) {
				s.group()
				s.Play(tlsBegins + afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.inGroup()
				s.starttls()
				s.date()
				s.quit()
				d.Saw("the client can send STARTTLS after GROUP")
			},
		},
		{
			name: "starttls-382-client", caps: clearCaps, deviations: []string{"handshake-skipped"}, script: tlsBegins + afterwards,
			run: func(d *try) {
				s := d.open()
				s.starttls()
				s.date()
				s.quit()
			},
		},
		{
			name: "starttls-client-cannot", deviations: []string{"handshake-failure-kept"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: STARTTLS\n")
				s.Octets(injectedOctets)
				s.AwaitEnd()
			},
			run: func(d *try) {
				s := d.open()
				s.Attempt("STARTTLS", starttls)
				d.Leaves("when it cannot begin the handshake, as octets in the clear came behind 382")
			},
		},
		{
			name: "starttls-injected", requirement: "tls-client-not-relied", deviations: []string{"injected-accepted"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: STARTTLS\n")
				s.Octets(injectedOctets)
				s.Flush()
				s.StartTLS()
				s.Play("C: DATE\nS: 111 20260304050607\n")
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				if s.Try(starttls) != nil {
					return // it refuses them
				}
				d.Same("the year", s.date().Year(), 2026)
				s.quit()
			},
		},
		{
			name: "tls-failure-closes", deviations: []string{"handshake-failure-kept"}, serve: garbled,
			run: func(d *try) {
				s := d.open()
				s.Refuses("a TLS negotiation that fails", starttls)
				d.Leaves("after a TLS negotiation that failed")
			},
		},
		{
			name: "tls-client-discards", caps: clearCaps, deviations: []string{"group-kept"},
			serve: func(s *script) {
				s.group()
				s.Play(tlsBegins + afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.inGroup()
				s.given().starttls()
				s.Attempt("STAT", getOf(ClientSession.Stat, "1"))
				d.Never("as TLS has made an end of the group", "STAT")
				s.date()
				s.quit()
			},
		},
		{
			name: "tls-client-not-relied", deviations: []string{"capabilities-kept"}, serve: switched(afterwards),
			run: func(d *try) {
				s := d.open()
				s.given().caps()
				s.given().starttls()
				s.Attempt("TAKETHIS", byTakeThis.send(sampleArticle))
				d.Never("as STREAMING is no longer listed", "TAKETHIS")
				s.date()
				s.quit()
			},
		},
		{
			name: "tls-discards-sensitive", deviations: []string{"capabilities-kept"}, serve: switched(userAccepted),
			run: func(d *try) {
				s := d.open()
				s.given().caps()
				s.given().starttls()
				s.Do("a login", login("CRAM-MD5", "USER"))
				s.quit()
			},
		},
		{
			name: "tls-capabilities-again", deviations: []string{"capabilities-kept"}, serve: (*script).respond, caps: tourCaps,
			run: func(d *try) {
				s := d.open()
				s.given().caps()
				s.given().starttls()
				s.Do("a login", login("USER"))
				s.quit()
				for _, l := range d.Sent("CAPABILITIES") {
					if l.TLS {
						return
					}
				}
				d.Fail("another CAPABILITIES, over TLS, before the client relies on one", "none")
			},
		},
		{
			name: "tls-active-known", options: demanding, deviations: []string{"starttls-assumed"}, script: starttlsRefused + afterwards,
			run: func(d *try) {
				s := d.open()
				s.refusedWith(580, "STARTTLS", starttls)
				s.Attempt("AUTHINFO USER", authUser)
				d.Never("as TLS is not active", "AUTHINFO")
				s.date()
				s.quit()
			},
		},
		later("starttls-once", tlsBegins, starttls),
		{
			name: "tls-attempted", options: upgrade, caps: securedCaps, deviations: []string{"starttls-if-listed"}, script: tlsBegins + afterwards,
			run: func(d *try) {
				s := d.connect()
				s.date()
				s.quit()
			},
		},
		{
			name: "tls-implicit-port", options: implicit, deviations: []string{"implicit-in-clear"}, script: afterwards,
			run: func(d *try) {
				s := d.connect()
				s.date()
				s.quit()
			},
		},
		{
			name: "tls-other-validation", script: tlsBegins + afterwards, tls: trial.Identities(serverName)["common-name"].TLS,
			options: func(o *ClientOptions) {
				upgrade(o)
				trial.Identities(serverName)["common-name"].Client(&o.Connection)
				o.Host = "other.example.org"
			},
			run: func(d *try) {
				s, err := d.dial()
				s.Quietly(get(ClientSession.Date), quit)
				d.Saw("the client takes a certificate that nobody signed but that it was told to trust: %v", err == nil)
			},
		},
		hello("tls-no-compression", "compression-offered", func(h clientHello) error {
			if !bytes.Equal(h.compression, []byte{0}) {
				return fmt.Errorf("the compression methods % x", h.compression)
			}
			return nil
		}),
		hello("tls-no-rc4", "rc4-offered", func(h clientHello) error {
			for _, id := range h.suites {
				if name := tls.CipherSuiteName(id); strings.Contains(name, "RC4") {
					return fmt.Errorf("the cipher suite %s", name)
				}
			}
			return nil
		}),
	}
	for _, name := range []string{"tls-external", "tls-sasl-external"} {
		rows = append(rows, clientCase{
			name: name, options: certified, caps: "VERSION 2\nREADER\nAUTHINFO SASL\nSASL EXTERNAL\nLIST ACTIVE",
			serve: func(s *script) {
				s.greet()
				s.Play(tlsBegins)
				if state, ok := s.C.TLS(); ok && len(state.PeerCertificates) == 0 {
					s.d.Saw("the client shows no certificate")
				}
				s.Play("C: AUTHINFO SASL EXTERNAL {{\"=\" sasl EXTERNAL}}\nS: 281 welcome\n")
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.Do("AUTHINFO SASL EXTERNAL", func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "EXTERNAL", Credentials{}) })
				s.quit()
				d.Saw("the client authenticates with EXTERNAL")
			},
		})
	}
	for _, row := range []struct {
		name    string
		options func(o *ClientOptions)
	}{{"tls-server-name", upgrade}, {"tls-sni", upgrade}, {"tls-sni-clients", implicit}, {"tls-reference-identifier", upgrade}} {
		rows = append(rows, clientCase{
			name: row.name, options: row.options, deviations: []string{"server-name-omitted"},
			serve: func(s *script) {
				if _, ok := s.C.TLS(); !ok {
					s.greet()
					s.Play(tlsBegins)
				}
				if state, ok := s.C.TLS(); ok {
					s.d.Same("the server_name of the Client Hello", state.ServerName, serverName)
				}
				if s.d.security == Implicit {
					s.greet()
				}
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.connect()
				s.date()
				s.quit()
			},
		})
	}
	rows = append(rows, identityRows()...)
	for i := range rows {
		rows[i].labels = labels
	}
	return rows
}

// identityRows are about who the server is.
func identityRows() []clientCase {
	identities := trial.Identities(serverName)
	row := func(identity, name string, options func(o *ClientOptions), but ...string) clientCase {
		i := identities[identity]
		c := clientCase{
			name: name, deviations: i.Deviations, tls: i.TLS, run: suspect, greeting: "200 " + cmp.Or(i.Greeting, "harness") + " ready",
			options: func(o *ClientOptions) {
				options(o)
				i.Client(&o.Connection)
			},
		}
		if len(but) > 0 {
			c.deviations = but
		}
		var o ClientOptions
		if options(&o); o.Security == Upgrade {
			c.script = tlsBegins
		}
		if i.Accepted {
			c.run = accepted
		}
		if c.script += userAccepted; !i.Accepted {
			c.script = strings.TrimSuffix(c.script, userAccepted) + afterwards
		}
		return c
	}
	whether := func(identity, name string) clientCase {
		c := row(identity, name, upgrade)
		c.deviations, c.script = nil, tlsBegins
		c.run = func(d *try) {
			s, err := d.dial()
			s.Quietly(quit)
			d.Saw("a certificate for *.example.org is accepted for a host of that domain: %v", err == nil)
		}
		return c
	}
	mismatch := row("other", "tls-name-mismatch", upgrade, "name-unchecked")
	mismatch.run = func(d *try) {
		s, err := d.dial()
		var name x509.HostnameError
		switch {
		case err == nil:
			d.Fail("an error that says that the server's identity is suspect", "the client goes on")
			s.Quietly(quit)
		case !errors.As(err, &name) && !strings.Contains(err.Error(), "certificate"):
			d.Fail("an error that says that the server's identity is suspect", "%v", err)
		}
	}
	rows := []clientCase{
		row("other", "tls-name-checked", upgrade),
		row("other", "tls-name-checked-implicit", implicit).of("tls-name-checked"),
		row("other", "tls-identity", implicit),
		row("other", "tls-mismatch", upgrade, "name-unchecked"),
		mismatch,
		row("hostname", "tls-name-used", upgrade),
		row("address", "tls-name-address", upgrade).of("tls-name-used"),
		row("hostname", "tls-host-reference", upgrade).of("tls-reference-identifier"),
		row("greeting", "tls-name-insecure-source", upgrade),
		row("common-name", "tls-name-san", upgrade),
		row("case", "tls-name-case", upgrade).of("tls-pkix"),
		row("wildcard-parent", "tls-pkix", upgrade),
		row("wildcard-two-labels", "tls-wildcard-two-labels", upgrade).of("tls-pkix"),
		row("wildcard", "tls-wildcard-accepted", upgrade).of("tls-pkix"),
		row("any-name", "tls-any-name", upgrade).of("tls-pkix"),
		row(string(ca.UnknownCA), "tls-binding-verified", upgrade),
		row(string(ca.UnknownCA), "tls-path-validated", upgrade),
		row(string(ca.Expired), "tls-validated", upgrade),
		whether("wildcard", "tls-name-wildcard"),
		whether("wildcard", "tls-wildcard"),
	}
	for _, f := range ca.Faults() {
		rows = append(rows, row(string(f), "certificate-"+string(f), upgrade).of("tls-path-validated"), row(string(f), "certificate-"+string(f)+"-implicit", implicit).of("tls-validated"))
	}
	return rows
}

// clientHello is what a client offers in the message with which its TLS handshake begins (RFC 8446 section 4.1.2).
type clientHello struct {
	suites      []uint16
	compression []byte
	// Where the lists stand in the record, and its length.
	suitesAt, compressionAt, length int
}

// parseHello parses a Client Hello with its record.
func parseHello(record []byte) (h clientHello, err error) {
	const fixed = 5 + 4 + 2 + 32 // of the record and the message, the version and the random
	bad := errors.New("no Client Hello")
	if len(record) < fixed+1 || record[0] != 22 || record[5] != 1 {
		return h, bad
	}
	h.length = 5 + int(binary.BigEndian.Uint16(record[3:]))
	h.suitesAt = fixed + 1 + int(record[fixed])
	if len(record) < h.length || len(record) < h.suitesAt+2 {
		return h, bad
	}
	n := int(binary.BigEndian.Uint16(record[h.suitesAt:]))
	h.compressionAt = h.suitesAt + 2 + n
	if len(record) <= h.compressionAt || len(record) <= h.compressionAt+int(record[h.compressionAt]) {
		return h, bad
	}
	for at := h.suitesAt + 2; at < h.compressionAt; at += 2 {
		h.suites = append(h.suites, binary.BigEndian.Uint16(record[at:]))
	}
	h.compression = record[h.compressionAt+1 : h.compressionAt+1+int(record[h.compressionAt])]
	return h, nil
}

// hello makes a row that judges what a client offers as it begins TLS. The handshake goes no further.
func hello(name, deviation string, judge func(h clientHello) error) clientCase {
	return clientCase{
		name: name, deviations: []string{deviation},
		serve: func(s *script) {
			s.greet()
			s.Play("C: STARTTLS\nS: 382 begin\n")
			s.Flush()
			var record []byte
			for !s.Over {
				if err := s.C.Do(s.d.Ctx, s.d.Wait(), s.C.R.Wait); err != nil {
					s.Wrong("a Client Hello", "%s", s.Trouble(err))
					return
				}
				record = append(record, s.C.R.Peek()...)
				s.C.R.Discard(s.C.R.Buffered())
				if len(record) > 5 && len(record) >= 5+int(binary.BigEndian.Uint16(record[3:])) {
					break
				}
			}
			h, err := parseHello(record)
			if err == nil {
				err = judge(h)
			}
			if err != nil {
				s.Wrong("a Client Hello without what is prohibited", "%v", err)
			}
			s.Stop(nil)
		},
		run: func(d *try) {
			s := d.open()
			s.Attempt("STARTTLS", starttls)
		},
	}
}
